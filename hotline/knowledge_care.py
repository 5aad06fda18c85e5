"""Keeps the inbox of unanswered questions and the care of entries going while the hotline runs."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from core.clock import Clock
from core.database import Database
from core.errors import HotlineError
from dialog.signs import asks
from hotline.masking import masked
from hotline.settings import HotlineSettings
from knowledge_base.ageing import Ageing
from knowledge_base.care.reminders import Notices, RecordedNotices, Reminders
from knowledge_base.gaps.closing import Closing
from knowledge_base.gaps.likeness import ALIKE, Likeness, ways
from knowledge_base.gaps.listening import Ears
from knowledge_base.gaps.reader import Reader
from knowledge_base.gaps.store import GapStore
from knowledge_base.live import LiveKnowledge
from knowledge_base.store import EntryStore

log = logging.getLogger(__name__)

LOOK_S = 3.0
"""How often new events are read, in seconds."""
_DAILY_S = 3600.0
"""How often it is looked whether the day's care is still to be taken."""


class KnowledgeCare:
    """What is done for the knowledge base beside the calls, in a database connection of its own.

    Of all processes that share the records one does it at a time; where it dies, another goes on after a minute.
    """

    def __init__(
        self, settings: HotlineSettings, database: Database, live: LiveKnowledge, clock: Clock, notices: Notices
    ) -> None:
        self._settings, self._live, self._clock = settings.knowledge, live, clock
        self._entries, self._gaps = EntryStore(database), GapStore(database)
        likeness = Likeness(ways(live.entries))
        ears = Ears(
            masked,
            asks,
            lambda question: live.ask(question).kind == "answer",
            lambda one, other: likeness.alike(one, other) >= ALIKE,
        )
        holder = f"{socket.gethostname()[:40]}-{os.getpid()}"
        self._reader = Reader(database, likeness, ears, holder)
        self._closing = Closing(self._gaps, live.ask)
        self._reminders = Reminders(database, notices, settings.knowledge)
        self._ageing = Ageing()
        self._cared_s = -_DAILY_S

    def look(self) -> bool:
        """Do what is due now; return whether there may be more to read at once."""
        now = self._clock.now()
        if not self._reader.hold(now.timestamp()):
            return False
        read = self._reader.read()
        self._closing.look(self._live.number, now)
        if time.monotonic() - self._cared_s >= _DAILY_S:
            self._cared_s = time.monotonic()
            self._care(now)
        return read > 0

    def catch_up(self, told: Callable[[int], None] = lambda _read: None) -> None:
        """Read all that there is and go through all gaps, for the command line; `told` hears how much was read."""
        now = self._clock.now()
        if self._reader.hold(now.timestamp()):
            while read := self._reader.read(settled=True):
                told(read)
            self._closing.look(self._live.number, now, most=1_000_000)
            self._reader.let_go()

    def let_go(self) -> None:
        """Leave it to another process."""
        self._reader.let_go()

    def _care(self, now: datetime) -> None:
        self._gaps.forget(now - timedelta(days=self._settings.gap_days))
        over = self._ageing.look(self._entries.live().entries, now.date(), time.monotonic())
        if over:
            self._entries.expire(now.date(), now, over)
        self._reminders.remind(now)


class CareThread:
    """A thread that looks every few seconds; it ends with the service."""

    def __init__(self, settings: HotlineSettings, live: LiveKnowledge, clock: Clock) -> None:
        self._settings, self._live, self._clock = settings, live, clock
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="knowledge care", daemon=True)
        self.trouble: str | None = None
        """Why the inbox does not go on at the moment; calls do."""

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; returns when the thread has ended."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        care: KnowledgeCare | None = None
        database: Database | None = None
        wait_s = LOOK_S
        while not self._ended.wait(wait_s):
            try:
                if care is None:
                    database = database or Database(self._settings.records.database_url)
                    notices = RecordedNotices(database)
                    care = KnowledgeCare(self._settings, database, self._live, self._clock, notices)
                wait_s = LOOK_S / 10 if care.look() else LOOK_S
                self.trouble = None
            except Exception as error:  # it is tried again; nothing is lost, for what is read is marked
                told = str(error) if isinstance(error, HotlineError) else type(error).__name__
                if self.trouble is None:
                    log.error("the inbox of unanswered questions stands still: %s", told)
                self.trouble, wait_s = f"没答上来的问题暂时收不进来:{told}", LOOK_S
        self._end(care, database)

    def _end(self, care: KnowledgeCare | None, database: Database | None) -> None:
        try:
            if care:
                care.let_go()
        except HotlineError as error:
            log.warning("the reading of unanswered questions was not handed on: %s", error)
        finally:
            if database:
                database.close()
