"""Puts on record who looked at a ticket or a call, and finds out who has; looking too much is an event of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from core.events import Event, append, append_all, history
from tickets.secrecy.tables import looks_table
from tickets.secrecy.view import Viewer

_l = looks_table.c
MANY = 30
"""Plain looks of one person within an hour from which on it is unusual: an agent deals with a dozen tickets."""
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Look:
    """One look at personal data."""

    at: datetime
    number: str
    """The ticket; call:ID for a call."""
    name: str
    os_user: str
    role: str
    unit: str
    how: str
    """show, life, call, export …"""
    reason: str
    fields: tuple[str, ...]
    """What was shown in plain."""


def record_look(
    connection: Connection,
    number: str,
    viewer: Viewer,
    fields: Sequence[str],
    how: str,
    reason: str,
    now: datetime,
    many: int = MANY,
) -> None:
    """Put a look at one ticket (or call:ID) on record, in the transaction that reads it; see `record_looks`."""
    record_looks(connection, [number], viewer, fields, how, reason, now, many)


def record_looks(
    connection: Connection,
    numbers: Sequence[str],
    viewer: Viewer,
    fields: Sequence[str],
    how: str,
    reason: str,
    now: datetime,
    many: int = MANY,
) -> None:
    """Put looks at many tickets (or call:ID) on record at once.

    Where somebody has looked at more than `many` persons within the hour, that is an event too, once an hour.
    """
    if not numbers:
        return
    shown = [str(field) for field in fields]
    body = {**_who(viewer), "fields": shown, "reason": reason, "how": how}
    append_all(connection, [Event(now.timestamp(), *_viewed(number), body) for number in numbers])
    values = {"at": now.timestamp(), "how": how, "reason": reason, "fields": ",".join(shown)}
    values |= {
        "name": viewer.name[:80],
        "os_user": viewer.os_user[:80],
        "role": viewer.role,
        "unit": viewer.unit[:60],
    }
    connection.execute(insert(looks_table), [{**values, "number": number} for number in numbers])
    if shown:
        _warn(connection, viewer, now, many)


def record_list(connection: Connection, viewer: Viewer, how: str, asked: str, count: int, now: datetime) -> None:
    """Put on record that somebody saw a list of `count` tickets; lists show persons masked, so it is one event."""
    body = {**_who(viewer), "how": how, "asked": asked, "count": count}
    append(connection, Event(now.timestamp(), day_stream(now), "looks.listed", body))


def looks_at(connection: Connection, number: str) -> list[Look]:
    """Return who looked at the ticket `number`, oldest first."""
    rows = connection.execute(select(looks_table).where(_l.number == number).order_by(_l.at, _l.id))
    return [_look(row) for row in rows]


def looks_by(connection: Connection, name: str, day: datetime) -> list[Look]:
    """Return where `name`, as he calls himself or as the machine knows him, looked on `day` (aware), oldest first."""
    start = day.replace(hour=0, minute=0, second=0, microsecond=0)
    end = start + timedelta(days=1)
    query = select(looks_table).where((_l.name == name) | (_l.os_user == name))
    query = query.where(_l.at >= start.timestamp(), _l.at < end.timestamp())
    return [_look(row) for row in connection.execute(query.order_by(_l.at, _l.id))]


def warnings(connection: Connection, day: datetime) -> list[Event]:
    """Return the warnings of `day` about somebody who looked at many persons."""
    return [event for event in history(connection, day_stream(day)) if event.kind == "looks.unusual"]


def day_stream(at: datetime) -> str:
    """Return the stream of a day's lists and warnings."""
    return f"looks:{at:%Y-%m-%d}"


def _viewed(number: str) -> tuple[str, str]:
    """Return the stream of a look, and its kind."""
    if number.startswith("call:"):
        return number, "call.viewed"
    return f"ticket:{number}", "ticket.viewed"


def _warn(connection: Connection, viewer: Viewer, now: datetime, many: int) -> None:
    """Count by whom the machine knows, and not by what somebody calls himself."""
    same = (_l.os_user == viewer.os_user) if viewer.os_user else (_l.name == viewer.name)
    since = (now - _HOUR).timestamp()
    query = select(func.count(func.distinct(_l.number))).where(same, _l.at > since, _l.fields != "")
    count = int(connection.execute(query).scalar_one())
    if count <= many:
        return
    who = viewer.os_user or viewer.name
    told = (event for event in history(connection, day_stream(now)) if event.kind == "looks.unusual")
    if any(event.at > since and event.body["who"] == who for event in told):
        return
    body = {**_who(viewer), "who": who, "count": count, "within_s": int(_HOUR.total_seconds())}
    append(connection, Event(now.timestamp(), day_stream(now), "looks.unusual", body))


def _who(viewer: Viewer) -> dict[str, str]:
    return {"by": viewer.name, "role": viewer.role.value, "unit": viewer.unit, "os_user": viewer.os_user}


def _look(row: Row[Any]) -> Look:
    fields = tuple(row.fields.split(",")) if row.fields else ()
    at = datetime.fromtimestamp(row.at).astimezone()
    return Look(at, row.number, row.name, row.os_user, row.role, row.unit, row.how, row.reason, fields)
