"""Where a ticket stands: what its event log adds up to. Pure: events go in, a case comes out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from tickets.life import steps as s
from tickets.life.roles import Actor
from tickets.life.span import Span
from tickets.ticket import State


@dataclass(frozen=True, slots=True)
class Clock:
    """A limit that begins with a step; it is kept with the step, so that later rules change nothing here."""

    id: str
    called: str
    within: Span
    near: Span
    """So long before its end it is near due."""
    ends: tuple[str, ...]
    """The steps that meet it."""
    pauses: bool = True
    """Whether it stands still while the citizen is asked, or the matter is promised for later."""
    extends: bool = False
    """Whether an extension that is granted prolongs it."""
    of_unit: bool = True
    """Whether it is over when the ticket is taken from the unit."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken: an event of the log, read."""

    at: datetime
    """Aware, local time."""
    by: Actor
    step: s.AnyStep
    to: State
    """Where it led, by the rules of then."""
    clocks: tuple[Clock, ...] = ()
    """The limits that began with it."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A unit that has the ticket."""

    unit: str
    lead: bool
    """主办; otherwise it assists (协办)."""
    sent: datetime
    above: str = ""
    """The unit that passed it on."""
    signed: datetime | None = None
    answered: datetime | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket's standing. `steps` counts its events: who acts names the count that he saw."""

    state: State = State.DRAFT
    steps: int = 0
    units: tuple[Assignment, ...] = ()
    way: s.Way = s.Way.STRAIGHT
    limit: Span | None = None
    """The time limit that was given with the last dispatch."""
    pending: Taken | None = None
    """What a unit has asked for: a return, an extension, a promise."""
    asking: bool = False
    """The citizen is asked for more."""
    returns: tuple[str, ...] = ()
    """The units whose returns were granted."""
    extensions: int = 0
    promised: date | None = None
    redone: int = 0
    urged: int = 0
    rungs: tuple[str, ...] = ()
    """How supervision went up."""
    merged_into: str = ""
    joined: tuple[str, ...] = ()
    called_back: s.CallBack | None = None
    closed: datetime | None = None
    opened: datetime | None = None
    evaded: tuple[tuple[str, str], ...] = ()
    """Pairs of a unit that returned it and the one that it named."""

    @property
    def lead(self) -> Assignment | None:
        """The unit that answers for it: the first that signed where that decides, otherwise the one that leads."""
        return next((one for one in self.units if one.lead), None)

    def has(self, unit: str) -> bool:
        """Whether `unit` has it now."""
        return any(one.unit == unit for one in self.units)

    def of(self, unit: str) -> Assignment | None:
        """Return the part that `unit` has."""
        return next((one for one in self.units if one.unit == unit), None)

    def leaves_all(self, asked: Taken) -> bool:
        """Whether a return, once granted, takes the ticket from every unit: that of one who assists does not."""
        mine = self.of(asked.by.unit)
        return isinstance(asked.step, s.Return) and (mine is None or mine.lead)


def fold(taken: Iterable[Taken]) -> Case:
    """Return what the steps, oldest first, add up to."""
    case = Case()
    for one in taken:
        case = after(case, one)
    return case


def after(case: Case, taken: Taken) -> Case:
    """Return the case after one more step."""
    step, at = taken.step, taken.at
    changed = replace(case, state=taken.to, steps=case.steps + 1)
    match step:
        case s.Take():
            changed = replace(changed, opened=at)
        case s.Dispatch():  # and 改派, which is one
            units = (Assignment(step.lead, True, at), *(Assignment(unit, False, at) for unit in step.assisting))
            changed = replace(changed, units=units, way=step.way, limit=step.within, pending=None, asking=False)
        case s.Meet():
            changed = replace(changed, units=())
        case s.Sign():
            changed = replace(changed, units=_signed(case, taken.by.unit, at))
        case s.PassOn():
            below = Assignment(step.to, False, at, above=taken.by.unit)
            changed = replace(changed, units=(*case.units, below))
        case s.Ask() | s.Tell():
            changed = replace(changed, asking=isinstance(step, s.Ask))
        case s.Return() | s.Extend() | s.Promise():
            changed = replace(changed, pending=taken)
        case s.Grant():
            changed = _granted(case, changed)
        case s.Refuse():
            changed = replace(changed, pending=None)
        case s.Resume():
            changed = replace(changed, promised=None)
        case s.Feedback():
            units = tuple(replace(one, answered=at) if one.unit == taken.by.unit else one for one in case.units)
            mine = case.of(taken.by.unit)
            changed = replace(changed, units=units)
            if mine is None or mine.lead:  # what one who assists has done ends no promise of the lead's
                changed = replace(changed, asking=False, promised=None)
        case s.SendBack():
            changed = replace(changed, units=_again(case))
        case s.CallBack():
            changed = replace(changed, called_back=step)
            if taken.to is State.HANDLING:
                changed = replace(changed, redone=case.redone + 1, units=_again(case), closed=None)
        case s.Redo():
            changed = replace(changed, redone=case.redone + 1, units=_again(case), closed=None)
        case s.Merge():
            changed = replace(changed, merged_into=step.into)
        case s.Joined():
            changed = replace(changed, joined=(*case.joined, step.number))
        case s.Unmerge():  # whoever had it before has heard that it is over
            changed = replace(
                changed, merged_into="", units=(), pending=None, asking=False, promised=None, closed=None
            )
        case s.Urge():
            changed = replace(changed, urged=case.urged + 1)
        case s.Supervise():
            changed = replace(changed, rungs=(*case.rungs, step.rung))
        case _:
            pass
    return replace(changed, closed=at) if changed.state.over and not case.state.over else changed


def _signed(case: Case, unit: str, at: datetime) -> tuple[Assignment, ...]:
    """Where whoever signs first is responsible (首接负责), the first signature makes the lead."""
    first = case.way is s.Way.FIRST and not any(one.signed for one in case.units)
    return tuple(
        replace(one, signed=at if one.unit == unit else one.signed, lead=one.unit == unit if first else one.lead)
        for one in case.units
    )


def _again(case: Case) -> tuple[Assignment, ...]:
    return tuple(replace(one, answered=None) for one in case.units)


def _granted(case: Case, changed: Case) -> Case:
    asked = case.pending
    changed = replace(changed, pending=None)
    match asked.step if asked else None:
        case s.Return() as wanted:
            assert asked is not None
            evaded = ((asked.by.unit, wanted.should_be),) if wanted.should_be else ()
            units = () if case.leaves_all(asked) else tuple(one for one in case.units if one.unit != asked.by.unit)
            returns, evaded = (*case.returns, asked.by.unit), (*case.evaded, *evaded)
            return replace(changed, units=units, returns=returns, evaded=evaded, asking=case.asking and bool(units))
        case s.Extend():
            return replace(changed, extensions=case.extensions + 1)
        case s.Promise() as wanted:
            return replace(changed, promised=wanted.until)
        case _:
            return changed
