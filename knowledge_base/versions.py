"""Entries as the database has them: what a version, an entry and a publication are, and how they are read."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from knowledge_base.entry import Entry
from knowledge_base.errors import EntryDamaged, EntryUnknown, VersionUnknown
from knowledge_base.life import Life, State
from knowledge_base.serial import from_data
from knowledge_base.tables import entries_table, publications_table, versions_table

_e, _v, _p = entries_table.c, versions_table.c, publications_table.c

_NUMBERS = range(1, 2**31)
AT_ONCE = 500
"""Ids in one query: databases limit how many there may be."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an entry, whole, and how it came about."""

    number: int
    entry: Entry
    at: datetime
    who: str
    why: str
    base: int
    """The version that its writer had before him; 0: none."""
    aside: bool
    """Kept beside the line, because somebody else had saved meanwhile."""


@dataclass(frozen=True, slots=True)
class Record:
    """An entry as it stands: its life, its working version, and what callers hear (None: nothing)."""

    life: Life
    head: Version
    live: Version | None


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry in a list."""

    life: Life
    topic: str
    question: str
    changed: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """What callers hear since publication `number`: entries that are new or changed, and ids that are gone."""

    number: int
    entries: tuple[Entry, ...]
    gone: tuple[str, ...]


def newest(connection: Connection) -> int:
    """Return the number of the last publication, 0 before the first."""
    return connection.scalar(select(func.max(_p.number))) or 0


def life_of(connection: Connection, id: str) -> Life | None:
    """Return where entry `id` stands, None where there is none."""
    row = connection.execute(select(entries_table).where(_e.id == id)).first()
    return as_life(row) if row else None


def known(connection: Connection, id: str) -> Life:
    """Return where entry `id` stands; raises `EntryUnknown`."""
    life = life_of(connection, id)
    if life is None:
        raise EntryUnknown(id=id)
    return life


def version_of(connection: Connection, id: str, number: int) -> Version:
    """Return one version; raises `VersionUnknown`."""
    row = None
    if number in _NUMBERS:
        row = connection.execute(select(versions_table).where(_v.entry == id, _v.version == number)).first()
    if row is None:
        raise VersionUnknown(id=id, version=number)
    return as_version(row)


def live_entries(connection: Connection, ids: Sequence[str] | None = None) -> Iterable[Entry]:
    """Yield what callers hear, by id: of all entries, or of those with these `ids`."""
    query = (
        select(_v.entry, _v.version, _v.content)
        .join(entries_table, (_v.entry == _e.id) & (_v.version == _e.live))
        .where(_e.live > 0)
        .order_by(_e.id)
    )
    if ids is None:
        yield from (as_entry(*row) for row in connection.execute(query))
        return
    for begin in range(0, len(ids), AT_ONCE):
        some = query.where(_e.id.in_(ids[begin : begin + AT_ONCE]))
        yield from (as_entry(*row) for row in connection.execute(some))


def as_entry(id: str, version: int, content: str) -> Entry:
    """Return the entry that the column `content` of that version describes; raises `EntryDamaged`."""
    try:
        return from_data(json.loads(content))
    except (ValueError, TypeError, AttributeError) as error:
        raise EntryDamaged(id=id, version=version, what=error) from error


def as_life(row: Row[Any]) -> Life:
    """Return where an entry stands from its row."""
    return Life(row.id, row.department, State(row.state), row.head, row.live, row.author)


def as_listed(row: Row[Any]) -> Listed:
    """Return an entry in a list from its row."""
    return Listed(as_life(row), row.topic, row.question, _time(row.changed))


def as_version(row: Row[Any]) -> Version:
    """Return a version from its row."""
    return Version(
        row.version,
        as_entry(row.entry, row.version, row.content),
        _time(row.at),
        row.who,
        row.why,
        row.base,
        bool(row.aside),
    )


def _time(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
