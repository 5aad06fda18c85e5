"""A human for the demonstration: a second line on which somebody takes the calls that the bot hands over."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np

from telephony.line import Call, HungUp
from telephony.settings import LineSettings
from telephony.sip_line import SipLine

NUMBER = "agents"
TALK_S = 3.0


@asynccontextmanager
async def demo_human() -> AsyncIterator[str]:
    """Answer transferred calls for a few seconds; yields the SIP address to hand over to."""
    line = SipLine(LineSettings(port=0, number=NUMBER))

    async def answer(call: Call) -> None:
        await call.answer()
        ring = (3000 * np.sin(np.arange(int(call.rate * TALK_S)) * 2 * np.pi * 440 / call.rate)).astype("<i2")
        call.play(ring.tobytes())
        async for event in call.events():
            if isinstance(event, HungUp) or not call.queued:
                return

    await line.start(answer)
    try:
        yield f"sip:{NUMBER}@127.0.0.1:{line.address[1]}"
    finally:
        await line.stop()
