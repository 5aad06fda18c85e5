"""The outbox: a notice is kept in the transaction of its step, taken by one sender, and let go when it is done."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from core.events import Event, append
from tickets.life.record import stream
from tickets.notices.tables import notices_table
from tickets.supervision.rules import Way

CITIZEN = "诉求人"
"""The recipient of messages to whoever left the ticket; the number is read from the ticket when it is sent."""
LEASE = timedelta(minutes=5)
"""How long a sender has; longer than any gateway is waited for. Where it dies meanwhile, another sends again."""
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
"""Waits after attempts that failed; after the last one it is given up and shown."""

_n = notices_table.c


class Standing(StrEnum):
    """How a notice stands."""

    WAITING = "waiting"
    SENT = "sent"
    READ = "read"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Notice:
    """Words for somebody about a ticket. Times are aware. No telephone number or address is in it."""

    ticket: str
    recipient: str
    way: Way
    subject: str
    words: str
    created: datetime
    due: datetime
    clock: str = ""
    started: datetime | None = None
    id: str = ""
    state: Standing = Standing.WAITING
    tries: int = 0
    trouble: str = ""

    @property
    def place(self) -> int:
        """Which of its recipient's numbers or addresses it goes to, from 1: the end of its id, where it has one."""
        return int(self.id.partition("-")[2] or 1)


def put(connection: Connection, notices: Iterable[Notice]) -> list[str]:
    """Keep `notices` with their events; return their ids, new where they have none."""
    ids = []
    for one in notices:
        id = one.id or secrets.token_hex(4)
        values = {
            "id": id,
            "ticket": one.ticket,
            "recipient": one.recipient,
            "way": one.way.value,
            "subject": one.subject,
            "words": one.words,
            "clock": one.clock,
            "started": one.started.timestamp() if one.started else 0.0,
            "created": one.created.timestamp(),
            "state": one.state.value,
            "due": one.due.timestamp(),
            "tries": 0,
            "trouble": one.trouble,
        }
        connection.execute(insert(notices_table).values(values))
        _tell(connection, one.ticket, "notice.planned", id, one.created, recipient=one.recipient, way=one.way.value)
        ids.append(id)
    return ids


def take(connection: Connection, now: datetime, ways: Iterable[Way]) -> Notice | None:
    """Return the oldest notice due by one of `ways`, for `LEASE` this sender's own; None where there is none."""
    condition = (_n.state == Standing.WAITING.value, _n.way.in_([way.value for way in ways]))
    query = select(notices_table).where(*condition, _n.due <= now.timestamp()).order_by(_n.due, _n.id).limit(8)
    for row in connection.execute(query).all():
        free = (_n.id == row.id, _n.state == Standing.WAITING.value, _n.due == row.due)
        leased = {"due": (now + LEASE).timestamp(), "tries": row.tries + 1}
        if connection.execute(update(notices_table).where(*free).values(leased)).rowcount == 1:
            return _read(row, now, tries=row.tries + 1)
    return None


def spread(connection: Connection, one: Notice, many: int, now: datetime) -> None:
    """Keep a notice of its own for each of the `many` numbers or addresses of the recipient of `one`, the first."""
    ids = [f"{one.id}-{place}" for place in range(2, many + 1)]
    known = set(connection.execute(select(_n.id).where(_n.id.in_(ids))).scalars())
    put(connection, [replace(one, id=id, due=now, tries=0, trouble="") for id in ids if id not in known])


def put_off(connection: Connection, one: Notice, until: datetime) -> None:
    """Let `one`, which was taken, wait `until` then; nobody has tried to send it."""
    _moves(connection, one, Standing.WAITING, due=until.timestamp(), tries=one.tries - 1)


def sent(connection: Connection, one: Notice, now: datetime) -> None:
    """Note that `one`, which was taken, has gone to the gateway; the log says so even if it was let go since."""
    _moves(connection, one, Standing.SENT)
    _tell(connection, one.ticket, "notice.sent", one.id, now, recipient=one.recipient, way=one.way.value)


def failed(connection: Connection, one: Notice, why: str, now: datetime, for_good: bool = False) -> bool:
    """Note that `one`, which was taken, could not be sent; return whether it will be tried again."""
    facts = {"recipient": one.recipient, "way": one.way.value, "why": why, "tries": one.tries}
    if for_good or one.tries > len(BACK_OFF):
        if _moves(connection, one, Standing.FAILED, trouble=why[:200]):
            _tell(connection, one.ticket, "notice.failed", one.id, now, **facts)
        return False
    due = (now + BACK_OFF[one.tries - 1]).timestamp()
    _moves(connection, one, Standing.WAITING, due=due, trouble=why[:200])
    return True


def withdraw(connection: Connection, notices: Iterable[Notice], now: datetime, why: str) -> None:
    """Let go of notices that nobody needs any more."""
    for one in notices:
        if _moves(connection, one, Standing.WITHDRAWN):
            _tell(connection, one.ticket, "notice.withdrawn", one.id, now, why=why)


def read(connection: Connection, id: str, by: str, now: datetime) -> Notice | None:
    """Note that the desk notice `id` was read by somebody; None where there is no such one that is unread."""
    row = connection.execute(select(notices_table).where(_n.id == id, _n.way == Way.DESK.value)).first()
    if row is None or row.state != Standing.WAITING.value or not _moves(connection, _read(row, now), Standing.READ):
        return None
    _tell(connection, row.ticket, "notice.read", id, now, by=by)
    return _read(row, now)


def waiting(connection: Connection, ticket: str, now: datetime) -> list[Notice]:
    """Return the notices about `ticket` that wait to be sent or read."""
    query = select(notices_table).where(_n.ticket == ticket, _n.state == Standing.WAITING.value)
    return [_read(row, now) for row in connection.execute(query.order_by(_n.created, _n.id))]


def listed(
    connection: Connection, now: datetime, recipient: str = "", state: Standing | None = None, most: int = 50
) -> list[Notice]:
    """Return notices, newest first; those for `recipient`, those that stand so."""
    query = select(notices_table).order_by(_n.created.desc(), _n.id).limit(most)
    if recipient:
        query = query.where(_n.recipient == recipient)
    if state:
        query = query.where(_n.state == state.value)
    return [_read(row, now) for row in connection.execute(query)]


def again(connection: Connection, id: str, now: datetime) -> bool:
    """Let a notice that was given up be tried again; return whether it was one."""
    values = {"state": Standing.WAITING.value, "due": now.timestamp(), "tries": 0}
    return (
        connection.execute(
            update(notices_table).where(_n.id == id, _n.state == Standing.FAILED.value).values(values)
        ).rowcount
        == 1
    )


def _moves(connection: Connection, one: Notice, to: Standing, **values: Any) -> bool:
    """Whether it was waiting, and in the hands of this sender, and is now `to`."""
    mine = (_n.id == one.id, _n.state == Standing.WAITING.value, _n.tries == one.tries)
    changed = update(notices_table).where(*mine).values(state=to.value, **values)
    return connection.execute(changed).rowcount == 1


def _tell(connection: Connection, ticket: str, kind: str, id: str, now: datetime, **facts: Any) -> None:
    append(connection, Event(now.timestamp(), stream(ticket), kind, {"notice": id} | facts))


def _read(row: Row[Any], now: datetime, tries: int | None = None) -> Notice:
    def at(seconds: float) -> datetime:
        return datetime.fromtimestamp(seconds, now.tzinfo)

    return Notice(
        row.ticket,
        row.recipient,
        Way(row.way),
        row.subject,
        row.words,
        at(row.created),
        at(row.due),
        row.clock,
        at(row.started) if row.started else None,
        row.id,
        Standing(row.state),
        row.tries if tries is None else tries,
        row.trouble,
    )
