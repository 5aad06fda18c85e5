"""Makes the calls that are due, a few at a time, until there are none or it is told to stop."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from core.clock import Clock
from core.errors import HotlineError
from core.events import EventLog
from dialog.outbound.errand import Errand, Errands, Result, unanswered

log = logging.getLogger(__name__)

WAITS_S = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Waits between the attempts to write down how a call went: what a citizen said is not lost for a locked file."""


class Campaign:
    """Takes errands one by one and makes their calls with `make`, at most `at_once` at a time.

    `told` hears of each errand when it is taken (with None) and when it is over (with its result).
    """

    def __init__(
        self,
        errands: Errands,
        make: Callable[[Errand], Awaitable[Result]],
        clock: Clock,
        log: EventLog,
        at_once: int,
        told: Callable[[Errand, Result | None], None] = lambda _errand, _result: None,
    ) -> None:
        self._errands, self._make, self._clock, self._log = errands, make, clock, log
        self._at_once, self._told = at_once, told
        self._running: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self.made = 0
        """Calls that are over."""

    @property
    def running(self) -> int:
        """Calls that ring or are up."""
        return len(self._running)

    def stop(self) -> None:
        """Begin no further call; `run` returns when those that are running have ended by themselves."""
        self._stopping.set()

    async def run(self, poll_s: float | None = None) -> None:
        """Make the calls that are due. With `poll_s`, ask again so often (seconds) for further ones, until `stop`.

        Cancelled, it hangs up on everybody; those attempts count as failed.
        """
        stop = asyncio.create_task(self._stopping.wait())
        try:
            while True:
                await self._begin()
                if not self._running and (poll_s is None or self._stopping.is_set()):
                    return
                waiting = {*self._running} if self._stopping.is_set() else {*self._running, stop}
                await asyncio.wait(waiting, timeout=poll_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop.cancel()
            for task in self._running:
                task.cancel()
            await asyncio.gather(stop, *self._running, return_exceptions=True)

    async def _begin(self) -> None:
        """Take what is due into the free places."""
        while not self._stopping.is_set() and len(self._running) < self._at_once:
            try:
                errand = await self._errands.take(self._clock.now())
            except HotlineError as error:
                log.error("no errand could be taken: %s", error)
                return
            if errand is None:
                return
            self._told(errand, None)
            task = asyncio.create_task(self._one(errand), name=f"call back {errand.id}")
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _one(self, errand: Errand) -> None:
        result = unanswered("failed", "stopped")
        try:
            result = await self._make(errand)
        except Exception as error:
            log.error("call-back %s broke: %s", errand.id, type(error).__name__)
            result = unanswered("failed", "broken")
        finally:
            # Whoever took an errand reports, even when he is being stopped.
            reporting = asyncio.ensure_future(self._report(errand, result))
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.shield(reporting)
            if not reporting.done():
                await reporting
            self.made += 1
            self._told(errand, result)

    async def _report(self, errand: Errand, result: Result) -> None:
        for wait_s in (*WAITS_S, None):
            try:
                await self._errands.report(errand, result, self._clock.now())
                return
            except HotlineError as error:
                log.error("call-back %s could not be written: %s", errand.id, error)
                if wait_s is None:  # the event log keeps it in memory until the disk takes it again
                    self._log.append(f"callback:{errand.id}", "callback.unreported", {"result": result})
                else:
                    await asyncio.sleep(wait_s)
