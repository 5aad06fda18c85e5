"""Opens the records: the database of `[records]`, brought up to date, with the keys that seal it."""

import time
from functools import partial

from sqlalchemy import Connection

from core.database import Database
from core.key_file import KeyFile
from core.key_table import needs_no_keys, note_keys
from hotline.settings import RecordsSettings


def open_records(settings: RecordsSettings) -> Database:
    """Return the database, migrated. Raises `RecordsError`, `KeysUnreadable`, `KeysMissing`, `KeysForeign`.

    A first file of keys is made only where nothing is sealed yet.
    """
    from hotline.migrations import migrate  # alembic takes a moment that a wrong setting should not wait for

    url, file = settings.database_url, settings.keys_file
    if not file.exists():
        Database(url, connections=1, prepare=partial(needs_no_keys, file=file)).close()
    keys = KeyFile(file)

    def prepare(connection: Connection) -> None:
        migrate(connection)
        note_keys(connection, keys.current(), time.time())

    return Database(url, keys, settings.connections, prepare)
