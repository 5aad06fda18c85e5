"""Whole calls in memory: real hearing, dialogue and voice; what breaks never drops the caller."""

import asyncio
import gc
import os
import signal
import weakref
from collections import deque
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import pytest

from core.errors import RecordsError
from dialog.moves import MoveIn, MoveOut
from hotline.wiring import Parts
from ivr.ear import Ear
from ivr.humans import OneHuman
from tests.integration.ivr.conftest import Dial

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_question_is_answered_and_what_happened_is_on_record(dial: Dial) -> None:
    caller = await dial()
    await caller.wait("bot.said")
    await caller.say("我社保卡丢了怎么补")
    await caller.wait("bot.said", 2)
    assert caller.of("dialogue.note"), "no decision was recorded"
    assert any(note.body["facts"].get("entry") == "shebao-card-lost" for note in caller.of("dialogue.note"))
    await caller.side.hang_up()
    ended = await caller.wait("call.ended")
    assert ended.body["by"] == "caller"
    assert "丢了" in caller.of("caller.said")[0].body["text"]
    assert caller.of("turn.answered")[0].body["gap_ms"] > 0


async def test_backchannels_do_not_stop_the_answer(dial: Dial) -> None:
    caller = await dial()
    await caller.wait("bot.said")
    await caller.say("我社保卡丢了怎么补")
    await caller.say_over("嗯")
    answer = await caller.wait("bot.said", 2)
    assert answer.body["whole"], caller.events
    await caller.side.hang_up()


async def test_wait_stops_the_bot_and_only_what_was_heard_is_kept(dial: Dial) -> None:
    caller = await dial()
    await caller.wait("bot.said")
    await caller.say("我社保卡丢了怎么补")
    await caller.say_over("等一下,我说的是驾驶证到期换证")
    cut = await caller.wait("bot.said", 2)
    assert not cut.body["whole"]
    assert len(cut.body["text"]) < len(cut.body["meant"])
    said = await caller.wait("caller.said", 2)
    assert said.body["interrupted"]
    assert "驾驶证" in said.body["text"], "the first syllables of the interruption were lost"
    await caller.side.hang_up()


async def test_an_echo_of_the_bot_is_no_caller(dial: Dial, monkeypatch: pytest.MonkeyPatch) -> None:
    caller = await dial()
    side = caller.side
    hear, on_the_way = side.hear, deque([bytes(320)] * 5)  # it comes back, quieter, 120 ms later

    def echo(pcm: bytes, now: float) -> None:
        hear(pcm, now)
        on_the_way.append((np.frombuffer(pcm, "<i2") * 0.2).astype("<i2").tobytes())
        side.send(on_the_way.popleft())

    monkeypatch.setattr(side, "hear", echo)
    greeting = await caller.wait("bot.said")
    assert greeting.body["whole"]
    assert not caller.of("caller.said")
    await side.hang_up()


@pytest.mark.parametrize("moment", ["greeting", "after the greeting", "in the answer"])
async def test_key_zero_asks_for_a_human_at_any_moment(dial: Dial, moment: str) -> None:
    caller = await dial()
    if moment == "greeting":
        await caller.wait("call.answered")
        await asyncio.sleep(0.1)
    else:
        await caller.wait("bot.said")
    if moment == "in the answer":
        await caller.say("我社保卡丢了怎么补")
        await caller.wait("turn.answered")
    caller.side.press("0")
    await caller.hear("回电话")  # no human is configured: the caller is told what else there is
    assert caller.side.ended is None, "a caller who wants a human was dropped"
    await caller.side.hang_up()


async def test_a_human_takes_over(dial: Dial, parts: Parts) -> None:
    human = OneHuman("sip:agents@127.0.0.1")
    mind = replace(parts.mind, humans=human)
    caller = await dial(replace(parts.tools, humans=human, converse=mind.converse))
    await caller.wait("bot.said")
    await caller.say("转人工")
    await caller.wait("transfer.done")
    assert caller.side.transferred_to == "sip:agents@127.0.0.1"
    await caller.wait("call.ended")
    assert not caller.of("ticket.saved"), "a handed-over call leaves no draft"


async def test_a_human_who_cannot_be_reached_calls_back(dial: Dial, parts: Parts) -> None:
    converse = lambda id_, number: Broken(parts.mind.converse(id_, number))  # noqa: E731
    caller = await dial(replace(parts.tools, humans=OneHuman("sip:agents@127.0.0.1"), converse=converse))
    caller.side.accepts_transfer = False
    await caller.wait("bot.said")
    await caller.say("公积金怎么提取")
    await asyncio.wait_for(caller.side.over(), 60)
    assert caller.of("transfer.failed")
    ticket = parts.store.find_now((await caller.wait("ticket.saved")).body["number"])
    assert ticket and ticket.contact == caller.number


async def test_the_last_words_before_a_hang_up_are_kept(dial: Dial) -> None:
    caller = await dial()
    await caller.wait("bot.said")
    await caller.say("我社保卡丢了怎么补")
    await caller.side.hang_up()
    await caller.wait("call.ended")
    assert "丢了" in caller.of("caller.said")[0].body["text"]


async def test_a_silent_caller_is_asked_twice_and_let_go(dial: Dial) -> None:
    caller = await dial()
    await asyncio.wait_for(caller.side.over(), 60)
    assert len(caller.of("bot.said")) >= 3
    assert (await caller.wait("call.ended")).body["by"] == "us"


async def test_killed_recognisers_cost_time_not_the_call(dial: Dial, parts: Parts) -> None:
    caller = await dial()
    await caller.wait("bot.said")
    for pid in parts.recogniser.pids:
        os.kill(pid, signal.SIGKILL)
    await caller.say("公积金怎么提取")
    said = await caller.wait("caller.said")
    assert "怎么" in said.body["text"]
    await caller.side.hang_up()


class Broken:
    """A dialogue that fails as soon as the caller speaks."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def start(self) -> list[MoveOut]:
        return list(self._real.start())

    def hear(self, move: MoveIn, now: datetime) -> list[MoveOut]:
        raise ZeroDivisionError


async def test_a_broken_dialogue_becomes_a_call_back(dial: Dial, parts: Parts) -> None:
    caller = await dial(replace(parts.tools, converse=lambda id_, number: Broken(parts.mind.converse(id_, number))))
    await caller.wait("bot.said")
    await caller.say("公积金怎么提取")
    await asyncio.wait_for(caller.side.over(), 60)
    assert caller.of("dialogue.failed")
    ticket = parts.store.find_now((await caller.wait("ticket.saved")).body["number"])
    assert ticket is not None
    assert ticket.contact == caller.number


class FullDisk:
    """A ticket desk whose disk is full."""

    async def save(self, *_: object, **__: object) -> Any:
        raise RecordsError(url="sqlite", what="disk is full")

    find = call_back = save


async def test_a_full_disk_loses_nothing_that_was_said(dial: Dial, parts: Parts) -> None:
    caller = await dial(replace(parts.tools, desk=FullDisk()))
    await caller.wait("bot.said")
    caller.side.press("0")
    await caller.hear("您要回电，还是留言？")
    await caller.say("给我回电话")
    unsaved = await caller.wait("ticket.unsaved")
    assert caller.number in str(unsaved.body["ticket"])
    await caller.side.hang_up()


async def test_a_flood_of_keys_ends_nothing(dial: Dial) -> None:
    caller = await dial()
    await caller.wait("call.answered")
    caller.side.press("123456789*#" * 60)
    await caller.side.sent()
    await asyncio.sleep(0.5)
    assert caller.side.ended is None or caller.of("call.ended")
    await caller.side.hang_up()
    await caller.wait("call.ended")


@pytest.mark.parametrize("sound", ["noise", "music"])
async def test_ten_minutes_of_noise_end_politely(dial: Dial, parts: Parts, sound: str) -> None:
    caller = await dial()
    await caller.wait("call.answered")
    n = 8000 * 600
    rng = np.random.default_rng(5)
    if sound == "noise":
        pcm = rng.normal(0, 1500, n)
    else:
        notes = np.repeat(rng.choice([262, 330, 392, 440, 523], n // 2000), 2000)
        pcm = 4000 * np.sin(2 * np.pi * np.cumsum(notes) / 8000) * (0.6 + 0.4 * np.sin(np.arange(len(notes)) / 900))
    caller.side.send(pcm.astype("<i2").tobytes())
    await asyncio.wait_for(caller.side.over(), 240)
    assert (await caller.wait("call.ended")).body["by"] in ("us", "line")
    assert not [event for event in caller.of("caller.said") if len(event.body["text"]) > 8], "noise became words"


async def test_nothing_is_left_of_a_call(dial: Dial) -> None:
    tasks = len(asyncio.all_tasks())
    for _ in range(3):
        caller = await dial()
        await caller.wait("bot.said")
        await caller.side.hang_up()
        await caller.wait("call.ended")
    await asyncio.sleep(0.2)
    lines = 3  # each in-memory line has a clock of its own until the test ends
    assert len(asyncio.all_tasks()) <= tasks + lines


async def test_the_ear_of_a_call_goes_with_it_and_waits_for_no_collector(dial: Dial, parts: Parts) -> None:
    ears: list[weakref.ref[Ear]] = []

    def make_ear(rate: int) -> Ear:
        ear = parts.tools.make_ear(rate)
        ears.append(weakref.ref(ear))
        return ear

    gc.disable()
    try:
        caller = await dial(replace(parts.tools, make_ear=make_ear))
        await caller.wait("bot.said")
        await caller.say("我社保卡丢了怎么补")
        await caller.wait("bot.said", 2)
        await caller.side.hang_up()
        await caller.wait("call.ended")
        await asyncio.sleep(0.2)
        assert ears and all(ear() is None for ear in ears)
    finally:
        gc.enable()
