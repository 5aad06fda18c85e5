"""Who is told when a step is taken: notices of supervision, messages to the citizen; and those that are let go."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection

from core.events import history
from tickets.callback_planning import ticket_of
from tickets.contact import dialable
from tickets.deadlines import CHINA, WorkingCalendar
from tickets.intake.merging import callers
from tickets.life import steps as s
from tickets.life.case import Case, Taken
from tickets.life.clocks import Deadline, deadlines
from tickets.life.machine import Order, system
from tickets.life.record import steps_of, stream
from tickets.life.roles import Role
from tickets.notices import outbox
from tickets.notices.delivering import not_needed
from tickets.notices.outbox import CITIZEN, Notice
from tickets.replies.facts import facts_of
from tickets.replies.library import Library
from tickets.supervision.ladder import due_rungs, rung_step, sent_of
from tickets.supervision.rules import ABOVE, ASSISTING, LEAD, Rung, Supervision, Way
from tickets.ticket import State

RESUMED = "挂账恢复"
"""The rung of a promised ticket whose day has come."""
_CENTRE = "督办员"
"""Who is told where the ticket has no unit."""


class Telling:
    """A `tickets.life.store.Then`: writes notices in the transaction of the step that they are about."""

    def __init__(self, rules: Supervision, library: Library, calendar: WorkingCalendar = CHINA) -> None:
        self._rules, self._library, self._calendar = rules, library, calendar

    def __call__(self, connection: Connection, number: str, taken: Taken, case: Case) -> Iterable[Order]:
        """Let go of notices that the step has made needless, and keep those that it calls for."""
        waits = outbox.waiting(connection, number, taken.at)
        not_needed(connection, number, waits, taken.at, self._calendar)
        if isinstance(taken.step, s.Supervise):
            outbox.put(connection, self._supervised(connection, number, taken, taken.step, case))
        if event := citizen_event(taken, case):
            for one in (number, *callers(connection, number, taken.at)):  # whose tickets were merged is told, too
                outbox.put(connection, self._to_citizen(connection, one, taken, case, event))
        if isinstance(taken.step, s.Urge):
            return self._urged(connection, number, taken, case)
        if isinstance(taken.step, s.Resume) and taken.by.role is Role.SYSTEM:
            return self._resumed(connection, number, taken, case)
        return ()

    def _urged(self, connection: Connection, number: str, taken: Taken, case: Case) -> Iterator[Order]:
        """Who has urged often enough is heard at once."""
        zone = taken.at.tzinfo
        assert zone is not None
        sent = sent_of(steps_of(history(connection, stream(number)), zone))
        ticket = ticket_of(connection, number)
        for due in due_rungs((), case, self._rules, taken.at, sent, self._calendar):
            if ticket:
                yield Order(rung_step(due, ticket, case, taken.at, self._library), system(), taken.at)

    def _resumed(self, connection: Connection, number: str, taken: Taken, case: Case) -> Iterator[Order]:
        """Whose day has come is told so by a step, like every other word of supervision."""
        if ticket := ticket_of(connection, number):
            words, _ = self._library.get("notice", "resumed").fill(facts_of(ticket, case, taken.at))
            yield Order(s.Supervise(rung=RESUMED, words=words), system(), taken.at)

    def _supervised(
        self, connection: Connection, number: str, taken: Taken, step: s.Supervise, case: Case
    ) -> Iterator[Notice]:
        rung = self._rules.named(step.rung)
        deadline = _running(connection, number, step.clock, taken, self._calendar)
        for name, way in told(rung, case):
            at = taken.at
            due = at if way is Way.DESK else self._rules.audible_from(at, rung.urgent if rung else False)
            started = deadline.started if deadline else None
            clock = step.clock if deadline else ""
            yield Notice(number, name, way, step.rung, step.words, at, due, clock, started)

    def _to_citizen(
        self, connection: Connection, number: str, taken: Taken, case: Case, event: str
    ) -> Iterator[Notice]:
        ticket, zone = ticket_of(connection, number), taken.at.tzinfo
        assert zone is not None
        if ticket is None or not dialable(ticket.contact):
            return
        limits = deadlines(steps_of(history(connection, stream(number)), zone), self._calendar, taken.at)
        handle = next((one for one in reversed(limits) if one.id == "handle" and one.ended is None), None)
        way = taken.step.legal_way if isinstance(taken.step, s.Decline) else ""
        facts = facts_of(ticket, case, taken.at, handle, legal_way=way)
        for template in self._library.sent_on(event):
            words, missing = template.fill(facts)
            if not missing:
                due = self._rules.audible_from(taken.at)
                yield Notice(number, CITIZEN, Way.SMS, template.name, words, taken.at, due)


def citizen_event(taken: Taken, case: Case) -> str:
    """Return of what the citizen is told after a step: an event of the templates, "" for nothing."""
    match taken.step:
        case s.Redispatch():
            return ""
        case s.Dispatch():
            return "dispatch"
        case s.Merge():
            return "merge"
        case s.Decline():
            return "decline"
        case s.Grant() if taken.to is State.PROMISED:
            return "promised"
        case s.CallBack() | s.Settle():
            return ""  # he has just been spoken with
        case s.Close() | s.Verify() | s.Feedback() if taken.to is State.CLOSED:
            return "closed"
        case _:
            return ""


def told(rung: Rung | None, case: Case) -> list[tuple[str, Way]]:
    """Return who is told by which way; a supervisor's own word goes to the lead unit's desk."""
    found: dict[tuple[str, Way], None] = {}
    for wanted in rung.tell if rung else (LEAD,):
        for name in _names(wanted, case):
            for way in rung.by if rung else (Way.DESK,):
                found[name, way] = None
    return list(found)


def _names(wanted: str, case: Case) -> Iterable[str]:
    if wanted == LEAD:
        return [case.lead.unit if case.lead else _CENTRE]
    if wanted == ASSISTING:
        return [one.unit for one in case.units if not one.lead and not one.above]
    if wanted == ABOVE:
        return [one.above for one in case.units if one.above]
    return [wanted]


def _running(
    connection: Connection, number: str, clock: str, taken: Taken, calendar: WorkingCalendar
) -> Deadline | None:
    """Return the limit of that id that runs now."""
    if not clock:
        return None
    assert taken.at.tzinfo is not None
    limits = deadlines(steps_of(history(connection, stream(number)), taken.at.tzinfo), calendar, taken.at)
    return next((one for one in reversed(limits) if one.id == clock and one.ended is None), None)
