"""Brings a waiting caller back where every agent has gone on a break: nobody would come."""

import asyncio
from collections.abc import Sequence

from telephony.asterisk.ami_text import Message
from telephony.asterisk.exchange import Exchange
from telephony.asterisk.talks import NODE
from telephony.errors import LineError

TOLD_BY = frozenset({"QueueCallerJoin", "QueueMemberPause", "QueueMemberStatus"})
"""Events after which a queue may be empty of agents."""
OTHERS_S = 2.0
"""Seconds that the process which had the caller is given before another one acts: two orders would cross."""


class Attendance:
    """Watches the queues. Asterisk cannot do it: for Asterisk a wrap-up is a pause like any other (queues.conf)."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._node = exchange.settings.node
        self._mine: set[str] = set()
        """Waiting callers whom this process had."""
        self._sent: set[str] = set()
        self._later: dict[str, asyncio.TimerHandle] = {}
        """Stranded callers of other processes."""
        exchange.subscribe(self._hear, self._read)

    def close(self) -> None:
        """Do nothing any more."""
        for timer in self._later.values():
            timer.cancel()
        self._later.clear()

    def _hear(self, message: Message) -> None:
        channel = message.get("Channel")
        match message.event:
            case "QueueCallerJoin" if message.variable(NODE) == self._node:
                self._mine.add(channel)
            case "QueueCallerLeave":
                self._mine.discard(channel)
        if message.event in TOLD_BY:
            self._look()

    async def _read(self, channels: Sequence[Message]) -> None:
        self._sent.clear()
        self._mine = {each.get("Channel") for each in channels if each.variable(NODE) == self._node}
        self._look()

    def _look(self) -> None:
        stranded = set(self._exchange.queues.stranded)
        self._sent &= stranded
        for channel in set(self._later) - stranded:
            self._later.pop(channel).cancel()
        for channel in stranded - self._sent - set(self._later):
            if channel in self._mine:
                self._bring_back(channel)
            else:
                loop = asyncio.get_running_loop()
                self._later[channel] = loop.call_later(OTHERS_S, self._bring_back, channel)

    def _bring_back(self, channel: str) -> None:
        self._later.pop(channel, None)
        if channel not in self._exchange.queues.stranded:
            return
        self._sent.add(channel)
        try:
            why: dict[str, object] = {"Variable": "QUEUESTATUS", "Value": "LEAVEEMPTY"}
            place: dict[str, object] = {"Context": "after-human", "Exten": "s", "Priority": 1}
            self._exchange.ami.send("Setvar", {"Channel": channel} | why)
            self._exchange.ami.send("Redirect", {"Channel": channel} | place)
        except LineError:
            self._sent.discard(channel)
