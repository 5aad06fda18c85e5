"""Everything that happens is an event, appended once and never changed."""

import json
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    Row,
    String,
    Table,
    func,
    insert,
    select,
    text,
)

from core.database import Database, metadata
from core.errors import KeysDamaged, KeysMissing, RecordsError
from core.sealing import Sealed, as_kept, open_kept

log = logging.getLogger(__name__)

_LONGEST_STREAM, _LONGEST_KIND = 80, 60

events_table = Table(
    "events",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),  # seconds since 1970, UTC
    Column("stream", String(_LONGEST_STREAM), nullable=False),  # e.g. call:20261122-113045-7f3a9c, ticket:2611220001
    Column("kind", String(_LONGEST_KIND), nullable=False),
    Column("body", Sealed, nullable=False),  # JSON
    Index("events_by_stream", "stream", "seq"),
    Index("events_by_kind", "kind", "seq"),
)

_INSERT = insert(events_table)
_e = events_table.c
KEPT = (_e.seq, _e.at, _e.stream, _e.kind, as_kept(_e.body).label("body"))
"""An event's columns as they are kept, which `readable` opens."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: when (seconds since 1970), to what, which kind, with which facts."""

    at: float
    stream: str
    kind: str
    body: Mapping[str, Any]


def append(connection: Connection, event: Event) -> None:
    """Write `event` inside a transaction that changes something else as well."""
    connection.execute(_INSERT, _row(event))


def append_all(connection: Connection, events: Sequence[Event]) -> None:
    """Write many events at once, in their order, inside a transaction that changes something else as well."""
    if events:
        connection.execute(_INSERT, [_row(event) for event in events])


def history(connection: Connection, stream: str) -> list[Event]:
    """Return the events of `stream`, oldest first."""
    rows = connection.execute(
        select(events_table).where(events_table.c.stream == stream).order_by(events_table.c.seq)
    )
    return [Event(row.at, row.stream, row.kind, json.loads(row.body)) for row in rows]


def newest(connection: Connection, kind: str, limit: int) -> list[Event]:
    """Return the last `limit` events of one kind, newest first; one that is damaged is left out with a warning."""
    query = select(*KEPT).where(_e.kind == kind).order_by(_e.seq.desc()).limit(limit)
    return list(readable(connection, connection.execute(query)))


def readable(connection: Connection, rows: Iterable[Row[Any]]) -> Iterator[Event]:
    """Yield the events of `rows` (`KEPT`); one that is damaged is left out with a warning."""
    for row in rows:
        try:
            yield Event(row.at, row.stream, row.kind, json.loads(open_kept(connection, row.body)))
        except (KeysDamaged, KeysMissing, ValueError) as error:
            log.warning("event %d of %s is damaged (%s) and left out", row.seq, row.stream, type(error).__name__)


def last_settled(connection: Connection) -> int:
    """Return the number of the newest event, 0 where there is none; no event of a lower number comes afterwards.

    On PostgreSQL several write at once, and a higher number may be there before a lower one: this waits until those
    who write have written.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE events IN SHARE MODE"))
    return connection.scalar(select(func.max(events_table.c.seq))) or 0


class EventLog:
    """Appends events from the event loop without ever waiting and without ever losing one.

    Where the disk refuses (full, gone), events wait in memory and are tried again each second;
    `behind` counts them and `trouble` says why. Of one that no database takes, only that there was one is written.
    """

    def __init__(self, database: Database, retry_s: float = 1.0) -> None:
        self._database = database
        self._retry_s = retry_s
        self._waiting: deque[Event] = deque()
        self._lock = threading.Lock()
        self._one_writes = threading.Lock()
        self._writing = False
        self._timer: threading.Timer | None = None
        self._closed = False
        self._listeners: list[Callable[[Event], None]] = []
        self.trouble: str | None = None

    @property
    def behind(self) -> int:
        """How many events are not yet on disk."""
        return len(self._waiting)

    def subscribe(self, listener: Callable[[Event], None]) -> None:
        """Call `listener` with every event as it is appended, in the appender's thread."""
        self._listeners.append(listener)

    def append(self, stream: str, kind: str, body: Mapping[str, Any], at: float | None = None) -> None:
        """Add an event; it is on disk a moment later."""
        event = Event(time.time() if at is None else at, stream, kind, body)
        with self._lock:
            self._waiting.append(event)
        self.tell(event)
        self._start_writing()

    def tell(self, event: Event) -> None:
        """Let the listeners hear an event that was written within another transaction."""
        for listener in self._listeners:
            listener(event)

    def flush(self) -> None:
        """Wait until everything is on disk; raise `RecordsError` where that fails."""
        self._database.submit(self._write).result()
        if self._waiting:
            raise RecordsError(url=self._database.url.render_as_string(), what=self.trouble)

    def close(self) -> None:
        """Stop retrying; write what can be written."""
        self._closed = True
        if self._timer:
            self._timer.cancel()
        self.flush()

    def _start_writing(self) -> None:
        with self._lock:
            if self._writing or self._timer is not None:
                return
            self._writing = True
        future = self._database.submit(self._write)
        future.add_done_callback(lambda done: self._wrote(done.exception()))

    def _write(self, connection: Connection) -> None:
        # Rows leave the queue only after the commit, so a failed commit loses nothing.
        with self._one_writes:
            batch = list(self._waiting)
            if batch:
                connection.execute(_INSERT, [_writable(event) for event in batch])
                connection.commit()
                with self._lock:
                    for _ in batch:
                        self._waiting.popleft()

    def _wrote(self, error: BaseException | None) -> None:
        with self._lock:
            self._writing = False
            self.trouble = str(error) if error else None
            if error and not self._closed:
                log.error("events wait in memory: %s", error)
                self._timer = threading.Timer(self._retry_s, self._retry)
                self._timer.daemon = True
                self._timer.start()
                return
            more = bool(self._waiting) and not self._closed
        if more:
            self._start_writing()

    def _retry(self) -> None:
        self._timer = None
        self._start_writing()


def _writable(event: Event) -> dict[str, Any]:
    """Return the row of `event`, or, where there can be none, of an event that says so: the others must not wait."""
    try:
        if (
            len(event.stream) > _LONGEST_STREAM
            or len(event.kind) > _LONGEST_KIND
            or "\0" in event.stream + event.kind
        ):
            raise ValueError(event.stream)
        (event.stream + event.kind).encode()
        return _row(event)
    except Exception as error:  # whatever is in it, and however it tells of itself
        kind, stream = (
            text.encode("utf8", "replace").decode().replace("\0", "") for text in (event.kind, event.stream)
        )
        log.error("an event of %s cannot be written: %s", stream[:_LONGEST_STREAM], type(error).__name__)
        body = {"kind": kind, "error": type(error).__name__}
        return _row(Event(event.at, stream[:_LONGEST_STREAM], "event.unwritable", body))


def _row(event: Event) -> dict[str, Any]:
    return {
        "at": event.at,
        "stream": event.stream,
        "kind": event.kind,
        "body": _text(event.body),
    }


def _text(body: Mapping[str, Any]) -> str:
    """Return `body` as JSON; what is half a character (from a foreign header) becomes a question mark."""
    return json.dumps(body, ensure_ascii=False, default=str).encode("utf8", "replace").decode("utf8")
