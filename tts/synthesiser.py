"""The `Synthesiser` port: text that is ready to be spoken becomes sound."""

from typing import Protocol

from core.audio import Pcm


class Synthesiser(Protocol):
    """Makes speech from speakable Chinese text (see `tts.speakable`). Blocking; run it in a worker."""

    version: str
    """Changes whenever the same text would sound different; part of every cache key."""
    rate: int
    """Samples a second of what `synthesise` returns."""

    def synthesise(self, text: str, voice: str, speed: float = 1.0) -> Pcm:
        """Return the speech of `text`. Raises `tts.errors.VoiceUnknown`."""
        ...
