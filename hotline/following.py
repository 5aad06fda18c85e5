"""Keeps a running service up with what is published: its answers, their sound, the words that it expects to hear."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Sequence

from hotline.publishing import spoken
from knowledge_base.entry import Entry
from knowledge_base.live import Follower, LiveKnowledge
from knowledge_base.store import EntryStore
from tts.voice import Voice

log = logging.getLogger(__name__)


class Following:
    """Follows publications from `start` to `stop`; answers first, then sound, then words.

    `learn_words` is run in a thread of its own after publications, once for all that came meanwhile: it takes
    seconds, and the next publication does not wait for it. With `render` sounds that this machine does not have,
    because another one rendered them, are made in the background.
    """

    def __init__(
        self,
        knowledge: LiveKnowledge,
        store: EntryStore,
        voice: Voice,
        learn_words: Callable[[], None],
        render: bool,
    ) -> None:
        self._follower = Follower(knowledge, store)
        self._voice, self._learn_words, self._render = voice, learn_words, render
        self._loop: asyncio.AbstractEventLoop | None = None
        self._rendering: set[asyncio.Task[int]] = set()
        self._ended = False
        self._news = threading.Event()
        self._learner = threading.Thread(target=self._learn, name="vocabulary", daemon=True)
        knowledge.subscribe(self._published)

    @property
    def trouble(self) -> str | None:
        """Why publications are not followed at the moment, for the health page."""
        return self._follower.trouble

    def start(self) -> None:
        """Begin to follow; call it in the event loop in which the voice was started."""
        self._loop = asyncio.get_running_loop()
        self._learner.start()
        self._follower.start()

    async def stop(self) -> None:
        """Follow no more; nothing is left. Does nothing where it was not started."""
        await asyncio.to_thread(self._follower.stop)
        self._ended = True
        self._news.set()
        if self._learner.is_alive():
            await asyncio.to_thread(self._learner.join)
        for task in self._rendering:
            task.cancel()
        await asyncio.gather(*self._rendering, return_exceptions=True)

    def _published(self, entries: Sequence[Entry]) -> None:
        """In the follower's thread: take note of new sounds, and set off what takes longer."""
        self._news.set()
        missing = self._voice.notice(texts := spoken(entries))
        if missing:
            log.info("%d of %d texts of the publication are not rendered here", len(missing), len(texts))
        if self._render and self._loop:
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                self._loop.call_soon_threadsafe(self._begin_rendering, texts)

    def _begin_rendering(self, texts: Sequence[str]) -> None:
        """Make what is missing, and take into memory what is there."""
        if self._ended:
            return
        task = asyncio.create_task(self._voice.render(texts), name="render publication")
        self._rendering.add(task)
        task.add_done_callback(self._rendering.discard)

    def _learn(self) -> None:
        while True:
            self._news.wait()
            if self._ended:
                return
            self._news.clear()
            try:
                self._learn_words()
            except Exception:  # hearing goes on with the words of before
                log.exception("the words of the publication were not learnt")
