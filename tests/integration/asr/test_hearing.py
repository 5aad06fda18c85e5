"""The real model hears real synthetic speech over a telephone line, in real processes."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from asr.errors import RecogniserBusy
from asr.file import recognise_file
from asr.pool import PooledRecogniser
from asr.recogniser import Hints
from asr.settings import AsrSettings, TurnSettings
from asr.turns import Paused, Resumed, SpeechStarted, TurnDetector
from asr.vad import VoiceActivity
from core import models
from core.audio import Pcm, write_wav
from tts.kokoro import Kokoro
from tts.telephone import through_telephone

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(any(s.problem for s in models.status()), reason="models are not fetched"),
]
SENTENCES = {"社保": "请问社保卡丢了怎么补办", "路灯": "人民路的路灯坏了好几天了", "材料": "我想办理护照需要什么材料"}


@pytest.fixture(scope="module")
def speech() -> dict[str, Pcm]:
    kokoro = Kokoro()
    texts = [*SENTENCES.values(), "转人工", "等一下"]
    return {
        text: through_telephone(kokoro.synthesise(text, "zf_xiaoyi" if len(text) > 4 else "zm_yunxi"), kokoro.rate)
        for text in texts
    }


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def recogniser() -> AsyncIterator[PooledRecogniser]:
    pool = PooledRecogniser(AsrSettings(workers=1, queue_limit=6))
    await pool.start()
    yield pool
    await pool.stop()


def line(pcm: Pcm) -> Pcm:
    idle = np.random.default_rng(0).normal(0, 6, 4000).astype(np.int16)
    return np.concatenate((idle, pcm, idle[:1600]))


async def test_turns_begin_where_they_do_after_a_minute_of_quiet(speech: dict[str, Pcm]) -> None:
    voice, detector = VoiceActivity(8000), TurnDetector(TurnSettings(), 8000)
    said = speech[SENTENCES["路灯"]]
    rng = np.random.default_rng(1)
    starts = []
    for seconds in (2, 60, 2):
        idle = rng.normal(0, 13, seconds * 8000).astype(np.int16)  # what a line sends when nobody speaks: -68 dB
        sound, begun = np.concatenate((idle, said, idle[:16000])), detector.now_ms
        events = []
        for start in range(0, len(sound) // 160 * 160, 160):
            frame = sound[start : start + 160].tobytes()
            events += detector.feed(frame, voice.feed(frame))
        assert [type(event) for event in events if not isinstance(event, Resumed)][-1] is Paused
        assert detector.speech_ms > 1500
        starts += [event.at_ms - begun - seconds * 1000 for event in events if isinstance(event, SpeechStarted)]
        detector.reset()
    assert len(starts) == 3
    assert max(starts) - min(starts) <= 100


async def test_everybody_gets_their_own_text(recogniser: PooledRecogniser, speech: dict[str, Pcm]) -> None:
    order = ["社保", "路灯", "材料", "路灯", "社保"]
    heard = await asyncio.gather(*(recogniser.recognise(line(speech[SENTENCES[key]]), 8000) for key in order))
    assert [key for key, t in zip(order, heard, strict=True) if key not in t.text] == []
    assert all(t.confidence > 0.4 and t.seconds > 0 for t in heard)
    assert all(" " not in t.text for t in heard)


async def test_commands_are_chosen_by_their_sound(recogniser: PooledRecogniser, speech: dict[str, Pcm]) -> None:
    for phrase in ("转人工", "等一下"):
        heard = await recogniser.recognise(line(speech[phrase]), 8000)
        assert heard.phrase == phrase


async def test_a_sentence_is_no_command(recogniser: PooledRecogniser, speech: dict[str, Pcm]) -> None:
    heard = await recogniser.recognise(line(speech[SENTENCES["社保"]]), 8000, Hints(phrases=("是的", "不是")))
    assert heard.phrase is None


@pytest.mark.parametrize("level", [0, 6, 800])
async def test_noise_says_nothing(recogniser: PooledRecogniser, level: int) -> None:
    noise = np.random.default_rng(level).normal(0, level, 16_000).astype(np.int16)
    heard = await recogniser.recognise(noise, 8000)
    assert heard.phrase is None
    assert heard.text == "" or heard.confidence < 0.4


async def test_the_text_is_corrected_and_what_was_heard_is_kept(speech: dict[str, Pcm]) -> None:
    pool = PooledRecogniser(AsrSettings(workers=1), correct=lambda text: text.replace("社保卡", "市民卡"))
    await pool.start()
    try:
        heard = await pool.recognise(line(speech[SENTENCES["社保"]]), 8000)
    finally:
        await pool.stop()
    assert "市民卡" in heard.text and "社保" in heard.raw


async def test_a_killed_process_costs_nobody_their_text(recogniser: PooledRecogniser, speech: dict[str, Pcm]) -> None:
    waiting = asyncio.create_task(recogniser.recognise(line(speech[SENTENCES["路灯"]]), 8000, urgent=True))
    await asyncio.sleep(0.05)
    os.kill(recogniser.pids[0], signal.SIGKILL)
    assert "路灯" in (await waiting).text
    assert "材料" in (await recogniser.recognise(line(speech[SENTENCES["材料"]]), 8000)).text


async def test_a_full_queue_says_so_and_a_cancelled_caller_leaves_it(
    recogniser: PooledRecogniser, speech: dict[str, Pcm]
) -> None:
    sound = line(speech[SENTENCES["社保"]])
    waiting = [asyncio.create_task(recogniser.recognise(sound, 8000))]
    await asyncio.sleep(0.05)  # the first is being worked on
    waiting += [asyncio.create_task(recogniser.recognise(sound, 8000)) for _ in range(6)]
    for _ in range(200):
        await asyncio.sleep(0)
        if recogniser.backlog >= 6:
            break
    with pytest.raises(RecogniserBusy):
        await recogniser.recognise(sound, 8000)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert recogniser.backlog == 0


async def test_a_file_goes_the_way_of_a_call(
    recogniser: PooledRecogniser, speech: dict[str, Pcm], tmp_path: Path
) -> None:
    gap = np.zeros(12_000, np.int16)
    whole = np.concatenate((gap, speech[SENTENCES["社保"]], gap, speech[SENTENCES["路灯"]], gap))
    write_wav(tmp_path / "two.wav", whole, 8000)
    heard = await recognise_file(tmp_path / "two.wav", recogniser)
    assert "社保" in heard.text and "路灯" in heard.text
    write_wav(tmp_path / "silence.wav", gap, 8000)
    assert (await recognise_file(tmp_path / "silence.wav", recogniser)).text == ""
