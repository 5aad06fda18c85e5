"""Files attached to entries: kept by their content, never under the feet of a version that names them."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, Row, delete, func, insert, select

from core.database import Database
from core.errors import RecordsError
from core.events import Event, append
from knowledge_base.errors import (
    AttachmentDamaged,
    AttachmentNamed,
    AttachmentRefused,
    AttachmentUnknown,
    StepRefused,
)
from knowledge_base.file_kinds import KINDS, kind_of, plain_name
from knowledge_base.life import STEP_NAMES, Step
from knowledge_base.roles import Actor, refusal
from knowledge_base.tables import attachments_table, versions_table
from knowledge_base.versions import as_version, known

_a, _v = attachments_table.c, versions_table.c

_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of an entry; `size` in bytes, `who` brought it `at` that time."""

    entry: str
    name: str
    sha256: str
    size: int
    at: datetime
    who: str

    @property
    def media_type(self) -> str:
        """Under which media type it is handed out, always as a download: what is in it is not trusted."""
        return KINDS[self.name.rpartition(".")[2]].media_type


class AttachmentStore:
    """Files in a folder, named by the SHA-256 of their content, and a table of which entry has them by which name.

    A name of an entry means one content for ever, so that an old version shows what it showed. Every method waits for
    the disk. Raises `RecordsError` where database or disk fail.
    """

    def __init__(self, folder: Path, database: Database, most_mb: float = 20) -> None:
        self._folder, self._database, self._most = folder, database, int(most_mb * _MB)

    def put(self, entry: str, name: str, data: bytes | BinaryIO, actor: Actor, now: datetime) -> Attachment:
        """Keep a file for the entry with this id and return it, under another name where its name means another file.

        The entry has it once a version names it (`Entry.attachments`). Raises `AttachmentRefused`, `EntryUnknown`,
        `StepRefused`.
        """
        name = plain_name(name)
        content = data if isinstance(data, bytes) else data.read(self._most + 1)
        if len(content) > self._most:
            raise AttachmentRefused(name=name, what=f"超过 {self._most / _MB:g} MB,请压缩或拆分")
        kind_of(name, content)
        sha256 = hashlib.sha256(content).hexdigest()

        def work(connection: Connection) -> Attachment:
            _may(connection, entry, actor)
            names = {row.name: row for row in _rows(connection, entry)}
            free = next(other for other in _names(name) if other not in names or names[other].sha256 == sha256)
            # Within the lock, or a removal of the same content might take the file away again.
            self._path(sha256).parent.mkdir(exist_ok=True)
            incoming.replace(self._path(sha256))
            if free in names:
                return _as_attachment(names[free])
            made = Attachment(entry, free, sha256, len(content), now, actor.name)
            values = {"entry": entry, "name": free, "sha256": sha256, "size": made.size, "who": made.who}
            connection.execute(insert(attachments_table).values(at=now.timestamp(), **values))
            _note(connection, made, "entry.attachment_put", actor, now)
            return made

        with self._incoming(content) as incoming:
            return self._database.run(work, exclusive=True)

    def list(self, entry: str) -> tuple[Attachment, ...]:
        """Return the files of an entry by name, those too that only old versions name."""
        return self._database.run(lambda c: tuple(map(_as_attachment, _rows(c, entry))))

    def read(self, entry: str, name: str, actor: Actor, now: datetime) -> tuple[Attachment, bytes]:
        """Return a file with its content; that `actor` looked at it is recorded first.

        Raises `AttachmentUnknown`, and `AttachmentDamaged` where the file is not what it was.
        """

        def work(connection: Connection) -> Attachment:
            found = _found(connection, entry, name)
            _note(connection, found, "entry.attachment_read", actor, now)
            return found

        found = self._database.run(work, exclusive=True)
        try:
            content = self._path(found.sha256).read_bytes()
        except OSError:
            content = b""
        if hashlib.sha256(content).hexdigest() != found.sha256:
            raise AttachmentDamaged(id=entry, name=name)
        return found, content

    def remove(self, entry: str, name: str, actor: Actor, now: datetime) -> None:
        """Remove a file that no version names; raises `AttachmentNamed`, `AttachmentUnknown`, `StepRefused`."""

        def work(connection: Connection) -> None:
            _may(connection, entry, actor)
            found = _found(connection, entry, name)
            rows = connection.execute(select(versions_table).where(_v.entry == entry).order_by(_v.version))
            if naming := [version.number for version in map(as_version, rows) if name in version.entry.attachments]:
                raise AttachmentNamed(id=entry, name=name, versions="、".join(map(str, naming)))
            connection.execute(delete(attachments_table).where(_a.entry == entry, _a.name == name))
            _note(connection, found, "entry.attachment_removed", actor, now)
            if not connection.scalar(select(func.count()).where(_a.sha256 == found.sha256)):
                self._path(found.sha256).unlink(missing_ok=True)

        self._database.run(work, exclusive=True)

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    @contextmanager
    def _incoming(self, content: bytes) -> Iterator[Path]:
        """Write `content` whole, and through to the disk, before anything names it."""
        path: Path | None = None
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, prefix="incoming-", delete=False) as file:
                path = Path(file.name)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            if path:
                path.unlink(missing_ok=True)
            raise RecordsError(url=self._folder, what=error.strerror) from error
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)


def missing(connection: Connection, entry: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of `names` that are no file of the entry."""
    there = {row.name for row in _rows(connection, entry)}
    return tuple(name for name in names if name not in there)


def _may(connection: Connection, entry: str, actor: Actor) -> None:
    """Raise `StepRefused` where `actor` may not change the entry: a file is a part of it."""
    if refused := refusal(Step.SAVE, actor, {known(connection, entry).department}):
        raise StepRefused(id=entry, step=STEP_NAMES[Step.SAVE], what=refused)


def _names(name: str) -> Iterator[str]:
    yield name
    stem, _, ending = name.rpartition(".")
    number = 2
    while True:
        yield f"{stem}-{number}.{ending}"
        number += 1


def _rows(connection: Connection, entry: str) -> list[Row[Any]]:
    return list(connection.execute(select(attachments_table).where(_a.entry == entry).order_by(_a.name)))


def _found(connection: Connection, entry: str, name: str) -> Attachment:
    for row in _rows(connection, entry):
        if row.name == name:
            return _as_attachment(row)
    raise AttachmentUnknown(id=entry, name=name)


def _as_attachment(row: Row[Any]) -> Attachment:
    return Attachment(row.entry, row.name, row.sha256, row.size, datetime.fromtimestamp(row.at, UTC), row.who)


def _note(connection: Connection, file: Attachment, kind: str, actor: Actor, now: datetime) -> None:
    body = {"name": file.name, "sha256": file.sha256, "who": actor.name, "role": actor.role.value}
    append(connection, Event(now.timestamp(), f"entry:{file.entry}", kind, body))
