"""Erases personal data whose time is over: every night while the hotline runs, or by a command."""

import logging
import time
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from core.clock import Clock
from core.database import Database
from core.looking import LookingThread
from hotline.records import open_records
from hotline.settings import HotlineSettings
from tickets.attachments.files import FolderFiles
from tickets.attachments.store import AttachmentStore
from tickets.secrecy.holds import held_among
from tickets.secrecy.retention import Erasable, Progress, Retention

log = logging.getLogger(__name__)

LOOK_S = 600.0
"""How often it is looked whether the hour of the night has come, in seconds."""
_DAY_S = 86_400.0
_OF_CALLS = (".wav", ".svg")
_AT_ONCE = 500


def old_recordings(settings: HotlineSettings, database: Database, now: datetime) -> Iterator[Path]:
    """Yield the recordings whose time is over, and what was drawn of them; not those of tickets kept by law."""
    days = settings.retention.recording_days
    folder = settings.records.folder / "recordings"
    if not days or not folder.is_dir():
        return
    before = now.timestamp() - days * _DAY_S
    old = [file for file in sorted(folder.iterdir()) if file.suffix in _OF_CALLS and file.stat().st_mtime < before]
    for start in range(0, len(old), _AT_ONCE):
        part = {file: f"call:{file.stem}" for file in old[start : start + _AT_ONCE]}
        held = database.run(partial(held_among, streams=part.values()))
        yield from (file for file, stream in part.items() if stream not in held)


def drop_recordings(settings: HotlineSettings, calls: Iterable[str]) -> None:
    """Delete the recordings of `calls` (ids), and what was drawn of them."""
    for call in calls:
        for suffix in _OF_CALLS:
            (settings.records.folder / "recordings" / f"{call}{suffix}").unlink(missing_ok=True)


def retain(
    settings: HotlineSettings, database: Database, now: datetime, progress: Progress = lambda _what, _done: None
) -> tuple[Erasable, int]:
    """Erase what is due at `now`; return how much of the records, and how many recordings.

    Raises `RecordsError`; begun again, it goes on.
    """
    done = Retention(database, settings.retention).run(now, progress)
    files = list(old_recordings(settings, database, now))
    for file in files:
        file.unlink(missing_ok=True)
    make_attachments(settings, database).sweep()
    if database.url.get_backend_name() == "sqlite":
        # What was overwritten would stay readable in the write-ahead log until it comes round.
        database.run(lambda c: c.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
    return done, len(files)


def make_attachments(settings: HotlineSettings, database: Database) -> AttachmentStore:
    """Return the attachments of tickets, whose content lies in the records' folder."""
    folder = settings.records.folder / "ticket-attachments"
    return AttachmentStore(FolderFiles(folder), database, settings.tickets.attachment_mb)


class RetainingThread(LookingThread):
    """Erases once a night with a database connection of its own; it ends with the service."""

    def __init__(self, settings: HotlineSettings, clock: Clock, look_s: float = LOOK_S) -> None:
        super().__init__("retention", look_s, "到期的个人信息暂时删不掉")
        self._settings, self._clock = settings, clock
        self._done: date | None = None

    def look(self) -> bool:
        """Erase what is due, where it is the hour and today's is not done."""
        now = self._clock.now()
        if self._done == now.date() or not self._is_hour(now):
            return False
        started, database = time.monotonic(), open_records(self._settings.records)
        try:
            done, files = retain(self._settings, database, now)
        finally:
            database.close()
        self._done = now.date()
        log.info(
            "retention: %d tickets, %d drafts, %d events, %d recordings in %.0f s",
            done.tickets, done.drafts, done.events, files, time.monotonic() - started,
        )  # fmt: skip
        return False

    def _is_hour(self, now: datetime) -> bool:
        begins = now.replace(hour=self._settings.retention.at_hour, minute=0, second=0, microsecond=0)
        return begins <= now < begins + timedelta(hours=2)
