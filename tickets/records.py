"""Reads many tickets with their steps, page by page: for reports and exports."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import partial
from itertools import groupby

from sqlalchemy import Connection, Select, select

from core.database import Database
from core.events import Event, events_table
from core.sealing import as_kept, open_kept
from tickets.kept import BODY, DAMAGED, readable, warn
from tickets.life.case import Taken
from tickets.life.record import KIND, steps_of, stream
from tickets.tables import tickets_table
from tickets.ticket import State, Ticket

PAGE = 500
"""Tickets read at once; SQLite takes 999 parameters at the least."""

_t, _e = tickets_table.c, events_table.c


@dataclass(frozen=True, slots=True)
class Which:
    """Which tickets: taken in on days from `since` to `until` (both included, local), in a `state`; no drafts."""

    since: date | None = None
    until: date | None = None
    state: State | None = None

    def narrowed(self, query: Select[tuple[str, str, str]], zone: tzinfo) -> Select[tuple[str, str, str]]:
        """Return `query` for these tickets only."""
        if self.since:
            query = query.where(_t.created >= _utc(self.since, zone))
        if self.until:
            query = query.where(_t.created < _utc(self.until + timedelta(days=1), zone))
        if self.state:
            return query.where(_t.state == self.state.value)
        return query.where(_t.state != State.DRAFT.value)


def tickets_of(database: Database, which: Which, zone: tzinfo) -> Iterator[list[Ticket]]:
    """Yield pages of the tickets, oldest first. What is taken in while they are read may be missing."""
    after: tuple[str, str] | None = ("", "")
    while after:
        page, after = database.run(partial(_page, which=which, zone=zone, after=after))
        if page:
            yield page


def steps_of_many(database: Database, numbers: Sequence[str], zone: tzinfo) -> Mapping[str, list[Taken]]:
    """Return the steps of up to `PAGE` tickets by their numbers; none for those that nobody has worked on."""
    return database.run(lambda c: _steps(c, numbers, zone))


def _page(
    connection: Connection, which: Which, zone: tzinfo, after: tuple[str, str]
) -> tuple[list[Ticket], tuple[str, str] | None]:
    """Return the next tickets, and what the page after them begins after, None where there is none."""
    query = which.narrowed(select(_t.created, _t.number, BODY), zone)
    if after[1]:
        created, number = after
        query = query.where((_t.created > created) | ((_t.created == created) & (_t.number > number)))
    rows = connection.execute(query.order_by(_t.created, _t.number).limit(PAGE)).all()
    last = (rows[-1].created, rows[-1].number) if rows else None
    return [ticket for _, ticket in readable(connection, rows)], last


def _steps(connection: Connection, numbers: Sequence[str], zone: tzinfo) -> dict[str, list[Taken]]:
    streams = {stream(number): number for number in numbers}
    query = (
        select(_e.at, _e.stream, _e.kind, as_kept(_e.body).label("body"))
        .where(_e.stream.in_(list(streams)), _e.kind == KIND)
        .order_by(_e.stream, _e.seq)
    )
    found: dict[str, list[Taken]] = {}
    for name, rows in groupby(connection.execute(query), key=lambda row: str(row.stream)):
        try:
            events = [Event(row.at, name, row.kind, json.loads(open_kept(connection, row.body))) for row in rows]
            found[streams[name]] = steps_of(events, zone)
        except DAMAGED as error:
            warn(streams[name], error)
    return found


def _utc(day: date, zone: tzinfo) -> str:
    """Return the beginning of `day` as the table keeps times."""
    return datetime.combine(day, time(), zone).astimezone(UTC).isoformat(timespec="microseconds")
