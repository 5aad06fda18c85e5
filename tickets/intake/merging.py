"""Merging (并单): two tickets are one matter; the count is kept, callers are told, and none is left alone."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from core.events import history
from tickets.deadlines import CHINA, WorkingCalendar
from tickets.errors import StepRefused
from tickets.life import steps as s
from tickets.life.case import Case, Taken, fold
from tickets.life.machine import Order, system
from tickets.life.record import steps_of, stream
from tickets.life.roles import Actor
from tickets.life.rules import CityRules
from tickets.life.store import Then, take_step


def merge(
    connection: Connection,
    number: str,
    into: str,
    reason: str,
    by: Actor,
    now: datetime,
    rules: CityRules,
    calendar: WorkingCalendar,
    then: Sequence[Then] = (),
) -> Case:
    """Merge the ticket `number` into the one that `into` leads to; return the case of the latter, its count kept.

    `then` follows both steps: it tells the caller. Within an exclusive transaction, or where `number` is not known to
    anybody else yet. Raises `StepRefused`, `TicketUnknown`.
    """
    assert now.tzinfo is not None
    into = _followed(connection, into, now)
    joined = take_step(connection, into, Order(s.Joined(number=number), by, now), rules, calendar, then)
    take_step(connection, number, Order(s.Merge(into=into, reason=reason), by, now), rules, calendar, then)
    return joined


def merge_alone(
    connection: Connection,
    number: str,
    into: str,
    reason: str,
    now: datetime,
    rules: CityRules,
    calendar: WorkingCalendar,
    then: Sequence[Then] = (),
) -> bool:
    """Merge as the hotline itself; where that may not be (somebody has ended it, only people may) do nothing."""
    try:
        with connection.begin_nested():
            merge(connection, number, into, reason, system(), now, rules, calendar, then)
    except StepRefused:
        return False
    return True


class TakeOver:
    """A `tickets.life.store.Then`: what others were merged into is withdrawn by its caller, but not by them.

    The first of them takes the work over, at the units that had it; the others follow it. `then` follows these steps.
    """

    def __init__(self, rules: CityRules, calendar: WorkingCalendar = CHINA, then: Sequence[Then] = ()) -> None:
        self._rules, self._calendar, self._then = rules, calendar, tuple(then)

    def __call__(self, connection: Connection, number: str, taken: Taken, case: Case) -> Iterable[Order]:
        """Let those go that were merged into the ticket; nothing follows for the ticket itself."""
        if isinstance(taken.step, s.Withdraw):
            self._let_go(connection, number, case, taken.at)
        return ()

    def _let_go(self, connection: Connection, number: str, case: Case, now: datetime) -> None:
        followers = [one for one in case.joined if _follows(connection, one, number, now)]
        why = f"{number}的诉求人已撤回,本单诉求人没有撤回"
        for one in followers:
            self._takes(connection, one, s.Unmerge(reason=why), now)
        if not followers:
            return
        first, *others = followers
        for one in others:
            merge_alone(connection, one, first, why, now, self._rules, self._calendar, self._then)
        if case.lead and case.limit:
            assisting = tuple(one.unit for one in case.units if not one.lead and not one.above)
            reason = f"{why},由原承办单位接着办理"
            again = s.Dispatch(
                way=case.way, lead=case.lead.unit, assisting=assisting, within=case.limit, reason=reason
            )
            try:
                with connection.begin_nested():
                    self._takes(connection, first, again, now)
            except StepRefused:  # the city lets only people dispatch: it waits for them
                return

    def _takes(self, connection: Connection, number: str, step: s.AnyStep, now: datetime) -> None:
        take_step(connection, number, Order(step, system(), now), self._rules, self._calendar, self._then)


def callers(connection: Connection, number: str, now: datetime) -> list[str]:
    """Return the numbers of all tickets that were merged into `number`, and into those: who is to be told, too."""
    found: list[str] = []
    waiting = [(number, _case(connection, number, now))]
    while waiting:
        into, case = waiting.pop()
        for one in case.joined:
            joined = _case(connection, one, now)
            if one not in found and one != number and joined.merged_into == into:
                found.append(one)
                waiting.append((one, joined))
    return found


def _followed(connection: Connection, number: str, now: datetime) -> str:
    """Return the ticket that is worked on: the last of a chain of merges."""
    seen = {number}
    while (into := _case(connection, number, now).merged_into) and into not in seen:
        seen.add(into)
        number = into
    return number


def _follows(connection: Connection, number: str, into: str, now: datetime) -> bool:
    """Whether the ticket `number` was merged into `into`, and there is still somebody who waits for it."""
    assert now.tzinfo is not None
    events = history(connection, stream(number))
    erased = any(event.kind == "ticket.erased" for event in events)
    return not erased and fold(steps_of(events, now.tzinfo)).merged_into == into


def _case(connection: Connection, number: str, now: datetime) -> Case:
    assert now.tzinfo is not None
    return fold(steps_of(history(connection, stream(number)), now.tzinfo))
