"""One town for each test, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.database import Database
from core.sealing import new_keyring
from tests.integration.tickets.supervision.town import Town
from tests.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    url = f"sqlite:///{tmp_path / 'records.db'}"
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.new_database()
    database = Database(url, keys=new_keyring())
    yield Town(database)
    database.close()
