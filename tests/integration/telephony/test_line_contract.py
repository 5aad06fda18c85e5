"""What every `Line` keeps, whoever carries it: the same tests on the SIP line and on its twin in memory."""

import asyncio

import numpy as np

from telephony.line import Audio, Call, HungUp, KeyPress, LineEvent
from tests.integration.telephony.conftest import StartKit, tone

SOON = 20.0


class Bot:
    """An answerer that answers, says `greeting`, and keeps what comes."""

    def __init__(self, greeting: bytes = b"") -> None:
        self.greeting = greeting
        self.events: list[LineEvent] = []
        self.call: Call | None = None
        self.up = asyncio.Event()
        self.done = asyncio.Event()

    async def __call__(self, call: Call) -> None:
        self.call = call
        await call.answer()
        call.play(self.greeting)
        self.up.set()
        async for event in call.events():
            self.events.append(event)
        self.done.set()

    @property
    def keys(self) -> str:
        return "".join(event.key for event in self.events if isinstance(event, KeyPress))

    @property
    def pcm(self) -> np.ndarray:  # type: ignore[type-arg]
        frames = [event.pcm for event in self.events if isinstance(event, Audio)]
        return np.frombuffer(b"".join(frames), "<i2")

    @property
    def end(self) -> LineEvent:
        return self.events[-1]


def loud_seconds(pcm: "np.ndarray | bytes") -> float:  # type: ignore[type-arg]
    samples = np.frombuffer(pcm, "<i2") if isinstance(pcm, bytes) else pcm
    frames = samples[: len(samples) // 160 * 160].reshape(-1, 160).astype(float)
    return float((np.sqrt((frames**2).mean(axis=1)) > 1000).sum() * 0.02)


async def test_the_caller_hears_the_greeting_and_is_heard(start: StartKit) -> None:
    bot = Bot(tone(0.4))
    kit = await start(bot)
    caller = await kit.dial()
    async with asyncio.timeout(SOON):
        assert await caller.answered()
        caller.send(tone(0.3))
        await caller.sent()
        await bot.up.wait()
        assert bot.call is not None
        await bot.call.played_out()
        caller.send(bytes(1600))
        await caller.sent()
        assert 0.36 <= loud_seconds(caller.heard) <= 0.44
        await caller.hang_up()
        await bot.done.wait()
    assert 0.26 <= loud_seconds(bot.pcm) <= 0.34
    assert bot.call.played == len(tone(0.4)) // 2
    assert isinstance(bot.end, HungUp) and bot.end.by == "caller"
    assert all(len(event.pcm) == 320 for event in bot.events if isinstance(event, Audio))


async def test_the_number_comes_with_the_call_or_is_withheld(start: StartKit) -> None:
    seen: list[tuple[str | None, str, int]] = []

    async def note(call: Call) -> None:
        seen.append((call.caller, call.called, call.rate))
        await call.refuse()

    kit = await start(note)
    async with asyncio.timeout(SOON):
        for number in ("13800001234", None):
            await (await kit.dial(number)).over()
    assert seen == [("13800001234", "12345", 8000), (None, "12345", 8000)]


async def test_keys_come_once_and_in_order(start: StartKit) -> None:
    bot = Bot()
    kit = await start(bot)
    caller = await kit.dial()
    async with asyncio.timeout(SOON):
        assert await caller.answered()
        caller.press("1123*0#")
        await caller.sent()
        caller.send(bytes(1600))
        await caller.sent()
        await caller.hang_up()
        await bot.done.wait()
    assert bot.keys == "1123*0#"


async def test_a_silent_caller_still_makes_frames(start: StartKit) -> None:
    bot = Bot()
    kit = await start(bot)
    caller = await kit.dial()
    async with asyncio.timeout(SOON):
        assert await caller.answered()
        while len(bot.pcm) < 8000:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await caller.hang_up()
        await bot.done.wait()
    times = [event.at for event in bot.events if isinstance(event, Audio)]
    assert times == sorted(times)


async def test_stop_playing_drops_what_waits(start: StartKit) -> None:
    bot = Bot(tone(5.0))
    kit = await start(bot)
    caller = await kit.dial()
    async with asyncio.timeout(SOON):
        assert await caller.answered()
        await bot.up.wait()
        call = bot.call
        assert call is not None
        while call.played < 1600:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        call.stop_playing()
        played = call.played
        assert call.queued == 0
        await call.played_out()
        caller.send(bytes(3200))
        await caller.sent()
        assert call.played == played
        assert abs(loud_seconds(caller.heard) - played / 8000) <= 0.021
        call.play(tone(0.1))
        await call.played_out()
        assert call.played == played + 800
        await caller.hang_up()


async def test_a_refused_caller_never_hears_an_answer(start: StartKit) -> None:
    async def refuse(call: Call) -> None:
        await call.refuse(busy=call.caller == "13800001111")

    kit = await start(refuse)
    async with asyncio.timeout(SOON):
        for number, code in (("13800001111", 486), ("13800002222", 480)):
            caller = await kit.dial(number)
            assert not await caller.answered()
            ended = await caller.over()
            assert (ended.by, ended.code) == ("refused", code)
    assert kit.line.running == 0


async def test_the_bot_hangs_up(start: StartKit) -> None:
    async def short(call: Call) -> None:
        await call.answer()
        call.play(tone(0.1))
        await call.played_out()
        await call.hang_up()
        await call.hang_up()
        ends = [event async for event in call.events() if isinstance(event, HungUp)]
        assert [end.by for end in ends] == ["us"]
        call.play(tone(0.1))
        await call.played_out()
        assert not await call.transfer("sip:person@127.0.0.1")
        done.set()

    done = asyncio.Event()
    kit = await start(short)
    caller = await kit.dial()
    async with asyncio.timeout(SOON):
        assert (await caller.over()).by == "them"
        await done.wait()


async def test_an_answerer_that_returns_or_fails_ends_its_call(start: StartKit) -> None:
    async def careless(call: Call) -> None:
        await call.answer()
        if call.caller == "13800001111":
            raise ValueError("a fault in the conversation")

    kit = await start(careless)
    async with asyncio.timeout(SOON):
        for number in ("13800001111", "13800002222"):
            caller = await kit.dial(number)
            assert (await caller.over()).by == "them"
    assert kit.line.running == 0


async def test_a_caller_who_gives_up_while_it_rings(start: StartKit) -> None:
    ends: list[LineEvent] = []
    rings, done = asyncio.Event(), asyncio.Event()

    async def slow(call: Call) -> None:
        rings.set()
        ends.extend([event async for event in call.events()])
        await call.answer()
        done.set()

    kit = await start(slow)
    caller = await kit.dial()
    async with asyncio.timeout(SOON):
        await rings.wait()
        await caller.hang_up()
        ended = await caller.over()
        await done.wait()
    assert ended.by == "cancelled"
    assert [event.by for event in ends if isinstance(event, HungUp)] == ["caller"]
    assert caller.heard == b""


async def test_a_transfer_that_is_taken_ends_the_call(start: StartKit) -> None:
    outcome: list[bool] = []

    async def hand_over(call: Call) -> None:
        await call.answer()
        outcome.append(await call.transfer("sip:8001@127.0.0.1:5099"))
        outcome.append(any([isinstance(event, HungUp) async for event in call.events()]))

    kit = await start(hand_over)
    caller = await kit.dial()
    async with asyncio.timeout(SOON):
        assert (await caller.over()).by == "them"
    assert caller.transferred_to == "sip:8001@127.0.0.1:5099"
    assert outcome == [True, True]


async def test_a_transfer_that_is_refused_leaves_the_call_up(start: StartKit) -> None:
    outcome = asyncio.get_running_loop().create_future()
    go = asyncio.Event()

    async def hand_over(call: Call) -> None:
        await call.answer()
        await go.wait()
        outcome.set_result(await call.transfer("sip:8001@127.0.0.1:5099"))
        call.play(tone(0.2))
        await call.played_out()

    kit = await start(hand_over)
    caller = await kit.dial()
    async with asyncio.timeout(SOON):
        assert await caller.answered()
        caller.accepts_transfer = False
        go.set()
        assert await outcome is False
        await caller.over()
    assert loud_seconds(caller.heard) >= 0.16


async def test_stopping_the_line_ends_calls_and_refuses_new_ones(start: StartKit) -> None:
    bot = Bot()
    kit = await start(bot)
    caller = await kit.dial()
    async with asyncio.timeout(SOON):
        assert await caller.answered()
        stopping = asyncio.create_task(kit.line.stop(drain_s=0.3))
        await asyncio.sleep(0.05)
        late = await kit.dial()
        assert not await late.answered()
        await stopping
        assert (await caller.over()).by == "them"
    assert isinstance(bot.end, HungUp) and bot.end.by == "us"


async def test_draining_lets_a_call_finish(start: StartKit) -> None:
    bot = Bot()
    kit = await start(bot)
    caller = await kit.dial()
    async with asyncio.timeout(SOON):
        assert await caller.answered()
        stopping = asyncio.create_task(kit.line.stop(drain_s=10.0))
        await asyncio.sleep(0.05)
        assert kit.line.running == 1
        await caller.hang_up()
        await stopping
    assert isinstance(bot.end, HungUp) and bot.end.by == "caller"


async def test_callers_do_not_hear_each_other(start: StartKit) -> None:
    async def echo(call: Call) -> None:
        await call.answer()
        async for event in call.events():
            if isinstance(event, Audio):
                call.play(event.pcm)

    kit = await start(echo)
    async with asyncio.timeout(SOON):
        callers = [await kit.dial(f"1380000{n:04}") for n in range(5)]
        for caller in callers:
            assert await caller.answered()
        assert kit.line.running == 5
        for number, caller in enumerate(callers):
            caller.send(tone(0.4, hz=500.0 + 250.0 * number))
        for caller in callers:
            await caller.sent()
            caller.send(bytes(4800))
            await caller.sent()
        for number, caller in enumerate(callers):
            heard = np.frombuffer(caller.heard, "<i2").astype(float)
            spectrum = np.abs(np.fft.rfft(heard))
            peak = np.fft.rfftfreq(len(heard), 1 / 8000)[spectrum.argmax()]
            assert abs(peak - (500.0 + 250.0 * number)) < 20
            await caller.hang_up()
