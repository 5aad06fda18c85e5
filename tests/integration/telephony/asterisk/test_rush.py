"""Five hundred callers at once against a bot for fifty: everyone gets a voice, a queue or a clear busy."""

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from telephony.asterisk.call import AsteriskCall
from telephony.asterisk.install import install
from telephony.asterisk.prompts import write_prompts
from telephony.asterisk.runner import Asterisk
from telephony.asterisk.settings import AgentSettings, AsteriskSettings, QueueSettings, TrunkSettings
from telephony.caller import SipCaller
from telephony.dialled import Dialled
from telephony.line import Call, HungUp
from tests.agent_phone import agent_phone
from tests.asterisk import asterisk_settings
from tests.integration.telephony.asterisk.conftest import Street
from tests.integration.telephony.asterisk.test_malformed import sockets
from tests.integration.telephony.conftest import tone
from tests.serving import until

CALLERS = 500
BOT, QUEUE = 50, 40
"""Calls that the bot takes, and callers whom it sends to wait for a human; it refuses the rest."""
PATIENCE_S = 400.0
BOT_HZ = 2000.0
"""Far above the waiting music and the announcements, so that no jitter makes one sound like the other."""


class LimitedBot:
    """Speaks with the first fifty, sends the next ones to the queue, refuses whoever comes then."""

    def __init__(self) -> None:
        self.did: dict[str, str] = {}

    async def __call__(self, call: Call) -> None:
        assert isinstance(call, AsteriskCall) and call.caller is not None
        counts = Counter(self.did.values())
        self.did[call.caller] = "bot" if counts["bot"] < BOT else "queue" if counts["queue"] < QUEUE else "refused"
        match self.did[call.caller]:
            case "refused":
                await call.refuse()
            case "queue":
                await call.answer()
                await call.transfer("general", 300)
            case "bot":
                await call.answer()
                await self._speak(call)

    async def _speak(self, call: AsteriskCall) -> None:
        call.play(tone(0.5, BOT_HZ))
        async for event in call.events():
            if isinstance(event, HungUp):
                return
            if not call.queued:
                call.play(tone(0.5, BOT_HZ))


@pytest.fixture(params=[200, 60], ids=["wide trunk", "trunk narrower than bot and queue"])
def settings(request: pytest.FixtureRequest) -> Iterator[AsteriskSettings]:
    """Asterisk itself refuses whoever comes when the trunk's limit is reached."""
    queue = QueueSettings(name="general", ring_s=120, wait_s=600)  # the phone rings as long as the test lasts
    trunk, agent = TrunkSettings(most_calls=request.param), AgentSettings(number="8001")
    with asterisk_settings(trunk=trunk, queues=(queue,), agents=(agent,)) as made:
        yield made


async def beeps(_text: str) -> bytes:
    """Stand for what is announced in the queue: another tone than the bot's."""
    return tone(0.3, 1000.0)


def audible(pcm: bytes) -> "list[np.ndarray]":
    """Return the parts of 0.2 s in which something can be heard; the waiting music is soft."""
    sound = np.frombuffer(pcm, np.int16).astype(float)
    parts = [sound[a:b] for a, b in pairwise(range(0, len(sound) + 1, 1600))]
    return [part for part in parts if np.abs(part).max() > 300]


def heard_as(pcm: bytes) -> str:
    """Whose voice it was: the bot's tone, or something else that is not silence."""
    parts = audible(pcm)
    if not parts:
        return "silence"
    hz = [float(np.argmax(np.abs(np.fft.rfft(part * np.hanning(1600))))) * 5 for part in parts]
    return "bot" if sum(each > 1500 for each in hz) > len(hz) / 2 else "queue"


async def outcome(call: Dialled) -> str:
    """What one caller got: whose voice, or the code of the refusal."""
    if await call.answered():
        await until(lambda: call.ended or len(audible(call.heard)) >= 2, PATIENCE_S)
        return heard_as(call.heard)
    assert call.ended is not None
    return f"{call.ended.by} {call.ended.code}"


async def rush(settings: AsteriskSettings, telephone: SipCaller) -> tuple[list[str], list[Dialled]]:
    """Let everybody call in one instant, and stay until everybody knows what they got."""
    uri = f"sip:12345@127.0.0.1:{settings.sip_port}"
    calls = [await telephone.dial(uri, f"138{place:08}") for place in range(CALLERS)]
    return list(await asyncio.gather(*map(outcome, calls))), calls


async def test_five_hundred_at_once_all_get_something(settings: AsteriskSettings) -> None:
    asterisk, bot = Asterisk(settings, "12345", install()), LimitedBot()
    await write_prompts(settings.folder, beeps)
    await asterisk.start()
    try:
        async with (
            asyncio.timeout(PATIENCE_S),
            Street(settings, bot) as street,
            agent_phone(settings, answer_after_s=None),
        ):
            idle = sockets(os.getpid()), sockets(asterisk.pid), len(asyncio.all_tasks())
            got, calls = await rush(settings, street.telephone)
            counts = Counter(got)
            print(f"{CALLERS} callers at once: {dict(counts)}; the bot decided: {dict(Counter(bot.did.values()))}")
            assert set(counts) <= {"bot", "queue", "refused 486", "refused 503"}, counts
            if settings.trunk.most_calls >= BOT + QUEUE:
                assert counts["bot"] == BOT
                assert counts["queue"] >= QUEUE  # more where our process was too slow to decide
            else:
                assert 0 < counts["bot"] + counts["queue"] <= settings.trunk.most_calls
                assert len(bot.did) < CALLERS  # the others never came as far as the bot
            await asyncio.gather(*(call.hang_up() for call in calls))
            await until(lambda: street.line.running == 0, PATIENCE_S)
            await street.all_gone()
            await until(lambda: sockets(os.getpid()) <= idle[0], 60)
            await until(lambda: sockets(asterisk.pid) <= idle[1], 60)
            await until(lambda: len(asyncio.all_tasks()) <= idle[2], 60)
            assert street.line.exchange.queues.standing("general", 0.0).waiting == 0
    finally:
        await asterisk.stop()
