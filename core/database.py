"""One database behind threads of its own: the event loop never waits for a disk."""

import asyncio
import random
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, MetaData, create_engine, event
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from core.errors import HotlineError, RecordsError
from core.sealing import KeySource, use

T = TypeVar("T")

metadata = MetaData()
"""Every room declares its tables on this."""

_LOST = ("40001", "40P01")
"""PostgreSQL's codes of a transaction that lost against another and may be tried again (SQLSTATE)."""
_MET = "23505"
"""An exclusive one also for this: both have just written what either would have found there a moment later."""
_TRIES = 20


def create_tables(connection: Connection) -> None:
    """Make the tables that are not there: for a database that is used once. A lasting one is migrated."""
    metadata.create_all(connection)


class Database:
    """A SQLAlchemy engine whose transactions run on threads of its own: one for SQLite, several for PostgreSQL.

    `keys` seal what is personal; `prepare` brings the tables up to date. Raises `RecordsError` where the database
    cannot be opened or a transaction fails.
    """

    def __init__(
        self,
        url: str,
        keys: KeySource | None = None,
        connections: int = 4,
        prepare: Callable[[Connection], None] = create_tables,
    ) -> None:
        self.url, self.keys = make_url(url), keys
        if self.url.drivername == "postgresql":
            self.url = self.url.set(drivername="postgresql+pg8000")
        self._sqlite = self.url.get_backend_name() == "sqlite"
        in_file = self._sqlite and self.url.database not in (None, "", ":memory:")
        if in_file:
            try:
                Path(str(self.url.database)).parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise RecordsError(url=self.url.render_as_string(), what=error.strerror) from error
        threads = 1 if self._sqlite else connections
        self._engine: Engine = _engine(self.url, threads, self._sqlite)
        if keys:
            use(self._engine.dialect, keys)
        self._serializable = self._engine.execution_options(isolation_level="SERIALIZABLE")
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="records")
        self._file: Path | None = None
        try:
            self.run(prepare, exclusive=self._sqlite)  # on PostgreSQL it takes a lock of its own
        except HotlineError:
            self.close()
            raise
        if in_file:
            self._file = Path(str(self.url.database)).absolute()
            self._inode = _inode(self._file)

    def submit(self, work: Callable[[Connection], T], exclusive: bool = False) -> "Future[T]":
        """Queue `work` as one transaction; the future carries its result or a `RecordsError`.

        On PostgreSQL `work` may be done more than once before it holds: one of two that wait for each other is begun
        anew. An `exclusive` one sees nothing that another changes before it ends: what it read still holds when it
        writes. Where the lock is not had in time, it has done nothing.
        """
        return self._threads.submit(self._transact, work, exclusive)

    async def transact(self, work: Callable[[Connection], T], exclusive: bool = False) -> T:
        """Run `work` as one transaction without holding up the event loop."""
        return await asyncio.wrap_future(self.submit(work, exclusive))

    def run(self, work: Callable[[Connection], T], exclusive: bool = False) -> T:
        """Run `work` as one transaction and wait for it (command line, tests)."""
        return self.submit(work, exclusive).result()

    def close(self) -> None:
        """Finish what is queued and let go of the database."""
        if self._sqlite:
            self._threads.submit(self._engine.dispose)  # SQLite wants the thread that opened it
        self._threads.shutdown(wait=True)
        if not self._sqlite:
            self._engine.dispose()

    def _transact(self, work: Callable[[Connection], T], exclusive: bool) -> T:
        if self._file is not None and _inode(self._file) != self._inode:
            # SQLite would go on writing to a file that nobody finds again.
            raise RecordsError(url=self.url.render_as_string(), what="数据库文件已被移走或换掉,请放回原处或重新启动")
        again = (*_LOST, _MET) if exclusive else _LOST
        for left in reversed(range(1 if self._sqlite else _TRIES)):
            try:
                return self._once(work, exclusive)
            except (SQLAlchemyError, OSError, UnicodeEncodeError) as error:
                if left and isinstance(error, DBAPIError) and _sqlstate(error) in again:
                    time.sleep(random.uniform(0.001, 0.02))
                    continue
                raise RecordsError(url=self.url.render_as_string(), what=_cause(error)) from error
        raise AssertionError("the last try returns or raises")

    def _once(self, work: Callable[[Connection], T], exclusive: bool) -> T:
        with (self._serializable if exclusive else self._engine).begin() as connection:
            if exclusive and self._sqlite:
                # Its driver would begin with the first write, and what was read before might hold no more.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            return work(connection)


def _engine(url: URL, threads: int, sqlite: bool) -> Engine:
    if sqlite:
        engine = create_engine(url)
        event.listen(engine, "connect", _tune_sqlite)
        return engine
    # A connection that the server let go of is found out before it is used.
    return create_engine(url, pool_size=threads, max_overflow=0, pool_pre_ping=True)


def _sqlstate(error: DBAPIError) -> str:
    """Return PostgreSQL's code of what went wrong, "" where there is none."""
    return str(_facts(error).get("C", ""))


def _cause(error: Exception) -> object:
    """Return what the database says, and nothing of the statement: there may be personal data in it."""
    return _facts(error).get("M") or getattr(error, "orig", None) or error


def _facts(error: Exception) -> dict[str, Any]:
    """Return what PostgreSQL tells of an error, by the letters of its protocol."""
    told = getattr(error, "orig", None)
    facts = told.args[0] if told is not None and told.args else None
    return facts if isinstance(facts, dict) else {}


def _inode(file: Path) -> int:
    try:
        return file.stat().st_ino
    except OSError:
        return 0


def _tune_sqlite(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA busy_timeout=5000")
    connection.execute("PRAGMA secure_delete=ON")  # what is erased, or sealed later, leaves no trace in the file
