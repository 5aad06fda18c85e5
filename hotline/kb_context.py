"""What every `hotline kb` command begins with: the settings and the entries."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hotline.cli_records import settings
from hotline.entries import open_entries
from hotline.settings import HotlineSettings
from knowledge_base.store import EntryStore


@contextmanager
def open_store(config: Path | None) -> Iterator[tuple[HotlineSettings, EntryStore]]:
    """Open the entries of `config`; an empty store is first filled from the folder of the settings."""
    chosen = settings(config)
    with open_entries(chosen) as store:
        yield chosen, store
