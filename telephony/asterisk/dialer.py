"""Calls citizens through Asterisk's trunk: see `telephony.dialer.Dialer`."""

import asyncio
import re
from types import TracebackType
from typing import Literal
from uuid import UUID, uuid4

from telephony.asterisk.ami_text import Message
from telephony.asterisk.call import CAUSES, AsteriskCall
from telephony.asterisk.line import AsteriskLine
from telephony.asterisk.settings import AsteriskSettings
from telephony.dialer import Unanswered
from telephony.errors import LineError
from telephony.line import Call

NUMBER = re.compile(r"\+?[0-9]{3,20}")
MARGIN_S = 5.0
"""Seconds beyond the ringing in which Asterisk must say what became of it."""
BUSY = {17, 21}
"""Hang-up causes (ITU-T Q.850): user busy, call rejected."""
RANG = {16, 18, 19, 102}
"""Normal clearing, no user responding, no answer, recovery on timer expiry: it rang in vain."""


class AsteriskDialer:
    """Uses a line of its own, which takes no calls; an async context."""

    def __init__(self, settings: AsteriskSettings, number: str = "12345") -> None:
        self._settings, self._number = settings, number
        self._line = AsteriskLine(settings, number, settings.outbound)
        self._ringing: dict[str, _Ringing] = {}
        self._line.exchange.subscribe(self._hear)

    @property
    def line(self) -> AsteriskLine:
        """Its line, whose queues of human agents the calls may be handed over to."""
        return self._line

    @property
    def running(self) -> int:
        """How many calls ring or are up now."""
        return self._line.running

    async def start(self) -> None:
        """Connect to Asterisk. Raises `PortTaken`, `AmiDown` or `AmiRefused`."""
        await self._line.start(None)

    async def stop(self) -> None:
        """End every call and let go of everything."""
        await self._line.hang_up_all()
        await self._line.stop()

    async def __aenter__(self) -> "AsteriskDialer":
        await self.start()
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def dial(self, number: str, ring_s: float) -> Call | Unanswered:
        """Call `number` and wait at most `ring_s` seconds for an answer."""
        if not self._settings.trunk.host:
            return Unanswered("failed", "[asterisk.trunk] host is not set")
        if not NUMBER.fullmatch(number):
            return Unanswered("failed", "no telephone number")
        call_id = uuid4()
        call = self._line.open_call(call_id, number)
        ringing = self._ringing[_unique(call_id)] = _Ringing(call)
        try:
            await self._originate(call_id, number, ring_s)
            async with asyncio.timeout(ring_s + MARGIN_S):
                taken = await ringing.outcome
        except (LineError, TimeoutError) as error:
            await self._drop(call)
            return Unanswered("failed", str(error) or "no word from Asterisk")
        except asyncio.CancelledError:
            await self._drop(call)
            raise
        finally:
            del self._ringing[_unique(call_id)]
        if taken is None:
            return call
        call.end("line", taken.reason)
        return taken

    async def _originate(self, call_id: UUID, number: str, ring_s: float) -> None:
        fields: dict[str, object] = {
            "Channel": f"PJSIP/{number}@trunk",
            "ChannelId": _unique(call_id),
            "Context": "outbound",
            "Exten": "s",
            "Priority": 1,
            "Timeout": max(1, round(ring_s * 1000)),
            "CallerID": f"{self._number} <{self._number}>",
            "Async": "true",
        }
        variables: dict[str, object] = {
            "__HOTLINE_CALL": call_id,
            "__HOTLINE_CALLER": number,
            "__HOTLINE_NODE": self._settings.outbound.name,
        }
        await self._line.exchange.ami.ask("Originate", fields, variables)

    async def _drop(self, call: AsteriskCall) -> None:
        if call.channel:
            await self._line.exchange.hang_up(call.channel, CAUSES["goodbye"])
        call.end("us", "cancelled")

    def _hear(self, message: Message) -> None:
        ringing = self._ringing.get(message.get("Uniqueid"))
        if ringing is None:
            return
        match message.event:
            case "Newchannel":
                ringing.call.channel = message.get("Channel")
            case "UserEvent" if message.get("UserEvent") == "HotlineTaken":
                ringing.waiting = asyncio.get_running_loop().create_task(ringing.wait_for_sound())
            case "Hangup":
                ringing.cause = message.number("Cause")
                ringing.settle(_unanswered(ringing.cause))


class _Ringing:
    """One attempt: settled with None once the caller can be heard, else with why not."""

    def __init__(self, call: AsteriskCall) -> None:
        self.call = call
        self.cause = 0
        self.waiting: asyncio.Task[None] | None = None
        """Kept, for the loop itself holds its tasks only weakly."""
        self.outcome: asyncio.Future[Unanswered | None] = asyncio.get_running_loop().create_future()

    async def wait_for_sound(self) -> None:
        """The other side has taken the call: it is up as soon as its sound is here."""
        await self.call.until_heard()
        self.settle(None if self.call.talking else Unanswered("failed", "no sound came"))

    def settle(self, outcome: Unanswered | None) -> None:
        """The first word counts."""
        if not self.outcome.done():
            self.outcome.set_result(outcome)


def _unanswered(cause: int) -> Unanswered:
    reason: Literal["no_answer", "busy", "failed"]
    reason = "busy" if cause in BUSY else "no_answer" if cause in RANG else "failed"
    return Unanswered(reason, f"cause {cause}")


def _unique(call_id: UUID) -> str:
    return f"hotline-{call_id}"
