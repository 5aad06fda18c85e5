"""Keeps agents on their break when Asterisk starts anew: it forgets pauses, and would ring an empty chair."""

from collections.abc import Sequence

from telephony.asterisk.ami_text import Message
from telephony.asterisk.exchange import Exchange
from telephony.asterisk.queues import wrap_up_until
from telephony.asterisk.talks import extension


class Breaks:
    """Every process that takes calls may keep them: to pause an agent twice for the same reason changes nothing."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._began = ""
        """When Asterisk started, as it says."""
        self._reasons: dict[str, str] = {}
        """Why each agent is on a break; a wrap-up is over soon enough."""
        exchange.subscribe(self._hear, self._read)

    def _hear(self, message: Message) -> None:
        if message.event == "QueueMemberPause":
            self._note(message)

    async def _read(self, _: Sequence[Message]) -> None:
        status = await self._exchange.ami.ask("CoreStatus", {})
        began = f"{status.get('CoreStartupDate')} {status.get('CoreStartupTime')}"
        anew, self._began = self._began not in ("", began), began
        if anew:
            for agent, reason in self._reasons.items():
                fields = {"Interface": f"PJSIP/{agent}", "Paused": "true", "Reason": reason}
                self._exchange.order("QueuePause", dict(fields))
            return
        for message in self._exchange.listed:
            if message.event == "QueueMember":
                self._note(message)

    def _note(self, message: Message) -> None:
        agent = extension(message.get("Interface") or message.get("Location"))
        reason = message.get("PausedReason")
        if message.get("Paused") == "1" and reason and wrap_up_until(reason) is None:
            self._reasons[agent] = reason
        else:
            self._reasons.pop(agent, None)
