"""Seals anew what older keys have sealed, or nothing has: in batches, beside a running service, again and again."""

import logging
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Table,
    func,
    literal,
    not_,
    or_,
    select,
    tuple_,
    update,
)

from core.database import Database
from core.errors import KeysDamaged, KeysMissing
from core.sealing import ALIKE, MARK, ONCE, Keyring, Sealed, SealedAlike, as_kept, open_kept

log = logging.getLogger(__name__)

_AT_ONCE = 500
_OF = ("stream", "ticket")
"""Columns that say whose a row is, where its key does not."""
Progress = Callable[[str, int, int], None]
"""Is told the table, how many of its rows are done, and of how many."""


def sealed_columns(metadata: MetaData) -> Iterator[tuple[Table, Column[Any]]]:
    """Yield every column that is sealed, with its table."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Sealed | SealedAlike):
                yield table, column


def stale(connection: Connection, metadata: MetaData, keys: Keyring) -> int:
    """Return how many values are not sealed with the keys that seal now."""
    return sum(_count(connection, column, keys) for _, column in sealed_columns(metadata))


def reseal(
    database: Database, metadata: MetaData, keys: Keyring, progress: Progress = lambda *_: None
) -> tuple[int, int]:
    """Seal anew whatever is not sealed with the keys that seal now; return how many values were, and how many not.

    What is damaged is told of and left as it is: it stops nothing else.
    Rows that somebody changes meanwhile are sealed by whoever changes them. Begun again, it goes on where it ended.
    """
    done_in_all = damaged_in_all = 0
    for table, column in sealed_columns(metadata):
        wanted = database.run(partial(_count, column=column, keys=keys))
        done, damaged, last = 0, 0, None
        while True:
            last, sealed, bad, seen = database.run(partial(_batch, table=table, column=column, keys=keys, after=last))
            done, damaged = done + sealed, damaged + bad
            progress(table.name, min(done, wanted), wanted)
            if seen < _AT_ONCE:
                break
        done_in_all, damaged_in_all = done_in_all + done, damaged_in_all + damaged
    return done_in_all, damaged_in_all


def used(connection: Connection, metadata: MetaData, names: Iterable[str]) -> set[str]:
    """Return those of the keys `names` that something is still sealed with."""
    columns = [column for _, column in sealed_columns(metadata)]
    return {name for name in names if any(_has(connection, column, name) for column in columns)}


def _batch(
    connection: Connection, table: Table, column: Column[Any], keys: Keyring, after: Any
) -> tuple[Any, int, int, int]:
    """Seal one batch anew; return its last row's key, how many were sealed, are damaged, and were looked at."""
    row_key = list(table.primary_key.columns)
    raw, of = as_kept(column), [one for one in table.columns if one.name in _OF and not one.primary_key]
    query = select(*row_key, *of, raw.label("raw")).where(_old(column, keys))
    if after is not None:
        query = query.where(tuple_(*row_key) > tuple_(*(literal(value) for value in after)))
    rows = connection.execute(query.order_by(*row_key).limit(_AT_ONCE)).all()
    sealed = damaged = 0
    for row in rows:
        try:
            opened = open_kept(connection, row.raw)
        except (KeysDamaged, KeysMissing):
            damaged += 1
            log.warning("%s of %s %s cannot be opened and is left as it is", column.name, table.name, tuple(row[:-1]))
            continue
        # Compared with what was read: whoever has changed the row since has sealed it himself.
        mine = (part == value for part, value in zip(row_key, row, strict=False))
        change = update(table).where(*mine, raw == row.raw).values({column.name: opened})
        sealed += connection.execute(change).rowcount
    return (tuple(rows[-1][: len(row_key)]) if rows else after), sealed, damaged, len(rows)


def _count(connection: Connection, column: Column[Any], keys: Keyring) -> int:
    query = select(func.count()).select_from(column.table).where(_old(column, keys))
    return int(connection.execute(query).scalar_one())


def _has(connection: Connection, column: Column[Any], name: str) -> bool:
    raw = as_kept(column)
    sealed = or_(raw.like(f"{MARK}{name}{ONCE}%"), raw.like(f"{MARK}{name}{ALIKE}%"))
    return connection.execute(select(raw).where(sealed).limit(1)).first() is not None


def _old(column: Column[Any], keys: Keyring) -> ColumnElement[bool]:
    raw = as_kept(column)
    alike = isinstance(column.type, SealedAlike)
    current = f"{MARK}{keys.lookup}{ALIKE}" if alike else f"{MARK}{keys.newest}{ONCE}"
    return (raw != "") & not_(raw.like(f"{current}%"))
