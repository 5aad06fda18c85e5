"""Speaks a text for an editor to listen to; its process exists only while something is spoken."""

import io
import wave

from tts.settings import TtsSettings
from tts.voice import Voice

_RATE = 8000
"""What callers hear, in Hz."""


class SpokenAloud:
    """`agent_desk.writing.Listening` with the voice of the hotline."""

    def __init__(self, settings: TtsSettings, factory: str = "tts.kokoro:load") -> None:
        self._settings, self._factory = settings, factory

    async def wav(self, text: str) -> bytes:
        """Return `text` spoken, 8 kHz, 16 bit; raises `SynthesisFailed`, `ModelMissing`, `ModelDamaged`."""
        voice = Voice(self._settings, _RATE, self._factory)
        await voice.start()
        try:
            pcm = b"".join([part async for part in voice.speak(text, keep=False)])
        finally:
            await voice.stop()
        out = io.BytesIO()
        with wave.open(out, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(_RATE)
            file.writeframes(pcm)
        return out.getvalue()
