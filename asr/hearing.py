"""One stretch of speech becomes a transcript: free decoding, the closed set beside it, and what to believe."""

import math
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from asr.cleaning import clean, has_loop
from asr.closed_set import ClosedSet, Encoded, Free
from asr.commands import meanings, means
from asr.evidence import Evidence, choose
from asr.familiar import familiar, recognised, summary
from asr.levels import voiced_ms
from asr.recogniser import Transcript
from asr.settings import AsrSettings
from asr.task import Task
from asr.whisper import Decoding, Whisper
from core import models
from core.audio import Pcm

_NUMERALS = re.compile(r"[0-9零〇一二三四五六七八九幺两]")
_SLOWEST_MS = 350, 500
"""Voice that a phrase takes at most: for each character, and besides. Whoever spoke longer said something else."""


@dataclass(frozen=True, slots=True)
class _Sound:
    speech: Pcm
    rate: int
    encoded: Any

    @property
    def seconds(self) -> float:
        return len(self.speech) / self.rate

    @property
    def voice_ms(self) -> int:
        return voiced_ms(self.speech, self.rate)

    def look(self) -> NDArray[np.float32]:
        return summary(self.near(), self.seconds, self.voice_ms)

    def near(self) -> Encoded:
        """Return the encoder's frames of the speech and a second behind it."""
        return np.array(self.encoded, np.float32)[:, : int((self.seconds + 1) * 50)]


class Hearing:
    """What a recogniser process does with a task. Blocking."""

    def __init__(self, whisper: Whisper, settings: AsrSettings) -> None:
        self._whisper, self._settings = whisper, settings
        noise = np.random.default_rng(12345).normal(0, 6, 12_000).astype(np.int16)  # 1.5 s of an idle A-law line
        silence = _Sound(noise, 8000, whisper.encode(noise, 8000))
        self.closed_set = ClosedSet(whisper.align, whisper.tokens, silence.near())

    def __call__(self, task: Task) -> Transcript:
        """Return what the task's speech says; `seconds` is the work that it took."""
        began = time.process_time()
        speech = np.frombuffer(task.speech, np.int16)
        if len(speech) < task.rate // 20:
            return Transcript("", 0.0)
        sound = _Sound(speech, task.rate, self._whisper.encode(speech, task.rate))
        phrases = _possible(task.phrases, sound.voice_ms)
        free = self._free(sound, first=bool(phrases))
        heard = self._believe(sound, free, phrases, task)
        return Transcript(heard.text, heard.confidence, heard.phrase, time.process_time() - began, heard.raw)

    def _free(self, sound: _Sound, first: bool) -> Decoding:
        free = self._whisper.decode(sound.encoded, sound.seconds, first=first)
        if not has_loop(free.text):
            return free
        again = self._whisper.decode(sound.encoded, sound.seconds, careful=True)
        # A loop's tokens are all very probable, so its own score says nothing.
        return Decoding(again.text, min(again.mean_log, -0.8), again.no_speech, free.first)

    def _believe(self, sound: _Sound, free: Decoding, phrases: tuple[str, ...], task: Task) -> Transcript:
        text, confidence = clean(free.text), believed(free)
        chosen = self._chosen(sound, free, text, phrases, task.phrases)
        if chosen:
            phrase, probability = chosen
            return Transcript(phrase, probability, phrase, raw=text)
        if not text or confidence < self._settings.least_confidence:
            return Transcript("", min(confidence, 0.2), raw=text)
        if task.digits and len(_NUMERALS.findall(text)) * 2 >= len(text):
            digits = self._whisper.decode(sound.encoded, sound.seconds, digits=True)
            if digits.text and not has_loop(digits.text):
                return Transcript(re.sub(r"\D", "", digits.text), believed(digits), raw=text)
        return Transcript(text, confidence, raw=text)

    def _chosen(
        self, sound: _Sound, free: Decoding, text: str, phrases: Sequence[str], expected: Sequence[str]
    ) -> tuple[str, float] | None:
        """Return the command or the expected phrase that the sound itself chooses, and how probable it is."""
        found = []
        if sound.voice_ms <= self._settings.short_ms:
            asked_for = {meant for phrase in expected if (meant := means(phrase))}
            found.append(recognised(familiar().shares(sound.look()), sound.voice_ms, asked_for, _bare(text)))
        if phrases and (choice := choose(self._evidence(sound, free, text, phrases))):
            found.append((choice.phrase, choice.probability))
        return max((one for one in found if one), key=lambda one: one[1], default=None)

    def _evidence(self, sound: _Sound, free: Decoding, text: str, phrases: Sequence[str]) -> list[Evidence]:
        assert free.first is not None
        freely = Free(_bare(text), believed(free), free.first)
        return self.closed_set.evidence(sound.near(), sound.voice_ms, phrases, freely)

    def look(self, speech: Pcm, rate: int) -> NDArray[np.float32]:
        """Return the features by which the commands are known by ear; for learning the weights."""
        return _Sound(speech, rate, self._whisper.encode(speech, rate)).look()

    def evidence(self, speech: Pcm, rate: int) -> list[Evidence]:
        """Return what speaks for each command that `speech` may be; for fitting the weights."""
        sound = _Sound(speech, rate, self._whisper.encode(speech, rate))
        free = self._free(sound, first=True)
        return self._evidence(sound, free, clean(free.text), tuple(meanings()))


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text)


def _possible(phrases: Sequence[str], voice_ms: int) -> tuple[str, ...]:
    """Return those of `phrases` that are not known by ear and can be said in that time."""
    each, besides = _SLOWEST_MS
    return tuple(p for p in phrases if not means(p) and voice_ms <= each * len(p) + besides)


def believed(free: Decoding) -> float:
    """Return the confidence, 0 to 1, in a free decoding: its tokens' mean probability, less where nobody spoke."""
    sure = math.exp(max(-5.0, min(0.0, free.mean_log)))
    return sure * (1 - free.no_speech) if free.no_speech > 0.6 else sure


def load(settings: dict[str, Any]) -> Hearing:
    """Return what a worker process calls with each `Task`. Raises `ModelMissing`, `ModelDamaged`."""
    chosen = AsrSettings.model_validate(settings)
    return Hearing(Whisper(models.path("whisper-base"), chosen), chosen)
