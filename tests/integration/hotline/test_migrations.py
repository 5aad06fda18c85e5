"""A database of any age becomes one of today, with all that is in it, on SQLite and on PostgreSQL."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from core.database import Database
from core.errors import RecordsError
from core.sealing import new_keyring
from hotline.all_tables import metadata
from hotline.migrations import migrate, revision
from tests.integration.tickets.test_store import NOW, TICKET
from tests.postgres import Postgres
from tickets.finding import TicketFinder, Wanted
from tickets.serial import to_data
from tickets.store import TicketStore

FIRST = partial(migrate, to="0001")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'records.db'}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        yield server.new_database()


def _differences(connection: Connection) -> list[object]:
    def ours(name: str | None, kind: str, _parent: object) -> bool:
        # What finds words is made by hand: alembic knows neither FTS5 nor this index.
        return not (name or "").startswith(("ticket_words", "tickets_by_words"))

    context = MigrationContext.configure(connection, opts={"include_name": ours, "compare_type": True})
    return list(compare_metadata(context, metadata))


def test_a_new_database_has_every_table_as_it_is_declared(url: str) -> None:
    database = Database(url, prepare=migrate)
    assert database.run(_differences) == []
    database.close()
    again = Database(url, prepare=migrate)
    assert again.run(revision) == "0002"
    again.close()


def test_what_was_there_before_stays_and_is_listed_and_found(url: str) -> None:
    keys = new_keyring()
    old = Database(url, prepare=FIRST)
    ticket = {**to_data(TICKET), "number": "2611200001", "created": NOW.isoformat()}
    row = {
        "number": "2611200001", "state": "已受理", "kind": "投诉", "contact": "13800001234", "matter": "heat-cold",
        "district": "城东区", "spot": "阳光花园", "created": "2026-11-20T02:00:00.000000+00:00", "call_id": "",
        "repeats_of": "", "body": json.dumps(ticket, ensure_ascii=False),
    }  # fmt: skip
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    old.run(lambda c: c.execute(text(f"INSERT INTO tickets ({names}) VALUES ({values})"), row))
    event = {"at": NOW.timestamp(), "stream": "ticket:2611200001", "kind": "ticket.opened", "body": row["body"]}
    insert = "INSERT INTO events (at, stream, kind, body) VALUES (:at, :stream, :kind, :body)"
    old.run(lambda c: c.execute(text(insert), event))
    old.close()

    database = Database(url, keys, prepare=migrate)
    store, finder = TicketStore(database), TicketFinder(database)
    found = store.find_now("2611200001")
    assert found and found.what == TICKET.what
    assert [event.kind for event in store.history_now("2611200001")] == ["ticket.opened"]
    assert [due.ticket.number for due in finder.worklist("")] == ["2611200001"]
    assert [one.number for one in finder.search(Wanted("阳光花园"), NOW)] == ["2611200001"]
    assert store.by_contact_now("13800001234") == []  # not until it is sealed: `hotline keys reseal`
    database.close()


def test_several_that_start_at_once_migrate_once(url: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: Database(url, prepare=migrate), range(4)))
    assert {database.run(revision) for database in made} == {"0002"}
    for database in made:
        database.close()


def test_a_database_of_a_newer_version_is_left_alone(url: str) -> None:
    database = Database(url, prepare=migrate)
    database.run(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    database.close()
    with pytest.raises(RecordsError, match="更新版本的热线"):
        Database(url, prepare=migrate)
