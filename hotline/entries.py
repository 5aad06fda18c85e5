"""The entries that a process works with: in the records' database, filled from a folder where it has none."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from core.database import Database
from hotline.records import open_records
from hotline.settings import HotlineSettings
from knowledge_base.loading import from_folder
from knowledge_base.store import EntryStore


def seeded(settings: HotlineSettings, database: Database) -> EntryStore:
    """Return the entries of `database`; where it has none yet, those of `[knowledge] folder` go live first.

    A folder that is empty leaves it empty. Raises `EntryInvalid`, `RecordsError`.
    """
    store = EntryStore(database)
    folder = settings.knowledge.folder
    if not store.list(limit=1) and not _is_empty(folder):
        store.seed(from_folder(folder), datetime.now(UTC))
    return store


@contextmanager
def open_entries(settings: HotlineSettings) -> Iterator[EntryStore]:
    """Open what `seeded` returns, and let go of the database afterwards."""
    database = open_records(settings.records)
    try:
        yield seeded(settings, database)
    finally:
        database.close()


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())
