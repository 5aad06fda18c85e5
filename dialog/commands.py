"""What callers say to steer the call, from `phrases.yaml`: 转人工, 再说一遍, 没有了, 可以, 不是 …"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from core.yaml_file import read_yaml
from tickets import sound


class Command(StrEnum):
    """The commands of `phrases.yaml`; each has there what callers say for it."""

    HUMAN = "human"
    REPEAT = "repeat"
    SLOWER = "slower"
    MACHINE = "machine"
    WAIT = "wait"
    NOT_THIS = "not_this"
    SMS = "sms"
    YES = "yes"
    NO = "no"
    DONE = "done"
    MORE = "more"
    BYE = "bye"
    HELLO = "hello"
    BACKCHANNEL = "backchannel"
    ASK_MORE = "ask_more"
    CALL_BACK = "call_back"
    MESSAGE = "message"
    KEEP_WAITING = "keep_waiting"
    HOW_LONG = "how_long"
    CANCEL = "cancel"
    SKIP = "skip"
    DO_NOT_KNOW = "do_not_know"
    SECRET = "secret"
    OPEN_SECRET = "open_secret"
    STATUS = "status"
    URGE = "urge"
    ENGLISH = "english"
    DIALECT = "dialect"
    CHAT = "chat"
    ABUSE = "abuse"
    COMPLAINT_OF_US = "complaint_of_us"


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = read_yaml(files("dialog") / "phrases.yaml")
    return data


def spec(name: str) -> dict[str, list[str]]:
    """Return a part of `phrases.yaml` that is no command."""
    part: dict[str, list[str]] = _data()[name]
    return part


_GAPS = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]+")
_ENDS = re.compile(r"^[^\u4e00-\u9fffA-Za-z0-9]+|[^\u4e00-\u9fffA-Za-z0-9)]+$")


def squeeze(text: str) -> str:
    """Return `text` without punctuation and blanks."""
    return _GAPS.sub("", text)


def trim(text: str) -> str:
    """Return `text` without punctuation and blanks at its ends."""
    return _ENDS.sub("", text)


@dataclass(frozen=True, slots=True)
class _Rule:
    whole: frozenset[str]
    inside: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    longest: int
    closed: tuple[str, ...]


@cache
def _fillers() -> frozenset[str]:
    spec = _data()["fillers"]
    return frozenset((*spec["head"], *spec["tail"]))


@cache
def _rule(command: Command) -> _Rule:
    spec = _data()[command.value]
    return _Rule(
        whole=frozenset(squeeze(str(word)) for word in spec.get("whole", ())),
        inside=_patterns(spec.get("inside")),
        unless=_patterns(spec.get("unless")),
        longest=int(spec.get("longest", 12)),
        closed=tuple(spec.get("closed", ())),
    )


def _patterns(patterns: list[str] | None) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns)) if patterns else None


_LONGEST_ROW = 40
"""Characters of a row of phrases; whoever says more says something."""


def _row_of(said: str, phrases: frozenset[str]) -> bool:
    """Whether `said` is a row of `phrases`, at least one, with fillers before, after and between."""
    if not said or len(said) > _LONGEST_ROW:
        return False
    fillers, longest = _fillers(), max(map(len, phrases), default=0)
    # reached[n]: the first n characters are a row; True where a phrase is in it, not fillers alone.
    reached: dict[int, bool] = {0: False}
    for start in range(len(said)):
        if start not in reached:
            continue
        for end in range(start + 1, min(len(said), start + max(longest, 5)) + 1):
            piece = said[start:end]
            if piece in phrases:
                reached[end] = True
            elif piece in fillers:
                reached[end] = reached.get(end, False) or reached[start]
    return reached.get(len(said), False)


@cache
def _together(commands: tuple[Command, ...]) -> frozenset[str]:
    return frozenset().union(*(_rule(command).whole for command in commands))


def only(text: str, *commands: Command) -> bool:
    """Whether `text` is nothing but phrases of `commands`, in any row, fillers aside ("没有了,谢谢,再见")."""
    return _row_of(squeeze(text), _together(commands))


@cache
def _sounds(command: Command) -> frozenset[tuple[str, ...]]:
    return frozenset(sound.blur(phrase) for phrase in _rule(command).whole if len(phrase) > 1)


def says(text: str, command: Command) -> bool:
    """Whether `text` gives `command`, by its words or, where it is short, by its sound."""
    said, rule = squeeze(text), _rule(command)
    if not said or (rule.unless and rule.unless.search(said)):
        return False
    if _row_of(said, rule.whole):
        return True
    if rule.inside and len(said) <= rule.longest and rule.inside.search(said):
        return True
    return len(said) <= 6 and sound.blur(said) in _sounds(command)


_YES_HEAD = r"(没错|没问题|对(?!了)|是的|可以|好的|行|嗯)"
_NOT_YES = r"不对|不是|不过|但|改|错|吗|怎么|什么|多少|几|哪|呢$"


def yes_or_no(text: str) -> bool | None:
    """Return what `text` answers to a yes-or-no question; None where it is neither, or something else as well."""
    if only(text, Command.YES):  # first: 没有错 holds 没 and 有错, but is a yes
        return True
    if only(text, Command.NO):
        return False
    if only(text, Command.YES, Command.DONE):
        return True
    said = squeeze(text)
    if re.match(r"(不对|不是|不行|不要|不用|错了|不可以|别)", said):
        return False
    if len(said) <= 12 and re.match(_YES_HEAD, said) and not re.search(_NOT_YES, said):
        return True
    if says(text, Command.NO):
        return False
    return True if says(text, Command.YES) else None


def closed_set(*commands: Command) -> tuple[str, ...]:
    """Return the phrases to score against the sound where these commands fit, each once."""
    return tuple(dict.fromkeys(phrase for command in commands for phrase in _rule(command).closed))


def choice(text: str, options: int) -> int | None:
    """Return which of `options` a "第一个", "后面那个" names (from 0), -1 for none of them, None for neither."""
    said, spec = squeeze(text), _data()["choice"]
    if any(re.search(pattern, said) for pattern in spec["neither"]) and len(said) <= 10:
        return -1
    for index, name in enumerate(("first", "second", "third")[:options]):
        if any(re.search(pattern, said) for pattern in spec[name]):
            return index
    if options == 2 and any(re.search(pattern, said) for pattern in spec["third"]):
        return 1
    return None
