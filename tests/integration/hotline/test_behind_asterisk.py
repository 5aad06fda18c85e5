"""The whole hotline behind a real Asterisk: a citizen's voice, the bot, human agents at their phones."""

import asyncio
import logging
import os
import re
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest
import pytest_asyncio

from core.events import Event
from hotline.service import Service
from hotline.settings import KnowledgeSettings
from telephony.asterisk.runner import Asterisk
from telephony.caller import SipCaller
from telephony.dialled import Dialled
from telephony.settings import LineSettings
from tests.agent_phone import AgentPhone, agent_phone
from tests.asterisk import all_logged
from tests.serving import running, settings_in, until
from tests.small_city import small_city
from tts.settings import TtsSettings
from tts.voice import Voice

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATIENCE_S = 90.0
FIRST_NUMBER = 13900000000
NUMBER = iter(range(FIRST_NUMBER, FIRST_NUMBER + 9999))


class Citizen:
    """Somebody with a voice, and what is on record about the call."""

    def __init__(self, service: Service, call: Dialled, number: str, voice: Voice) -> None:
        self.call, self.number, self._voice = call, number, voice
        self.events: list[Event] = []
        self.stream = ""
        service.parts.log.subscribe(self._note)

    def _note(self, event: Event) -> None:
        if event.kind == "call.offered" and event.body["caller"] == self.number:
            self.stream = event.stream
        if self.stream and event.stream == self.stream:
            self.events.append(event)

    def of(self, kind: str) -> list[Event]:
        return [event for event in self.events if event.kind == kind]

    def heard(self) -> str:
        return "".join(event.body["text"] for event in self.of("bot.said"))

    async def hear(self, text: str) -> None:
        try:
            await until(lambda: text in self.heard(), PATIENCE_S / 2)
        except AssertionError as error:
            raise AssertionError(f"never heard {text}: {[(e.kind, dict(e.body)) for e in self.events]}") from error

    async def say(self, text: str) -> None:
        sound = await self._voice.whole(text)
        await self.call.quiet(0.5)
        self.call.send(sound)
        await self.call.sent()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """A hotline of a few entries on the shared Asterisk."""
    folder = tmp_path_factory.mktemp("behind")
    settings = settings_in(
        folder,
        line=LineSettings(kind="asterisk"),
        asterisk=asterisk.settings,
        knowledge=KnowledgeSettings(folder=small_city(folder / "kb")),
    )
    async with running(settings) as service:
        yield service


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def voice() -> AsyncIterator[Voice]:
    """The citizens' voice."""
    made = Voice(TtsSettings(voice="zm_yunjian"))
    await made.start()
    yield made
    await made.stop()


Dial = Callable[[], Awaitable[Citizen]]


@pytest_asyncio.fixture(loop_scope="module")
async def dial(service: Service, voice: Voice) -> AsyncIterator[Dial]:
    """Call the hotline."""
    async with SipCaller() as telephone:

        async def place() -> Citizen:
            number = str(next(NUMBER))
            citizen = Citizen(service, await telephone.dial(service.uri, number), number, voice)
            assert await citizen.call.answered()
            return citizen

        yield place


@pytest.fixture(autouse=True)
def no_number_is_logged(caplog: pytest.LogCaptureFixture, asterisk: Asterisk) -> Iterator[None]:
    """Afterwards look for the callers' numbers in all that was logged, be it for developers only."""
    with caplog.at_level(logging.DEBUG):
        yield
    assert not re.search(rf"{FIRST_NUMBER // 10000}\d{{4}}", all_logged(caplog, asterisk))


def rings_with_packet(citizen: Citizen, agent: AgentPhone) -> Callable[[], bool]:
    """Note, at the moment the phone rings, whether the packet is on record."""
    seen: list[bool] = []

    async def watch() -> None:
        await agent.rang.wait()
        seen.append(bool(citizen.of("transfer.asked")))

    task = asyncio.create_task(watch())
    return lambda: task.done() and seen == [True]


async def test_who_wants_a_human_gets_one_and_the_desk_knows_before_it_rings(
    asterisk: Asterisk, service: Service, dial: Dial
) -> None:
    async with asyncio.timeout(PATIENCE_S), agent_phone(asterisk.settings) as agent:
        citizen = await dial()
        in_time = rings_with_packet(citizen, agent)
        await citizen.hear("请问您有什么事")
        await citizen.say("我社保卡丢了怎么补")
        await citizen.hear("补办")
        await citizen.say("转人工")
        await agent.up.wait()
        assert in_time()
        packet = citizen.of("transfer.asked")[0].body["packet"]
        assert packet["caller"] == citizen.number
        assert packet["answered"] == ["shebao-card-lost"]
        assert "正在为您转人工" in citizen.heard()
        await agent.hang_up()
        assert (await citizen.call.over()).by == "them"
        await until(lambda: citizen.of("call.ended"))
    assert citizen.of("transfer.done")
    assert not citizen.of("ticket.saved")


async def test_nobody_on_duty_is_said_and_a_call_back_taken(dial: Dial, service: Service) -> None:
    async with asyncio.timeout(PATIENCE_S):
        citizen = await dial()
        await citizen.hear("请问您有什么事")
        citizen.call.press("0")
        await citizen.hear("没有人工坐席值班")
        assert not citizen.of("transfer.asked"), "announced or tried although nobody was there"
        await citizen.say("给我回电话")
        await until(lambda: citizen.of("ticket.saved"), PATIENCE_S)
        await citizen.call.hang_up()


async def test_where_all_talk_the_caller_is_told_and_may_wait(
    asterisk: Asterisk, dial: Dial, service: Service
) -> None:
    async with asyncio.timeout(PATIENCE_S), agent_phone(asterisk.settings) as agent:
        first = await dial()
        await first.hear("请问您有什么事")
        first.call.press("0")
        await agent.up.wait()
        second = await dial()
        await second.hear("请问您有什么事")
        second.call.press("0")
        await second.hear("您选哪一种")
        assert not second.of("transfer.asked")
        second.call.press("0")  # once more: to wait
        await until(lambda: service.reception.talking == 0)
        assert second.of("transfer.asked")[0].body["patient"]
        agent.up.clear()
        await agent.hang_up()
        await agent.up.wait()
        await until(lambda: second.of("transfer.done"))
        await agent.hang_up()
        await second.call.over()


async def test_a_waiting_caller_presses_two_and_is_called_back(
    asterisk: Asterisk, dial: Dial, service: Service
) -> None:
    async with asyncio.timeout(PATIENCE_S), agent_phone(asterisk.settings, answer_after_s=None) as agent:
        citizen = await dial()
        await citizen.hear("请问您有什么事")
        citizen.call.press("0")
        await agent.rang.wait()
        citizen.call.press("2")
        await citizen.hear("已经登记回电")
        ticket = service.parts.store.find_now(citizen.of("ticket.saved")[0].body["number"])
        assert ticket is not None
        assert ticket.contact == citizen.number
        await citizen.call.hang_up()


async def test_an_agent_who_does_not_answer_leaves_the_caller_with_a_choice(
    asterisk: Asterisk, dial: Dial, service: Service
) -> None:
    async with asyncio.timeout(PATIENCE_S), agent_phone(asterisk.settings, answer_after_s="busy"):
        service.line.exchange.order("QueuePause", {"Interface": "PJSIP/8001", "Paused": "false"})
        citizen = await dial()
        await citizen.hear("请问您有什么事")
        citizen.call.press("0")
        await until(lambda: citizen.of("transfer.failed"), PATIENCE_S)
        await citizen.hear("您要回电")
        assert citizen.call.ended is None
        await citizen.call.hang_up()
        await until(lambda: citizen.of("call.ended"))


async def test_recognisers_killed_in_mid_sentence_cost_time_and_no_call(dial: Dial, service: Service) -> None:
    async with asyncio.timeout(PATIENCE_S):
        citizen = await dial()
        await citizen.hear("请问您有什么事")
        killed = service.parts.recogniser.pids
        saying = asyncio.create_task(citizen.say("我社保卡丢了怎么补"))
        await until(lambda: citizen.call.said.last is not None)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        await saying
        await until(lambda: len(citizen.of("turn.answered")) == 1)
        assert "社保卡" in citizen.of("caller.said")[0].body["text"]
        assert set(service.parts.recogniser.pids) - set(killed), "the words came from a worker that was dead"
        assert citizen.call.ended is None
        assert not citizen.of("call.broken")
        await citizen.call.hang_up()
        await until(lambda: citizen.of("call.ended"))
