"""Opens the records: the database of `[records]`, brought up to date, with the keys that seal it."""

from core.database import Database
from core.key_file import load_keys
from hotline.settings import RecordsSettings


def open_records(settings: RecordsSettings) -> Database:
    """Return the database, migrated. Raises `RecordsError`, `KeysUnreadable`, `KeysMissing`."""
    from hotline.migrations import migrate  # alembic takes a moment that a wrong setting should not wait for

    return Database(settings.database_url, load_keys(settings.keys_file), settings.connections, migrate)
