"""When the other side could be heard: the timeline from which a test caller measures replies."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.audio import FRAME_MS
from telephony.codecs import Codec

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

    def add(self, loud: bool, at: float) -> None:
        """Take one frame of 20 ms that began at `at`."""
        if self._open and at - self._open.end > GAP_S:
            self._closed.append(self._open)
            self._open = None
        if loud:
            self._open = Sound(self._open.start if self._open else at, at + FRAME_MS / 1000)

    @property
    def all(self) -> list[Sound]:
        """Every sound so far, the running one last."""
        return [*self._closed, self._open] if self._open else list(self._closed)

    @property
    def last(self) -> Sound | None:
        """The latest sound, perhaps still running."""
        return self._open or (self._closed[-1] if self._closed else None)

    def first_after(self, at: float) -> float | None:
        """Return when a sound first began after `at`, None where none has."""
        return next((sound.start for sound in self.all if sound.start > at), None)

    def quiet_s(self, now: float) -> float:
        """Return how long it has been quiet; infinite where nothing was ever heard."""
        return max(0.0, now - self.last.end) if self.last else float("inf")


def is_loud(pcm: bytes) -> bool:
    """Return whether a frame of 16-bit PCM counts as sound."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float32)
    return bool(len(samples)) and float(samples @ samples) > LOUD_RMS**2 * len(samples)


class LoudCodes:
    """The same for a frame of G.711, by table: a test runs dozens of callers."""

    def __init__(self, codec: Codec) -> None:
        levels = np.frombuffer(codec.decode(bytes(range(256))), "<i2").astype(np.float32)
        self._energy = levels**2 - LOUD_RMS**2

    def is_loud(self, code: bytes) -> bool:
        """Return whether a frame of codes counts as sound."""
        return float(self._energy[np.frombuffer(code, np.uint8)].sum()) > 0
