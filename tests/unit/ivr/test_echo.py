"""The bot's own voice coming back is no caller; a caller over that voice is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audio import alaw_decode, alaw_encode
from ivr.echo import echo_share


def voice(seed: int, seconds: float, rate: int = 8000) -> np.ndarray:
    """Noise shaped like speech: a wandering pitch with harmonics, syllables and breath."""
    rng = np.random.default_rng(seed)
    n = int(rate * seconds)
    pitch = np.interp(np.arange(n), np.linspace(0, n, 20), rng.uniform(100, 220, 20))
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    sound = sum(np.sin(k * phase + rng.uniform(0, 6)) / k for k in range(1, 12))
    loud = np.interp(np.arange(n), np.linspace(0, n, int(seconds * 12)), rng.uniform(0.1, 1.0, int(seconds * 12)))
    return (4000 * (sound + rng.normal(0, 0.3, n)) * loud).clip(-32000, 32000).astype(np.int16)


@pytest.mark.parametrize("delay_ms", [20, 120, 450, 900])
@pytest.mark.parametrize("db", [-6, -20, -30])
def test_a_delayed_quieter_copy_is_an_echo(delay_ms: int, db: int) -> None:
    said = voice(1, 1.2)
    end = len(said) - delay_ms * 8
    back = (said[end - 1280 : end] * 10 ** (db / 20)).astype(np.int16)
    through_the_line = alaw_decode(alaw_encode(back))
    assert echo_share(through_the_line.tobytes(), said.tobytes()) > 0.8


@given(st.integers(2, 500))
@settings(max_examples=60, deadline=None)
def test_another_voice_is_none(seed: int) -> None:
    assert echo_share(voice(seed, 0.16).tobytes(), voice(1, 1.2).tobytes()) < 0.55


def test_a_caller_over_the_echo_is_heard() -> None:
    said = voice(1, 1.2)
    both = voice(7, 0.16).astype(np.int32) + (said[3000:4280] * 0.1).astype(np.int32)
    assert echo_share(both.astype(np.int16).tobytes(), said.tobytes()) < 0.55


@pytest.mark.parametrize("heard", [b"", bytes(2560)])
def test_silence_is_no_echo(heard: bytes) -> None:
    assert echo_share(heard, voice(1, 1.2).tobytes()) == 0.0


def test_nothing_said_yet_is_no_echo() -> None:
    assert echo_share(voice(2, 0.16).tobytes(), b"") == 0.0
