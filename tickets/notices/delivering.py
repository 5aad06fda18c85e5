"""Delivers what waits in the outbox: each by its way, none that is not needed any more, failures tried again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from core.database import Database
from core.errors import HotlineError
from core.events import history
from tickets.callback_planning import ticket_of
from tickets.deadlines import CHINA, WorkingCalendar
from tickets.life.clocks import deadlines
from tickets.life.record import steps_of, stream
from tickets.notices import outbox
from tickets.notices.citizen import address_of
from tickets.notices.contacts import Contacts
from tickets.notices.outbox import CITIZEN, Notice
from tickets.notices.ways import Carrier
from tickets.supervision.rules import Way


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many were sent, will be tried again, were given up, and were let go because it was done already."""

    sent: int = 0
    again: int = 0
    failed: int = 0
    withdrawn: int = 0

    def __add__(self, other: "Delivered") -> "Delivered":
        return Delivered(
            self.sent + other.sent,
            self.again + other.again,
            self.failed + other.failed,
            self.withdrawn + other.withdrawn,
        )


class Delivery:
    """Takes notices one by one and hands them to the carrier of their way.

    A notice is sent at least once: where the program dies between sending and noting, it is sent again under its id.
    """

    def __init__(
        self,
        database: Database,
        carriers: Mapping[Way, Carrier],
        contacts: Contacts,
        calendar: WorkingCalendar = CHINA,
    ) -> None:
        self._database, self._carriers, self._contacts, self._calendar = database, carriers, contacts, calendar

    def deliver(self, now: datetime, most: int = 500) -> Delivered:
        """Send what is due at `now`, `most` notices at most. Blocking: waits for gateways."""
        done = Delivered()
        for _ in range(most):
            one = self._database.run(partial(outbox.take, now=now, ways=self._carriers))
            if one is None:
                break
            done += self._one(one, now)
        return done

    def _one(self, one: Notice, now: datetime) -> Delivered:
        to = self._database.run(partial(self._checked, one=one, now=now))
        if to is None:
            return Delivered(withdrawn=1)
        if not to:
            self._failed(one, f"通讯录里没有{one.recipient}的{'手机号' if one.way is Way.SMS else '邮箱'}", now, True)
            return Delivered(failed=1)
        try:
            for each in to:
                self._carriers[one.way].send(one, each)
        except Exception as error:  # one that nobody can send must not hold up all others
            why = str(error) if isinstance(error, HotlineError) else type(error).__name__
            again = self._failed(one, why, now)
            return Delivered(again=1) if again else Delivered(failed=1)
        self._database.run(partial(outbox.sent, one=one, now=now))
        return Delivered(sent=1)

    def _failed(self, one: Notice, why: str, now: datetime, for_good: bool = False) -> bool:
        return self._database.run(partial(outbox.failed, one=one, why=why, now=now, for_good=for_good))

    def _checked(self, connection: Connection, one: Notice, now: datetime) -> tuple[str, ...] | None:
        """Return where the notice goes; None where it was let go, because what it presses for is done."""
        if not_needed(connection, one.ticket, [one], now, self._calendar):
            return None
        if one.recipient == CITIZEN:
            ticket = ticket_of(connection, one.ticket)
            address = address_of(ticket.contact, one.way) if ticket else ""
            return (address,) if address else ()
        return self._contacts.of(one.recipient, one.way)


def not_needed(
    connection: Connection, ticket: str, notices: list[Notice], now: datetime, calendar: WorkingCalendar = CHINA
) -> list[Notice]:
    """Let go of those of `notices` whose limit has ended (met, dropped, over), and return them."""
    pressing = [one for one in notices if one.clock]
    if not pressing:
        return []
    assert now.tzinfo is not None
    taken = steps_of(history(connection, stream(ticket)), now.tzinfo)
    running = {
        (limit.id, limit.started.timestamp()) for limit in deadlines(taken, calendar, now) if limit.ended is None
    }
    gone = [one for one in pressing if (one.clock, one.started.timestamp() if one.started else 0.0) not in running]
    outbox.withdraw(connection, gone, now, "已经办理,不再提醒")
    return gone
