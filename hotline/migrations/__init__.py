"""Brings a database's tables up to date, step by step, with what is in them."""

import functools
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from core.errors import RecordsError
from tickets.projection import rebuild_all

_LOCK = 12345_0002
"""Number of the lock that PostgreSQL gives to one process at a time (any number that nobody else uses)."""


def migrate(connection: Connection, to: str = "head") -> None:
    """Bring the tables up to date within the connection's transaction; nothing happens where they are.

    Raises `RecordsError` where the database is of a newer version of the hotline.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    before, scripts = revision(connection), _scripts()
    if before == scripts.get_current_head():
        return
    if before and before not in {script.revision for script in scripts.walk_revisions()}:
        url = connection.engine.url.render_as_string()
        raise RecordsError(url=url, what=f"它是更新版本的热线建的({before}),请升级本程序")
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)
    if before and any(_derived(scripts, before, to)):
        rebuild_all(connection, datetime.now().astimezone())


def revision(connection: Connection) -> str | None:
    """Return the version of the tables; None before the first."""
    return MigrationContext.configure(connection).get_current_revision()


def _derived(scripts: ScriptDirectory, before: str, to: str) -> Iterator[bool]:
    """Tell of each step after `before` whether what it adds is to be made from what is there."""
    for script in scripts.iterate_revisions(to, before):
        yield getattr(script.module, "DERIVED", False)


@functools.cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
