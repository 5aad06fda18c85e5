"""Puts a question into its gap: those that are alike are one, whatever the order in which they came."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, update

from knowledge_base.gaps.gap import GapState
from knowledge_base.gaps.listening import Replied, Unanswered
from knowledge_base.gaps.rows import change, gap_of, join, make, tell
from knowledge_base.gaps.tables import gaps_table, questions_table
from knowledge_base.life import system

_g, _q = gaps_table.c, questions_table.c

_MOST_NEAR = 200
"""Questions alike that are looked at; a gap has many, and they lead to the same one."""


def file(connection: Connection, found: Unanswered, near: Sequence[tuple[int, float]]) -> int:
    """Keep a question in the gap of those `near` it (number, likeness; most alike first); return the gap's number.

    A question that is alike to several gaps makes them one, unless somebody has worked on one of them: then it only
    comes to the most alike. It opens a gap again that was closed before it was asked.
    """
    gaps = _gaps_of(connection, [number for number, _ in near[:_MOST_NEAR]])
    if not gaps:
        gap = make(connection, found.question, found.at, found.near)
        facts = {"who": system().name, "source": found.source}
        tell(connection, gap, "opened", facts, datetime.fromtimestamp(found.at, UTC))
    else:
        gap = gaps[0]
        free = _free(connection, gaps)
        if len(free) == len(gaps) > 1:
            gap = min(gaps)
            for other in sorted(set(gaps) - {gap}):
                _unite(connection, other, gap, found)
    _add(connection, gap, found)
    return gap


def reply(connection: Connection, found: Replied) -> None:
    """Add what an agent said to a question."""
    before = connection.scalar(select(_q.reply).where(_q.id == found.id))
    if before is not None:  # it may be forgotten already
        text = f"{before}\n{found.text}".strip()
        connection.execute(update(questions_table).where(_q.id == found.id).values(reply=text))


def _gaps_of(connection: Connection, numbers: Sequence[int]) -> list[int]:
    """Return the gaps of these questions in their order, each once."""
    rows = connection.execute(select(_q.id, _q.gap).where(_q.id.in_(numbers)))
    gap = {row.id: row.gap for row in rows}
    return list(dict.fromkeys(gap[number] for number in numbers if number in gap))


def _free(connection: Connection, gaps: Sequence[int]) -> list[int]:
    """Return those that nobody has worked on, and that wait."""
    query = select(_g.id).where(_g.id.in_(gaps), _g.by_hand.is_(False), _g.state == GapState.OPEN.value)
    return list(connection.scalars(query))


def _unite(connection: Connection, one: int, into: int, found: Unanswered) -> None:
    now, who = datetime.fromtimestamp(found.at, UTC), system().name
    join(connection, one, into, by_hand=False)
    tell(connection, one, "merged", {"who": who, "into": into}, now)
    tell(connection, into, "joined", {"who": who, "gap": one}, now)


def _add(connection: Connection, id: int, found: Unanswered) -> None:
    connection.execute(
        insert(questions_table).values(
            id=found.id, gap=id, call=found.call, at=found.at, source=found.source, question=found.question,
            understood=found.understood, entry=found.entry, reply="",
        )
    )  # fmt: skip
    gap = gap_of(connection, id)
    asked = datetime.fromtimestamp(found.at, UTC)
    change(
        connection,
        id,
        counts=dict(Counter(gap.counts) + Counter([found.source])),
        first_at=min(gap.first_at, asked).timestamp(),
        last_at=max(gap.last_at, asked).timestamp(),
    )
    if gap.state is GapState.CLOSED and gap.closed_at and asked > gap.closed_at:
        state = GapState.DRAFTED if gap.entry else GapState.ASSIGNED if gap.department else GapState.OPEN
        change(connection, id, state=state.value, opened_at=found.at, closed_at=0.0)
        tell(connection, id, "reopened", {"who": system().name, "source": found.source}, asked)
