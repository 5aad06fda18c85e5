"""When the other side could be heard: the timeline from which a test caller measures replies."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

LOUD_RMS = 300.0
"""Root mean square of a 16-bit frame that counts as sound: −41 dBFS, above line noise, below soft speech."""

GAP_S = 0.3
"""Silence within one sound: shorter than a sentence break, longer than a stop consonant."""


@dataclass(frozen=True, slots=True)
class Heard:
    """20 ms of what the other side sent: 16-bit PCM at 8 kHz, and when it came (`time.monotonic()`)."""

    pcm: bytes
    at: float


@dataclass(frozen=True, slots=True)
class Sound:
    """A stretch in which the other side could be heard, in seconds of `time.monotonic()`."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended, seen from the caller: who ended it, the SIP code of a refusal (else 200), and when."""

    by: Literal["us", "them", "refused", "cancelled", "no answer"]
    code: int
    at: float


class Sounds:
    """Notes where sound begins and ends."""

    def __init__(self) -> None:
        self._closed: list[Sound] = []
        self._open: Sound | None = None

    def add(self, pcm: bytes, at: float) -> None:
        """Take one frame of 16-bit PCM that came at `at`."""
        if self._open and at - self._open.end > GAP_S:
            self._closed.append(self._open)
            self._open = None
        if is_loud(pcm):
            self._open = Sound(self._open.start if self._open else at, at + 0.02)

    @property
    def all(self) -> list[Sound]:
        """Every sound so far, the running one last."""
        return [*self._closed, self._open] if self._open else list(self._closed)

    def first_after(self, at: float) -> float | None:
        """Return when a sound first began after `at`, None where none has."""
        return next((sound.start for sound in self.all if sound.start > at), None)

    def quiet_s(self, now: float) -> float:
        """Return how long it has been quiet; infinite where nothing was ever heard."""
        sounds = self.all
        return max(0.0, now - sounds[-1].end) if sounds else float("inf")


def is_loud(pcm: bytes) -> bool:
    """Return whether a frame of 16-bit PCM counts as sound."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float32)
    return bool(len(samples)) and float(samples @ samples) > LOUD_RMS**2 * len(samples)
