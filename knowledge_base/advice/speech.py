"""What in a spoken answer is hard to say, to hear or to remember, and how to write it instead."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from core.yaml_file import read_yaml
from knowledge_base.advice.places import telephones
from knowledge_base.advice.remarks import Remark, Severity
from knowledge_base.entry import Entry
from knowledge_base.reading import SPOKEN_SECONDS, spoken_seconds
from knowledge_base.text import DATA

_SENTENCE = re.compile(r"[^。！？!?\n]+")
_PAUSE = re.compile(r"[，。！？；：、,!?;:\n（）()]")
_CLAUSE = re.compile(r"[，。！？；：,!?;:\n]")


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    what: str
    how: str


@dataclass(frozen=True, slots=True)
class _Speech:
    rules: tuple[_Rule, ...]
    said_signs: frozenset[str]
    instead: dict[str, str]
    misread: dict[str, str]
    most_in_a_list: int
    longest_without_pause: int
    most_sentences: int
    most_numbers: int


@lru_cache(maxsize=1)
def speech() -> _Speech:
    """Return the rules."""
    data = read_yaml(DATA / "hard_to_speak.yaml")
    rules = tuple(_Rule(re.compile(row["pattern"], re.IGNORECASE), row["what"], row["how"]) for row in data["rules"])
    return _Speech(**{**data, "rules": rules, "said_signs": frozenset(data["said_signs"])})


def hard_to_speak(entry: Entry) -> Iterator[Remark]:
    """Yield remarks on the spoken answer of `entry`."""
    for what in _remarks(entry.spoken):
        yield Remark(Severity.LOOK, "speech", what, "spoken")
    for what in _hints(entry.spoken):
        yield Remark(Severity.HINT, "speech", what, "spoken")


def _remarks(spoken: str) -> Iterator[str]:
    known = speech()
    left = spoken
    for rule in known.rules:
        for it in dict.fromkeys(found.group().strip() for found in rule.pattern.finditer(left)):
            instead = known.instead.get(it.lower(), "")
            how = rule.how.format(instead=f",如“{instead}”" if instead else "")
            yield f"{rule.what.format(it=it)}。{how}"
        left = rule.pattern.sub(" ", left)  # the letters of an address are not told a second time
    signs = {
        character
        for character in spoken
        if not ("\u4e00" <= character <= "\u9fff" or character in known.said_signs or character.isspace())
        and not (character.isascii() and character.isalnum())
    } - {"〇"}
    if signs:
        yield f"“{''.join(sorted(signs))}”没有读音,会被略过。请换成文字"
    rare = {character for character in spoken if "\u4e00" <= character <= "\u9fff" and not _common(character)}
    if rare:
        yield f"“{''.join(sorted(rare))}”是冷僻字或繁体字,可能读错。请换一个常用字"
    for pattern, better in known.misread.items():
        if found := re.search(pattern, spoken):
            yield f"“{found.group()}”会读错音。请改写,如“{better}”"
    sentences = [one for one in _SENTENCE.findall(spoken) if one.strip()]
    if len(sentences) > known.most_sentences:
        yield f"有 {len(sentences)} 句话,来电人听过就忘。请缩成 {known.most_sentences} 句,其余放进正文"


def _hints(spoken: str) -> Iterator[str]:
    known = speech()
    for clause in _CLAUSE.split(spoken):
        items = clause.count("、") + 1
        if items > known.most_in_a_list:
            yield f"“{clause.strip()}”一口气列了 {items} 项,最多 {known.most_in_a_list} 项。其余可以由短信发送"
    for run in _PAUSE.split(spoken):
        if len(run) > known.longest_without_pause:
            yield f"“{run.strip()}”有 {len(run)} 个字没有停顿。请加逗号或拆成两句"
    if len(numbers := telephones(spoken)) > known.most_numbers:
        yield f"一次说了 {len(numbers)} 个电话号码,来电人记不住。请只留最要紧的"
    if 0.9 * SPOKEN_SECONDS < (seconds := spoken_seconds(spoken)) <= SPOKEN_SECONDS:
        yield f"约要说 {seconds:.1f} 秒,快到 {SPOKEN_SECONDS:.0f} 秒的上限"


def _common(character: str) -> bool:
    """Say whether `character` is in levels 1 and 2 of GB 2312."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return character == "〇"
    return True
