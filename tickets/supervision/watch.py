"""Lets tickets climb the ladder: looks at each whose alarm has come, takes the step, resumes what was promised."""

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import select

from core.database import Database
from tickets.callback_planning import ticket_of
from tickets.deadlines import CHINA, WorkingCalendar
from tickets.errors import StepRefused
from tickets.life import steps as s
from tickets.life.case import Case, Taken, fold
from tickets.life.clocks import Deadline, deadlines
from tickets.life.machine import Order, system
from tickets.life.store import LifeStore
from tickets.replies.library import Library
from tickets.supervision.ladder import DueRung, due_rungs, promise_ends, rung_step, sent_of
from tickets.supervision.open_tickets import AlarmedTickets
from tickets.supervision.rules import Supervision
from tickets.ticket import State, Ticket

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Watched:
    """How many tickets were looked at, rungs climbed, promised tickets taken up again, and steps refused."""

    looked: int = 0
    climbed: int = 0
    resumed: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class _Seen:
    """A ticket as it stands when it is looked at."""

    ticket: Ticket
    taken: list[Taken]
    case: Case
    limits: list[Deadline]


class Watch:
    """Supervision by the system. Several may run at once: a step is taken by the one that saw the newest log."""

    def __init__(
        self,
        database: Database,
        lives: LifeStore,
        rules: Supervision,
        library: Library,
        tickets: AlarmedTickets,
        calendar: WorkingCalendar = CHINA,
    ) -> None:
        self._database, self._lives, self._rules, self._library = database, lives, rules, library
        self._tickets, self._calendar = tickets, calendar
        self._bad: set[str] = set()

    def look(self, now: datetime) -> Watched:
        """Look once at all whose alarm has come by `now`, and do what is due. Raises `RecordsError`."""
        looked = climbed = resumed = refused = 0
        for number in self._tickets.due(now):
            looked += 1
            try:
                up, again = self._one(number, now)
            except StepRefused:  # somebody acted meanwhile, or the city lets nobody: seen again at the next look
                refused += 1
            except Exception as error:  # one ticket that cannot be read must not hold up all others
                self._passed_over(number, error)
                refused += 1
            else:
                climbed, resumed = climbed + up, resumed + again
        return Watched(looked, climbed, resumed, refused)

    def _one(self, number: str, now: datetime) -> tuple[int, int]:
        seen = self._seen(number, now)
        if seen is None:
            return 0, 0
        resumed = self._resume(seen, now)
        if resumed:
            seen = self._seen(number, now) or seen
        due = self._due(seen, now)
        if not due and not resumed:
            self._lives.look_again(number, now)
        for count, one in enumerate(due):
            step = rung_step(one, seen.ticket, seen.case, now, self._library)
            # The first step names what was seen; those after it are ours.
            self._lives.take(number, Order(step, system(), now, seen.case.steps + count))
        return len(due), int(resumed)

    def _passed_over(self, number: str, error: Exception) -> None:
        """Go on where it is the ticket that fails; raise `RecordsError` where it is the database.

        It is told once, and without what the error says: a citizen's words may be in it.
        """
        self._database.run(lambda c: c.execute(select(1)).all())
        if number not in self._bad:
            self._bad.add(number)
            log.error("ticket %s could not be supervised: %s", number, type(error).__name__)

    def _seen(self, number: str, now: datetime) -> _Seen | None:
        ticket = self._database.run(partial(ticket_of, number=number))
        if ticket is None:
            return None
        taken = self._lives.steps(number, now)
        case = fold(taken)
        return _Seen(ticket, taken, case, deadlines(taken, self._calendar, now))

    def _due(self, seen: _Seen, now: datetime) -> list[DueRung]:
        return due_rungs(seen.limits, seen.case, self._rules, now, sent_of(seen.taken), self._calendar)

    def _resume(self, seen: _Seen, now: datetime) -> bool:
        """Take a promised ticket up again on the morning of its day; `Telling` lets its unit know."""
        case = seen.case
        if case.state is not State.PROMISED or case.promised is None or now < promise_ends(case, now):
            return False
        self._lives.take(seen.ticket.number, Order(s.Resume(), system(), now, case.steps))
        return True
