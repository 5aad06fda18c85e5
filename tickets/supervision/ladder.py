"""Which rungs of supervision are due for a ticket, and when the next will be. Pure: limits, case, time go in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from tickets.deadlines import CHINA, WorkingCalendar
from tickets.life import steps as s
from tickets.life.case import Case, Taken
from tickets.life.clocks import Deadline, Standing
from tickets.life.span import runs_out
from tickets.replies.facts import facts_of
from tickets.replies.library import Library
from tickets.supervision.rules import Rung, Supervision, When
from tickets.ticket import State, Ticket

MORNING = time(8)
"""When a promised ticket's day begins."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A rung that was climbed, on the ladder of which limit, and when."""

    rung: str
    clock: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DueRung:
    """A rung, what it is about (a limit's id, `urged:2`, `promise:2026-12-10`), and the moment at which it is due."""

    rung: Rung
    clock: str
    at: datetime
    deadline: Deadline | None = None


def sent_of(taken: Sequence[Taken]) -> list[Sent]:
    """Return the rungs that a ticket's steps tell of."""
    return [Sent(one.step.rung, one.step.clock, one.at) for one in taken if isinstance(one.step, s.Supervise)]


def due_rungs(
    deadlines: Sequence[Deadline],
    case: Case,
    rules: Supervision,
    now: datetime,
    sent: Sequence[Sent],
    calendar: WorkingCalendar = CHINA,
) -> list[DueRung]:
    """Return what is due at `now`: at most one rung of each ladder, so that nobody is passed over.

    A ladder that stood still (the program was off) goes on where it stood, with its distances kept. A rung is climbed
    once for each run of a limit; limits that are met, dropped or paused do not climb.
    """
    return [one for one in _ahead(deadlines, case, rules, now, sent, calendar) if one.at <= now]


def next_look(
    deadlines: Sequence[Deadline],
    case: Case,
    rules: Supervision,
    now: datetime,
    sent: Sequence[Sent],
    calendar: WorkingCalendar = CHINA,
) -> datetime | None:
    """Return when there will be something to do for a ticket, may be before `now`; None: not before its next step."""
    times = [one.at for one in _ahead(deadlines, case, rules, now, sent, calendar)]
    if case.state is State.PROMISED and case.promised:
        times.append(promise_ends(case, now))
    return min(times, default=None)


def rung_step(due: DueRung, ticket: Ticket, case: Case, now: datetime, library: Library) -> s.Supervise:
    """Return the step that climbs the rung, with its words about the ticket. Raises `TemplateUnknown`."""
    facts = facts_of(ticket, case, now, due.deadline, rung=due.rung.rung)
    words, _ = library.get("notice", due.rung.words).fill(facts)
    return s.Supervise(rung=due.rung.rung, words=words, clock=due.clock)


def promise_ends(case: Case, now: datetime) -> datetime:
    """Return the moment at which a promised ticket is taken up again: the morning of its day."""
    assert case.promised
    return datetime.combine(case.promised, MORNING, now.tzinfo)


def _ahead(
    deadlines: Sequence[Deadline],
    case: Case,
    rules: Supervision,
    now: datetime,
    sent: Sequence[Sent],
    calendar: WorkingCalendar,
) -> Iterator[DueRung]:
    """Yield the next rung of each ladder with its moment."""
    if case.state.over or case.state is State.DRAFT:
        return
    for one in deadlines:
        if one.ended is None and not one.paused:
            yield from _of_limit(one, rules, now, sent, calendar)
    for rung in rules.of(When.URGED):
        level = case.urged // rung.times
        if level and not _climbed(sent, rung, clock := f"urged:{level}"):
            yield DueRung(rung, clock, now)
    if case.state is State.PROMISED and case.promised:
        clock = f"promise:{case.promised}"
        for rung in rules.of(When.PROMISED):
            if not _climbed(sent, rung, clock):
                yield DueRung(rung, clock, promise_ends(case, now) - rung.before.length)


def _climbed(sent: Sequence[Sent], rung: Rung, clock: str) -> bool:
    return any(each.rung == rung.rung and each.clock == clock for each in sent)


def _of_limit(
    one: Deadline, rules: Supervision, now: datetime, sent: Sequence[Sent], calendar: WorkingCalendar
) -> Iterator[DueRung]:
    climbed = {each.rung: each.at for each in sent if each.clock == one.id and each.at >= one.started}
    if one.standing is not Standing.OVERDUE:
        for rung in rules.of(When.NEAR, one.id):
            if rung.rung not in climbed and one.near:
                yield DueRung(rung, one.id, max(one.near, one.started), one)
    base = one.due
    for rung in rules.of(When.OVERDUE, one.id):
        if rung.rung in climbed:
            base = max(base, climbed[rung.rung])
            continue
        at = runs_out(base, rung.after, calendar, one.stops)
        yield DueRung(rung, one.id, max(at, one.due + timedelta(seconds=1)), one)
        return
