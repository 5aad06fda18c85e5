"""The voice detector of one call and of the next."""

import numpy as np
import pytest

from asr.vad import VoiceActivity


def _voice(seed: int) -> bytes:
    """A second that the detector finds somewhat like a voice: a buzz with the formants of a vowel."""
    at = np.arange(8000) / 8000
    buzz = sum(np.sin(2 * np.pi * 140 * k * at) / k for k in range(1, 20))
    noise = np.random.default_rng(seed).normal(0, 0.05, 8000)
    return np.asarray((buzz * np.hanning(8000) + noise) * 5000, np.int16).tobytes()


def _probabilities(voice: VoiceActivity, sound: bytes) -> list[float]:
    return [voice.feed(sound[start : start + 320]) for start in range(0, len(sound), 320)]


def test_the_next_call_hears_nothing_of_the_last() -> None:
    fresh = _probabilities(VoiceActivity(8000), _voice(1))
    assert max(fresh) > 0.1
    assert _probabilities(VoiceActivity(8000), _voice(1)) == fresh


def test_two_calls_at_once_do_not_hear_each_other() -> None:
    alone = _probabilities(VoiceActivity(8000), _voice(1))
    one, other = VoiceActivity(8000), VoiceActivity(8000)
    sounds = _voice(1), _voice(2)
    together = []
    for start in range(0, len(sounds[0]), 320):
        together.append(one.feed(sounds[0][start : start + 320]))
        other.feed(sounds[1][start : start + 320])
    assert together == alone


def test_a_rate_of_no_telephone_is_refused() -> None:
    with pytest.raises(ValueError, match="44100"):
        VoiceActivity(44100)
