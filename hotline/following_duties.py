"""Keeps a running service up with the responsibility list: a version takes effect on its day, without a restart."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from core.clock import Clock
from core.errors import HotlineError
from tickets.duties.duty import DutyList
from tickets.duties.store import DutyStore
from tickets.matters import ResponsibilityList
from tickets.understanding import Understanding

log = logging.getLogger(__name__)

LOOK_S = 30.0
"""How often it is looked, in seconds: a version holds from a day on, and one imported for today is waited for."""


class FollowingDuties:
    """Gives `understanding` the matters of the version in force, from `start` to `stop`.

    `index` makes of a list what matches its matters, which takes seconds for a long one; then `learn_words` is run.
    Both run in a thread.
    """

    def __init__(
        self,
        store: DutyStore,
        understanding: Understanding,
        clock: Clock,
        index: Callable[[DutyList], ResponsibilityList],
        learn_words: Callable[[], None],
        number: int,
    ) -> None:
        """`number` is the version that `understanding` has, 0 for none."""
        self._store, self._understanding, self._clock = store, understanding, clock
        self._index, self._learn_words, self._number = index, learn_words, number
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look; call it in the event loop."""
        self._task = asyncio.create_task(self._run(), name="responsibility list")

    async def stop(self) -> None:
        """Look no more. Does nothing where it was not started."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def look(self) -> bool:
        """Take up another version if one is in force, and tell whether; waits. Raises `RecordsError`."""
        number = self._store.number_at(self._clock.now().date())
        if number in (0, self._number):
            return False
        self._understanding.matters = self._index(self._store.version(number))
        self._number = number
        self._learn_words()
        log.info("version %d of the responsibility list is in force", number)
        return True

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await asyncio.to_thread(self.look)
            except HotlineError as error:  # the version of before holds
                log.warning("the responsibility list was not looked up: %s", error)
