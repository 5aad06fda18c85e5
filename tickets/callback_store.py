"""Keeps the calls that the hotline owes: plans them, hands them out one by one, notes how they went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, or_

from core.database import Database
from core.events import Event, append, history
from tickets import callback_planning as planning
from tickets.callback_life import conclude
from tickets.callback_rules import due, is_dialling, next_due, overdone
from tickets.callback_settings import CallBackSettings
from tickets.callback_tables import callbacks_table, change, exists, insert_task, load, refused_among
from tickets.callbacks import CallBackKind, CallBackTask, Result, after_call, stream
from tickets.contact import kept_as
from tickets.deadlines import CHINA, WorkingCalendar
from tickets.errors import CallBackUnknown
from tickets.life.store import LifeStore
from tickets.projection import utc
from tickets.ticket import State, Ticket

_b = callbacks_table.c
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Planned:
    """What a planning changed: ids of new tasks, of those withdrawn, and of those given up."""

    new: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    given_up: tuple[str, ...] = ()


class CallBackStore:
    """Call-backs in a database. Every method has a twin ending in `_now` that waits (command line, tests).

    Each change and its events are one transaction, with `lives` also the ticket's step that follows from what the
    citizen said. Raises `RecordsError` where the database fails.
    """

    def __init__(
        self,
        database: Database,
        rules: CallBackSettings,
        calendar: WorkingCalendar = CHINA,
        lives: LifeStore | None = None,
    ) -> None:
        self._database, self._rules, self._calendar, self._lives = database, rules, calendar, lives

    async def plan(self, now: datetime) -> Planned:
        """Take up what is owed at `now` (local, aware), and let go of what is not any more; twice changes nothing."""
        return await self._database.transact(lambda c: self._plan(c, now), exclusive=self._steps)

    def plan_now(self, now: datetime) -> Planned:
        """See `plan`."""
        return self._database.run(lambda c: self._plan(c, now), exclusive=self._steps)

    async def take(self, now: datetime) -> CallBackTask | None:
        """Return the most urgent task to dial at `now`, noted as being dialled; None where there is none."""
        return await self._database.transact(lambda c: self._take(c, now), exclusive=self._steps)

    def take_now(self, now: datetime) -> CallBackTask | None:
        """See `take`."""
        return self._database.run(lambda c: self._take(c, now), exclusive=self._steps)

    async def report(self, id: str, result: Result, now: datetime) -> CallBackTask:
        """Note how the call went, with what follows for the ticket; raise `CallBackUnknown`."""
        return await self._database.transact(lambda c: self._report(c, id, result, now), exclusive=self._steps)

    def report_now(self, id: str, result: Result, now: datetime) -> CallBackTask:
        """See `report`."""
        return self._database.run(lambda c: self._report(c, id, result, now), exclusive=self._steps)

    def find_now(self, id: str) -> CallBackTask:
        """Return the task of that id; raise `CallBackUnknown`."""
        return self._database.run(lambda c: _find(c, id))[0]

    def history_now(self, id: str) -> Sequence[Event]:
        """Return what happened to the task, oldest first; raise `CallBackUnknown`."""
        found = self._database.run(lambda c: history(c, stream(id)))
        if not found:
            raise CallBackUnknown(id=id)
        return found

    def list_now(self, now: datetime, over: bool = False) -> list[tuple[CallBackTask, datetime | None]]:
        """Return the open tasks, or those that ended in the last week, each with when it may be dialled next."""
        condition = (_b.over == 1, _b.touched >= utc(now - 7 * _DAY)) if over else (_b.over == 0,)
        tasks = [task for task, _ in self._database.run(lambda c: load(c, *condition)).values()]
        when = [(task, next_due(task, now, self._rules, self._calendar)) for task in tasks]
        return sorted(when, key=lambda pair: (pair[1] or now, pair[0].since, pair[0].id))

    def preview_now(self, now: datetime) -> list[tuple[CallBackTask, datetime]]:
        """Return whom a planning at `now` would leave to be called, and when; nothing is changed."""

        def planned(connection: Connection) -> None:
            self._plan(connection, now)
            tasks = [task for task, _ in load(connection, _b.over == 0).values()]
            raise _Undo([(task, at) for task in tasks if (at := next_due(task, now, self._rules, self._calendar))])

        try:
            self._database.run(planned, exclusive=self._steps)
        except _Undo as undo:
            return sorted(undo.due, key=lambda pair: (pair[1], pair[0].kind != CallBackKind.MISSED, pair[0].since))
        raise AssertionError("a preview is always undone")

    async def ticket(self, number: str) -> Ticket | None:
        """Return the ticket that a task is about."""
        return await self._database.transact(lambda c: planning.ticket_of(c, number))

    # ---- transactions ----

    @property
    def _steps(self) -> bool:
        """Whether transactions take steps of tickets, between which and their reading nobody may come."""
        return self._lives is not None

    def _plan(self, connection: Connection, now: datetime) -> Planned:
        rules = self._rules
        withdrawn = self._let_go(connection, now, load(connection, _b.over == 0))
        given_up = self._give_up(connection, now)
        new = self._plan_missed(connection, now)
        closings = planning.closings(connection, now - timedelta(hours=rules.most_age_follow_up_h))
        tasks = [planning.follow_up_task(closing, now) for closing in closings]
        refused = refused_among(connection, [task.number for task in tasks])
        for task in tasks:
            if task.number not in refused and not exists(connection, task.id):
                insert_task(connection, task, now)
                new.append(task.id)
        return Planned(tuple(new), tuple(withdrawn), tuple(given_up))

    def _plan_missed(self, connection: Connection, now: datetime) -> list[str]:
        """Plan one call-back for each number that missed calls came from; further ones join it."""
        since = now - timedelta(hours=self._rules.most_age_missed_h)
        calls = planning.missed_calls(connection, since)
        refused = refused_among(connection, [call.number for call in calls])
        calls = [call for call in calls if call.number not in refused]
        tasks = load(connection, or_(_b.over == 0, _b.touched >= utc(since)))
        known = {name for task, _ in tasks.values() for name in (task.call_id, *task.joined)}
        answered = planning.got_through(connection, {call.number: call.at for call in calls}, now)
        served = {
            task.number: task.last.at
            for task, _ in tasks.values()
            if task.kind is CallBackKind.MISSED and task.over and task.result is not None and task.last
        }
        new = []
        for call in calls:
            if call.call_id in known or call.number in answered:
                continue
            if call.number in served and served[call.number] >= call.at:
                continue
            open_ = next((pair for pair in tasks.values() if _waits_for(pair[0], call.number)), None)
            if open_:
                joined = {"call_id": call.call_id, "since": call.at.isoformat()}
                after = change(connection, *open_, [("callback.joined", joined)], now)
                if after:
                    tasks[after.id] = (after, open_[1] + 1)
                continue
            task = planning.missed_task(call, now)
            if not exists(connection, task.id):
                insert_task(connection, task, now)
                tasks[task.id] = (task, 1)
                new.append(task.id)
        return new

    def _let_go(self, connection: Connection, now: datetime, tasks: dict[str, tuple[CallBackTask, int]]) -> list[str]:
        """Withdraw those of `tasks` not owed any more: who got through, whose ticket is open again, who refused."""
        tasks = {id: pair for id, pair in tasks.items() if not self._dialling(pair[0], now)}
        missed = {task.number: task.since for task, _ in tasks.values() if task.kind is CallBackKind.MISSED}
        answered = planning.got_through(connection, missed, now)
        refused = refused_among(connection, [task.number for task, _ in tasks.values()])
        gone = []
        for task, version in tasks.values():
            body: dict[str, Any] = {}
            if task.number in refused:
                body = {"reason": "number_refused"}
            elif task.kind is CallBackKind.MISSED and task.number in answered:
                body = {"reason": "got_through", "call_id": answered[task.number]}
            elif task.kind is CallBackKind.FOLLOW_UP:
                ticket = planning.ticket_of(connection, task.ticket)
                if ticket is None or ticket.state not in (State.CLOSED, State.VERIFIED):
                    body = {"reason": "ticket_open_again"}
            if body and (after := change(connection, task, version, [("callback.withdrawn", body)], now)):
                gone.append(task.id)
                conclude(connection, self._lives, after, now)
        return gone

    def _give_up(self, connection: Connection, now: datetime) -> list[str]:
        """Give up what had its attempts, is too old, or has no allowed hour left before it is."""
        gone = []
        for task, version in load(connection, _b.over == 0).values():
            if self._dialling(task, now) or next_due(task, now, self._rules, self._calendar):
                continue
            body = {"reason": overdone(task, now, self._rules) or "age"}
            if after := change(connection, task, version, [("callback.given_up", body)], now):
                gone.append(task.id)
                conclude(connection, self._lives, after, now)
        return gone

    def _take(self, connection: Connection, now: datetime) -> CallBackTask | None:
        while True:
            tasks = load(connection, or_(_b.over == 0, _b.touched >= utc(now - _DAY)))
            ready = due([task for task, _ in tasks.values()], now, self._rules, self._calendar)
            if not ready:
                return None
            task = ready[0]
            if self._let_go(connection, now, {task.id: tasks[task.id]}):
                continue
            taken = change(connection, task, tasks[task.id][1], [("callback.dialled", {})], now)
            if taken:
                return taken

    def _report(self, connection: Connection, id: str, result: Result, now: datetime) -> CallBackTask:
        task, version = _find(connection, id)
        if task.over:
            return task
        after = change(connection, task, version, after_call(result), now)
        if after is None:  # somebody else wrote between reading and writing
            return self._report(connection, id, result, now)
        if after.refused:
            others = load(connection, _b.over == 0, _b.number.in_([task.number, *kept_as(task.number)]))
            self._let_go(connection, now, others)
        if task.ticket and (result.ending == "done" or result.tells):
            self._tell_ticket(connection, task, result, now)
        why = "" if after.over else overdone(after, now, self._rules)
        if why:
            after = change(connection, after, version + 1, [("callback.given_up", {"reason": why})], now) or after
        conclude(connection, self._lives, after, now)
        return after

    def _tell_ticket(self, connection: Connection, task: CallBackTask, result: Result, now: datetime) -> None:
        """Let the ticket's own history say what its citizen said; a redo (重办) is somebody else's decision."""
        facts: dict[str, Any] = {"callback": task.id, "call_id": result.call_id}
        events = [("ticket.called_back", facts)]
        if task.kind is CallBackKind.FOLLOW_UP:
            told: dict[str, Any] = {"solved": result.solved.value, "satisfied": result.satisfied.value}
            told |= {"reason": result.reason, "contacted": result.contacted}
            events = [("ticket.followed_up", facts | told)]
            if result.wants_redo:
                events.append(("ticket.redo_wanted", facts | told))
        for kind, body in events:
            append(connection, Event(now.timestamp(), f"ticket:{task.ticket}", kind, body))

    def _dialling(self, task: CallBackTask, now: datetime) -> bool:
        return is_dialling(task, now, self._rules)


class _Undo(Exception):
    """Takes a planning back, and carries what it would have led to."""

    def __init__(self, due: list[tuple[CallBackTask, datetime]]) -> None:
        self.due = due


def _waits_for(task: CallBackTask, number: str) -> bool:
    return task.kind is CallBackKind.MISSED and task.number == number and not task.over


def _find(connection: Connection, id: str) -> tuple[CallBackTask, int]:
    found = load(connection, _b.stream == stream(id)).get(id)
    if found is None:
        raise CallBackUnknown(id=id)
    return found
