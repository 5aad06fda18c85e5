"""A human agent's telephone for the tests: registers at Asterisk and does with calls what it is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telephony.asterisk.exchange import Exchange
from telephony.asterisk.settings import AsteriskSettings
from telephony.line import Audio, Call, HungUp, KeyPress
from telephony.settings import LineSettings
from telephony.sip_line import SipLine
from tests.serving import until


class AgentPhone:
    """Answers after `answer_after_s` seconds; None lets it ring, "busy" refuses."""

    def __init__(
        self, settings: AsteriskSettings, number: str, answer_after_s: float | str | None = 0.0, port: int = 0
    ) -> None:
        self._settings, self.number, self.answer_after_s = settings, number, answer_after_s
        self.line = SipLine(LineSettings(port=port, number=number, rtp_first=30000, rtp_last=30999))
        self.rang = asyncio.Event()
        self.up = asyncio.Event()
        self.over = asyncio.Event()
        self.call: Call | None = None
        self.heard = bytearray()
        self.keys = ""
        self.calls = 0

    async def log_in(self) -> None:
        """Listen and register; the queues learn of it a moment after the telephone does."""
        await self.line.start(self._take)
        await self.register()
        exchange = Exchange(self._settings)
        await exchange.start()
        await until(lambda: all(each.logged_in for each in exchange.queues.of_agent(self.number).values()))
        await exchange.stop()

    async def listen(self) -> None:
        """Listen on the port without registering: a telephone somewhere in the public network."""
        await self.line.start(self._take)

    async def register(self, expires_s: int = 120) -> None:
        """Register, or log out with 0 seconds."""
        exchange = (self._settings.sip_host, self._settings.sip_port)
        await self.line.register(self._settings.password(self.number), exchange, expires_s)

    async def log_out(self) -> None:
        """Log out and stop."""
        await self.register(0)
        await self.line.stop()

    def say(self, pcm: bytes) -> None:
        """Speak into the running call."""
        assert self.call is not None
        self.call.play(pcm)

    async def hang_up(self) -> None:
        """End the running call."""
        assert self.call is not None
        await self.call.hang_up()

    async def _take(self, call: Call) -> None:
        self.calls += 1
        self.call = call
        for event in (self.up, self.over):
            event.clear()
        self.rang.set()
        if self.answer_after_s == "busy":
            await call.refuse()
        elif isinstance(self.answer_after_s, float):
            await asyncio.sleep(self.answer_after_s)
            await call.answer()
            self.up.set()
        async for event in call.events():
            if isinstance(event, Audio):
                self.heard += event.pcm
            elif isinstance(event, KeyPress):
                self.keys += event.key
            elif isinstance(event, HungUp):
                self.over.set()


async def end_pause(settings: AsteriskSettings, number: str = "8001") -> None:
    """Let a phone ring again that did not answer in an earlier test, and is paused since."""
    exchange = Exchange(settings)
    await exchange.start()
    await exchange.ami.ask("QueuePause", {"Interface": f"PJSIP/{number}", "Paused": "false"})
    await exchange.stop()


@asynccontextmanager
async def agent_phone(
    settings: AsteriskSettings, number: str = "8001", answer_after_s: float | str | None = 0.0
) -> AsyncIterator[AgentPhone]:
    """A phone that is logged in while the context lasts."""
    phone = AgentPhone(settings, number, answer_after_s)
    await phone.log_in()
    try:
        yield phone
    finally:
        await phone.log_out()
