"""Keeps the inbox of unanswered questions and the care of entries going while the hotline runs."""

import logging
import os
import socket
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from core.clock import Clock
from core.database import Database
from core.errors import HotlineError
from core.looking import LookingThread
from dialog.signs import asks
from hotline.masking import masked
from hotline.records import open_records
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


class CareThread(LookingThread):
    """Looks every few seconds with a database connection of its own; it ends with the service."""

    def __init__(self, settings: HotlineSettings, live: LiveKnowledge, clock: Clock) -> None:
        super().__init__("inbox of unanswered questions", LOOK_S, "没答上来的问题暂时收不进来")
        self._settings, self._live, self._clock = settings, live, clock
        self._care: KnowledgeCare | None = None
        self._database: Database | None = None

    def look(self) -> bool:
        """See `KnowledgeCare.look`; what was read is marked, so that nothing is lost where it fails."""
        if self._care is None:
            self._database = self._database or open_records(self._settings.records)
            notices = RecordedNotices(self._database)
            self._care = KnowledgeCare(self._settings, self._database, self._live, self._clock, notices)
        return self._care.look()

    def close(self) -> None:
        """Leave the work to another process."""
        try:
            if self._care:
                self._care.let_go()
        except HotlineError as error:
            log.warning("the reading of unanswered questions was not handed on: %s", error)
        finally:
            if self._database:
                self._database.close()
