"""Waits for what Asterisk tells after an order: every order here is over when its effect has been seen."""

import asyncio
from collections.abc import Awaitable, Callable

from telephony.asterisk.ami_text import Message
from telephony.asterisk.exchange import Exchange

SEEN_S = 3.0
"""Seconds until the effect of an order must have been told; it takes some milliseconds."""

Look = Callable[[Message], str | None]
"""Reads the outcome from an event; None where the event says nothing about it."""


class Watch:
    """The events of one exchange, for whoever waits for one."""

    def __init__(self, exchange: Exchange) -> None:
        self._waiting: dict[asyncio.Future[str], Look] = {}
        exchange.subscribe(self._hear)

    async def after(self, order: Callable[[], Awaitable[object]], look: Look, patience_s: float = SEEN_S) -> str:
        """Give `order` and return the first outcome that `look` reads, "" where none came in `patience_s` seconds.

        The events are looked at from before the order on: its effect may be told before its response.
        """
        outcome: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting[outcome] = look
        try:
            await order()
            async with asyncio.timeout(patience_s):
                return await outcome
        except TimeoutError:
            return ""
        finally:
            del self._waiting[outcome]

    def _hear(self, message: Message) -> None:
        for future, look in list(self._waiting.items()):
            found = look(message)
            if found is not None and not future.done():
                future.set_result(found)
