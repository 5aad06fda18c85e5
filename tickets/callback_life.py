"""Joins call-backs to the life of a ticket: 待回访 plans a call, what it brings closes the ticket or redoes it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from core.events import history
from tickets.callback_planning import ticket_of
from tickets.callback_tables import callbacks_table, change, exists, insert_task, load, refused_among
from tickets.callbacks import CallBackKind, CallBackTask, Satisfied, Solved, Stage, stream
from tickets.contact import dialable
from tickets.errors import StepRefused
from tickets.life import record
from tickets.life import steps as s
from tickets.life.case import Case, Taken
from tickets.life.machine import Order, system
from tickets.life.roles import Actor, Role
from tickets.life.store import LifeStore
from tickets.ticket import Kind, State

BOT = Actor("12345", Role.BOT)
SETTLED = "ticket_settled"
"""Reason of a withdrawal: the ticket is not 待回访 any more, somebody else has asked or closed it."""

_NOT_HIS = ("wrong_number", "void")
"""Reasons for which a follow-up is given up: the number is another's, or nobody's."""

_SATISFACTION = {
    Satisfied.YES: s.Satisfaction.SATISFIED,
    Satisfied.FAIRLY: s.Satisfaction.FAIR,
    Satisfied.NO: s.Satisfaction.NOT,
}
_SOLVED = {Solved.YES: True, Solved.PARTLY: False, Solved.NO: False}


def plan_follow_up(connection: Connection, number: str, taken: Taken, case: Case) -> Iterable[Order]:
    """Plan the call with the step that leads to 待回访, and let go of it with the one that leads away: a `Then`.

    Where nobody can be asked – no telephone, no wish to be called, praise – the ticket is closed at once.
    """
    if isinstance(taken.step, s.Verify | s.Feedback) and taken.to is State.VERIFIED:
        ticket = ticket_of(connection, number)
        call = dialable(ticket.contact) if ticket else ""
        if ticket is None or ticket.kind is Kind.PRAISE or not call or refused_among(connection, [call]):
            return [Order(s.Close(), system(), taken.at)]
        id = _free_id(connection, number, case.redone)
        task = CallBackTask(id, CallBackKind.FOLLOW_UP, call, taken.at, taken.at, number)
        insert_task(connection, task, taken.at)
    elif isinstance(taken.step, s.CallBack | s.Close | s.Redo | s.Withdraw | s.Merge):
        _let_go(connection, number, case.redone, taken.at)
    return ()


def conclude(connection: Connection, lives: LifeStore | None, task: CallBackTask, now: datetime) -> None:
    """Take the step that a follow-up which is over leads to; nothing where its ticket waits for none.

    What the citizen said in any of the calls counts; who was not reached, or said nothing, closes it as not reached.
    """
    if lives is None or not task.over or task.kind is not CallBackKind.FOLLOW_UP or task.reason == SETTLED:
        return
    ticket = ticket_of(connection, task.ticket)
    if ticket is None or ticket.state is not State.VERIFIED:
        return
    events = history(connection, record.stream(task.ticket))
    told = [e.body for e in events if e.kind == "ticket.followed_up" and e.body.get("callback") == task.id]
    step = step_of(told[-1] if told else {})
    if not step.reached and task.reason in _NOT_HIS:
        step = s.CallBack(reached=False, wrong_number=True)
    try:
        lives.take_within(connection, task.ticket, Order(step, BOT, now))
    except StepRefused:  # somebody has dealt with it meanwhile; what was said is on the ticket all the same
        return


def step_of(told: Mapping[str, Any]) -> s.CallBack:
    """Return the step that says what a citizen told, from a `ticket.followed_up` event or nothing."""
    solved = _SOLVED.get(Solved(told.get("solved", Solved.UNKNOWN)))
    satisfaction = _SATISFACTION.get(Satisfied(told.get("satisfied", Satisfied.UNKNOWN)))
    if solved is None and satisfaction is None:
        return s.CallBack(reached=False)
    return s.CallBack(
        reached=True,
        contacted=told.get("contacted"),
        solved=solved,
        satisfaction=satisfaction,
        reason=str(told.get("reason", ""))[:2000],
    )


def _ids(number: str, redone: int) -> list[str]:
    return [f"f-{number}" + (f"-{times}" if times > 1 else "") for times in range(1, redone + 3)]


def _free_id(connection: Connection, number: str, redone: int) -> str:
    """Return the id of this time's follow-up; a ticket that was done again is asked about again."""
    times = redone + 1
    while exists(connection, id := _ids(number, times)[times - 1]):
        times += 1
    return id


def _let_go(connection: Connection, number: str, redone: int, now: datetime) -> None:
    """Withdraw follow-ups that wait; one that is being dialled ends by itself."""
    streams = [stream(id) for id in _ids(number, redone)]
    for task, version in load(
        connection, callbacks_table.c.over == 0, callbacks_table.c.stream.in_(streams)
    ).values():
        if task.stage is Stage.WAITING:
            change(connection, task, version, [("callback.withdrawn", {"reason": SETTLED})], now)
