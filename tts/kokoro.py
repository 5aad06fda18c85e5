"""Kokoro-82M (int8, ONNX) behind the `Synthesiser` port: one thread, no network, 24 kHz."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from core import models
from core.audio import Pcm
from tts.errors import SynthesisFailed, VoiceUnknown
from tts.loudness import finish
from tts.phonemes import Phonemes
from tts.synthesiser import SpeechTask, worker

VERSION = "kokoro-1.0-int8/3"
"""Changes with anything that changes the sound of a text: the model, the phonemes, the level, the edges."""
MAX_TOKENS = 508
"""Kokoro's context is 510 tokens, two of them the padding at both ends."""


class Kokoro:
    """Speaks Chinese, and Latin letters. Blocking: about 0.65 s of a core for a second of speech."""

    version = VERSION
    rate = 24000

    def __init__(self, store: models.ModelStore | None = None, voices: Path | None = None) -> None:
        """Load the model; `voices` may be another folder of them.

        Raises `ModelMissing`, `ModelDamaged`, `SynthesisFailed`.
        """
        import onnxruntime

        store = store or models.ModelStore()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        path = store.path("kokoro")
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's errors have no common ancestor of their own
            raise SynthesisFailed(what=error) from error
        self._tokens: dict[str, int] = json.loads(store.path("kokoro-vocab").read_text(encoding="utf8"))
        self._voices: Path = voices or store.path("kokoro-voices")
        self._styles: dict[str, Any] = {}
        self._phonemes = Phonemes()

    @property
    def voices(self) -> list[str]:
        """The names that `synthesise` knows."""
        return sorted(file.stem for file in self._voices.glob("*.bin"))

    def synthesise(self, text: str, voice: str, speed: float = 1.0) -> Pcm:
        """Return the speech of `text` at 24 kHz, about -20 dBFS, with 50 ms before and 100 ms after it.

        Empty where nothing in `text` has a sound. Raises `VoiceUnknown`, `SynthesisFailed`.
        """
        style = self._style(voice)
        parts = [self._run(tokens, style, speed) for tokens in self._chunks(text)]
        return finish(np.concatenate(parts), self.rate) if parts else np.zeros(0, np.int16)

    def _chunks(self, text: str) -> list[list[int]]:
        phonemes = [p for p in self._phonemes.of(text) if p in self._tokens]
        if not any(p.isalpha() for p in phonemes):
            return []
        chunks = []
        while phonemes:
            end = len(phonemes)
            if end > MAX_TOKENS:
                gaps = [i for i in range(MAX_TOKENS // 2, MAX_TOKENS) if phonemes[i] in " ,.;:!?"]
                end = gaps[-1] + 1 if gaps else MAX_TOKENS
            chunks.append([self._tokens[p] for p in phonemes[:end]])
            phonemes = phonemes[end:]
        return chunks

    def _run(self, tokens: list[int], style: Any, speed: float) -> Any:
        feed = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": style[len(tokens)][None],
            "speed": np.array([speed], np.float32),
        }
        try:
            return self._session.run(None, feed)[0].ravel()
        except Exception as error:
            raise SynthesisFailed(what=error) from error

    def _style(self, voice: str) -> Any:
        if voice not in self.voices:
            raise VoiceUnknown(voice=voice, known="、".join(self.voices))
        if voice not in self._styles:
            self._styles[voice] = np.fromfile(self._voices / f"{voice}.bin", np.float32).reshape(510, 256)
        return self._styles[voice]


def load() -> Callable[[SpeechTask], bytes]:
    """Return what a worker process calls."""
    return worker(Kokoro())
