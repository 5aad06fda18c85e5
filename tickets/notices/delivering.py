"""Delivers what waits in the outbox: each by its way, none that is not needed any more, failures tried again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from core.clock import Clock
from core.database import Database
from core.errors import HotlineError
from core.events import history
from tickets.callback_planning import ticket_of
from tickets.deadlines import CHINA, WorkingCalendar
from tickets.life import steps as s
from tickets.life.case import Taken
from tickets.life.clocks import deadlines
from tickets.life.record import steps_of, stream
from tickets.notices import outbox
from tickets.notices.citizen import RECEIVED, address_of
from tickets.notices.contacts import Contacts
from tickets.notices.outbox import CITIZEN, Notice
from tickets.notices.ways import Carrier
from tickets.supervision.rules import Supervision, Way
from tickets.ticket import State

_JUST_NOW = timedelta(minutes=10)
"""So long whoever has just written himself is answered also at night."""
_WITH_UNITS = frozenset({State.SENT, State.HANDLING, State.PROMISED})


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
    Each of several numbers or addresses has a notice of its own, so that one that fails is tried again alone.
    """

    def __init__(
        self,
        database: Database,
        carriers: Mapping[Way, Carrier],
        contacts: Contacts,
        rules: Supervision,
        calendar: WorkingCalendar = CHINA,
    ) -> None:
        self._database, self._carriers, self._contacts = database, carriers, contacts
        self._rules, self._calendar = rules, calendar

    def deliver(self, clock: Clock, most: int = 500) -> Delivered:
        """Send what is due, `most` notices at most; each at the time of `clock`. Blocking: waits for gateways."""
        done = Delivered()
        for _ in range(most):
            now = clock.now()  # anew for each: a gateway may be waited for longer than a lease lasts
            one = self._database.run(partial(outbox.take, now=now, ways=self._carriers))
            if one is None:
                break
            done += self._one(one, now, clock)
        return done

    def _one(self, one: Notice, now: datetime, clock: Clock) -> Delivered:
        audible = self._rules.audible_from(now, self._at_once(one, now))
        if audible > now:
            self._database.run(partial(outbox.put_off, one=one, until=audible))
            return Delivered()
        to = self._database.run(partial(self._checked, one=one, now=now))
        if to is None:
            return Delivered(withdrawn=1)
        if not to:
            self._failed(one, f"通讯录里没有{one.recipient}的{'手机号' if one.way is Way.SMS else '邮箱'}", now, True)
            return Delivered(failed=1)
        try:
            self._carriers[one.way].send(one, to)
        except Exception as error:  # one that nobody can send must not hold up all others
            why = str(error) if isinstance(error, HotlineError) else type(error).__name__
            again = self._failed(one, why, clock.now())
            return Delivered(again=1) if again else Delivered(failed=1)
        self._database.run(partial(outbox.sent, one=one, now=clock.now()))
        return Delivered(sent=1)

    def _at_once(self, one: Notice, now: datetime) -> bool:
        """Whether it does not wait for the morning."""
        if one.recipient == CITIZEN:
            return one.subject == RECEIVED and now < one.created + _JUST_NOW
        rung = self._rules.named(one.subject)
        return rung is not None and rung.urgent

    def _failed(self, one: Notice, why: str, now: datetime, for_good: bool = False) -> bool:
        return self._database.run(partial(outbox.failed, one=one, why=why, now=now, for_good=for_good))

    def _checked(self, connection: Connection, one: Notice, now: datetime) -> str | None:
        """Return where the notice goes, "" where nobody knows; None where it was let go, because it is done."""
        if not_needed(connection, one.ticket, [one], now, self._calendar):
            return None
        if one.recipient == CITIZEN:
            ticket = ticket_of(connection, one.ticket)
            return address_of(ticket.contact, one.way) if ticket else ""
        all_ = self._contacts.of(one.recipient, one.way)
        if one.place == 1:
            outbox.spread(connection, one, len(all_), now)
        elif one.place > len(all_):  # the contacts have changed since: there are fewer now
            outbox.withdraw(connection, [one], now, "通讯录已没有这个号码或邮箱")
            return None
        return all_[one.place - 1] if all_ else ""


def not_needed(
    connection: Connection, ticket: str, notices: list[Notice], now: datetime, calendar: WorkingCalendar = CHINA
) -> list[Notice]:
    """Let go of those of `notices` to officers whose limit has ended (met, dropped, over), and return them.

    One that presses for no limit ends when the ticket is over, or is no longer with the units that had it then.
    """
    pressing = [one for one in notices if one.recipient != CITIZEN]
    if not pressing:
        return []
    assert now.tzinfo is not None
    taken = steps_of(history(connection, stream(ticket)), now.tzinfo)
    running = {
        (limit.id, limit.started.timestamp()) for limit in deadlines(taken, calendar, now) if limit.ended is None
    }
    gone = [
        one
        for one in pressing
        if (one.clock and (one.clock, one.started.timestamp() if one.started else 0.0) not in running)
        or (not one.clock and _has_left(one, taken))
    ]
    outbox.withdraw(connection, gone, now, "已经办理,不再提醒")
    return gone


def _has_left(one: Notice, taken: Sequence[Taken]) -> bool:
    """Whether those whom `one` presses have dealt with the ticket since the step that it is about."""
    steps = iter(taken)
    about = next((each for each in steps if _is_about(one, each)), None)
    if about is None:
        return False
    if about.to in _WITH_UNITS:
        return any(each.to not in _WITH_UNITS or isinstance(each.step, s.Redispatch) for each in steps)
    return not about.to.over and any(each.to.over for each in steps)


def _is_about(one: Notice, taken: Taken) -> bool:
    step = taken.step
    return isinstance(step, s.Supervise) and step.rung == one.subject and taken.at == one.created
