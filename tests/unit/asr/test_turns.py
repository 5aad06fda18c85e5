"""Turns are found in speech and in nothing else."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.settings import TurnSettings
from asr.turns import Paused, Resumed, SpeechStarted, TooLong, TurnDetector, TurnEvent
from core.audio import FRAME_MS

RATE = 8000
SIZE = RATE * FRAME_MS // 1000
RNG = np.random.default_rng(1)
BABBLE = RNG.normal(0, 3000, (64, SIZE)).astype(np.int16)
HISS = RNG.normal(0, 6, (64, SIZE)).astype(np.int16)


def frame(voice: bool, number: int = 0) -> bytes:
    return bytes((BABBLE if voice else HISS)[number % 64].tobytes())


def feed(detector: TurnDetector, pattern: list[tuple[bool, int]]) -> list[TurnEvent]:
    """Feed stretches of (voice, milliseconds)."""
    events: list[TurnEvent] = []
    for voice, ms in pattern:
        for number in range(ms // FRAME_MS):
            events += detector.feed(frame(voice, number), 0.95 if voice else 0.02)
    return events


@pytest.fixture
def detector() -> TurnDetector:
    return TurnDetector(TurnSettings(), RATE)


def test_a_sentence_starts_pauses_and_goes_on(detector: TurnDetector) -> None:
    events = feed(detector, [(False, 1000), (True, 800), (False, 300), (True, 400), (False, 600)])
    assert events == [SpeechStarted(1000), Paused(1800), Resumed(2100), Paused(2500)]
    assert detector.in_speech and detector.paused
    assert detector.silence_ms == 600
    assert detector.speech_ms == 1200


def test_speech_holds_what_came_before_the_start_and_not_the_silence_after(detector: TurnDetector) -> None:
    feed(detector, [(False, 2000), (True, 1000), (False, 900)])
    assert len(detector.speech()) / RATE * 1000 == 500 + 1000 + 200


def test_speech_begins_where_the_call_began_when_the_caller_spoke_at_once(detector: TurnDetector) -> None:
    feed(detector, [(True, 600)])
    assert len(detector.speech()) / RATE * 1000 == 600


def test_a_click_is_no_speech_and_does_not_end_a_pause(detector: TurnDetector) -> None:
    assert feed(detector, [(False, 500), (True, 40), (False, 500)]) == []
    feed(detector, [(True, 500), (False, 300), (True, 20), (False, 300)])
    assert detector.paused
    assert detector.silence_ms == 620


def test_the_end_is_where_the_voice_ended_not_where_the_detector_noticed(detector: TurnDetector) -> None:
    feed(detector, [(False, 500), (True, 500)])
    for number in range(15):  # the detector's probability falls slowly
        detector.feed(frame(False, number), 0.9)
    assert detector.silence_ms == 300


def test_keys_are_no_speech(detector: TurnDetector) -> None:
    t = np.arange(RATE) / RATE
    tone = (6000 * (np.sin(2 * np.pi * 770 * t) + np.sin(2 * np.pi * 1336 * t))).astype(np.int16).tobytes()
    events = [e for i in range(0, len(tone), 2 * SIZE) for e in detector.feed(tone[i : i + 2 * SIZE], 0.9)]
    assert events == []


def test_ten_minutes_of_noise_are_not_one_endless_turn(detector: TurnDetector) -> None:
    turns, in_speech = 0, 0
    for number in range(10 * 60 * 1000 // FRAME_MS):
        for event in detector.feed(frame(True, number), 0.9):
            turns += isinstance(event, SpeechStarted)
            if isinstance(event, TooLong):
                assert len(detector.speech()) <= 30 * RATE
                detector.reset()
        in_speech += detector.in_speech
        if detector.in_speech and detector.silence_ms > 1500:
            detector.reset()
    assert turns <= 2
    assert in_speech * FRAME_MS < 60_000


def test_someone_who_never_stops_is_told_after_25_seconds(detector: TurnDetector) -> None:
    events = feed(detector, [(False, 1000), *[(True, 1500), (False, 180)] * 15])
    assert [type(event) for event in events] == [SpeechStarted, TooLong]
    assert len(detector.speech()) <= 26 * RATE


def test_after_a_reset_nothing_said_before_is_heard_again(detector: TurnDetector) -> None:
    feed(detector, [(False, 1000), (True, 1000), (False, 100)])
    detector.reset()
    assert not detector.in_speech and len(detector.speech()) == 0
    feed(detector, [(False, 100), (True, 400)])
    assert len(detector.speech()) / RATE * 1000 == 200 + 400


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 60)), max_size=30))
def test_events_come_in_order_whatever_is_heard(pattern: list[tuple[bool, int]]) -> None:
    detector = TurnDetector(TurnSettings(), RATE)
    events = feed(detector, [(voice, count * FRAME_MS) for voice, count in pattern])
    assert len([e for e in events if isinstance(e, SpeechStarted)]) <= 1
    following = [e for e in events if isinstance(e, Paused | Resumed)]
    assert all(type(a) is not type(b) for a, b in pairwise(following))
    assert [e.at_ms for e in events] == sorted(e.at_ms for e in events)
    assert 0 <= detector.speech_ms <= detector.now_ms
    assert 0 <= detector.silence_ms <= detector.now_ms
    assert len(detector.speech()) * 1000 // RATE <= detector.now_ms
