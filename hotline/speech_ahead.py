"""Renders what a publication will have spoken, and makes sure that it lies on the disk for every process."""

import asyncio
from collections.abc import Callable, Sequence

from core.errors import HotlineError
from tts.settings import TtsSettings
from tts.voice import Voice


class TextUnspoken(HotlineError):
    """这句话没能合成语音:“{text}”。原因:{what}"""


class SpeechAhead:
    """The `knowledge_base.publication.Speech` of this machine. Its processes exist only while something is rendered.

    `factory` makes the synthesiser in each of them, see `tts.voice.Voice`.
    """

    def __init__(self, settings: TtsSettings, factory: str = "tts.kokoro:load") -> None:
        self._settings, self._factory = settings, factory

    async def render(self, texts: Sequence[str], progress: Callable[[int, int], None]) -> None:
        """Make the sound of all `texts`, clause by clause; raises `TextUnspoken`, `ModelMissing`, `ModelDamaged`."""
        voice = Voice(self._settings, factory=self._factory)
        try:
            await voice.start(speaks=False)
            await voice.render(texts, progress=progress, all_or_stop=True)
        finally:
            await voice.stop()  # returns when what was made is on the disk
        if missing := await asyncio.to_thread(voice.notice, texts):
            what = voice.unmade or voice.trouble or "语音缓存里没有它"
            raise TextUnspoken(text=missing[0], what=what)
