"""What is written down of a talk: every sentence with who said it, in order, and what was left out and why."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from asr.errors import RecogniserBusy, RecogniserDropped, RecogniserFailed
from asr.recogniser import Transcript
from asr.settings import TurnSettings
from core.audio import Pcm
from core.database import Database
from core.events import Event, EventLog
from ivr.leg_ear import LegEar
from ivr.live_text import LiveText
from ivr.live_text_settings import LiveTextSettings
from telephony.legs import Leg
from telephony.line import Audio
from telephony.memory_legs import MemoryLegs
from tests.serving import until

SETTINGS = LiveTextSettings(longest_ms=5000)
QUIET = bytes(16000)
"""A second."""


class Vad:
    """A voice is what is loud."""

    def feed(self, frame: bytes) -> float:
        return 0.9 if np.abs(np.frombuffer(frame, "<i2")).max() > 1000 else 0.0


class Recogniser:
    """Says how long the speech was; waits where it is told to, fails where it is told to."""

    def __init__(self) -> None:
        self.given: list[Pcm] = []
        self.gates: dict[int, asyncio.Event] = {}
        self.errors: dict[int, Exception] = {}

    async def recognise_spare(self, speech: Pcm, rate: int, patience_s: float) -> Transcript:
        number = len(self.given)
        self.given.append(speech)
        if number in self.gates:
            await self.gates[number].wait()
        if number in self.errors:
            raise self.errors[number]
        return Transcript(f"第{number}句", 0.9, raw=f"第{number}据")


class Room:
    """Talks in memory, written down."""

    def __init__(self, live: LiveText, recogniser: Recogniser) -> None:
        self.live, self.recogniser, self.legs = live, recogniser, MemoryLegs()
        self.events: list[Event] = []

    def of(self, kind: str) -> list[Event]:
        return [event for event in self.events if event.kind == kind]

    def texts(self) -> list[tuple[str, str]]:
        return [(event.body["who"], event.body["text"]) for event in self.of("talk.said")]


def ear(_rate: int = 8000) -> LegEar:
    return LegEar(Vad(), TurnSettings(), SETTINGS, 8000)


def voice(seconds: float) -> bytes:
    """Loud noise with a breath after every 240 ms: what never pauses is no voice."""
    noise = np.random.default_rng(1).integers(-6000, 6000, int(seconds * 8000))
    breath = np.arange(len(noise)) // 160 % 16 >= 12
    return np.where(breath, 0, noise).astype("<i2").tobytes()


@asynccontextmanager
async def room(folder: Path, busy: Callable[[], bool] = lambda: False) -> AsyncIterator[Room]:
    database = Database(f"sqlite:///{folder / 'events.db'}")
    log, recogniser = EventLog(database), Recogniser()
    live = LiveText(SETTINGS, recogniser, log, ear, busy)
    made = Room(live, recogniser)
    log.subscribe(made.events.append)
    made.legs.start(live.listen)
    yield made
    made.legs.stop()
    await live.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}
    log.close()
    database.close()


async def test_each_sentence_is_written_with_who_said_it(tmp_path: Path) -> None:
    async with room(tmp_path) as made:
        talk = made.legs.talk("c1", "8001")
        talk.say("caller", QUIET + voice(1.5) + QUIET)
        talk.say("agent", voice(1.0) + QUIET)
        await until(lambda: len(made.texts()) == 2)
        assert made.texts() == [("caller", "第0句"), ("agent", "第1句")]
        first, second = (event.body for event in made.of("talk.said"))
        assert {event.stream for event in made.events} == {"call:c1"}
        assert (first["agent"], first["raw"], first["confidence"]) == ("8001", "第0据", 0.9)
        assert abs(first["at_ms"] - 2500) < 120 and abs(second["at_ms"] - 4500) < 120
        assert 900 < first["speech_ms"] <= 1500


async def test_sentences_are_written_in_the_order_of_speaking_however_long_they_take(tmp_path: Path) -> None:
    async with room(tmp_path) as made:
        made.recogniser.gates[0] = asyncio.Event()
        talk = made.legs.talk("c1")
        talk.say("caller", QUIET + voice(1.0) + QUIET)
        await until(lambda: len(made.recogniser.given) == 1)
        talk.say("agent", voice(1.0) + QUIET)
        await until(lambda: len(made.recogniser.given) == 2)
        assert not made.events
        made.recogniser.gates[0].set()
        await until(lambda: len(made.texts()) == 2)
        assert made.texts() == [("caller", "第0句"), ("agent", "第1句")]


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (RecogniserBusy(limit=1), "busy"),
        (RecogniserDropped(seconds=5), "late"),
        (RecogniserFailed(what="x"), "failed"),
    ],
)
async def test_what_is_left_out_is_told_with_the_reason(tmp_path: Path, error: Exception, why: str) -> None:
    async with room(tmp_path) as made:
        made.recogniser.errors[0] = error
        talk = made.legs.talk("c1")
        talk.say("agent", QUIET + voice(1.0) + QUIET + voice(1.0) + QUIET)
        await until(lambda: len(made.events) == 2)
        skipped, said = made.events
        assert (skipped.kind, skipped.body["why"], skipped.body["who"]) == ("talk.skipped", why, "agent")
        assert said.kind == "talk.said"
        assert made.live.skipped == 1


async def test_nothing_is_recognised_while_the_bot_needs_it_all(tmp_path: Path) -> None:
    async with room(tmp_path, busy=lambda: True) as made:
        made.legs.talk("c1").say("caller", QUIET + voice(1.0) + QUIET)
        await until(lambda: bool(made.events))
        assert made.events[0].body["why"] == "busy" and not made.recogniser.given


async def test_what_is_being_said_at_the_end_is_written_too(tmp_path: Path) -> None:
    async with room(tmp_path) as made:
        talk = made.legs.talk("c1")
        talk.say("caller", QUIET + voice(1.0))
        talk.end()
        await until(lambda: made.texts() == [("caller", "第0句")])


async def test_long_speech_is_cut_and_nothing_of_it_is_lost(tmp_path: Path) -> None:
    async with room(tmp_path) as made:
        talk = made.legs.talk("c1")
        talk.say("agent", QUIET + voice(12.0) + QUIET)
        await until(lambda: len(made.texts()) == 3)
        loud = sum(int((np.abs(speech) > 1000).sum()) for speech in made.recogniser.given)
        assert loud >= (np.abs(np.frombuffer(voice(12.0), "<i2")) > 1000).sum()
        assert all(len(speech) <= 8000 * 6 for speech in made.recogniser.given)


async def test_a_hum_is_not_recognised(tmp_path: Path) -> None:
    async with room(tmp_path) as made:
        talk = made.legs.talk("c1")
        talk.say("agent", QUIET + voice(0.16) + QUIET + voice(1.0) + QUIET)
        await until(lambda: len(made.texts()) == 1)
        assert len(made.recogniser.given) == 1


async def test_a_lost_side_and_another_agent_are_one_talk(tmp_path: Path) -> None:
    async with room(tmp_path) as made:
        talk = made.legs.talk("c1", "8001")
        talk.say("agent", QUIET + voice(1.0) + QUIET)
        await until(lambda: len(made.texts()) == 1)
        talk.lose("agent")
        next_agent = made.live.listen(Leg("c1", "agent", "8002"))
        talk.say("caller", voice(1.0) + QUIET)
        await until(lambda: len(made.texts()) == 2)
        assert [event.body["agent"] for event in made.of("talk.said")] == ["8001", "8002"]
        ends = [event.body["at_ms"] for event in made.of("talk.said")]
        assert ends[0] < ends[1]
        next_agent.over()


async def test_close_leaves_nothing_of_a_talk_under_way(tmp_path: Path) -> None:
    async with room(tmp_path) as made:
        made.recogniser.gates[0] = asyncio.Event()
        made.legs.talk("c1").say("caller", QUIET + voice(1.0) + QUIET)
        await until(lambda: len(made.recogniser.given) == 1)


async def test_an_ear_that_cannot_be_made_disturbs_nobody(tmp_path: Path) -> None:
    async with room(tmp_path) as made:

        def broken(_rate: int) -> LegEar:
            raise OSError("no model")

        made.live.make_ear = broken
        leg = made.live.listen(Leg("c2", "caller", "8001"))
        for at in range(5):
            leg.hear(Audio(bytes(320), at / 50))
            await asyncio.sleep(0.01)
        leg.over()
        assert not made.events
