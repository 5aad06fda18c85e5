"""What lists need to know of a ticket, from its steps alone: who has to do something, and by when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tickets.deadlines import WorkingCalendar
from tickets.life.case import Case, Taken, fold
from tickets.life.clocks import Deadline, Standing, deadlines
from tickets.supervision.ladder import next_look, sent_of
from tickets.supervision.rules import Supervision
from tickets.ticket import State

_RUNS = frozenset({Standing.RUNNING, Standing.NEAR, Standing.OVERDUE})
_AT_CENTRE = frozenset({State.OPEN, State.READY, State.MEETING, State.ANSWERED, State.VERIFIED})
CENTRE = ""
"""The unit of what the hotline itself has to do."""


@dataclass(frozen=True, slots=True)
class Work:
    """What one unit has to do about a ticket."""

    unit: str
    lead: bool
    due: datetime | None
    """When its next limit runs out; None while all stand still."""


@dataclass(frozen=True, slots=True)
class Listed:
    """How a ticket is listed."""

    unit: str = ""
    """The lead unit, or the last one."""
    work: tuple[Work, ...] = ()
    alarm: datetime | None = None
    """When supervision has to look at it next: a rung of the ladder is due, or a promised day comes; None: never."""
    closed: datetime | None = None


def listed(taken: Sequence[Taken], calendar: WorkingCalendar, now: datetime, rules: Supervision) -> Listed:
    """Return how the ticket of these steps, oldest first, is listed from `now` on until its next step."""
    case, limits = fold(taken), deadlines(taken, calendar, now)
    unit = case.lead.unit if case.lead else ""
    if case.state.over:
        return Listed(unit, (), None, case.closed)
    running = [limit for limit in limits if limit.standing in _RUNS]
    alarm = next_look(limits, case, rules, now, sent_of(taken), calendar)
    return Listed(unit, tuple(_work(case, running)), alarm, None)


def _work(case: Case, limits: Sequence[Deadline]) -> Iterable[Work]:
    if case.state in _AT_CENTRE or case.pending or not case.units:
        yield Work(CENTRE, False, _first(limit.due for limit in limits if limit.unit == CENTRE))
    for one in case.units:
        if one.answered is None and case.state not in _AT_CENTRE:
            # A unit that assists, or that the lead unit has passed it on to, has the lead's time.
            yield Work(one.unit, one.lead, _first(limit.due for limit in limits if limit.unit != CENTRE))


def _first(times: Iterable[datetime]) -> datetime | None:
    return min(times, default=None)
