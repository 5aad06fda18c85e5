"""What a waiting caller hears from Asterisk itself: each prompt is a tone here, to be told by its pitch."""

import asyncio

import numpy as np

from telephony.asterisk.install import install
from telephony.asterisk.prompts import prompts, write_prompts
from telephony.asterisk.runner import Asterisk
from telephony.asterisk.settings import QueueSettings
from tests.agent_phone import agent_phone
from tests.asterisk import QUEUES, asterisk_settings
from tests.integration.telephony.asterisk.conftest import PATIENCE_S, Bot, Street
from tests.integration.telephony.conftest import tone
from tests.serving import until

PITCH = {text: 600.0 + 100.0 * place for place, text in enumerate(prompts().values())}
"""Hertz of each prompt."""


def pitches(pcm: bytes) -> list[float]:
    """Return the pitches above the waiting music that were heard, in order, without repetitions."""
    heard: list[float] = []
    samples = np.frombuffer(pcm, "<i2").astype(float)
    for start in range(0, len(samples) - 800, 400):
        part = samples[start : start + 800] * np.hanning(800)
        spectrum = np.abs(np.fft.rfft(part))
        if spectrum.max() < 3e5:
            continue
        hz = float(np.fft.rfftfreq(800, 1 / 8000)[spectrum.argmax()])
        nearest = min(PITCH.values(), key=lambda pitch: abs(pitch - hz))
        if abs(nearest - hz) < 15 and (not heard or heard[-1] != nearest):
            heard.append(nearest)
    return heard


def spoken(pcm: bytes) -> str:
    """Return what was said, put together from the pitches."""
    texts = {pitch: text for text, pitch in PITCH.items()}
    return "".join(texts[pitch] for pitch in pitches(pcm))


async def test_position_and_choices_are_spoken_while_all_agents_talk() -> None:
    async def speak(text: str) -> bytes:
        return tone(0.4, PITCH[text]) + bytes(800)

    queues = tuple(QueueSettings(name=name, wrapup_s=0, announce_s=10) for name in QUEUES)
    with asterisk_settings(queues=queues) as settings:
        await write_prompts(settings.folder, speak)
        asterisk = Asterisk(settings, "12345", install())
        await asterisk.start()
        bot = Bot(queue=None)
        try:
            async with (
                asyncio.timeout(2 * PATIENCE_S),
                agent_phone(settings) as agent,
                Street(settings, bot) as opened,
            ):
                callers = [await opened.dial(f"1380000000{n}") for n in range(3)]
                await until(lambda: len(bot.calls) == 3 and all(call.talking for call in bot.calls))
                calls = {call.caller: call for call in bot.calls}
                tasks = []
                for n in range(3):
                    tasks.append(asyncio.create_task(calls[f"1380000000{n}"].transfer("general", 60)))
                    await asyncio.sleep(0.3)
                await agent.up.wait()
                await until(lambda: "按二" in spoken(callers[1].heard), PATIENCE_S)
                await until(lambda: "按二" in spoken(callers[2].heard), PATIENCE_S)
                for caller in callers:
                    await caller.hang_up()
                assert await asyncio.gather(*tasks) == [True, False, False]
        finally:
            await asterisk.stop()
    assert "您排在第一位" in spoken(callers[1].heard)
    assert "您现在排在第二位" in spoken(callers[2].heard)
