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
from core.errors import ModelDamaged


@dataclass(frozen=True, slots=True)
class Decoding:
    """What free decoding wrote.

    `mean_log` is the mean logarithm of its tokens' probabilities, `no_speech` the probability that nobody spoke,
    `first` the logarithm of the probability of each token at the first place (shape [tokens]), where asked for.
    """

    text: str
    mean_log: float
    no_speech: float
    first: NDArray[np.float32] | None = None


class Whisper:
    """A loaded model. Not safe for use by several threads."""

    def __init__(self, folder: Path, settings: AsrSettings) -> None:
        """Load the model in `folder`. Raises `ModelDamaged`."""
        self._settings = settings
        try:
            self._model: Any = ctranslate2.models.Whisper(
                str(folder), device="cpu", compute_type="int8", inter_threads=1, intra_threads=1
            )
            self.tokens = Tokens(folder)
        except (RuntimeError, ValueError) as error:
            raise ModelDamaged(path=folder) from error
        prompt = [self.tokens.previous, *self.tokens.encode(settings.prompt)] if settings.prompt else []
        self._start = [*prompt, *self.tokens.start, self.tokens.no_times]
        self._foreign = [-1, *self.tokens.foreign]

    def encode(self, speech: Pcm, rate: int) -> Any:
        """Return the encoder's output for `speech` and the silence behind it, for `decode` and `align`."""
        seconds = max(len(speech) / rate + self._settings.window_s, self._settings.least_window_s)
        features = log_mel(speech, rate, min(30.0, seconds))
        return self._model.encode(ctranslate2.StorageView.from_array(features[None]))

    def decode(
        self, encoded: Any, seconds: float, *, careful: bool = False, digits: bool = False, first: bool = False
    ) -> Decoding:
        """Write down freely what was said in `seconds` of speech.

        `careful` looks for longer and avoids repetition, `digits` lets nothing but digits be written,
        `first` asks for `Decoding.first`.
        """
        # No one speaks more than eight characters a second; a loop would go on to the end of the window.
        longest = len(self._start) + 12 + int(12 * seconds)
        result = self._model.generate(
            encoded,
            [self._start],
            beam_size=5 if careful else self._settings.beam,
            repetition_penalty=1.3 if careful else 1,
            max_length=min(448, longest),
            return_scores=True,
            return_no_speech_prob=True,
            return_logits_vocab=first,
            suppress_tokens=self.tokens.not_digits if digits else self._foreign,
        )[0]
        logs = None
        if first:
            logits = np.array(result.logits[0][0], np.float32).ravel()
            top = logits.max()
            logs = logits - top - np.log(np.exp(logits - top).sum())
        text = self.tokens.decode(result.sequences_ids[0])
        return Decoding(text, float(result.scores[0]), float(result.no_speech_prob), logs)

    def align(self, encoded: NDArray[np.float32], rows: Sequence[Sequence[int]]) -> list[list[float]]:
        """Return the logarithms of the probabilities of each row of tokens, given the sound; rows of one length.

        `encoded` has the shape [1, frames, width]; the fewer frames the cheaper.
        """
        batch = np.ascontiguousarray(np.repeat(encoded, len(rows), axis=0))
        aligned = self._model.align(
            ctranslate2.StorageView.from_array(batch),
            self.tokens.start,
            [list(row) for row in rows],
            batch.shape[1] * 2,
        )
        return [np.log(np.maximum(np.array(one.text_token_probs), 1e-9)).tolist() for one in aligned]
