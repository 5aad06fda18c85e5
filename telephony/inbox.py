"""What comes from one caller, waiting for the one task that reads it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from telephony.line import Audio, HungUp, LineEvent

MOST_WAITING = 3000
"""Events kept for a reader that is late: one minute of audio, 1 MB. Past it the oldest audio goes."""


class Inbox:
    """A queue of line events that ends with `HungUp` and takes nothing after it."""

    def __init__(self) -> None:
        self._waiting: deque[LineEvent] = deque()
        self._more = asyncio.Event()
        self._closed = False

    def put(self, event: LineEvent) -> None:
        """Add an event; the reader wakes."""
        if self._closed:
            return
        self._closed = isinstance(event, HungUp)
        if len(self._waiting) >= MOST_WAITING:
            self._drop_oldest(event)
        self._waiting.append(event)
        self._more.set()

    async def events(self) -> AsyncIterator[LineEvent]:
        """Yield events until `HungUp`, that included."""
        while True:
            while self._waiting:
                event = self._waiting.popleft()
                yield event
                if isinstance(event, HungUp):
                    return
            self._more.clear()
            await self._more.wait()

    def _drop_oldest(self, newcomer: LineEvent) -> None:
        for index, event in enumerate(self._waiting):
            if isinstance(event, Audio):
                del self._waiting[index]
                return
        if not isinstance(newcomer, HungUp):  # a flood of keys: the last one waiting makes room
            self._waiting.pop()
