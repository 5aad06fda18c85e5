"""The threads of a line by pyVoIP, and the one way from them to the event loop."""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable

from telephony.udp import Address, Receiver

log = logging.getLogger(__name__)

MOST_WAITING = 500
"""Datagrams kept for a loop that is late; past it they are lost, as in a socket's own buffer."""

LONGEST_END_S = 5.0
"""Seconds after which a thread that was told to end counts as stuck; each looks up every 0.1 s."""


class Threads:
    """Begins threads, and knows when all have ended."""

    def __init__(self) -> None:
        self._begun: list[threading.Thread] = []

    def begin(self, run: Callable[[], None], name: str) -> None:
        """Run `run` in a thread of its own."""
        self._begun = [thread for thread in self._begun if thread.is_alive()]
        thread = threading.Thread(target=run, name=name, daemon=True)
        self._begun.append(thread)
        thread.start()

    async def ended(self) -> None:
        """Wait until every thread has ended; what is stuck is named in the log, not waited for for ever."""
        until = asyncio.get_running_loop().time() + LONGEST_END_S
        while alive := [thread.name for thread in self._begun if thread.is_alive()]:
            if asyncio.get_running_loop().time() > until:
                log.error("threads that do not end: %s", ", ".join(alive))
                return
            await asyncio.sleep(0.005)


class Handover:
    """Brings datagrams from a thread to a receiver on the event loop."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[tuple[bytes, Address, float]] = deque()

    def put(self, data: bytes, source: Address) -> None:
        """Hand over a datagram that came now. Called in the thread."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append((data, source, self._loop.time()))
            tell(self._loop, self._take)

    def _take(self) -> None:
        self._receiver(*self._waiting.popleft())


def tell(loop: asyncio.AbstractEventLoop, what: Callable[[], None]) -> None:
    """Call `what` on the loop. Called in a thread; harmless where the loop has gone."""
    try:
        loop.call_soon_threadsafe(what)
    except RuntimeError:
        log.debug("event loop closed")
