"""Two transactions that wait for each other: one of them is begun anew, and nobody hears of it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy import Connection, text

from core.database import Database
from core.errors import RecordsError
from tests.postgres import Postgres

_RAISED = text("UPDATE counts SET many = many + 1 WHERE name = :name")


def test_both_of_two_that_wait_for_each_other_are_done(postgres: Postgres) -> None:
    database = Database(postgres.new_database())
    database.run(lambda c: c.execute(text("CREATE TABLE counts (name text PRIMARY KEY, many int)")))
    database.run(lambda c: c.execute(text("INSERT INTO counts VALUES ('a', 0), ('b', 0)")))
    both = Barrier(2)
    tries: list[str] = []

    def crossing(names: str) -> None:
        def work(connection: Connection) -> None:
            tries.append(names)
            connection.execute(_RAISED, {"name": names[0]})
            with suppress(BrokenBarrierError):  # the other is done: this is the second try
                both.wait(30)
            connection.execute(_RAISED, {"name": names[1]})

        database.run(work)
        both.abort()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(crossing, ("ab", "ba")))
    assert len(tries) == 3
    counts = database.run(lambda c: c.execute(text("SELECT many FROM counts")).scalars().all())
    assert list(counts) == [2, 2]
    with pytest.raises(RecordsError, match="duplicate"):
        database.run(lambda c: c.execute(text("INSERT INTO counts VALUES ('a', 0)")))
    database.close()
