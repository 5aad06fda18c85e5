"""The voice over real worker processes; the synthesiser is the twin that needs no model."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tts.errors import SynthesisFailed
from tts.settings import TtsSettings
from tts.voice import Voice

TICKET = "您的工单号是2611220001,请记好。"
ANSWER = "居住证可以补办。请带上身份证原件,到派出所户籍窗口办理。不收费。"


def a_voice(cache: Path, factory: str = "tts.tones:load") -> Voice:
    return Voice(TtsSettings(voice="hum_low", cache=cache), factory=factory)


@asynccontextmanager
async def speaking(cache: Path) -> AsyncIterator[Voice]:
    voice = a_voice(cache)
    await voice.start()
    try:
        yield voice
    finally:
        await voice.stop()


async def heard(voice: Voice, text: str, slow: bool = False) -> list[bytes]:
    return [pcm async for pcm in voice.speak(text, slow)]


async def test_speech_comes_clause_by_clause_and_is_kept(tmp_path: Path) -> None:
    async with speaking(tmp_path) as voice:
        assert not voice.ready(ANSWER)
        first = await heard(voice, ANSWER)
        assert len(first) == 4 and all(len(pcm) > 8000 and len(pcm) % 2 == 0 for pcm in first)
        assert voice.ready(ANSWER)
        assert await heard(voice, ANSWER) == first
    async with speaking(tmp_path) as later:
        assert later.ready(ANSWER)
        assert await heard(later, ANSWER) == first


async def test_nothing_to_say_is_nothing(tmp_path: Path) -> None:
    async with speaking(tmp_path) as voice:
        assert voice.ready("……")
        assert await heard(voice, "……") == []


async def test_slow_speech_takes_longer_in_words_and_pauses(tmp_path: Path) -> None:
    async with speaking(tmp_path) as voice:
        usual, slow = await voice.whole(ANSWER), await voice.whole(ANSWER, slow=True)
        assert len(slow) > 1.15 * len(usual)


async def test_rendered_ahead_it_is_ready_with_its_number(tmp_path: Path) -> None:
    async with speaking(tmp_path) as voice:
        seen: list[tuple[int, int]] = []
        assert await voice.render([TICKET, ANSWER], progress=lambda *at: seen.append(at)) == 0
        assert seen[0][0] == 0 and seen[-1][0] == seen[-1][1] == len(seen) - 1
        assert voice.ready(ANSWER)
        assert voice.ready(TICKET)
        assert voice.ready("您的工单号是1122000126,请记好。") is False  # other pairs
        assert not voice.ready(ANSWER, slow=True)


async def test_every_number_and_date_can_be_ready_before_it_is_known(tmp_path: Path) -> None:
    async with speaking(tmp_path) as voice:
        await voice.render(["您的工单号是2611220001,请记好。", "我们会在", "前答复您。"])
        assert await voice.render_numbers(2026) == 0
        assert voice.ready("您的工单号是9876543210,请记好。")
        assert voice.ready("我们会在2027年2月28日前答复您。")
        assert len(await heard(voice, "您的工单号是9876543210,请记好。")) == 5


async def test_a_number_without_clips_is_made_when_needed(tmp_path: Path) -> None:
    async with speaking(tmp_path) as voice:
        assert len(await heard(voice, "13800001234")) == 3


async def test_a_date_is_joined_from_parts_that_are_there(tmp_path: Path) -> None:
    async with speaking(tmp_path) as voice:
        for part in ("我们会在", "二零二六年", "十一月", "二十五日", "前答复您。"):
            await voice.whole(part)
        assert voice.ready("我们会在2026年11月25日前答复您。")
        assert not voice.ready("我们会在2027年12月26日前答复您。")


async def test_a_callers_own_words_never_reach_the_disk(tmp_path: Path) -> None:
    async with speaking(tmp_path) as voice:
        assert [pcm async for pcm in voice.speak("您反映阳光花园暖气不热。", keep=False)]
        assert voice.ready("您反映阳光花园暖气不热。")
    assert not kept(tmp_path)


async def test_an_interruption_leaves_nothing_behind(tmp_path: Path) -> None:
    async with speaking(tmp_path) as voice:
        sounds = voice.speak(ANSWER)
        assert await anext(sounds)
        await sounds.aclose()
        assert voice._making == {}
        assert len(await heard(voice, ANSWER)) == 4


async def test_two_callers_share_one_making(tmp_path: Path) -> None:
    async with speaking(tmp_path) as voice:
        one, other = voice.speak(ANSWER), voice.speak(ANSWER)
        first = await asyncio.gather(anext(one), anext(other))
        await one.aclose()  # one hangs up; the other hears it to the end
        assert first[0] == first[1]
        assert len([pcm async for pcm in other]) == 3


async def test_a_killed_process_costs_the_caller_nothing(tmp_path: Path) -> None:
    async with speaking(tmp_path) as voice:
        for pid in voice.pids:
            os.kill(pid, signal.SIGKILL)
        assert len(await heard(voice, ANSWER)) == 4


async def test_calls_go_on_while_answers_are_rendered(tmp_path: Path) -> None:
    async with speaking(tmp_path) as voice:
        rendering = asyncio.create_task(voice.render([f"这是第{n}条答案的内容。" for n in range(30)]))
        assert await voice.whole("请稍等一下。")
        assert await rendering == 0
        assert voice.ready("这是第29条答案的内容。")


def kept(folder: Path) -> list[Path]:
    return list(folder.glob("*/*.pcm"))


def damage(folder: Path) -> None:
    for file in folder.glob("*/*.pcm"):
        file.write_bytes(b"damaged")


async def test_a_damaged_sound_is_made_again(tmp_path: Path) -> None:
    async with speaking(tmp_path) as voice:
        first = await heard(voice, "不收费用的。")
    damage(tmp_path)
    async with speaking(tmp_path) as voice:
        assert await heard(voice, "不收费用的。") == first


async def test_a_disk_that_refuses_is_no_trouble_for_the_caller(tmp_path: Path) -> None:
    blocked = tmp_path / "speech"
    blocked.write_text("in the way")
    async with speaking(blocked) as voice:
        assert await heard(voice, ANSWER)
        assert voice.ready(ANSWER)  # memory has it
    assert voice.trouble


async def test_failure_is_reported_at_last(tmp_path: Path) -> None:
    voice = Voice(TtsSettings(voice="nobody", cache=tmp_path), factory="tts.tones:load")
    await voice.start()
    try:
        with pytest.raises(SynthesisFailed):
            await heard(voice, "您好。")
        assert await voice.render(["您好。"]) > 0
    finally:
        await voice.stop()


async def test_before_the_start_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(SynthesisFailed):
        await heard(a_voice(tmp_path), "您好。")
