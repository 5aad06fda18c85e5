"""One town for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.database import Database
from tests.integration.tickets.supervision.town import Town


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    database = Database(f"sqlite:///{tmp_path / 'records.db'}")
    yield Town(database)
    database.close()
