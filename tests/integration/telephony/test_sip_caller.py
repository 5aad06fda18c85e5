"""The test telephone measures what it claims to measure."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from core.audio import read_wav
from telephony.caller import SipCaller
from telephony.line import Audio, Call
from tests.integration.telephony.conftest import SETTINGS, StartSip, tone
from tests.integration.telephony.test_line_contract import SOON, Bot, loud_seconds


async def reply_after_speech(call: Call) -> None:
    """Greets, and replies with a tone once the caller has spoken and been quiet for 0.2 s."""
    await call.answer()
    call.play(tone(0.3))
    spoken, quiet = False, 0
    async for event in call.events():
        if isinstance(event, Audio):
            loud = loud_seconds(event.pcm) > 0
            spoken, quiet = spoken or loud, 0 if loud else quiet + 1
            if spoken and quiet == 10:
                call.play(tone(0.2))


async def test_turns_are_timed_on_both_sides(start_sip: StartSip, tmp_path: Path) -> None:
    kit = await start_sip(reply_after_speech)
    async with asyncio.timeout(SOON):
        caller = await kit.dial()
        assert await caller.answered()
        assert await caller.quiet(0.2)
        caller.send(tone(0.3))
        await caller.sent()
        assert caller.said.last is not None
        ended = caller.said.last.end
        began = await caller.sound_after(ended)
        assert began is not None and began > ended
        assert await caller.quiet(0.1)
        await caller.hang_up()
    assert len(caller.sounds.all) == 2 and len(caller.said.all) == 1
    assert caller.sounds.all[1].start == began
    caller.record(tmp_path / "both.wav")
    tracks = caller.audio.tracks()
    assert tracks.shape[1] == 2
    assert 0.26 <= loud_seconds(tracks[:, 0]) <= 0.34 and 0.46 <= loud_seconds(tracks[:, 1]) <= 0.54
    assert caller.audio.began is not None
    first = np.flatnonzero(np.abs(tracks[:, 0].astype(int)) > 1000)[0] / 8000
    assert abs(first - (caller.said.all[0].start - caller.audio.began)) < 0.1
    assert len(read_wav(tmp_path / "both.wav")[0]) == len(tracks)


async def test_frames_come_with_their_arrival(start_sip: StartSip) -> None:
    kit = await start_sip(Bot(tone(0.2)))
    async with asyncio.timeout(SOON):
        caller = await kit.dial()
        assert await caller.answered()
        frames = []
        async for frame in caller.frames():
            frames.append(frame)
            if len(frames) == 20:
                await caller.hang_up()
    assert len(frames) >= 20 and all(len(frame.pcm) == 320 for frame in frames)
    assert [frame.at for frame in frames] == sorted(frame.at for frame in frames)
    assert b"".join(frame.pcm for frame in frames) == caller.heard
    times = caller.audio.timeliness
    assert (times.received, times.lost) == (len(frames), 0)


@pytest.mark.parametrize("codecs", [("PCMU",), ("PCMA",), ("PCMU", "PCMA")])
async def test_either_codec_carries_the_voice(start_sip: StartSip, codecs: tuple[str, ...]) -> None:
    bot = Bot(tone(0.3))
    kit = await start_sip(bot)
    async with asyncio.timeout(SOON):
        caller = await kit.caller.dial(kit.uri(), "13800001234", codecs)
        assert await caller.answered()
        caller.send(tone(0.3))
        await caller.sent()
        await bot.up.wait()
        assert bot.call is not None
        await bot.call.played_out()
        caller.send(bytes(1600))
        await caller.sent()
        await caller.hang_up()
        await bot.done.wait()
    original = np.frombuffer(tone(0.3), "<i2").astype(float)
    for pcm in (bot.pcm.astype(float), np.frombuffer(caller.heard, "<i2").astype(float)):
        start = np.flatnonzero(np.abs(pcm) > 500)[0]
        fits = [pcm[s : s + len(original)] for s in range(max(0, start - 20), start + 20)]
        best = min(float(((fit - original) ** 2).mean()) for fit in fits if len(fit) == len(original))
        assert 10 * np.log10((original**2).mean() / best) > 30  # G.711 gives about 38 dB


async def test_nobody_there() -> None:
    async with SipCaller() as caller:
        call = await caller.dial("sip:12345@127.0.0.1:9", "13800001234")
        await call.hang_up()
        assert call.ended is None
    assert call.ended is not None and not await call.answered()


async def test_the_wrong_number(start_sip: StartSip) -> None:
    kit = await start_sip(Bot(), SETTINGS.model_copy(update={"number": "12388"}))
    async with asyncio.timeout(SOON):
        call = await kit.caller.dial(kit.uri(), "13800001234")
        assert (await call.over()).code == 404
        call = await kit.caller.dial(kit.uri("12388"), "13800001234")
        assert await call.answered()
