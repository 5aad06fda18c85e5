"""How loud a frame is, how loud the line's noise is, and whether a frame is a key tone."""

from collections import deque
from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.audio import Pcm

_DTMF_LOW = (697, 770, 852, 941)
_DTMF_HIGH = (1209, 1336, 1477, 1633)
"""Frequencies of the keys in Hz (ITU-T Q.23)."""


def level_db(pcm: Pcm) -> float:
    """Return the level of `pcm` in dB of full scale, at least -90."""
    if not len(pcm):
        return -90.0
    power = float(np.mean(np.square(pcm, dtype=np.float32)))
    return max(-90.0, 10 * float(np.log10(power + 1e-9)) - 90.3)


class NoiseFloor:
    """The line's noise: the level that one frame in twenty of the last seconds stays under.

    Speech falls silent often enough within seconds for this to be the noise; a constant noise becomes its own floor.
    """

    def __init__(self, frames: int) -> None:
        self._levels: deque[float] = deque(maxlen=frames)
        self._until_next = 0
        self._floor = -90.0

    def learn(self, level: float) -> float:
        """Take a frame's level in dB, return the noise's level in dB."""
        self._levels.append(level)
        self._until_next -= 1
        if self._until_next <= 0 and len(self._levels) >= 25:
            rank = len(self._levels) // 20
            self._until_next = 10  # five times a second is often enough
            self._floor = float(np.partition(np.array(self._levels), rank)[rank])
            if len(self._levels) < (self._levels.maxlen or 0):
                # A caller who speaks at once has not shown the noise yet.
                self._floor = min(self._floor, -50.0)
        return self._floor


def is_tone(pcm: Pcm, rate: int) -> bool:
    """Whether one frame holds a key's two tones, or a single steady tone such as a busy signal, and little else."""
    if len(pcm) < 80:
        return False
    power = np.square(np.abs(np.fft.rfft(pcm * _hann(len(pcm)))))
    power[0] = 0
    whole = float(power.sum())
    if whole <= 0:
        return False
    step = rate / len(pcm)

    def near(frequency: float) -> float:
        middle = round(frequency / step)
        return float(power[max(0, middle - 2) : middle + 3].sum())

    low, high = max(map(near, _DTMF_LOW)), max(map(near, _DTMF_HIGH))
    if low + high > 0.92 * whole and min(low, high) > 0.08 * whole:
        return True
    top = int(power.argmax())
    return float(power[max(0, top - 2) : top + 3].sum()) > 0.985 * whole


@cache
def _hann(size: int) -> NDArray[np.float32]:
    return np.hanning(size).astype(np.float32)


def voiced_ms(speech: Pcm, rate: int) -> int:
    """Return how long the voice in a short stretch of speech is, by its level alone."""
    size = rate // 100
    frames = speech[: len(speech) // size * size].reshape(-1, size).astype(np.float32)
    if not len(frames):
        return 0
    levels = 10 * np.log10(np.mean(np.square(frames), axis=1) + 1.0)
    least = max(float(np.percentile(levels, 10)) + 6, float(levels.max()) - 28)
    loud = np.flatnonzero(levels > least)
    return int(loud[-1] - loud[0] + 1) * 10 if len(loud) else 0
