"""What several rooms' integration tests share: real Asterisks and a real PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.database import Database
from core.sealing import new_keyring
from telephony.asterisk.runner import Asterisk
from tests.asterisk import City, centre, running_asterisk
from tests.postgres import Postgres, running_postgres


@pytest.fixture(scope="session")
def asterisk() -> Iterator[Asterisk]:
    """A running Asterisk with the default agents and queues, for every test that does not break it."""
    with running_asterisk() as made:
        yield made


@pytest.fixture(scope="session")
def city() -> Iterator[City]:
    """A centre with a supervisor and a trunk; the port is the one that the trunk leads to."""
    with centre() as made:
        yield made


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL, for every test that does not break it."""
    with running_postgres() as made:
        yield made


@pytest.fixture(params=["memory", "file", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Each kind of database, empty, with keys of its own: what is kept must come back the same from all."""
    kind: str = request.param
    if kind == "postgresql":
        url = request.getfixturevalue("postgres").new_database()
    else:
        url = "sqlite://" if kind == "memory" else f"sqlite:///{tmp_path / 'records.db'}"
    opened = Database(url, keys=new_keyring())
    yield opened
    opened.close()
