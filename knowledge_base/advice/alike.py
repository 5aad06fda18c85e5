"""Which other entries say or ask the same as an entry, and in what they are alike."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from knowledge_base.advice.facts import likeness, pairs
from knowledge_base.advice.remarks import Remark, Severity
from knowledge_base.base import KnowledgeBase
from knowledge_base.entry import Entry
from knowledge_base.text import question_core

LIKE_QUESTION, SAME_QUESTION = 0.75, 0.9
"""Shares of pairs from which on two questions are alike, and ask the same."""
SAME_ANSWER = 0.6
"""And two spoken answers say the same."""
RELATED = 0.5
"""Share from which on two questions about the same aspect of matters of like names ask the same."""
_NAMED = 0.8
"""Share of the characters of a subject that a way of asking must have to name it."""
_TOLD = 8
"""Entries told of at most."""


@dataclass(frozen=True, slots=True)
class Alike:
    """How another entry is like the one in hand; shares are 0 to 1."""

    entry: Entry
    same_matter: bool
    """Subject and aspect are the same."""
    same_aspect: bool
    """The aspect is the same, and the one subject has the other in it: 因私护照 and 护照."""
    ways: tuple[str, ...]
    """Ways of asking that both have."""
    question: float
    answer: float

    @property
    def same(self) -> bool:
        """Whether both answer one question: what they say must then not differ."""
        alike = self.question >= SAME_QUESTION or self.answer >= SAME_ANSWER
        related = self.same_aspect and (bool(self.ways) or self.question >= RELATED)
        return self.same_matter or alike or related

    @property
    def score(self) -> float:
        """How much alike they are, to put the worst first."""
        return self.question + self.answer + self.same_matter + min(len(self.ways), 3) / 3


def neighbours(entry: Entry, base: KnowledgeBase, texts: Iterable[str]) -> tuple[Entry, ...]:
    """Return the entries that `texts` find in `base`, and those of the same subject, without `entry` itself."""
    found: dict[str, Entry] = {}
    for text in texts:
        decision = base.ask(text)
        for other in (*(candidate.entry for candidate in decision.candidates), *decision.options):
            found.setdefault(other.id, other)
    for other in base.entries:
        if entry.subject and other.subject == entry.subject:
            found.setdefault(other.id, other)
    found.pop(entry.id, None)
    return tuple(other for other in found.values() if hold_together(entry, other))


def hold_together(one: Entry, other: Entry) -> bool:
    """Say whether callers of one district may hear either on one day: its own answer comes before the city's."""
    if (one.areas or other.areas) and not set(one.areas) & set(other.areas):
        return False
    over = (one.valid_to and other.valid_from and one.valid_to < other.valid_from) or (
        other.valid_to and one.valid_from and other.valid_to < one.valid_from
    )
    return not over


def alike(entry: Entry, others: Iterable[Entry]) -> tuple[Alike, ...]:
    """Return how each of `others` is like `entry`, the most alike first."""
    return tuple(sorted((_compared(entry, other) for other in others), key=lambda found: -found.score))


def _compared(entry: Entry, other: Entry) -> Alike:
    own, theirs = _cores(entry), _cores(other)
    matter = bool(entry.subject and entry.aspect) and (entry.subject, entry.aspect) == (other.subject, other.aspect)
    ways = tuple(way for core, way in own.items() if core in theirs)
    if not matter and not _may_be_one_matter(entry, other):
        return Alike(other, False, False, ways, 0.0, 0.0)
    question = max(
        likeness(pairs(entry.question), pairs(other.question)), float(question_core(entry.question) in theirs)
    )
    contained = bool(entry.subject and other.subject) and (
        entry.subject in other.subject or other.subject in entry.subject
    )
    same_aspect = contained and bool(entry.aspect) and entry.aspect == other.aspect
    return Alike(other, matter, same_aspect, ways, question, likeness(pairs(entry.spoken), pairs(other.spoken)))


def _may_be_one_matter(one: Entry, other: Entry) -> bool:
    """Say whether one may name the matter of the other in another way; 水费 and 电费 differ in all that counts."""
    if one.subject == other.subject:
        # Two aspects of one matter are two entries.
        return not (one.aspect and other.aspect)
    return not (one.subject and other.subject) or _named_by(one.subject, other) or _named_by(other.subject, one)


def _named_by(subject: str, entry: Entry) -> bool:
    wanted = set(subject)
    return any(
        len(wanted & set(way)) >= _NAMED * len(wanted) for way in (entry.subject, entry.question, *entry.asked)
    )


@lru_cache(maxsize=20_000)
def _cores(entry: Entry) -> dict[str, str]:
    return {question_core(way): way for way in (entry.question, *entry.asked)}


def duplicates(found: Iterable[Alike]) -> Iterator[Remark]:
    """Yield a remark on each entry that says or asks the same, at most a few."""
    told = 0
    for one in found:
        reasons = list(_reasons(one))
        if reasons and told < _TOLD:
            told += 1
            other = one.entry
            what = f"与 {other.id}“{other.question}”({other.department or '无责任部门'})相近:{';'.join(reasons)}"
            yield Remark(Severity.LOOK if one.same else Severity.HINT, "duplicate", what, "", other.id, one.ways)


def _reasons(one: Alike) -> Iterator[str]:
    if one.same_matter:
        yield "事项和方面相同"
    if one.question >= LIKE_QUESTION:
        yield f"问题相似 {one.question:.0%}"
    if one.answer >= SAME_ANSWER:
        yield f"口语答复相似 {one.answer:.0%}"
    if one.ways:
        yield f"有相同的问法“{'”“'.join(one.ways[:3])}”"
