"""A gap: questions of one meaning that the hotline could not answer, and the rules of its life."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from knowledge_base.entry import Decision, Entry
from knowledge_base.gaps.listening import SOURCE_NAMES
from knowledge_base.text import question_core

ENOUGH = 0.8
"""Share of its questions that callers must be answered before a gap closes by itself."""
_MOST_WAYS = 30
"""Ways of asking that a draft takes over."""
_MASKED = "("
"""Begins what was left out of a question: nobody asks like that."""


class GapState(StrEnum):
    """Where a gap stands."""

    OPEN = "open"
    ASSIGNED = "assigned"
    DRAFTED = "drafted"
    CLOSED = "closed"
    DISMISSED = "dismissed"
    MERGED = "merged"


GAP_STATES = {
    GapState.OPEN: "待处理",
    GapState.ASSIGNED: "已交办",
    GapState.DRAFTED: "已起草",
    GapState.CLOSED: "已答上",
    GapState.DISMISSED: "不处理",
    GapState.MERGED: "已并入",
}
PENDING = (GapState.OPEN, GapState.ASSIGNED, GapState.DRAFTED)
"""States in which somebody has still to do something."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What is known of a gap; `counts` are its questions by source, forgotten ones too."""

    id: int
    state: GapState
    title: str
    department: str
    due: date | None
    entry: str
    """The draft that was made of it, or ""."""
    near: str
    """The entry that came nearest to its first question, or ""."""
    counts: Mapping[str, int]
    first_at: datetime
    last_at: datetime
    opened_at: datetime
    closed_at: datetime | None
    into: int
    """The gap that it was merged into, or 0."""

    @property
    def times(self) -> int:
        """How often it was asked."""
        return sum(self.counts.values())

    @property
    def sources(self) -> str:
        """How often for which reason, for people."""
        return "、".join(f"{SOURCE_NAMES[source]} {times}" for source, times in self.counts.items() if times)


@dataclass(frozen=True, slots=True)
class Question:
    """One question in a gap, masked, with the call to listen to."""

    id: int
    gap: int
    call: str
    at: datetime
    source: str
    question: str
    understood: str
    """As it was looked up in its context."""
    entry: str
    """The answer that the caller did not want, or ""."""
    reply: str
    """What an agent said to it."""


def is_answered(question: Question, decision: Decision, published_at: Mapping[str, datetime]) -> bool:
    """Whether `decision` answers what was asked: by an entry that the caller did not reject, or by a newer text."""
    if decision.kind != "answer" or decision.entry is None:
        return False
    newer = published_at.get(decision.entry.id)
    return decision.entry.id != question.entry or (newer is not None and newer > question.at)


def is_closed(questions: Sequence[Question], answered: Collection[int], opened_at: datetime) -> bool:
    """Whether enough of `questions` are `answered` (ids): of all, and of those since the gap was opened (again)."""
    newer = [question for question in questions if question.at >= opened_at]
    return bool(questions) and all(
        sum(question.id in answered for question in some) >= ENOUGH * len(some) for some in (questions, newer) if some
    )


def distinct(questions: Sequence[Question]) -> list[Question]:
    """Return `questions` without repetitions, what was asked most often first, then what was asked last."""
    asked: dict[str, list[Question]] = {}
    for question in questions:
        asked.setdefault(question_core(question.question), []).append(question)
    often = sorted(asked.values(), key=lambda same: (-len(same), -max(one.at for one in same).timestamp()))
    return [max(same, key=lambda one: one.at) for same in often]


def draft_from(gap: Gap, questions: Sequence[Question], id: str) -> Entry:
    """Return a draft of entry `id` with the ways in which callers asked; the answer is left to the department."""
    asked = [question.question for question in distinct(questions) if _MASKED not in question.question]
    first = asked[0] if asked else gap.title
    ways = tuple(way[:200] for way in asked[1 : _MOST_WAYS + 1])
    return Entry(id=id, question=first[:200], spoken="", asked=ways, department=gap.department)
