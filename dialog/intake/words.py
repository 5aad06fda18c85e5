"""Reads `wording.yaml`: what a story, a time, a plate looks like in a caller's words."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

from core.yaml_file import read_yaml
from dialog.commands import Command, says, squeeze, trim
from tickets.ticket import Kind


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = read_yaml(files("dialog.intake") / "wording.yaml")
    return data


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_data()[name])


def verb(kind: Kind) -> str:
    """Return how the read-back names what the caller does: 反映, 举报 …"""
    return str(_data()["verbs"][kind.value])


def comfort(kind: Kind) -> str:
    """Return the key of the sentence that the intake begins with."""
    return str(_data()["comfort"][kind.value])


def is_empty_story(text: str) -> bool:
    """Whether `text` says that there is something, but not what: "我要举报"."""
    return bool(_pattern("empty_story").match(squeeze(text)))


_DIGIT = "0-9零〇洞幺一二两三四五六七八九"
LONG_NUMBER = re.compile(rf"[{_DIGIT}](?:[\s,、-]*[{_DIGIT}]){{6,}}")
"""Seven digits and more in a row: a telephone number, no house number."""


def is_own_number(text: str, start: int) -> bool:
    """Whether the number at `start` of `text` is the caller's own, and not that of whom he complains of."""
    before = text[:start]
    return bool(_pattern("own_number").search(before)) or not _pattern("others_number").search(before)


def story(text: str) -> str:
    """Return what `text` is about: without "你好,我要反映一下", name, number and wish for secrecy."""
    rest = trim(_pattern("story_heads").sub("", text.strip(), count=1)) or trim(text)
    told = LONG_NUMBER.sub(lambda found: "" if is_own_number(rest, found.start()) else found[0], rest)
    clauses = [trim(clause) for clause in re.split(r"[,。!?;]", told)]
    return ",".join(clause for clause in clauses if clause and not _belongs_elsewhere(clause)) or rest


def _belongs_elsewhere(clause: str) -> bool:
    return bool(_pattern("other_clauses").match(clause)) or says(clause, Command.SECRET)


def added(text: str) -> str:
    """Return what `text` adds, without "我还要补充"."""
    return trim(_pattern("adding").sub("", text)) or trim(text)


def item_words() -> list[dict[str, str]]:
    """Return the items of the read-back: the slot of each, what callers call it, the line that asks for it."""
    words: list[dict[str, str]] = _data()["items"]
    return words


def item_named(text: str) -> tuple[int, str] | None:
    """Return the place in `item_words` of the item that `text` calls wrong, and what follows; None for none."""
    for index, words in enumerate(item_words()):
        if match := _item(words["words"]).match(text):
            return index, text[match.end() :]
    return None


@cache
def _item(words: str) -> re.Pattern[str]:
    return re.compile(_data()["item_wrong"].format(words=words))


def at_home(text: str) -> bool:
    """Whether the unit needs the building, because it is in or at a home."""
    return bool(_pattern("at_home").search(text))


def when(text: str) -> str:
    """Return the time that `text` names, as it is said, "" where there is none."""
    found = [match[0] for match in _pattern("when").finditer(text)]
    return max(found, key=len) if found else ""


def needs_when(text: str) -> bool:
    """Whether the unit will ask first when it was."""
    return bool(_pattern("asks_when").search(text))


def on_a_road(text: str) -> bool:
    """Whether it is asked for a road or a workplace rather than for a home."""
    return bool(_pattern("on_a_road").search(text))


def spelled(plate: str) -> str:
    """Return how a plate is read back: letters by a word, digits one by one."""
    letters = _data()["letters_as"]
    names = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
    return plate[0] + ",".join(["", *(letters.get(char) or names.get(char, char) for char in plate[1:])])
