"""One database behind one thread: the event loop never waits for a disk."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, MetaData, create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from core.errors import RecordsError

T = TypeVar("T")

metadata = MetaData()
"""Every room declares its tables on this."""


class Database:
    """A SQLAlchemy engine whose transactions run one after another on a thread of its own.

    Raises `RecordsError` where the database cannot be opened or a transaction fails.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        if self.url.get_backend_name() == "sqlite" and self.url.database not in (None, "", ":memory:"):
            try:
                Path(str(self.url.database)).parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise RecordsError(url=self.url.render_as_string(), what=error.strerror) from error
        self._engine: Engine = create_engine(self.url)
        if self.url.get_backend_name() == "sqlite":
            event.listen(self._engine, "connect", _tune_sqlite)
        self._serializable = self._engine.execution_options(isolation_level="SERIALIZABLE")
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="records")
        self._file: Path | None = None
        self.run(metadata.create_all)
        if self.url.get_backend_name() == "sqlite" and self.url.database not in (None, "", ":memory:"):
            self._file = Path(str(self.url.database)).absolute()
            self._inode = _inode(self._file)

    def submit(self, work: Callable[[Connection], T], exclusive: bool = False) -> "Future[T]":
        """Queue `work` as one transaction; the future carries its result or a `RecordsError`.

        An `exclusive` one sees nothing that another process changes before it ends: what it read still holds when it
        writes. Where the lock is not had in time, it has done nothing.
        """
        return self._thread.submit(self._transact, work, exclusive)

    async def transact(self, work: Callable[[Connection], T], exclusive: bool = False) -> T:
        """Run `work` as one transaction without holding up the event loop."""
        return await asyncio.wrap_future(self.submit(work, exclusive))

    def run(self, work: Callable[[Connection], T], exclusive: bool = False) -> T:
        """Run `work` as one transaction and wait for it (command line, tests)."""
        return self.submit(work, exclusive).result()

    def close(self) -> None:
        """Finish what is queued and let go of the database."""
        self._thread.submit(self._engine.dispose)  # SQLite wants the thread that opened it
        self._thread.shutdown(wait=True)

    def _transact(self, work: Callable[[Connection], T], exclusive: bool) -> T:
        if self._file is not None and _inode(self._file) != self._inode:
            # SQLite would go on writing to a file that nobody finds again.
            raise RecordsError(url=self.url.render_as_string(), what="数据库文件已被移走或换掉,请放回原处或重新启动")
        try:
            with (self._serializable if exclusive else self._engine).begin() as connection:
                if exclusive and connection.dialect.name == "sqlite":
                    # Its driver would begin with the first write, and what was read before might hold no more.
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                return work(connection)
        except (SQLAlchemyError, OSError, UnicodeEncodeError) as error:
            cause = getattr(error, "orig", None) or error
            raise RecordsError(url=self.url.render_as_string(), what=cause) from error


def _inode(file: Path) -> int:
    try:
        return file.stat().st_ino
    except OSError:
        return 0


def _tune_sqlite(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA busy_timeout=5000")
