"""Whisper through CTranslate2: one process's recogniser, blocking, one thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
from numpy.typing import NDArray

from asr.features import log_mel
from asr.settings import AsrSettings
from asr.tokens import Tokens
from core.audio import Pcm

Encoded = NDArray[np.float32]
"""The encoder's output, shape [1, frames, width], 50 frames a second."""


@dataclass(frozen=True, slots=True)
class Decoding:
    """What free decoding wrote: its text, the mean logarithm of its tokens' probability, and that of no speech."""

    text: str
    mean_log: float
    no_speech: float
    tokens: tuple[int, ...] = ()


class Whisper:
    """A loaded model. Not safe for use by several threads."""

    def __init__(self, folder: Path, settings: AsrSettings) -> None:
        self._settings = settings
        self._model: Any = ctranslate2.models.Whisper(
            str(folder), device="cpu", compute_type="int8", inter_threads=1, intra_threads=1
        )
        self.tokens = Tokens(folder)
        prompt = [self.tokens.previous, *self.tokens.encode(settings.prompt)] if settings.prompt else []
        self._start = [*prompt, *self.tokens.start, self.tokens.no_times]
        self._suppress = [-1, *self.tokens.foreign]

    def encode(self, speech: Pcm, rate: int) -> Any:
        """Return the encoder's output for `speech` and some silence behind it."""
        seconds = max(len(speech) / rate + self._settings.window_s, self._settings.least_window_s)
        features = log_mel(speech, rate, min(30.0, seconds))
        return self._model.encode(ctranslate2.StorageView.from_array(features[None]))

    def decode(self, encoded: Any, seconds: float, beam: int = 1, suppress: Sequence[int] | None = None) -> Decoding:
        """Write down freely what was said in `seconds` of speech."""
        # No one speaks more than eight characters a second; a loop would go on to the end of the window.
        longest = len(self._start) + 16 + int(12 * seconds)
        result = self._model.generate(
            encoded,
            [self._start],
            beam_size=beam,
            max_length=min(448, longest),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=self._suppress if suppress is None else list(suppress),
        )[0]
        tokens = result.sequences_ids[0]
        return Decoding(self.tokens.decode(tokens), result.scores[0], result.no_speech_prob, tuple(tokens))
