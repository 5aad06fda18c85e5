"""The numbers in a text that another text may contradict: amounts, spans, ages, shares, dates."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from core.yaml_file import read_yaml
from knowledge_base.advice.figures import DIGITS, NUMBER, worth
from knowledge_base.text import DATA, canonical, clean

SENTENCE = re.compile(r"[^。！？；!?;\n]+")
CLAUSE = re.compile(r"[^，,：:]+")
_SHORT = 4
"""A clause that says less than this many characters beside its number is read with the one before it."""


_NEAR = 1e-3
"""Difference in which 24 小时 and 一天 are the same."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One number of a text: its kind, its worth (from–to), how it is written, and what is said around it."""

    kind: str
    low: float
    high: float
    written: str
    sentence: str
    around: frozenset[str]
    """The pairs of characters of the clause without the number."""

    def agrees(self, other: "Fact") -> bool:
        """Say whether both are of one kind and give the same number, or one a range that has the other in it."""
        inside = self.low <= other.low + _NEAR and other.high <= self.high + _NEAR
        around = other.low <= self.low + _NEAR and self.high <= other.high + _NEAR
        return self.kind == other.kind and (inside or around)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of pairs that both have (Dice), 0 to 1."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


@lru_cache(maxsize=50_000)
def pairs(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters of `text`, cleaned and with synonyms made one."""
    return frozenset(first + second for first, second in pairwise(canonical(clean(text)).replace(" ", "")))


@lru_cache(maxsize=20_000)
def facts(text: str) -> tuple[Fact, ...]:
    """Return the numbers with a unit in `text`, in order; estimates (一百多块, 几天) are left out."""
    return tuple(fact for sentence in SENTENCE.findall(text) for fact in _of_sentence(sentence.strip()))


def _of_sentence(sentence: str) -> Iterator[Fact]:
    before = ""
    for clause in CLAUSE.findall(sentence):
        for found in _pattern().finditer(clause):
            read = _read(found)
            if read is None:
                continue
            rest = f"{clause[: found.start()]} {clause[found.end() :]}"
            if len(clean(rest).replace(" ", "")) < _SHORT:
                rest = f"{before} {rest}"
            yield Fact(*read, found.group().strip(), sentence, pairs(rest))
        before = clause


def _read(found: re.Match[str]) -> tuple[str, float, float] | None:
    """Return kind and worth of what the pattern found, or None for an estimate or no number."""
    part = found.groupdict()
    if part["vague"] or part["vague_before"]:
        return None
    if part["month"]:
        month, day = worth(part["month"]), worth(part["day"])
        return None if month is None or day is None else ("日期", month * 100 + day, month * 100 + day)
    if part["share"]:
        return _span("比例", part["share"], part["share_to"] or part["share"], 0.01)
    kind, size = _units()[part["unit"]]
    if kind == "年数" and (worth(part["number"]) or 0) > 1000:
        kind = "年份"
    span = _span(kind, part["from"] or part["number"], part["number"], size)
    if span and part["tail"]:  # 五毛五, 三块二, 八成六, 一米五
        tail = (worth(part["tail"] + "十") or 0) / 100 * size
        return span[0], round(span[1] + tail, 4), round(span[2] + tail, 4)
    return None if kind in data()["counted_by"] and part["number"] == "一" else span


def _span(kind: str, low: str, high: str, size: float) -> tuple[str, float, float] | None:
    first, last = worth(low), worth(high)
    return None if first is None or last is None else (kind, round(first * size, 4), round(last * size, 4))


@lru_cache(maxsize=1)
def _units() -> dict[str, tuple[str, float]]:
    return {unit: (kind, float(size)) for kind, row in data()["units"].items() for unit, size in row.items()}


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    unit = _any(_units())
    to = r"\s*(?:到|至|[-—–~～]{1,2})\s*"
    tail = f"(?P<tail>(?<=[块毛成米])[{DIGITS}](?![十百千万亿多几]))?"
    return re.compile(
        rf"(?P<vague_before>{_any(data()['vague_before'])})?(?:"
        rf"百分之(?P<share>{NUMBER})(?:{to}(?:百分之)?(?P<share_to>{NUMBER}))?"
        rf"|(?P<month>{NUMBER})月(?:份)?(?P<day>{NUMBER})[日号]"
        rf"|(?:(?P<from>{NUMBER})(?:{unit})?{to})?(?P<number>{NUMBER})"
        rf"(?P<vague>{_any(data()['vague'])})?\s*(?P<unit>{unit}){tail})"
    )


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


@lru_cache(maxsize=1)
def data() -> dict[str, Any]:
    """Return the words by which facts are known."""
    loaded: dict[str, Any] = read_yaml(DATA / "facts.yaml")
    return loaded
