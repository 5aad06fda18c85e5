"""A citizen is called back through a real Asterisk, with real hearing, dialogue and voice."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from core.database import Database
from hotline.wiring import Parts
from telephony.asterisk.dialer import AsteriskDialer
from telephony.line import Call, HungUp
from telephony.settings import LineSettings
from telephony.sip_call import SipCall
from telephony.sip_line import SipLine
from tests.asterisk import City
from tests.integration.ivr.test_outbound import CITIZEN, Centre
from tickets.callbacks import Outcome, Satisfied, Solved
from tts.voice import Voice

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Citizens:
    """The phones behind the operator's switch: who is called says 喂 and answers every question by key 1."""

    def __init__(self, centre: Centre, hello: bytes) -> None:
        self._centre, self._hello = centre, hello

    async def __call__(self, call: Call) -> None:
        assert isinstance(call, SipCall)
        if call.called != CITIZEN:
            await call.refuse()
            return
        await call.answer()
        call.play(self._hello)
        pressing = asyncio.create_task(self._press(call))
        async for event in call.events():
            if isinstance(event, HungUp):
                pressing.cancel()
                return

    async def _press(self, call: SipCall) -> None:
        for count in (1, 2):
            await self._centre.wait("bot.quiet", count)
            call.press("1")


@pytest_asyncio.fixture(loop_scope="module")
async def centre(city: City, parts: Parts, tmp_path: Path, voice: Voice) -> AsyncIterator[Centre]:
    asterisk, port = city
    database = Database(f"sqlite:///{tmp_path / 'records.db'}")
    async with AsteriskDialer(asterisk.settings) as dialer:
        centre = Centre(parts, database, dialer)
        switch = SipLine(LineSettings(port=port, number="*", rtp_first=31000, rtp_last=31999))
        await switch.start(Citizens(centre, await voice.whole("喂你好")))
        yield centre
        await switch.stop()
    database.close()


async def test_a_follow_up_is_answered_by_key_and_a_busy_citizen_is_tried_later(centre: Centre) -> None:
    ticket = centre.close(CITIZEN)
    centre.miss("m1", "13800003333")
    await centre.run()
    result = centre.results[f"f-{ticket}"]
    assert (result.outcome, result.solved, result.satisfied) == (Outcome.ANSWERED, Solved.YES, Satisfied.YES)
    assert centre.results["m-m1"].outcome is Outcome.BUSY
    assert "12345" in centre.said()
