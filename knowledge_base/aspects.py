"""What is asked about a matter (its aspect), what is denied, and which names and numbers are named."""

import re
from dataclasses import dataclass
from functools import lru_cache

from core.yaml_file import read_yaml
from knowledge_base.entry import Entry
from knowledge_base.text import DATA, clean

_CODES = re.compile(r"[a-z]*[0-9]+[a-z0-9]*[市区县州]?|[a-z]{2,}")
_NOT_DENIED = re.compile(
    "不动产|不好意思|不客气|能不能|可不可以|是不是|有没有|要不要|行不行|会不会|用不用|该不该|差不多|不锈钢|无线|未来|未成年|没事"
)
_DENIED = re.compile("不|没|未|无|别|非")

GENERAL = "办理"
"""The aspect of a question that asks for the matter as a whole."""


@dataclass(frozen=True, slots=True)
class Aspect:
    """An aspect's words in questions, its names in entries, and the field of an entry that answers it."""

    name: str
    words: tuple[str, ...]
    same: frozenset[str]
    field: str = ""
    asks: bool = False
    """It says what is asked (费用, 条件); else it says what happened (补办, 逾期), which an entry must share."""


@lru_cache(maxsize=1)
def aspects() -> dict[str, Aspect]:
    """Return the aspects that are known, by name."""
    rows = read_yaml(DATA / "aspects.yaml")
    return {
        name: Aspect(name, tuple(row["words"]), frozenset(row["same"]), row.get("field", ""), bool(row.get("asks")))
        for name, row in rows.items()
    }


def asked_aspects(question: str) -> frozenset[str]:
    """Return the aspects that the words of `question` show; none where it only names a matter."""
    text = clean(question).replace(" ", "")
    return frozenset(name for name, aspect in aspects().items() if any(word in text for word in aspect.words))


def covered_aspects(entry: Entry) -> frozenset[str]:
    """Return the aspects that `entry` is about: its own, and those that its question and ways of asking show."""
    own = {name for name, aspect in aspects().items() if entry.aspect in aspect.same}
    return frozenset(own).union(*(asked_aspects(way) for way in (entry.question, *entry.asked)))


@lru_cache(maxsize=1)
def _areas() -> tuple[str, ...]:
    return tuple(read_yaml(DATA / "names.yaml"))


def names(text: str) -> frozenset[str]:
    """Return the numbers, letter codes and areas that clean `text` names (a3, 12345, 城东)."""
    areas = {area.rstrip("区县") for area in _areas() if area in text}
    return frozenset(_CODES.findall(text)) | areas


def denials(text: str) -> int:
    """Return how many denials (不, 没, 未 …) clean `text` has, questions of the kind 能不能 left out."""
    return len(_DENIED.findall(_NOT_DENIED.sub("", text)))
