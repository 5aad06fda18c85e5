"""Both sides of a real talk are heard apart, and nobody who talks notices; the twin in memory does the same."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Protocol

import pytest

from telephony.asterisk.runner import Asterisk
from telephony.asterisk.settings import AsteriskSettings, NodeSettings
from telephony.asterisk.taps import Taps
from telephony.legs import Leg, Legs, Who
from telephony.line import Audio
from telephony.memory_legs import MemoryLegs
from tests.agent_phone import AgentPhone, agent_phone
from tests.asterisk import free_ports
from tests.integration.telephony.asterisk.conftest import PATIENCE_S, Bot, Open, Street, on_each_node
from tests.integration.telephony.conftest import tone
from tests.integration.telephony.test_line_contract import loud_seconds
from tests.serving import until
from tests.tcp_proxy import TcpProxy


class Heard:
    """A leg as it was heard."""

    def __init__(self, leg: Leg) -> None:
        self.leg, self.pcm, self.overs = leg, bytearray(), 0

    def hear(self, audio: Audio) -> None:
        assert len(audio.pcm) == 320 and not self.overs
        self.pcm += audio.pcm

    def over(self) -> None:
        self.overs += 1

    @property
    def loud(self) -> float:
        return loud_seconds(bytes(self.pcm))


class Listener:
    """Keeps every leg."""

    def __init__(self) -> None:
        self.legs: list[Heard] = []

    def __call__(self, leg: Leg) -> Heard:
        self.legs.append(Heard(leg))
        return self.legs[-1]

    def of(self, who: Who) -> Heard:
        return next(heard for heard in self.legs if heard.leg.who == who and not heard.overs)

    @property
    def up(self) -> int:
        return sum(not heard.overs for heard in self.legs)


class Talking(Protocol):
    """A talk whose legs are heard; `call_id` and `agent` are who it is."""

    legs: Legs
    call_id: str
    agent: str
    say: Callable[[Who, bytes], None]

    async def end(self) -> None: ...


class RealTalk:
    """A caller and an agent behind Asterisk."""

    def __init__(self, street: Street, agent: AgentPhone, caller: object, most: int = 8) -> None:
        self.street, self.phone, self.caller = street, agent, caller
        self.legs: Legs = Taps(street.line, street.settings, most)
        self.call_id, self.agent = street.bot.call.id, agent.number

    def say(self, who: Who, pcm: bytes) -> None:
        if who == "caller":
            self.caller.send(pcm)  # type: ignore[attr-defined]
        else:
            self.phone.say(pcm)

    async def end(self) -> None:
        await self.caller.hang_up()  # type: ignore[attr-defined]


class TwinTalk:
    """The same in memory."""

    def __init__(self) -> None:
        twin = MemoryLegs()
        self.legs: Legs = twin
        self.call_id, self.agent = "0001", "8001"
        self._talk = twin.talk(self.call_id, self.agent)

    def say(self, who: Who, pcm: bytes) -> None:
        self._talk.say(who, pcm)

    async def end(self) -> None:
        self._talk.end()


@asynccontextmanager
async def connected(
    asterisk: Asterisk, street: Open, settings: AsteriskSettings | None = None
) -> AsyncIterator[RealTalk]:
    bot = Bot()
    async with asyncio.timeout(PATIENCE_S), agent_phone(asterisk.settings) as agent:
        opened = await street(asterisk, bot, settings)
        caller = await opened.dial()
        await agent.up.wait()
        assert await bot.outcome is True
        talk = RealTalk(opened, agent, caller)
        try:
            yield talk
        finally:
            talk.legs.stop()
            await talk.end()


@asynccontextmanager
async def any_talk(kind: str, asterisk: Asterisk, street: Open) -> AsyncIterator[Talking]:
    if kind == "memory":
        yield TwinTalk()
        return
    async with connected(asterisk, street) as talk:
        yield talk


@pytest.mark.parametrize("kind", ["asterisk", "memory"])
async def test_each_side_is_heard_on_its_own_until_the_talk_ends(kind: str, asterisk: Asterisk, street: Open) -> None:
    async with any_talk(kind, asterisk, street) as talk:
        listener = Listener()
        talk.legs.start(listener)
        await until(lambda: listener.up == 2)
        assert {(h.leg.who, h.leg.call_id, h.leg.agent) for h in listener.legs} == {
            ("caller", talk.call_id, talk.agent),
            ("agent", talk.call_id, talk.agent),
        }
        talk.say("caller", tone(0.6))
        await until(lambda: listener.of("caller").loud > 0.5)
        assert listener.of("agent").loud == 0
        talk.say("agent", tone(0.5))
        await until(lambda: listener.of("agent").loud > 0.4)
        assert listener.of("caller").loud < 0.7
        await talk.end()
        await until(lambda: listener.up == 0)
        assert [heard.overs for heard in listener.legs] == [1, 1]


@pytest.mark.parametrize("kind", ["asterisk", "memory"])
async def test_to_stop_listening_ends_no_talk(kind: str, asterisk: Asterisk, street: Open) -> None:
    async with any_talk(kind, asterisk, street) as talk:
        listener = Listener()
        talk.legs.start(listener)
        await until(lambda: listener.up == 2)
        talk.legs.stop()
        assert [heard.overs for heard in listener.legs] == [1, 1]


async def test_nothing_of_the_taps_is_left_in_asterisk(asterisk: Asterisk, street: Open) -> None:
    async with connected(asterisk, street) as talk:
        listener = Listener()
        talk.legs.start(listener)
        await until(lambda: listener.up == 2)
        assert len(await talk.street.channels()) == 4
        talk.legs.stop()
        await talk.street.all_gone(left=2)
        talk.say("caller", tone(0.5))
        await until(lambda: loud_seconds(bytes(talk.phone.heard)) > 0.4)  # they talk on
        talk.legs.start(listener)
        await until(lambda: listener.up == 2)
        await talk.phone.hang_up()
        await until(lambda: listener.up == 0)
        await talk.street.all_gone()


async def test_a_tap_that_cannot_be_set_up_disturbs_nobody(asterisk: Asterisk, street: Open) -> None:
    async with connected(asterisk, street) as talk:
        line, listener = talk.street.line, Listener()
        nowhere = talk.street.settings.model_copy(update={"nodes": (NodeSettings(port=free_ports(1)[0]),)})
        failing = Taps(line, nowhere, 8)
        failing.start(listener)
        talk.say("caller", tone(0.5))
        talk.say("agent", tone(0.5))
        await until(lambda: loud_seconds(bytes(talk.phone.heard)) > 0.4 and loud_seconds(talk.caller.heard) > 0.5)  # type: ignore[attr-defined]
        await talk.street.all_gone(left=2)
        failing.stop()
        assert not listener.legs


async def test_a_new_process_hears_the_talks_of_the_old_one(asterisk: Asterisk, street: Open) -> None:
    async with connected(asterisk, street) as talk:
        listener = Listener()
        talk.legs.start(listener)
        await until(lambda: listener.up == 2)
        await talk.street.line.stop()
        await until(lambda: listener.up == 0)
        async with Street(talk.street.settings, talk.street.bot) as again:
            legs, later = Taps(again.line, again.settings, 8), Listener()
            legs.start(later)
            await until(lambda: later.up == 2)
            talk.say("agent", tone(0.5))
            await until(lambda: later.of("agent").loud > 0.4)
            assert later.of("caller").loud == 0
            await talk.end()
            await until(lambda: later.up == 0)
            legs.stop()


async def test_a_loss_of_ami_neither_ends_a_tap_nor_doubles_it(asterisk: Asterisk, street: Open) -> None:
    settings = asterisk.settings
    async with TcpProxy(settings.host, settings.ami_port) as proxy:
        cut = settings.model_copy(update={"ami_port": proxy.port})
        async with connected(asterisk, street, cut) as talk:
            line, listener = talk.street.line, Listener()
            talk.legs.start(listener)
            await until(lambda: listener.up == 2)
            proxy.cut()
            await until(lambda: not line.exchange.reachable)
            talk.say("caller", tone(0.5))
            await until(lambda: listener.of("caller").loud > 0.4)
            proxy.mend()
            await until(lambda: line.exchange.reachable)
            await line.exchange.refresh()
            assert len(await talk.street.channels()) == 4 and len(listener.legs) == 2


async def test_a_tap_that_is_lost_in_mid_talk_comes_back(asterisk: Asterisk, street: Open) -> None:
    async with connected(asterisk, street) as talk:
        listener = Listener()
        talk.legs.start(listener)
        await until(lambda: listener.up == 2)
        first = list(listener.legs)
        for name in await talk.street.channels():
            if name.startswith("AudioSocket/"):
                await talk.street.line.exchange.hang_up(name, 16)
        await until(lambda: all(heard.overs for heard in first))
        await until(lambda: listener.up == 2)
        talk.say("caller", tone(3.0))  # Asterisk begins to listen some time after the connection is there
        await until(lambda: listener.of("caller").loud > 0.4)


async def test_of_two_processes_only_the_one_that_had_the_caller_taps_the_talk(pair: Asterisk, street: Open) -> None:
    async with asyncio.timeout(PATIENCE_S), agent_phone(pair.settings) as agent:
        streets = await on_each_node(pair, street, "general")
        caller = await streets[0].dial()
        await agent.up.wait()
        place, had = next((place, each) for place, each in enumerate(streets) if each.bot.calls)
        await had.bot.outcome
        for _ in ("from the events", "and from what a process that starts reads"):
            listeners = [Listener() for _ in streets]
            taps = [Taps(each.line, each.settings, 8) for each in streets]
            for each, listener in zip(taps, listeners, strict=True):
                each.start(listener)
            await until(lambda heard=listeners[place]: heard.up == 2)
            assert len(await had.channels()) == 4
            for each in taps:
                each.stop()
            await had.all_gone(left=2)
            for each in streets:
                await each.line.exchange.refresh()
        await caller.hang_up()
