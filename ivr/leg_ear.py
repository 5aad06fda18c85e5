"""Hears one side of a talk: frames in, sentences out. Pure: the frames are the clock."""

from dataclasses import dataclass

from asr.settings import TurnSettings
from asr.turns import TooLong, TurnDetector
from core.audio import Pcm
from ivr.ear import VoiceProbability
from ivr.live_text_settings import LiveTextSettings


@dataclass(frozen=True, slots=True)
class Sentence:
    """What one side said without a longer pause."""

    speech: Pcm
    speech_ms: int
    """Voice in it, pauses not counted."""
    ago_ms: int
    """How long its voice has been over."""


class LegEar:
    """One leg's ear. Unlike `ivr.ear.Ear` it recognises nothing before the sentence is over: nobody waits for it."""

    def __init__(self, vad: VoiceProbability, turns: TurnSettings, settings: LiveTextSettings, rate: int) -> None:
        self._vad, self._settings = vad, settings
        self._detector = TurnDetector(turns.model_copy(update={"too_long_ms": settings.longest_ms}), rate)

    def feed(self, frame: bytes) -> Sentence | None:
        """Take 20 ms of 16-bit PCM; return the sentence that they end."""
        detector = self._detector
        cut = any(isinstance(event, TooLong) for event in detector.feed(frame, self._vad.feed(frame)))
        if cut or (detector.paused and detector.silence_ms >= self._settings.silence_ms):
            return self._take()
        return None

    def last(self) -> Sentence | None:
        """Return what was being said when the leg ended."""
        return self._take() if self._detector.in_speech else None

    def _take(self) -> Sentence | None:
        detector = self._detector
        sentence = Sentence(detector.speech(), detector.speech_ms, detector.silence_ms)
        detector.reset()
        return sentence if sentence.speech_ms >= self._settings.least_ms else None
