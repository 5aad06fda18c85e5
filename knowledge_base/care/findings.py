"""What should be done about an entry, from its dates and from how it was used: a pure function."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from knowledge_base.settings import CareSettings

EXPIRING_DAYS = (30, 7, 1)
"""Days before its end at which the owner of an entry is told, the earliest first."""


class Care(StrEnum):
    """Why an entry needs somebody."""

    EXPIRING = "expiring"
    NEVER_HIT = "never_hit"
    REJECTED = "rejected"
    TO_HUMAN = "to_human"


CARE_NAMES = {
    Care.EXPIRING: "即将到期",
    Care.NEVER_HIT: "从未答过",
    Care.REJECTED: "常被否定",
    Care.TO_HUMAN: "答后常转人工",
}


@dataclass(frozen=True, slots=True)
class Held:
    """An entry that callers hear, as far as care looks at it; `since` is when it first was."""

    id: str
    department: str
    question: str
    since: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """How often an entry answered, came nearest to a question that was not answered, was rejected, led to a human."""

    answered: int = 0
    refused: int = 0
    rejected: int = 0
    to_human: int = 0

    def __add__(self, other: "Use") -> "Use":
        return Use(
            self.answered + other.answered,
            self.refused + other.refused,
            self.rejected + other.rejected,
            self.to_human + other.to_human,
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to do about one entry; `step` tells a reminder from a more urgent one of the same kind."""

    entry: str
    department: str
    question: str
    kind: Care
    step: int
    why: str

    @property
    def key(self) -> str:
        """What is not told again too soon."""
        return f"{self.entry}:{self.kind}:{self.step}"


def findings(held: Iterable[Held], used: Mapping[str, Use], today: date, rules: CareSettings) -> tuple[Finding, ...]:
    """Return what needs care `today`, the most urgent first; `used` is the use of each entry in `unused_days`."""
    found = [one for entry in held for one in _of(entry, used.get(entry.id, Use()), today, rules)]
    order = list(Care)
    return tuple(sorted(found, key=lambda one: (order.index(one.kind), one.step, one.entry)))


def _of(entry: Held, use: Use, today: date, rules: CareSettings) -> Iterator[Finding]:
    def found(kind: Care, why: str, step: int = 0) -> Finding:
        return Finding(entry.id, entry.department, entry.question, kind, step, why)

    if entry.valid_to is not None and 0 <= (left := (entry.valid_to - today).days) <= max(EXPIRING_DAYS):
        step = min(days for days in EXPIRING_DAYS if left <= days)
        yield found(Care.EXPIRING, f"{entry.valid_to} 到期,还有 {left} 天", step)
    if not use.answered and (today - entry.since).days >= rules.unused_days:
        yield found(Care.NEVER_HIT, f"{rules.unused_days} 天里没有答过一次")
    if _often(use.rejected, use.answered, rules.rejected_share, rules):
        yield found(Care.REJECTED, f"答了 {use.answered} 次,{use.rejected} 次被否定")
    if _often(use.to_human, use.answered, rules.to_human_share, rules):
        yield found(Care.TO_HUMAN, f"答了 {use.answered} 次,{use.to_human} 次随后转人工")


def _often(times: int, answered: int, share: float, rules: CareSettings) -> bool:
    return times >= rules.least_times and times >= share * answered


def due(found: Sequence[Finding], told: Mapping[str, date], today: date, every_days: int = 7) -> tuple[Finding, ...]:
    """Return what is to be told `today`: what was not told (`Finding.key` → day) in the last `every_days`."""
    return tuple(
        one for one in found if (last := told.get(one.key)) is None or not 0 <= (today - last).days < every_days
    )
