"""A human for the demonstration: somebody who takes the calls that the bot hands over."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np

from telephony.asterisk.settings import AsteriskSettings
from telephony.line import Call, HungUp
from telephony.settings import LineSettings
from telephony.sip_line import SipLine

NUMBER = "agents"
TALK_S = 3.0


@asynccontextmanager
async def demo_human() -> AsyncIterator[str]:
    """Answer transferred calls for a few seconds; yields the SIP address to hand over to."""
    line = SipLine(LineSettings(port=0, number=NUMBER))
    await line.start(_talk)
    try:
        yield f"sip:{NUMBER}@127.0.0.1:{line.address[1]}"
    finally:
        await line.stop()


@asynccontextmanager
async def demo_agent(settings: AsteriskSettings) -> AsyncIterator[str]:
    """The same at a telephone that is registered at Asterisk; yields its extension."""
    agent = settings.agents[0].number
    line = SipLine(LineSettings(port=0, number=agent))
    await line.start(_talk)
    exchange = (settings.sip_host, settings.sip_port)
    try:
        await line.register(settings.password(agent), exchange)
        yield agent
        await line.register(settings.password(agent), exchange, 0)
    finally:
        await line.stop()


async def _talk(call: Call) -> None:
    """Say one long tone and hang up."""
    await call.answer()
    ring = (3000 * np.sin(np.arange(int(call.rate * TALK_S)) * 2 * np.pi * 440 / call.rate)).astype("<i2")
    call.play(ring.tobytes())
    async for event in call.events():
        if isinstance(event, HungUp) or not call.queued:
            return
