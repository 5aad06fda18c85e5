"""Orders about a running talk, through a real Asterisk, judged by what each party hears."""

import asyncio

import pytest

from telephony.asterisk.runner import Asterisk
from telephony.errors import AgentUnknown, AmiDown, NotTalking, TalkBusy, TargetBusy, TargetUnknown
from tests.agent_phone import agent_phone
from tests.integration.telephony.asterisk.conftest import PATIENCE_S
from tests.integration.telephony.asterisk.seat_kit import (
    AGENT_HZ,
    CALLER_HZ,
    MUSIC_HZ,
    OTHER_HZ,
    Party,
    seats,
)
from tests.serving import until


async def test_a_held_caller_hears_music_and_nothing_of_the_agent(asterisk: Asterisk) -> None:
    async with asyncio.timeout(PATIENCE_S), agent_phone(asterisk.settings) as phone, seats(asterisk) as street:
        caller, agent = await street.talk(phone)
        await caller.comes_to_hear(AGENT_HZ)
        await street.control.hold("8001", by="王班长")
        talk = street.line.exchange.talks.of_agent("8001")
        assert talk is not None and talk.stage == "held"
        await caller.comes_to_hear(MUSIC_HZ)
        await agent.comes_to_hear()
        with pytest.raises(TalkBusy):
            await street.control.hold("8001")
        await street.control.resume("8001")
        await caller.comes_to_hear(AGENT_HZ)
        await agent.comes_to_hear(CALLER_HZ)
        await phone.hang_up()
        assert isinstance(caller.phone.ended, object)
        await caller.phone.over()  # type: ignore[union-attr]
        await until(lambda: "agent.finished" in street.kinds("agent:8001"))
        kinds = street.kinds("call:")
        assert [kind for kind in kinds if "he" in kind or "res" in kind] == ["call.held", "call.resumed"]
        assert street.facts("agent.finished")["by"] == "agent"


async def test_an_agent_who_leaves_during_hold_leaves_the_caller_to_the_next_one(asterisk: Asterisk) -> None:
    async with asyncio.timeout(PATIENCE_S), agent_phone(asterisk.settings) as phone, seats(asterisk) as street:
        caller, _ = await street.talk(phone)
        await street.control.hold("8001")
        async with agent_phone(asterisk.settings, "8002") as second:
            await phone.log_out()
            await second.up.wait()
            await Party(OTHER_HZ, second).comes_to_hear(CALLER_HZ)
            await caller.phone.hang_up()
            await second.over.wait()
        await phone.log_in()


async def test_a_transfer_gives_the_caller_to_the_other_agent(asterisk: Asterisk) -> None:
    settings = asterisk.settings
    async with (
        asyncio.timeout(PATIENCE_S),
        agent_phone(settings) as phone,
        seats(asterisk) as street,
    ):
        caller, _ = await street.talk(phone)
        async with agent_phone(settings, "8002", 0.5) as second:
            await until(lambda: street.line.exchange.queues.standing("general", 0).logged_in == 2)
            assert await street.control.transfer("8001", "8002") is True
            await phone.over.wait()
            other = Party(OTHER_HZ, second)
            other.hum()
            await caller.comes_to_hear(OTHER_HZ)
            await other.comes_to_hear(CALLER_HZ)
            talk = street.line.exchange.talks.of_agent("8002")
            assert talk is not None and talk.stage == "talking"
            await street.control.hold("8002")
            await caller.comes_to_hear(MUSIC_HZ)
            await street.control.resume("8002")
            await caller.comes_to_hear(OTHER_HZ)
            await second.hang_up()
            await caller.phone.over()  # type: ignore[union-attr]
        assert street.facts("call.transferred") == {"from": "8001", "to": "8002", "taken": True}
        ended = [facts["by"] for _, kind, facts in street.told if kind == "agent.finished"]
        assert ended == ["transfer", "agent"]


@pytest.mark.parametrize("behaviour", [None, "busy"])
async def test_a_transfer_nobody_takes_comes_back_to_the_agent(asterisk: Asterisk, behaviour: str | None) -> None:
    settings = asterisk.settings
    async with asyncio.timeout(PATIENCE_S), agent_phone(settings) as phone, seats(asterisk) as street:
        caller, agent = await street.talk(phone)
        async with agent_phone(settings, "8002", behaviour):
            await until(lambda: street.line.exchange.queues.standing("general", 0).logged_in == 2)
            assert await street.control.transfer("8001", "8002", ring_s=2) is False
            await caller.comes_to_hear(AGENT_HZ)
            await agent.comes_to_hear(CALLER_HZ)
            await caller.phone.hang_up()
            await phone.over.wait()
        assert street.facts("call.transferred")["taken"] is False


async def test_an_agent_may_take_a_caller_back_whom_nobody_has_taken_yet(asterisk: Asterisk) -> None:
    settings = asterisk.settings
    async with asyncio.timeout(PATIENCE_S), agent_phone(settings) as phone, seats(asterisk) as street:
        caller, _ = await street.talk(phone)
        async with agent_phone(settings, "8002", None) as second:
            await until(lambda: street.line.exchange.queues.standing("general", 0).logged_in == 2)
            passing = asyncio.create_task(street.control.transfer("8001", "8002"))
            await second.rang.wait()
            await caller.comes_to_hear(MUSIC_HZ)
            await street.control.resume("8001")
            assert await passing is False
            await second.over.wait()
            await caller.comes_to_hear(AGENT_HZ)
            await caller.phone.hang_up()
            await phone.over.wait()


async def test_a_transfer_nobody_takes_goes_to_the_queue_where_the_agent_has_left(asterisk: Asterisk) -> None:
    settings = asterisk.settings
    async with asyncio.timeout(PATIENCE_S), agent_phone(settings) as phone, seats(asterisk) as street:
        caller, _ = await street.talk(phone)
        async with agent_phone(settings, "8002", None) as second:
            await until(lambda: street.line.exchange.queues.standing("general", 0).logged_in == 2)
            passing = asyncio.create_task(street.control.transfer("8001", "8002", ring_s=2))
            await second.rang.wait()
            phone.up.clear()
            await phone.hang_up()
            assert await passing is False
            await phone.up.wait()  # the queue rings who is free, this one too
            await caller.phone.hang_up()
            await phone.over.wait()


async def test_a_transfer_to_a_queue_without_agents_comes_back_at_once(asterisk: Asterisk) -> None:
    settings = asterisk.settings
    async with asyncio.timeout(PATIENCE_S), agent_phone(settings, "8002") as phone, seats(asterisk) as street:
        caller, agent = await street.talk(phone)
        await street.control.transfer("8002", "company")
        await caller.comes_to_hear(AGENT_HZ)
        await agent.comes_to_hear(CALLER_HZ)
        await caller.phone.hang_up()
        await phone.over.wait()


async def test_a_transfer_to_a_queue_is_taken_by_its_agent(asterisk: Asterisk) -> None:
    settings = asterisk.settings
    async with asyncio.timeout(PATIENCE_S), agent_phone(settings, "8002") as phone, seats(asterisk) as street:
        caller, _ = await street.talk(phone)
        async with agent_phone(settings, "8001") as second:
            await until(lambda: street.line.exchange.queues.standing("company", 0).logged_in == 1)
            await street.control.transfer("8002", "company")
            await phone.over.wait()
            await Party(OTHER_HZ, second).comes_to_hear(CALLER_HZ)
            talk = street.line.exchange.talks.of_agent("8001")
            assert talk is not None and (talk.stage, talk.queue) == ("talking", "company")
            await caller.phone.hang_up()
            await second.over.wait()


async def test_orders_that_cannot_be_done_say_why(asterisk: Asterisk) -> None:
    async with asyncio.timeout(PATIENCE_S), agent_phone(asterisk.settings) as phone, seats(asterisk) as street:
        control = street.control
        with pytest.raises(AgentUnknown, match="7777"):
            await control.hold("7777")
        with pytest.raises(NotTalking, match="8002"):
            await control.hold("8002")
        caller, _ = await street.talk(phone)
        with pytest.raises(TargetUnknown):
            await control.transfer("8001", "nowhere")
        with pytest.raises(TargetBusy, match="未登录"):
            await control.transfer("8001", "8002")
        with pytest.raises(TalkBusy, match="不在保持中"):
            await control.resume("8001")
        street.line.exchange.ami.cut()
        await until(lambda: not street.line.exchange.reachable)
        with pytest.raises(AmiDown):
            await control.hold("8001")
        await until(lambda: street.line.exchange.reachable)
        await until(lambda: street.line.exchange.talks.of_agent("8001") is not None)
        await control.hold("8001")
        await caller.comes_to_hear(MUSIC_HZ)
        await caller.phone.hang_up()
        await phone.over.wait()
