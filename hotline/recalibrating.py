"""Learns confidence anew after publications, beside the calls and behind them."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence

from core.workers import LOWEST, Workers
from knowledge_base.entry import Entry
from knowledge_base.live import LiveKnowledge

log = logging.getLogger(__name__)


class Recalibrating:
    """Waits until publications have come to rest, then has a process of the lowest priority learn from entries."""

    def __init__(self, live: LiveKnowledge, nice: int = LOWEST) -> None:
        """Learn for `live`; at the lowest niceness a machine that is always busy never comes to it."""
        self._live, self._nice = live, nice
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        live.subscribe(self._published)

    def start(self) -> None:
        """Begin to wait; call it in the event loop."""
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._run(), name="recalibration")

    async def stop(self) -> None:
        """End what is being learnt; nothing is left."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def _published(self, _entries: Sequence[Entry]) -> None:
        if self._loop:
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                self._loop.call_soon_threadsafe(self._news.set)

    async def _run(self) -> None:
        while True:
            await self._news.wait()
            while self._news.is_set():
                self._news.clear()
                await asyncio.sleep(self._live.current.settings.recalibrate_after_s)
            try:
                await self._learn()
            except Exception:  # the calibration of before holds
                log.exception("confidence was not learnt anew")

    async def _learn(self) -> None:
        base = self._live.current
        workers = Workers("knowledge_base.recalibration:load", nice=self._nice)
        try:
            await workers.start()
            calibrator = await workers.do((base.entries, base.settings))
        finally:
            await workers.stop()
        self._live.recalibrate(calibrator)
        log.info("confidence was learnt anew from %d entries", len(base.entries))
        if self._live.current.worn and await asyncio.to_thread(self._live.renew):
            log.info("the index was made anew")
