"""Reads what happened in calls, a stretch of events at a time, into gaps and into the use of entries.

A stretch and the mark up to which was read are written in one transaction, which takes nothing unless the mark still
stands where the reading began: however many processes read and wherever one is killed, every event counts once.
"""

import json
import logging
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from core.database import Database
from core.events import Event, events_table, last_settled
from knowledge_base.gaps.filing import file, reply
from knowledge_base.gaps.likeness import ALIKE, Likeness, Neighbours
from knowledge_base.gaps.listening import KINDS, Ears, Known, Replied, Unanswered, Used, listen
from knowledge_base.gaps.tables import calls_table, questions_table, readers_table, use_table

log = logging.getLogger(__name__)

NAME = "gaps"
STRETCH = 200
"""Events of calls that are read at once: the records are locked for about a tenth of a second."""
LEASE_S = 60.0
"""How long a process that no longer says so is believed to be reading."""
_KEPT_S = 86_400.0
"""How long a call may pause before what is known of it is forgotten."""

_e, _r, _u = events_table.c, readers_table.c, use_table.c


class Overtaken(Exception):
    """Another process has read on meanwhile."""


class Reader:
    """Reads the events of a database; `holder` names this process among those that share it."""

    def __init__(self, database: Database, likeness: Likeness, ears: Ears, holder: str) -> None:
        self._database, self._likeness, self._ears, self._holder = database, likeness, ears, holder
        self._neighbours: Neighbours | None = None
        self._seen = -1
        """The newest event at the last look: what a slower transaction appends before it is on disk by now."""

    def hold(self, now: float) -> bool:
        """Become the one that reads, or stay it, for `LEASE_S`; False while another one is."""

        def work(connection: Connection) -> bool:
            row = connection.execute(select(readers_table).where(_r.name == NAME)).first()
            mine = {"holder": self._holder, "until": now + LEASE_S}
            if row is None:
                connection.execute(insert(readers_table).values(name=NAME, seq=0, **mine))
                return True
            # A mark far ahead was made by a clock that was wrong.
            if row.holder not in ("", self._holder) and now < row.until <= now + 2 * LEASE_S:
                return False
            connection.execute(update(readers_table).where(_r.name == NAME).values(**mine))
            return True

        return self._database.run(work, exclusive=True)

    def let_go(self) -> None:
        """Leave the reading to the next one."""
        query = update(readers_table).where(_r.name == NAME, _r.holder == self._holder).values(holder="", until=0.0)
        self._database.run(lambda c: c.execute(query))

    def read(self, settled: bool = False) -> int:
        """Read the next stretch and return how many events of calls were in it.

        What came since the last look waits for the next one, unless all that writes is known to be `settled`.
        Raises `RecordsError`; then nothing was read.
        """
        seq, newest = self._database.run(_marks)
        upto, self._seen = (newest if settled else min(self._seen, newest)), newest
        if upto <= seq:
            return 0
        query = select(events_table).where(_e.seq > seq, _e.seq <= upto, _e.kind.in_(KINDS))
        rows = self._database.run(lambda c: c.execute(query.order_by(_e.seq).limit(STRETCH)).all())
        end = rows[-1].seq if len(rows) == STRETCH else upto
        neighbours = self._neighbours or self._load()
        found, known = self._listen(rows)
        near: dict[int, list[tuple[int, float]]] = {}
        for one in found:
            if isinstance(one, Unanswered):
                near[one.id] = neighbours.near(one.question)
                neighbours.add(one.id, one.question)
        try:
            self._database.run(lambda c: _write(c, seq, end, found, near, known), exclusive=True)
        except BaseException as error:
            self._neighbours = None  # it holds questions that were not filed
            if isinstance(error, Overtaken):
                return 0
            raise
        return len(rows)

    def _listen(
        self, rows: Sequence[Row[Any]]
    ) -> tuple[list[Unanswered | Replied | Used], dict[str, tuple[float, Known]]]:
        calls = list(
            dict.fromkeys(row.stream.removeprefix("call:") for row in rows if row.stream.startswith("call:"))
        )
        before = self._database.run(lambda c: _known(c, calls))
        known: dict[str, tuple[float, Known]] = {}
        found: list[Unanswered | Replied | Used] = []
        for row in rows:
            if not row.stream.startswith("call:"):
                continue
            call = row.stream.removeprefix("call:")
            of_call = known[call][1] if call in known else before.get(call) or Known()
            event = Event(row.at, row.stream, row.kind, json.loads(row.body))
            try:
                found += listen(row.seq, event, of_call, self._ears)
            except (KeyError, TypeError, ValueError) as error:  # written by an older or newer version of ours
                log.warning("event %d (%s) cannot be read: %s", row.seq, row.kind, type(error).__name__)
            known[call] = (row.at, of_call)
        return found, known

    def _load(self) -> Neighbours:
        """Take in the questions that are filed; those of 180 days take seconds, once for a process."""
        query = select(questions_table.c.id, questions_table.c.question).order_by(questions_table.c.id)
        made = self._neighbours = Neighbours(self._likeness, ALIKE)
        for row in self._database.run(lambda c: c.execute(query).all()):
            made.add(row.id, row.question)
        return made


def _marks(connection: Connection) -> tuple[int, int]:
    """Return up to which event was read, and which one is the newest."""
    seq = connection.scalar(select(_r.seq).where(_r.name == NAME)) or 0
    return seq, last_settled(connection)


def _write(
    connection: Connection,
    seq: int,
    end: int,
    found: Sequence[Unanswered | Replied | Used],
    near: dict[int, list[tuple[int, float]]],
    known: dict[str, tuple[float, Known]],
) -> None:
    moved = connection.execute(update(readers_table).where(_r.name == NAME, _r.seq == seq).values(seq=end))
    if moved.rowcount != 1:
        raise Overtaken
    for one in found:
        if isinstance(one, Unanswered):
            file(connection, one, near[one.id])
        elif isinstance(one, Replied):
            reply(connection, one)
    _count(connection, Counter((one.entry, one.day, one.what) for one in found if isinstance(one, Used)))
    _keep(connection, known)


def _count(connection: Connection, used: Counter[tuple[str, str, str]]) -> None:
    by_day: dict[tuple[str, str], dict[str, int]] = {}
    for (entry, day, what), times in used.items():
        by_day.setdefault((entry, day), {})[what] = times
    for (entry, day), counts in by_day.items():
        added = {what: _u[what] + times for what, times in counts.items()}
        done = connection.execute(update(use_table).where(_u.entry == entry, _u.day == day).values(**added))
        if not done.rowcount:
            none = {"answered": 0, "refused": 0, "rejected": 0, "to_human": 0}
            connection.execute(insert(use_table).values(entry=entry, day=day, **none | counts))


def _known(connection: Connection, calls: Sequence[str]) -> dict[str, Known]:
    found: dict[str, Known] = {}
    for begin in range(0, len(calls), 500):
        query = select(calls_table).where(calls_table.c.call.in_(calls[begin : begin + 500]))
        found |= {row.call: Known.of(json.loads(row.known)) for row in connection.execute(query)}
    return found


def _keep(connection: Connection, known: dict[str, tuple[float, Known]]) -> None:
    if not known:
        return
    calls = list(known)
    for begin in range(0, len(calls), 500):
        connection.execute(delete(calls_table).where(calls_table.c.call.in_(calls[begin : begin + 500])))
    rows = [
        {"call": call, "at": at, "known": json.dumps(of_call.data(), ensure_ascii=False)}
        for call, (at, of_call) in known.items()
    ]
    connection.execute(insert(calls_table), rows)
    newest = max(at for at, _ in known.values())
    connection.execute(delete(calls_table).where(calls_table.c.at < newest - _KEPT_S))
