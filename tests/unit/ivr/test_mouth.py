"""The bot's voice over a real in-memory line: order, pauses, cuts, and what was really heard."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable

import numpy as np
import pytest

from dialog.moves import Say
from ivr.mouth import Heard, Mouth
from telephony.line import Audio, Call
from telephony.memory_line import MemoryLine

SAMPLES = 800
"""Samples a character lasts in these tests."""


class Tones:
    """Speaks each character as a tone of its own; texts in `late` are not rendered ahead, `broken` cannot be."""

    def __init__(self, late: str = "", broken: str = "") -> None:
        self.late, self.broken = late, broken

    def ready(self, text: str, slow: bool = False) -> bool:
        return text != self.late

    async def speak(self, text: str, slow: bool = False, keep: bool = True) -> AsyncGenerator[bytes]:
        if text == self.broken:
            raise ValueError("no voice")
        for character in text:
            await asyncio.sleep(0)
            yield np.full(SAMPLES, ord(character) % 5000 + 1, "<i2").tobytes()


async def on_a_call(speaker: Tones, act: Callable[[Mouth, Call], Awaitable[None]]) -> tuple[bytes, list[Heard]]:
    """Run `act` with a mouth on a call; return what the caller heard and what the mouth believes was heard."""
    line, heard, failed = MemoryLine(tick_s=0.0), [], []
    done = asyncio.Event()

    async def answer(call: Call) -> None:
        await call.answer()
        mouth = Mouth(call, speaker, "稍等,", heard.append, lambda say, error: failed.append(say))

        async def listen() -> None:
            async for event in call.events():
                if isinstance(event, Audio):
                    mouth.tick()

        listening = asyncio.create_task(listen())
        await act(mouth, call)
        await call.hang_up()
        await listening
        await mouth.close()
        done.set()

    await line.start(answer)
    caller = line.dial("13800000000")
    await done.wait()
    await caller.over()
    await line.stop()
    assert len(failed) == (1 if speaker.broken else 0)
    return caller.heard, heard


async def until_played(call: Call, samples: int) -> None:
    while call.played < samples:  # noqa: ASYNC110  (the line runs as fast as the loop goes)
        await asyncio.sleep(0)


def text_of(sound: bytes, alphabet: str) -> str:
    """Read tones back as text."""
    values = np.frombuffer(sound, "<i2")
    names = {ord(c) % 5000 + 1: c for c in alphabet}
    changes = values[np.concatenate([[True], values[1:] != values[:-1]])]
    return "".join(names[int(value)] for value in changes if value)


async def test_sentences_come_in_order_and_whole() -> None:
    async def act(mouth: Mouth, call: Call) -> None:
        mouth.say(Say("您好"))
        mouth.say(Say("再见"))
        assert await mouth.finished()
        assert not mouth.busy

    sound, heard = await on_a_call(Tones(), act)
    assert text_of(sound, "您好再见") == "您好再见"
    assert [(h.text, h.whole) for h in heard] == [("您好", True), ("再见", True)]


async def test_a_cut_says_what_was_heard_and_drops_the_rest() -> None:
    async def act(mouth: Mouth, call: Call) -> None:
        mouth.say(Say("一二三四五六七八"))
        mouth.say(Say("九十"))
        await until_played(call, SAMPLES * 4)
        said = mouth.cut()
        assert said.startswith("一二三四")
        assert len(said) < 8

    sound, heard = await on_a_call(Tones(), act)
    assert text_of(sound, "一二三四五六七八九十") in ("一二三四", "一二三四五")
    assert [h.whole for h in heard][:1] == [False]


async def test_after_a_pause_it_goes_on_where_it_stopped() -> None:
    async def act(mouth: Mouth, call: Call) -> None:
        mouth.say(Say("一二三四五六"))
        await until_played(call, SAMPLES * 2 + 80)
        mouth.pause()
        for _ in range(500):
            await asyncio.sleep(0)
        assert mouth.busy
        mouth.resume()
        assert await mouth.finished()

    sound, heard = await on_a_call(Tones(), act)
    samples = np.frombuffer(sound, "<i2")
    assert (samples > 0).sum() == SAMPLES * 6, "a sample was lost or said twice"
    # The character under way is split by the pause; nothing else is missing or doubled.
    assert text_of(samples[samples > 0].tobytes(), "一二三四五六") == "一二三四五六"
    assert [(h.text, h.whole) for h in heard] == [("一二三四五六", True)]


async def test_a_late_answer_is_led_in() -> None:
    async def act(mouth: Mouth, call: Call) -> None:
        mouth.say(Say("社保卡可以补"))
        assert await mouth.finished()

    sound, heard = await on_a_call(Tones(late="社保卡可以补"), act)
    assert text_of(sound, "社保卡可以补稍等,") == "稍等,社保卡可以补"
    assert heard[0].text == "社保卡可以补"


async def test_a_sentence_that_cannot_be_made_is_skipped_and_not_claimed() -> None:
    async def act(mouth: Mouth, call: Call) -> None:
        mouth.say(Say("坏的"))
        mouth.say(Say("好的"))
        assert await mouth.finished()

    sound, heard = await on_a_call(Tones(broken="坏的"), act)
    assert text_of(sound, "好的") == "好的"
    assert [(h.text, h.whole) for h in heard] == [("", False), ("好的", True)]


@pytest.mark.parametrize("times", [1, 3])
async def test_cutting_an_idle_mouth_is_harmless(times: int) -> None:
    async def act(mouth: Mouth, call: Call) -> None:
        for _ in range(times):
            assert mouth.cut() == ""
        mouth.say(Say("您好"))
        assert await mouth.finished()

    sound, _ = await on_a_call(Tones(), act)
    assert text_of(sound, "您好") == "您好"
