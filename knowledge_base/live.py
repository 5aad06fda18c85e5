"""The knowledge base as calls use it: one object that is asked, and that follows what is published."""

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from datetime import date

from core.looking import LookingThread
from knowledge_base.base import KnowledgeBase
from knowledge_base.calibration import Calibrator
from knowledge_base.entry import Context, Decision, Entry
from knowledge_base.store import EntryStore

log = logging.getLogger(__name__)

LOOK_S = 0.2
"""How often a process looks for a new publication: callers hear it within a second."""

_NOTHING_SAID = Context()


class LiveKnowledge:
    """Asks the newest `KnowledgeBase`; a question that is being looked up ends on the one that it began with."""

    def __init__(self, base: KnowledgeBase, number: int = 0) -> None:
        """Start from `base`, which is publication `number`."""
        self._state = (number, base)
        self._changing = threading.Lock()
        self._listeners: list[Callable[[Sequence[Entry]], None]] = []

    @property
    def number(self) -> int:
        """The publication that is in force."""
        return self._state[0]

    @property
    def current(self) -> KnowledgeBase:
        """The knowledge base of this moment; it never changes itself."""
        return self._state[1]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What callers hear now."""
        return self.current.entries

    def ask(self, question: str, context: Context = _NOTHING_SAID, today: date | None = None) -> Decision:
        """See `KnowledgeBase.ask`."""
        return self.current.ask(question, context, today)

    def chosen(self, entry: Entry, question: str, today: date | None = None, area: str = "") -> Decision:
        """See `KnowledgeBase.chosen`."""
        return self.current.chosen(entry, question, today, area)

    def entry(self, id: str) -> Entry:
        """See `KnowledgeBase.entry`."""
        return self.current.entry(id)

    def take(self, number: int, entries: Sequence[Entry], gone: Collection[str]) -> None:
        """Go over to publication `number`, in which `entries` are new or changed and `gone` are heard no more."""
        with self._changing:
            self._state = (number, self.current.changed(entries, gone))
        for listener in self._listeners:
            listener(entries)

    def recalibrate(self, calibrator: Calibrator) -> None:
        """Trust `calibrator` from now on."""
        with self._changing:
            self._state = (self.number, self.current.recalibrated(calibrator))

    def renew(self) -> bool:
        """Index anew what callers hear; False where a publication came meanwhile, which counts more."""
        before = self.current
        made = before.renewed()
        with self._changing:
            if self.current is not before:
                return False
            self._state = (self.number, made)
        return True

    def subscribe(self, listener: Callable[[Sequence[Entry]], None]) -> None:
        """Call `listener` with the new and changed entries after each publication, in the follower's thread."""
        self._listeners.append(listener)


class Follower(LookingThread):
    """Brings every publication into a `LiveKnowledge`; each process that is asked has one."""

    def __init__(self, live: LiveKnowledge, store: EntryStore, look_s: float = LOOK_S) -> None:
        super().__init__("publications", look_s, "知识库的新发布暂时读不到")
        self._live, self._store = live, store

    def look(self) -> bool:
        """Look once; return whether something had been published."""
        news = self._store.since(self._live.number)
        if news.number == self._live.number:
            return False
        self._live.take(news.number, news.entries, news.gone)
        log.info("publication %d: %d entries changed, %d gone", news.number, len(news.entries), len(news.gone))
        return True
