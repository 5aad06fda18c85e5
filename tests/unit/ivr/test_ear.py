"""What the ear hears: nothing between two turns is lost, nor what was being said when the line went."""

import asyncio

import numpy as np

from asr.end_of_turn import EndOfTurn
from asr.recogniser import Hints, Transcript
from asr.settings import TurnSettings
from asr.turns import TurnDetector
from core.audio import Pcm
from ivr.ear import Ear, Turn

NOTHING = Hints()
SETTINGS = TurnSettings(too_long_ms=5000)


class Vad:
    """A voice is what is loud."""

    def feed(self, frame: bytes) -> float:
        return 0.9 if np.abs(np.frombuffer(frame, "<i2")).max() > 1000 else 0.0


class Recogniser:
    """Keeps what it is given; done when told so."""

    def __init__(self) -> None:
        self.given: list[Pcm] = []
        self.go = asyncio.Event()

    async def recognise(self, speech: Pcm, rate: int, hints: Hints = NOTHING, urgent: bool = False) -> Transcript:
        self.given.append(speech)
        number = len(self.given)
        await self.go.wait()
        return Transcript(f"第{number}段", 0.9)


def frame(number: int) -> bytes:
    """Loud noise that says its number, with a breath after every twelve: what never pauses is no voice."""
    if not loud(number):
        return bytes(320)
    noise = np.random.default_rng(number).integers(-6000, 6000, 160).astype("<i2")
    noise[0] = 8000 + number
    return noise.tobytes()


def loud(number: int) -> bool:
    return number % 16 < 12


def numbers(speech: Pcm) -> set[int]:
    return {int(value) - 8000 for value in speech.reshape(-1, 160)[:, 0] if value >= 8000}


def made() -> tuple[Ear, Recogniser]:
    recogniser = Recogniser()
    return Ear(Vad(), TurnDetector(SETTINGS, 8000), EndOfTurn(SETTINGS), recogniser, 8000), recogniser


async def hear(ear: Ear, frames: list[bytes]) -> list[Turn]:
    turns = []
    for one in frames:
        turn = ear.feed(one, lambda: False)
        turns += [turn] if turn else []
        await asyncio.sleep(0)
    return turns


async def test_who_talks_on_while_a_long_turn_is_recognised_loses_nothing() -> None:
    ear, recogniser = made()
    assert await hear(ear, [bytes(320)] * 30) == []
    assert await hear(ear, [frame(n) for n in range(350)]) == []
    recogniser.go.set()
    turns = await hear(ear, [frame(n) for n in range(350, 400)])
    turns += await hear(ear, [bytes(320)] * 100)
    assert [turn.transcript.text for turn in turns if turn.transcript] == ["第1段", "第2段"]
    heard = set().union(*map(numbers, recogniser.given))
    assert heard == set(filter(loud, range(400)))


async def test_who_waits_for_a_recogniser_is_not_silent() -> None:
    ear, recogniser = made()
    await hear(ear, [bytes(320)] * 30 + [frame(n) for n in range(40)])
    assert await hear(ear, [bytes(320)] * 1000) == []  # 20 s, four times the longest turn
    assert ear.in_speech
    recogniser.go.set()
    turns = await hear(ear, [bytes(320)] * 3)
    assert [turn.transcript.text for turn in turns if turn.transcript]
    assert not ear.in_speech


async def test_what_was_being_said_when_the_line_went_is_kept() -> None:
    ear, recogniser = made()
    recogniser.go.set()
    assert await ear.last() is None
    await hear(ear, [bytes(320)] * 30 + [frame(n) for n in range(40)])
    turn = await ear.last()
    assert turn and turn.transcript and turn.transcript.text == "第1段"
    assert numbers(recogniser.given[0]) == set(filter(loud, range(40)))
    assert await ear.last() is None
