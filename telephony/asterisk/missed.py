"""Callers whom nobody took, or who were lost in a queue: Asterisk keeps them until we can put them on record."""

import asyncio
import logging
from collections.abc import Sequence

from telephony.asterisk.ami_text import Message
from telephony.asterisk.exchange import Exchange
from telephony.asterisk.orders import Record
from telephony.errors import LineError

log = logging.getLogger(__name__)

FAMILY = "hotline-missed"
"""Where extensions.conf keeps them: by call: the time in seconds since 1970, why, and the number."""


class Missed:
    """Appends `call.missed` for each, then deletes it: one that is read twice is on record twice, never lost."""

    def __init__(self, exchange: Exchange, record: Record) -> None:
        self._exchange, self._record = exchange, record
        self._task: asyncio.Task[None] | None = None
        exchange.subscribe(self._hear, self._read)

    async def collect(self) -> None:
        """Record and delete what is kept. Raises `LineError`."""
        for entry in await self._exchange.ami.list("DBGetTree", {"Family": FAMILY}):
            call_id = entry.get("Key").rpartition("/")[2]
            at, why, caller = [*entry.get("Val").split(" "), "", ""][:3]
            facts = {"caller": caller or None, "reason": why, "missed_at": int(at) if at.isdigit() else None}
            self._record(f"call:{call_id}", "call.missed", facts)
            await self._exchange.ami.ask("DBDel", {"Family": FAMILY, "Key": call_id})

    async def close(self) -> None:
        """Finish what is being collected."""
        if self._task:
            await asyncio.gather(self._task, return_exceptions=True)

    def _hear(self, message: Message) -> None:
        if message.get("UserEvent") == "HotlineMissed" and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._try())

    async def _read(self, _: Sequence[Message]) -> None:
        await self._try()

    async def _try(self) -> None:
        try:
            await self.collect()
        except LineError as error:  # they are still kept, and read again after the next connection
            log.info("missed calls could not be read: %s", error)
