"""Brings a waiting caller back where every agent has gone on a break: nobody would come."""

from collections.abc import Sequence

from telephony.asterisk.ami_text import Message
from telephony.asterisk.exchange import Exchange
from telephony.errors import LineError

TOLD_BY = frozenset({"QueueCallerJoin", "QueueMemberPause", "QueueMemberStatus"})
"""Events after which a queue may be empty of agents."""


class Attendance:
    """Watches the queues. Asterisk cannot do it: for Asterisk a wrap-up is a pause like any other (queues.conf)."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._sent: set[str] = set()
        exchange.subscribe(self._hear, self._read)

    def _hear(self, message: Message) -> None:
        if message.event in TOLD_BY:
            self._look()

    async def _read(self, _: Sequence[Message]) -> None:
        self._sent.clear()
        self._look()

    def _look(self) -> None:
        stranded = set(self._exchange.queues.stranded)
        self._sent &= stranded
        for channel in stranded - self._sent:
            self._sent.add(channel)
            try:
                why: dict[str, object] = {"Variable": "QUEUESTATUS", "Value": "LEAVEEMPTY"}
                place: dict[str, object] = {"Context": "after-human", "Exten": "s", "Priority": 1}
                self._exchange.ami.send("Setvar", {"Channel": channel} | why)
                self._exchange.ami.send("Redirect", {"Channel": channel} | place)
            except LineError:
                self._sent.discard(channel)
