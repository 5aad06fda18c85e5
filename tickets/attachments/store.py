"""The attachments of tickets: taken in clean, kept by content, looked at on record, removed with a tombstone."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from core.database import Database
from core.events import Event, append
from tickets.attachments.exif import Seen
from tickets.attachments.files import Files
from tickets.attachments.kinds import KINDS, FileKind, kind_of, plain_name
from tickets.attachments.photos import Damaged, clean_photo
from tickets.attachments.tables import ticket_attachments_table
from tickets.errors import AttachmentDamaged, AttachmentHidden, AttachmentRefused, AttachmentUnknown, TicketUnknown
from tickets.life.record import stream
from tickets.secrecy.looks import record_look
from tickets.secrecy.reading import seen_by
from tickets.secrecy.view import Field, Viewer
from tickets.tables import tickets_table

MOST_OF_A_TICKET = 20
"""Files of one ticket, those that are removed not counted."""
_MB = 1_000_000
_a = ticket_attachments_table.c


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a ticket; `size` in bytes, `who` brought it `at` that time. A removed one has no content any more."""

    ticket: str
    id: int
    name: str
    kind: FileKind
    sha256: str
    size: int
    at: datetime
    who: str
    removed: datetime | None = None
    removed_by: str = ""
    removed_why: str = ""


class AttachmentStore:
    """Metadata in the database, content in `files`. Every method waits. Raises `RecordsError` where either fails."""

    def __init__(self, files: Files, database: Database, most_mb: float = 20) -> None:
        self._files, self._database, self._most = files, database, int(most_mb * _MB)

    def put(self, ticket: str, name: str, content: bytes, who: str, now: datetime) -> tuple[Attachment, Seen]:
        """Keep a file for a ticket; return it, and what a photo said of where and when it was taken.

        That is not kept with the photo: it is offered to whoever takes it in, as a guess at the ticket's place. The
        same content again is the same attachment. Raises `AttachmentRefused`, `TicketUnknown`.
        """
        if len(content) > self._most:
            raise AttachmentRefused(name=name, what=f"超过 {self._most / _MB:g} MB,请压缩或拆分")
        kind, seen = kind_of(name, content), Seen()
        if kind.photo:
            try:
                content, seen = clean_photo(kind.ending, content)
            except Damaged:
                raise AttachmentRefused(name=name, what="照片不完整,请重新拍摄或发送原图") from None
        sha256 = hashlib.sha256(content).hexdigest()

        def work(connection: Connection) -> Attachment:
            _alone(connection, sha256)
            there = _of(connection, ticket, now)
            standing = [one for one in there if one.removed is None]
            if same := next((one for one in standing if one.sha256 == sha256), None):
                return same
            if len(standing) >= MOST_OF_A_TICKET:
                raise AttachmentRefused(name=name, what=f"一张工单最多 {MOST_OF_A_TICKET} 个附件")
            self._files.keep(sha256, content)
            made = Attachment(ticket, len(there) + 1, plain_name(name, kind), kind, sha256, len(content), now, who)
            values = {"ticket": ticket, "id": made.id, "name": made.name, "kind": kind.ending, "sha256": sha256}
            values |= {"size": made.size, "at": now.timestamp(), "who": who, "removed_by": "", "removed_why": ""}
            connection.execute(insert(ticket_attachments_table).values(values))
            _note(connection, made, "ticket.attached", who, now)
            return made

        return self._database.run(work, exclusive=True), seen

    def list(self, ticket: str, now: datetime) -> list[Attachment]:
        """Return a ticket's attachments with the tombstones of removed ones; times in the zone of `now`.

        Raises `TicketUnknown`.
        """
        return self._database.run(partial(_of, ticket=ticket, now=now))

    def read(self, ticket: str, id: int, viewer: Viewer, now: datetime, reason: str = "") -> tuple[Attachment, bytes]:
        """Return a file with its content; the look is recorded first.

        Raises `TicketUnknown`, `AttachmentUnknown`, also for a removed one, `AttachmentHidden` where the viewer may
        not read the appeal itself, and `AttachmentDamaged` where it is not what it was.
        """

        def work(connection: Connection) -> Attachment:
            shown = seen_by(connection, ticket, viewer, now, reason)
            if shown.seen.cells[Field.TEXT] != "plain":
                raise AttachmentHidden(ticket=ticket, id=id, role=viewer.role)
            found = _standing(connection, shown.seen.ticket.number, id, now)
            # A file shows whom it shows: it counts as a person whatever the ticket.
            record_look(connection, found.ticket, viewer, (Field.TEXT,), f"attachment {id}", reason, now)
            return found

        found = self._database.run(work)
        content = self._files.read(found.sha256)
        if content is None or hashlib.sha256(content).hexdigest() != found.sha256:
            raise AttachmentDamaged(ticket=ticket, id=id)
        return found, content

    def remove(self, ticket: str, id: int, who: str, why: str, now: datetime) -> None:
        """Let go of a file and leave who removed it, and why. Raises `AttachmentUnknown`."""

        def work(connection: Connection) -> str:
            found = _standing(connection, ticket, id, now)
            values = {"removed": now.timestamp(), "removed_by": who, "removed_why": why[:200]}
            mine = (_a.ticket == ticket, _a.id == id)
            connection.execute(update(ticket_attachments_table).where(*mine).values(values))
            _note(connection, found, "ticket.attachment_removed", who, now, why=why)
            return found.sha256

        self._drop(self._database.run(work, exclusive=True))

    def sweep(self) -> int:
        """Let go of all content that no attachment has any more, as after an erasure; return how many files."""
        standing = select(_a.sha256).where(_a.removed.is_(None))
        query = select(_a.sha256).where(_a.removed.is_not(None), _a.sha256.not_in(standing)).distinct()
        gone = [one for one in self._database.run(lambda c: c.execute(query).scalars().all()) if self._files.has(one)]
        for sha256 in gone:
            self._drop(sha256)
        return len(gone)

    def _drop(self, sha256: str) -> None:
        """Let go of content that no attachment has any more; only after the removal is on record for good."""

        def work(connection: Connection) -> None:
            _alone(connection, sha256)
            query = select(func.count()).where(_a.sha256 == sha256, _a.removed.is_(None))
            if not connection.execute(query).scalar_one():
                self._files.drop(sha256)

        # On PostgreSQL an exclusive transaction would not see what was put while it waited for the lock.
        self._database.run(work, exclusive=self._database.url.get_backend_name() == "sqlite")


def _alone(connection: Connection, sha256: str) -> None:
    """Keep others from putting or dropping the same content until the transaction ends; on SQLite nobody else can."""
    if connection.dialect.name == "postgresql":
        connection.execute(
            select(func.pg_advisory_xact_lock(int.from_bytes(bytes.fromhex(sha256[:16]), signed=True)))
        )


def remove_all(connection: Connection, ticket: str, who: str, why: str, now: datetime) -> None:
    """Leave only tombstones without names of a ticket's attachments; `AttachmentStore.sweep` frees their content."""
    standing = update(ticket_attachments_table).where(_a.ticket == ticket, _a.removed.is_(None))
    connection.execute(standing.values(removed=now.timestamp(), removed_by=who, removed_why=why))
    connection.execute(update(ticket_attachments_table).where(_a.ticket == ticket).values(name=why))


def _of(connection: Connection, ticket: str, now: datetime) -> list[Attachment]:
    if connection.execute(select(tickets_table.c.number).where(tickets_table.c.number == ticket)).first() is None:
        raise TicketUnknown(number=ticket)
    query = select(ticket_attachments_table).where(_a.ticket == ticket).order_by(_a.id)
    return [_read(row, now) for row in connection.execute(query)]


def _standing(connection: Connection, ticket: str, id: int, now: datetime) -> Attachment:
    row = connection.execute(select(ticket_attachments_table).where(_a.ticket == ticket, _a.id == id)).first()
    if row is None or row.removed is not None:
        raise AttachmentUnknown(ticket=ticket, id=id)
    return _read(row, now)


def _note(connection: Connection, one: Attachment, kind: str, who: str, now: datetime, **facts: Any) -> None:
    body = {"id": one.id, "name": one.name, "sha256": one.sha256, "by": who} | facts
    append(connection, Event(now.timestamp(), stream(one.ticket), kind, body))


def _read(row: Row[Any], now: datetime) -> Attachment:
    def at(seconds: float) -> datetime:
        return datetime.fromtimestamp(seconds, now.tzinfo)

    return Attachment(
        row.ticket,
        row.id,
        row.name,
        KINDS[row.kind],
        row.sha256,
        row.size,
        at(row.at),
        row.who,
        at(row.removed) if row.removed is not None else None,
        row.removed_by,
        row.removed_why,
    )
