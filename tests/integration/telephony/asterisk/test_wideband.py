"""A call at 16 kHz between Asterisk and us, from the answer over keys and a hand-over back to the bot."""

import asyncio

import numpy as np

from telephony.line import Audio, Call, HungUp, KeyPress
from tests.asterisk import running_asterisk
from tests.integration.telephony.asterisk.conftest import PATIENCE_S, Street
from tests.integration.telephony.conftest import tone
from tests.serving import until

RATE = 16000
BOT_HZ, BACK_HZ, CALLER_HZ = 1300.0, 2300.0, 900.0


def pitch(pcm: bytes, rate: int) -> float:
    """Return the pitch of the last half second, to 2 Hz; 0 where there is not so much yet, or more than one tone."""
    samples = np.frombuffer(pcm, "<i2")[-rate // 2 :].astype(float)
    if len(samples) < rate // 2 or np.abs(samples).max() < 1000:
        return 0.0
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    hz = np.fft.rfftfreq(len(samples), 1 / rate)
    strongest = float(hz[power.argmax()])
    return strongest if power[np.abs(hz - strongest) < 10].sum() > 0.9 * power.sum() else 0.0


class WideBot:
    """Hums, listens; hands over at the first key and hums another pitch where that fails."""

    def __init__(self) -> None:
        self.heard, self.sizes, self.keys = bytearray(), set[int](), ""
        self.transferred: bool | None = None
        self.call: Call | None = None

    async def __call__(self, call: Call) -> None:
        self.call = call
        await call.answer()
        call.play(tone(20.0, BOT_HZ, RATE))
        handing: asyncio.Task[None] | None = None
        async for event in call.events():
            match event:
                case Audio():
                    self.heard += event.pcm
                    self.sizes.add(len(event.pcm))
                case KeyPress():
                    self.keys += event.key
                    handing = asyncio.create_task(self._hand_over(call))
                case HungUp():
                    break
        if handing:
            await handing

    async def _hand_over(self, call: Call) -> None:
        self.transferred = await call.transfer("general")
        call.play(tone(20.0, BACK_HZ, RATE))


async def test_sound_keys_and_a_hand_over_at_16_khz() -> None:
    with running_asterisk(rate=RATE) as asterisk:
        bot = WideBot()
        async with asyncio.timeout(PATIENCE_S), Street(asterisk.settings, bot) as street:
            caller = await street.dial()
            assert await caller.answered()
            await until(lambda: abs(pitch(caller.heard, 8000) - BOT_HZ) <= 4)
            caller.send(tone(20.0, CALLER_HZ))
            await until(lambda: abs(pitch(bytes(bot.heard), RATE) - CALLER_HZ) <= 4)
            assert bot.call is not None and bot.call.rate == RATE and bot.sizes == {RATE // 50 * 2}
            caller.press("5")
            await until(lambda: bot.transferred is False)  # nobody is logged in
            await until(lambda: abs(pitch(caller.heard, 8000) - BACK_HZ) <= 4)
            await until(lambda: abs(pitch(bytes(bot.heard), RATE) - CALLER_HZ) <= 4)
            assert bot.keys == "5"
            await caller.hang_up()
            await until(lambda: street.line.running == 0)
