"""Gaps and their questions as the database has them, and the changes that the reader and the people share."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from core.events import Event, append
from knowledge_base.errors import GapUnknown
from knowledge_base.gaps.gap import Gap, GapState, Question
from knowledge_base.gaps.tables import gaps_table, questions_table

_g, _q = gaps_table.c, questions_table.c


def gap_of(connection: Connection, id: int) -> Gap:
    """Return a gap; raises `GapUnknown`."""
    row = connection.execute(select(gaps_table).where(_g.id == id)).first()
    if row is None:
        raise GapUnknown(id=id)
    return as_gap(row)


def questions_of(connection: Connection, id: int) -> list[Question]:
    """Return the questions of a gap, oldest first."""
    rows = connection.execute(select(questions_table).where(_q.gap == id).order_by(_q.at, _q.id))
    return [as_question(row) for row in rows]


def as_gap(row: Row[Any]) -> Gap:
    """Return a gap from its row."""
    return Gap(
        row.id,
        GapState(row.state),
        row.title,
        row.department,
        date.fromisoformat(row.due) if row.due else None,
        row.entry,
        row.near,
        json.loads(row.counts),
        _time(row.first_at),
        _time(row.last_at),
        _time(row.opened_at),
        _time(row.closed_at) if row.closed_at else None,
        row.into,
    )


def as_question(row: Row[Any]) -> Question:
    """Return a question from its row."""
    known = (row.source, row.question, row.understood, row.entry, row.reply)
    return Question(row.id, row.gap, row.call, _time(row.at), *known)


def make(connection: Connection, title: str, at: float, near: str = "", department: str = "") -> int:
    """Make a gap without questions and return its number."""
    made = connection.execute(
        insert(gaps_table).values(
            state=GapState.OPEN.value, title=title, department=department, due="", entry="", near=near, by_hand=False,
            counts="{}", times=0, first_at=at, last_at=at, opened_at=at, closed_at=0.0, into=0,
        )
    )  # fmt: skip
    assert made.inserted_primary_key is not None
    return int(made.inserted_primary_key[0])


def change(connection: Connection, id: int, **values: Any) -> None:
    """Write `values` of a gap; `counts` as a mapping."""
    if "counts" in values:
        values["times"] = sum(values["counts"].values())
        values["counts"] = json.dumps(values["counts"])
    connection.execute(update(gaps_table).where(_g.id == id).values(**values))


def join(connection: Connection, id: int, into: int, by_hand: bool) -> None:
    """Put all that gap `id` has into gap `into`; what `id` was stays readable."""
    one, other = gap_of(connection, id), gap_of(connection, into)
    connection.execute(update(questions_table).where(_q.gap == id).values(gap=into))
    counts = dict(Counter(other.counts) + Counter(one.counts))
    elder = one if one.first_at < other.first_at else other
    change(
        connection,
        into,
        counts=counts,
        title=elder.title,
        near=elder.near,
        first_at=elder.first_at.timestamp(),
        last_at=max(one.last_at, other.last_at).timestamp(),
        **({"by_hand": True} if by_hand else {}),
    )
    change(connection, id, state=GapState.MERGED.value, into=into, counts={})


def tell(connection: Connection, id: int, what: str, facts: Mapping[str, Any], now: datetime) -> None:
    """Append the event `gap.WHAT`. It never names what a caller asked: questions are forgotten, events are not."""
    append(connection, Event(now.timestamp(), f"gap:{id}", f"gap.{what}", facts))


def _time(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
