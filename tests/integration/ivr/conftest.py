"""Calls in memory with everything else real: models, dialogue, knowledge, records."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from core.events import Event
from hotline.settings import HotlineSettings, KnowledgeSettings, RecordsSettings
from hotline.wiring import Parts, build_parts
from ivr.reception import Reception
from ivr.tools import Tools
from telephony.memory_line import MemoryCaller, MemoryLine
from tests.small_city import small_city
from tts.settings import TtsSettings
from tts.voice import Voice

TICK_S = 0.006
"""Real seconds a 20 ms frame takes here: three times as fast as life, slow enough for the models."""
NUMBERS = itertools.count()
SAID = (
    "我社保卡丢了怎么补",
    "嗯",
    "等一下,我说的是驾驶证到期换证",
    "转人工",
    "公积金怎么提取",
    "给我回电话",
    "喂,你好",
    "没有解决",
    "不满意",
    "一直没有人来修",
    "您好,您拨打的电话已关机,请稍后再拨",
)
"""What the callers say; made before the first call, so that nobody is silent because of the making."""


class Caller:
    """A caller with a voice, and everything that is on record about the call."""

    side: MemoryCaller

    def __init__(self, voice: Voice, number: str, parts: Parts) -> None:
        self._voice, self.number = voice, number
        self.events: list[Event] = []
        self._stream = ""
        parts.log.subscribe(self._note)

    def _note(self, event: Event) -> None:
        if event.kind == "call.offered" and event.body["caller"] == self.number:
            self._stream = event.stream
        if self._stream and event.stream == self._stream:
            self.events.append(event)

    def of(self, kind: str) -> list[Event]:
        """Return the events of one kind."""
        return [event for event in self.events if event.kind == kind]

    def heard(self) -> str:
        """Return what the bot said so far."""
        return "".join(event.body["text"] for event in self.of("bot.said"))

    async def wait(self, kind: str, count: int = 1, patience_s: float = 60) -> Event:
        """Wait for the `count`th event of a kind."""
        for _ in range(int(patience_s / 0.02)):
            if len(found := self.of(kind)) >= count:
                return found[count - 1]
            await asyncio.sleep(0.02)
        raise AssertionError(f"no {kind}; there were {[(e.kind, dict(e.body)) for e in self.events]}")

    async def hear(self, text: str, patience_s: float = 60) -> None:
        """Wait until the bot has said `text`."""
        for _ in range(int(patience_s / 0.02)):
            if text in self.heard():
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"the bot never said {text}, but: {self.heard()}")

    async def say(self, text: str) -> None:
        """Say `text`; return when it is said."""
        self.side.send(await self._voice.whole(text))
        await self.side.sent()

    async def say_over(self, text: str) -> None:
        """Say `text` as soon as the bot can be heard."""
        sounds = len(self.side.sounds.all)
        sound = await self._voice.whole(text)
        while len(self.side.sounds.all) == sounds and self.side.ended is None:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        await asyncio.sleep(TICK_S * 40)
        self.side.send(sound)
        await self.side.sent()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def parts(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Parts]:
    """Everything of a running hotline but its line."""
    folder = tmp_path_factory.mktemp("city")
    settings = HotlineSettings(
        knowledge=KnowledgeSettings(folder=small_city(folder / "kb")), records=RecordsSettings(folder=folder / "var")
    )
    made = await asyncio.to_thread(build_parts, settings)
    await asyncio.gather(made.recogniser.start(), made.voice.start())
    await made.voice.render(made.texts_needed)
    yield made
    await made.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def voice() -> AsyncIterator[Voice]:
    """The callers' voice."""
    made = Voice(TtsSettings(voice="zm_yunjian"))
    await made.start()
    for text in SAID:
        await made.whole(text)
    yield made
    await made.stop()


Dial = Callable[..., Awaitable[Caller]]


@pytest_asyncio.fixture(loop_scope="module")
async def dial(parts: Parts, voice: Voice) -> AsyncIterator[Dial]:
    """Place calls, each on a line of its own; `tools` or a shared `reception` replace what they are made with."""
    lines: list[MemoryLine] = []

    async def place(tools: Tools | None = None, reception: Reception | None = None) -> Caller:
        line = MemoryLine(TICK_S)
        lines.append(line)
        await line.start((reception or Reception(tools or parts.tools)).answer)
        number = f"138{next(NUMBERS):08d}"
        caller = Caller(voice, number, parts)
        caller.side = line.dial(number)
        return caller

    yield place
    for line in lines:
        await line.stop()
