"""A caller and an agent talk through a real Asterisk; what each said is on record while they do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from asr.pool import PooledRecogniser
from core.database import Database
from core.events import Event, EventLog, history
from hotline.live_text import RunningLiveText, start_live_text
from hotline.settings import HotlineSettings
from hotline.story import story
from ivr.live_text_settings import LiveTextSettings
from ivr.settings import IvrSettings
from knowledge_base.base import KnowledgeBase
from knowledge_base.live import LiveKnowledge
from telephony.asterisk.line import AsteriskLine
from telephony.asterisk.runner import Asterisk
from telephony.caller import SipCaller
from telephony.dialled import Dialled
from telephony.line import Call
from tests.agent_phone import AgentPhone, agent_phone
from tests.serving import until
from tests.small_city import small_city
from tts.settings import TtsSettings
from tts.voice import Voice

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATIENCE_S = 90.0
ASKS = "我的社保卡丢了怎么补?"
ANSWERS = "您带身份证到社保大厅补办"
THANKS = "好的我知道了谢谢你"


class Talk:
    """A caller with an agent, a voice for each, and the record."""

    def __init__(self, call: Dialled, agent: AgentPhone, sounds: dict[str, bytes], line: AsteriskLine) -> None:
        self._call, self._agent, self._sounds, self.line = call, agent, sounds, line
        self.call_id = line.exchange.talks.all[0].call_id

    async def caller_says(self, text: str) -> None:
        """Say it to the end."""
        self._call.send(self._sounds[text])
        await self._call.sent()

    async def agent_says(self, text: str) -> None:
        """Say it to the end."""
        self._agent.say(self._sounds[text])
        assert self._agent.call is not None
        await self._agent.call.played_out()

    async def end(self) -> None:
        """The caller hangs up."""
        await self._call.hang_up()


class Record:
    """The events, as they come."""

    def __init__(self, log: EventLog, database: Database) -> None:
        self.log, self.database = log, database
        self.events: list[Event] = []
        log.subscribe(self.events.append)

    def of(self, kind: str) -> list[Event]:
        """Return the events of one kind."""
        return [event for event in self.events if event.kind == kind]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sounds() -> AsyncIterator[dict[str, bytes]]:
    """What is said in the talk: 16-bit PCM at 8 kHz, in two voices."""
    caller, agent = Voice(TtsSettings(voice="zm_yunjian")), Voice(TtsSettings(voice="zf_xiaoxiao"))
    await asyncio.gather(caller.start(), agent.start())
    made = {text: await caller.whole(text) for text in (ASKS, THANKS)}
    made[ANSWERS] = await agent.whole(ANSWERS)
    yield made
    await asyncio.gather(caller.stop(), agent.stop())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def recogniser() -> AsyncIterator[PooledRecogniser]:
    """The real one."""
    made = PooledRecogniser()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> LiveKnowledge:
    """A few entries."""
    return LiveKnowledge(KnowledgeBase.from_folder(small_city(tmp_path_factory.mktemp("kb"))))


@pytest.fixture
async def record(tmp_path: Path) -> AsyncIterator[Record]:
    """An empty record."""
    database = Database(f"sqlite:///{tmp_path / 'hotline.db'}")
    log = EventLog(database)
    yield Record(log, database)
    log.close()
    database.close()


async def to_a_human(call: Call) -> None:
    """Answer and hand over at once."""
    await call.answer()
    await call.transfer("general")


@asynccontextmanager
async def connected(asterisk: Asterisk, sounds: dict[str, bytes]) -> AsyncIterator[Talk]:
    """Connect a caller with an agent."""
    line = AsteriskLine(asterisk.settings)
    await line.start(to_a_human)
    line.exchange.order("QueuePause", {"Interface": "PJSIP/8001", "Paused": "false"})
    try:
        async with asyncio.timeout(PATIENCE_S), SipCaller() as telephone, agent_phone(asterisk.settings) as agent:
            call = await telephone.dial(f"sip:12345@127.0.0.1:{asterisk.settings.sip_port}", "13800001234")
            await agent.up.wait()
            await until(lambda: any(talk.stage == "talking" for talk in line.exchange.talks.all))
            yield Talk(call, agent, sounds, line)
            await call.hang_up()
    finally:
        await line.stop()


def settings_of(asterisk: Asterisk, **live_text: object) -> HotlineSettings:
    chosen = LiveTextSettings.model_validate(live_text)
    return HotlineSettings(asterisk=asterisk.settings, ivr=IvrSettings(live_text=chosen))


async def test_both_sides_words_are_on_record_while_they_talk(
    asterisk: Asterisk,
    sounds: dict[str, bytes],
    recogniser: PooledRecogniser,
    knowledge: LiveKnowledge,
    record: Record,
) -> None:
    async with connected(asterisk, sounds) as talk:
        live = start_live_text(settings_of(asterisk), talk.line, recogniser, record.log, knowledge)
        assert isinstance(live, RunningLiveText)
        await until(lambda: live.taps.heard == 2)
        await talk.caller_says(ASKS)
        await until(lambda: len(record.of("talk.said")) == 1)
        await until(lambda: len(record.of("talk.suggested")) == 1)
        await talk.agent_says(ANSWERS)
        await until(lambda: len(record.of("talk.said")) == 2)
        await talk.caller_says(THANKS)
        await talk.end()
        await until(lambda: len(record.of("talk.said")) == 3)
        await until(lambda: live.taps.heard == 0)
        await live.close()
        stream = f"call:{talk.call_id}"
    said = [event.body for event in record.of("talk.said")]
    assert [one["who"] for one in said] == ["caller", "agent", "caller"]
    assert {event.stream for event in record.events} == {stream}
    assert "社保卡" in said[0]["text"] and "身份证" in said[1]["text"] and "谢谢" in said[2]["text"]
    assert said[0]["at_ms"] < said[1]["at_ms"] < said[2]["at_ms"]
    assert all(one["agent"] == "8001" and one["confidence"] > 0.3 for one in said)
    (suggested,) = record.of("talk.suggested")
    assert suggested.body["entries"][0]["entry"] == "shebao-card-lost"
    assert not record.of("talk.skipped")
    record.log.flush()
    lines = story(record.database.run(lambda connection: history(connection, stream)))
    assert [line.who for line in lines] == ["来电", "系统", "坐席", "来电"]


async def test_it_is_off_where_it_is_not_wanted(
    asterisk: Asterisk, sounds: dict[str, bytes], recogniser: PooledRecogniser, record: Record
) -> None:
    async with connected(asterisk, sounds) as talk:
        assert start_live_text(settings_of(asterisk, enabled=False), talk.line, recogniser, record.log) is None


async def test_nothing_is_written_while_calls_are_braked(
    asterisk: Asterisk, sounds: dict[str, bytes], recogniser: PooledRecogniser, record: Record
) -> None:
    async with connected(asterisk, sounds) as talk:
        live = start_live_text(settings_of(asterisk), talk.line, recogniser, record.log, braked=lambda: True)
        assert live is not None
        await until(lambda: live.taps.heard == 2)
        await talk.caller_says(ASKS)
        await until(lambda: bool(record.of("talk.skipped")))
        assert record.of("talk.skipped")[0].body["why"] == "busy" and not record.of("talk.said")
        await live.close()
