"""Where call-backs are kept: the truth is their events, this table only finds the streams."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Column, Connection, Index, Integer, String, Table, insert, select, update

from core.database import metadata
from core.events import Event, append, events_table, history
from core.sealing import SealedAlike
from tickets.callbacks import CallBackTask, fold, planned, stream
from tickets.contact import kept_as
from tickets.projection import utc

callbacks_table = Table(
    "callbacks",
    metadata,
    Column("stream", String(80), primary_key=True),
    Column("number", SealedAlike, nullable=False),
    Column("over", Integer, nullable=False),  # 1: nothing follows any more
    Column("refused", Integer, nullable=False),  # 1: the citizen wants no more calls
    Column("touched", String(32), nullable=False),  # last change, ISO 8601, UTC, so that it sorts
    Column("version", Integer, nullable=False),  # how many changes: two writers never both take a task
    Index("callbacks_by_state", "over", "touched"),
    Index("callbacks_by_number", "number"),
)

AT_ONCE = 500
"""Streams or numbers asked for in one statement; SQLite takes 999 parameters at the least."""

_b = callbacks_table.c
_e = events_table.c


def load(connection: Connection, *conditions: Any) -> dict[str, tuple[CallBackTask, int]]:
    """Return the tasks whose rows fulfil `conditions`, by id, each with its version."""
    rows = connection.execute(select(_b.stream, _b.version).where(*conditions)).all()
    versions = {row.stream: row.version for row in rows}
    query = (
        select(_e.at, _e.stream, _e.kind, _e.body)
        .join_from(callbacks_table, events_table, _b.stream == _e.stream)
        .where(*conditions)
        .order_by(_e.stream, _e.seq)
    )
    events = (Event(row.at, row.stream, row.kind, _body(row.body)) for row in connection.execute(query))
    found = {}
    for name, told in groupby(events, key=lambda event: event.stream):
        task = fold(told)
        if task is not None and name in versions:
            found[task.id] = (task, versions[name])
    return found


def insert_task(connection: Connection, task: CallBackTask, now: datetime) -> None:
    """Write a new task with the event that it begins with."""
    values = {
        "stream": task.stream,
        "number": task.number,
        "over": 0,
        "refused": 0,
        "touched": utc(now),
        "version": 1,
    }
    connection.execute(insert(callbacks_table).values(values))
    append(connection, Event(now.timestamp(), task.stream, "callback.planned", planned(task)))


def change(
    connection: Connection,
    task: CallBackTask,
    version: int,
    events: Sequence[tuple[str, Mapping[str, Any]]],
    now: datetime,
) -> CallBackTask | None:
    """Append `events` to the task and return it as it is then; None where somebody else changed it meanwhile."""
    after = _after(connection, task, events, now)
    values = {"over": int(after.over), "refused": int(after.refused), "touched": utc(now), "version": version + 1}
    taken = connection.execute(
        update(callbacks_table).where(_b.stream == task.stream, _b.version == version).values(values)
    )
    if taken.rowcount != 1:
        return None
    for kind, body in events:
        append(connection, Event(now.timestamp(), task.stream, kind, body))
    return after


def _after(
    connection: Connection, task: CallBackTask, events: Sequence[tuple[str, Mapping[str, Any]]], now: datetime
) -> CallBackTask:
    new = [Event(now.timestamp(), task.stream, kind, body) for kind, body in events]
    after = fold([*history(connection, task.stream), *new])
    assert after is not None
    return after


def exists(connection: Connection, id: str) -> bool:
    """Whether there is a task of that id."""
    return connection.execute(select(_b.stream).where(_b.stream == stream(id))).first() is not None


def refused_among(connection: Connection, numbers: Iterable[str]) -> set[str]:
    """Return those of `numbers` that are never dialled again."""
    meant = {kept: number for number in numbers for kept in (number, *kept_as(number))}
    asked, found = sorted(meant), set[str]()
    for start in range(0, len(asked), AT_ONCE):
        query = select(_b.number).where(_b.refused == 1, _b.number.in_(asked[start : start + AT_ONCE]))
        found |= {meant[kept] for kept in connection.execute(query).scalars()}
    return found


def _body(text: str) -> Mapping[str, Any]:
    body: Mapping[str, Any] = json.loads(text)
    return body
