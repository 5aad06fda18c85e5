"""The in-memory twin of the synthesiser: hums each character at a pitch of its own, at once and without a model."""

from collections.abc import Callable

import numpy as np

from core.audio import Pcm
from tts.errors import VoiceUnknown
from tts.loudness import finish
from tts.synthesiser import SpeechTask, worker

VERSION = "tones/1"
CHARACTER_S = 0.2


class Tones:
    """Sounds like a music box, is as long and as loud as speech, and the same text always sounds the same."""

    version = VERSION
    rate = 24000
    voices = ("hum_low", "hum_high")

    def synthesise(self, text: str, voice: str, speed: float = 1.0) -> Pcm:
        """Return 0.2 s of a tone for each letter or Chinese character. Raises `VoiceUnknown`."""
        if voice not in self.voices:
            raise VoiceUnknown(voice=voice, known="、".join(self.voices))
        base = 200 if voice == "hum_low" else 400
        time = np.arange(int(CHARACTER_S / speed * self.rate)) / self.rate
        pitches = [base + ord(character) % 400 for character in text if character.isalnum()]
        notes = [np.sin(2 * np.pi * pitch * time) * np.sin(np.pi * time / time[-1]) for pitch in pitches]
        return finish(np.concatenate(notes), self.rate) if notes else np.zeros(0, np.int16)


def load() -> Callable[[SpeechTask], bytes]:
    """Return what a worker process calls, as `tts.kokoro.load` does."""
    return worker(Tones())
