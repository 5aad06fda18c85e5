"""What a text says is needed, allowed or paid for, and what not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from knowledge_base.advice.facts import CLAUSE, SENTENCE, data, pairs
from knowledge_base.text import clean

_SHORTEST = 2
"""Characters that what is spoken of must have."""
_ALIKE = 0.75
"""Share of the shorter one's pairs that the other must have to speak of the same."""


@dataclass(frozen=True, slots=True)
class Stance:
    """Whether something is needed (allowed, paid for), what it is, and what is said before it (on what condition)."""

    kind: str
    so: bool
    of: frozenset[str]
    before: frozenset[str]
    sentence: str

    def speaks_of_the_same(self, other: "Stance") -> bool:
        """Say whether both are about the same thing, under conditions that differ in nothing that both name."""
        return (
            self.kind == other.kind and _within(self.of, other.of) and _within(self.before, other.before, empty=True)
        )


def _within(one: frozenset[str], other: frozenset[str], empty: bool = False) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if not shorter:
        return empty and not longer
    return len(shorter & longer) >= _ALIKE * len(shorter)


@lru_cache(maxsize=20_000)
def stances(text: str) -> tuple[Stance, ...]:
    """Return what `text` says to be so or not so."""
    return tuple(
        stance
        for sentence in SENTENCE.findall(text)
        for clause in CLAUSE.findall(sentence)
        for stance in _of_clause(clause, sentence.strip())
    )


def _of_clause(clause: str, sentence: str) -> Iterator[Stance]:
    for kind, pattern in _patterns().items():
        found = pattern.search(clause)
        if found is None:
            continue
        of_what, before = clause[found.end() :].split("、")[0], clause[: found.start()]
        if kind in data()["of_the_clause"]:
            of_what, before = before, ""
        # 不能到场的可以委托 says under what condition, not that nobody can come.
        if len(clean(of_what)) >= _SHORTEST and "的" not in clause[found.end() :]:
            yield Stance(kind, found["so"] is not None, pairs(of_what), pairs(before), sentence)


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    rows = data()["opposites"] | data()["of_the_clause"]
    return {kind: re.compile(f"(?P<not>{row['not']})|(?P<so>{row['so']})") for kind, row in rows.items()}
