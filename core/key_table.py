"""Which keys the records were sealed with: names and fingerprints, so that a lost or foreign file is noticed."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Column, Connection, Float, String, Table, inspect, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from core.database import metadata
from core.errors import KeysForeign, KeysMissing
from core.events import Event, append, history
from core.sealing import MARK, Keyring, key_of

keys_table = Table(
    "record_keys",
    metadata,
    Column("name", String(12), primary_key=True),
    Column("fingerprint", String(32), nullable=False),
    Column("made", Float, nullable=False),  # seconds since 1970, UTC, as `retired`
    Column("retired", Float, nullable=False, server_default="0"),  # since when it seals no more; 0: it does
    Column("dropped", Float, nullable=False, server_default="0"),  # since when nothing needs it; 0: something may
)

_k = keys_table.c
_STREAM, _BEGUN = "keys", "keys.lookup_begun"


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key that the database knows of. Times in seconds since 1970, 0 for never."""

    name: str
    fingerprint: str
    made: float
    retired: float
    dropped: float


def known_keys(connection: Connection) -> list[KnownKey]:
    """Return the keys that the database was ever sealed with, oldest first."""
    rows = connection.execute(select(keys_table).order_by(_k.made, _k.name))
    return [KnownKey(row.name, row.fingerprint, row.made, row.retired, row.dropped) for row in rows]


def needs_no_keys(connection: Connection, file: Path) -> None:
    """Refuse to go on without a `file` where something is sealed already. Raises `KeysMissing`."""
    tables = set(inspect(connection).get_table_names())
    name = ""
    if "record_keys" in tables:
        name = next((key.name for key in known_keys(connection) if not key.dropped), "")
    elif "events" in tables:  # sealed before the keys were noted
        newest = text("SELECT body FROM events WHERE body LIKE :mark ORDER BY seq DESC LIMIT 1")
        name = key_of(connection.execute(newest, {"mark": f"{MARK}k%"}).scalar() or "")
    if name:
        raise KeysMissing(file=file, name=name)


def note_keys(connection: Connection, keys: Keyring, now: float) -> None:
    """Compare `keys` with those that the records were sealed with, and note those that are new.

    Raises `KeysMissing` where one is gone that may still be needed, `KeysForeign` where one is another.
    """
    known = {key.name: key for key in known_keys(connection)}
    for key in known.values():
        if key.name not in keys.keys:
            if not key.dropped:
                raise KeysMissing(file=keys.file, name=key.name)
        elif keys.fingerprint(key.name) != key.fingerprint:
            raise KeysForeign(file=keys.file, name=key.name)
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    for name in keys.keys.keys() - known.keys():
        row = dialect.insert(keys_table).values(name=name, fingerprint=keys.fingerprint(name), made=now)
        connection.execute(row.on_conflict_do_nothing())
    sealing = (keys.newest, keys.lookup)
    retire = update(keys_table).where(_k.name.not_in(sealing), _k.retired == 0)
    connection.execute(retire.values(retired=now))


def note_dropped(connection: Connection, names: list[str], now: float) -> None:
    """Note that nothing needs the keys `names` any more."""
    connection.execute(update(keys_table).where(_k.name.in_(names)).values(dropped=now))


def lookup_under_way(connection: Connection) -> str:
    """Return what the key of lookups was before a change that was begun and has not ended; "" for none.

    Until it ends, some numbers and words are sealed with one key and some with the other, and are not found.
    """
    noted = history(connection, _STREAM)
    return str(noted[-1].body["before"]) if noted and noted[-1].kind == _BEGUN else ""


def note_lookup_begun(connection: Connection, before: str, now: float) -> None:
    """Note that the key of lookups, `before` until now, is changed."""
    append(connection, Event(now, _STREAM, _BEGUN, {"before": before}))


def note_lookup_made(connection: Connection, now: float) -> None:
    """Note that all that is looked up has been made with the new key."""
    append(connection, Event(now, _STREAM, "keys.lookup_made", {}))
