"""Every limit of a ticket: when it began, by when it is to be met, and whether it was. From the log alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from tickets.deadlines import WorkingCalendar
from tickets.life import steps as s
from tickets.life.case import Case, Clock, Taken, after
from tickets.life.span import Interval, Span, runs_out
from tickets.ticket import State


class Standing(StrEnum):
    """How a limit stands."""

    RUNNING = "计时中"
    PAUSED = "暂停"
    NEAR = "即将到期"
    OVERDUE = "超期"
    MET = "按时"
    LATE = "超期完成"
    DROPPED = "不再计时"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A limit as it stands; times are aware."""

    id: str
    called: str
    unit: str
    """Whose it is: the lead unit when it began; empty for the centre's own."""
    started: datetime
    due: datetime
    """While it is paused, what is left from now on."""
    near: datetime
    """From when on it is near due."""
    standing: Standing
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Run:
    clock: Clock
    unit: str
    started: datetime
    ended: datetime | None = None
    met: bool = False
    more: tuple[Span, ...] = field(default=())
    """Extensions that were granted."""


def deadlines(taken: Sequence[Taken], calendar: WorkingCalendar, now: datetime) -> list[Deadline]:
    """Return every limit of a ticket in the order in which they began, as they stand at `now`.

    `taken` are its steps, oldest first. A limit that begins again ends the one of that name which still runs.
    """
    runs: list[_Run] = []
    stops: list[Interval] = []
    since: datetime | None = None
    case = Case()
    for one in taken:
        before, case = case, after(case, one)
        runs = [_ended(run, one, before) if run.ended is None else run for run in runs]
        begun = {clock.id for clock in one.clocks}
        runs = [replace(run, ended=one.at) if run.ended is None and run.clock.id in begun else run for run in runs]
        unit = case.lead.unit if case.lead else ""
        runs += [_Run(clock, unit if clock.of_unit else "", one.at) for clock in one.clocks]
        if _still(case) and since is None:
            since = one.at
        elif not _still(case) and since is not None:
            stops.append((since, max(since, one.at)))
            since = None
    if since is not None:
        stops.append((since, max(since, now)))
    return [_deadline(run, stops, since is not None, calendar, now) for run in runs]


def _still(case: Case) -> bool:
    """Whether the clocks of a unit stand still."""
    return case.asking or case.state is State.PROMISED


def _ended(run: _Run, one: Taken, before: Case) -> _Run:
    granted = before.pending if isinstance(one.step, s.Grant) else None
    asked = granted.step if granted else None
    if isinstance(asked, s.Extend) and run.clock.extends:
        return replace(run, more=(*run.more, asked.by))
    if one.step.id in run.clock.ends:
        if isinstance(one.step, s.Sign | s.Arrive | s.Feedback) and run.unit and one.by.unit != run.unit:
            return run  # those that assist do not meet the lead's limit
        return replace(run, ended=one.at, met=True)
    taken_away = isinstance(one.step, s.Redispatch) or (granted is not None and before.leaves_all(granted))
    if one.to.over or (run.clock.of_unit and taken_away):
        return replace(run, ended=one.at)
    return run


def _deadline(
    run: _Run, stops: Sequence[Interval], still: bool, calendar: WorkingCalendar, now: datetime
) -> Deadline:
    clock = run.clock
    waits = stops if clock.pauses else ()
    due = runs_out(run.started, clock.within, calendar, waits)
    for span in run.more:
        due = runs_out(due, span, calendar, waits)
    near = due - clock.near.length
    standing = _standing(run, due, near, still, now)
    return Deadline(clock.id, clock.called, run.unit, run.started, due, near, standing, run.ended)


def _standing(run: _Run, due: datetime, near: datetime, still: bool, now: datetime) -> Standing:
    if run.ended is not None:
        if not run.met:
            return Standing.DROPPED
        return Standing.MET if run.ended <= due else Standing.LATE
    if now > due:
        return Standing.OVERDUE
    if still and run.clock.pauses:
        return Standing.PAUSED
    return Standing.NEAR if now >= near else Standing.RUNNING
