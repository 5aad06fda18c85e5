"""Publication: what callers will hear is indexed and rendered first; it goes live as a whole or not at all."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from core.errors import HotlineError
from knowledge_base.entry import Entry
from knowledge_base.errors import ChangedMeanwhile, PublicationFailed
from knowledge_base.life import STEP_NAMES, Step, after
from knowledge_base.roles import Actor
from knowledge_base.store import EntryStore
from knowledge_base.writing import must_be_ready

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is in all."""


class Speech(Protocol):
    """What renders spoken texts ahead, so that a caller never waits for them."""

    async def render(self, texts: Sequence[str], progress: Callable[[int, int], None]) -> None:
        """Make the sound of all `texts`; raises a `HotlineError` that says why one could not be made."""
        ...


class Indexes(Protocol):
    """What shows that entries can be indexed: a `KnowledgeBase`, or less where nothing is asked of it."""

    def changed(self, entries: Sequence[Entry], /) -> object:
        """Index `entries`; raises where that is impossible."""
        ...


@dataclass(frozen=True, slots=True)
class Publication:
    """What went live: the number of the publication, and the entries with their versions."""

    number: int
    entries: tuple[tuple[str, int], ...]


class Publisher:
    """Makes approved entries heard. `spoken` returns every text of an entry that a call can say."""

    def __init__(
        self,
        store: EntryStore,
        base: Callable[[], Indexes],
        speech: Speech,
        spoken: Callable[[Sequence[Entry]], list[str]],
    ) -> None:
        """Publish from `store`; `base` is what the entries are indexed with first, to see that it can be done."""
        self._store, self._base, self._speech, self._spoken = store, base, speech, spoken

    async def publish(
        self,
        versions: Sequence[tuple[str, int]],
        actor: Actor,
        why: str,
        now: datetime,
        progress: Progress = lambda _what, _done, _all: None,
    ) -> Publication:
        """Index and render the approved `versions` (id, number), then let callers hear them, all or none.

        `now` is when it begins; on record is when callers hear it, which may be minutes later.

        Raises `PublicationFailed` where index or sound cannot be made, and what `EntryStore.step` raises; callers go
        on hearing what they heard.
        """
        began = time.monotonic()
        entries = await asyncio.to_thread(self._ready, versions, actor)
        try:
            progress("建立索引", 0, len(entries))
            await asyncio.to_thread(lambda: self._base().changed(entries))
            progress("建立索引", len(entries), len(entries))
            await self._speech.render(self._spoken(entries), lambda done, all_: progress("合成语音", done, all_))
        except Exception as error:
            what = str(error) if isinstance(error, HotlineError) else f"{type(error).__name__}({error})"
            log.warning("a publication of %d entries failed: %s", len(entries), type(error).__name__)
            await asyncio.to_thread(self._note_failed, versions, actor, what, now)
            raise PublicationFailed(what=what) from error
        heard = now + timedelta(seconds=time.monotonic() - began)
        number = await asyncio.to_thread(self._store.put_live, versions, actor, why, heard)
        return Publication(number, tuple(versions))

    def _note_failed(self, versions: Sequence[tuple[str, int]], actor: Actor, what: str, now: datetime) -> None:
        try:
            for id, version in versions:
                facts = {"version": version, "who": actor.name, "why": what}
                self._store.note(id, "entry.not_published", facts, now)
        except HotlineError as error:  # the reason itself is what the publisher must hear
            log.error("a failed publication could not be written down: %s", error)

    def _ready(self, versions: Sequence[tuple[str, int]], actor: Actor) -> list[Entry]:
        """Return the entries, or say now what would be refused after minutes of rendering."""
        entries: list[Entry] = []
        known = self._store.ids()
        for id, version in versions:
            record = self._store.get(id)
            if record.life.head != version:
                raise ChangedMeanwhile(id=id, who=record.head.who, version=version, step=STEP_NAMES[Step.PUBLISH])
            after(record.life, Step.PUBLISH, actor)
            must_be_ready(record.head.entry, known, STEP_NAMES[Step.PUBLISH])
            entries.append(record.head.entry)
        return entries
