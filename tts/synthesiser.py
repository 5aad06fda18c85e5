"""The `Synthesiser` port: text that is ready to be spoken becomes sound, in a worker process."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from core.audio import Pcm, resample


@dataclass(frozen=True, slots=True)
class SpeechTask:
    """What a worker is asked for: speakable `text` in a `voice`, as 16-bit PCM at `rate` Hz."""

    text: str
    voice: str
    speed: float
    rate: int


class Synthesiser(Protocol):
    """Makes speech from speakable Chinese text (see `tts.speakable`). Blocking; run it in a worker."""

    version: str
    """Changes whenever the same text would sound different; part of every cache key."""
    rate: int
    """Samples a second of what `synthesise` returns."""

    def synthesise(self, text: str, voice: str, speed: float = 1.0) -> Pcm:
        """Return the speech of `text`. Raises `tts.errors.VoiceUnknown`."""
        ...


def worker(synthesiser: Synthesiser) -> Callable[[SpeechTask], bytes]:
    """Return what a worker process calls: a `SpeechTask` in, little-endian 16-bit PCM out."""

    def speak(task: SpeechTask) -> bytes:
        speech = synthesiser.synthesise(task.text, task.voice, task.speed)
        return resample(speech, synthesiser.rate, task.rate).astype("<i2").tobytes()

    return speak
