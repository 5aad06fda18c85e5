"""Orders about a running talk, through a real Asterisk, judged by what each party hears."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from telephony.asterisk.runner import Asterisk
from telephony.errors import AgentUnknown, AmiDown, NotTalking, TalkBusy, TargetBusy, TargetUnknown
from tests.agent_phone import AgentPhone, agent_phone
from tests.integration.telephony.asterisk.seat_kit import (
    AGENT_HZ,
    CALLER_HZ,
    MUSIC_HZ,
    OTHER_HZ,
    Party,
    Talk,
    seats,
    talking,
)
from tests.serving import until


@asynccontextmanager
async def another(talk: Talk, answer_after_s: float | str | None) -> AsyncIterator[AgentPhone]:
    """Let agent 8002, who serves the general queue as well, log in beside the one who talks."""
    async with agent_phone(talk.street.settings, "8002", answer_after_s) as second:
        await talk.street.logged_in("general", 2)
        yield second


async def test_a_held_caller_hears_music_and_nothing_of_the_agent(asterisk: Asterisk) -> None:
    async with talking(asterisk) as talk:
        await talk.caller.comes_to_hear(AGENT_HZ)
        await talk.control.hold("8001", by="王班长")
        assert talk.stage == "held"
        await talk.caller.comes_to_hear(MUSIC_HZ)
        await talk.agent.comes_to_hear()
        with pytest.raises(TalkBusy):
            await talk.control.hold("8001")
        await talk.control.resume("8001")
        await talk.caller.comes_to_hear(AGENT_HZ)
        await talk.agent.comes_to_hear(CALLER_HZ)
        await talk.agent.hang_up()
        await talk.caller.over()
        await until(lambda: "agent.finished" in talk.street.kinds("agent:8001"))
        kinds = talk.street.kinds("call:")
        assert [kind for kind in kinds if "he" in kind or "res" in kind] == ["call.held", "call.resumed"]
        assert talk.street.facts("agent.finished")["by"] == "agent"


async def test_an_agent_who_leaves_during_hold_leaves_the_caller_to_the_next_one(asterisk: Asterisk) -> None:
    async with talking(asterisk) as talk:
        await talk.control.hold("8001")
        async with agent_phone(asterisk.settings, "8002") as second:
            await talk.phone.log_out()
            await second.up.wait()
            await Party(OTHER_HZ, second).comes_to_hear(CALLER_HZ)
            await talk.caller.hang_up()
            await second.over.wait()
        await talk.phone.log_in()


async def test_a_transfer_gives_the_caller_to_the_other_agent(asterisk: Asterisk) -> None:
    async with talking(asterisk) as talk:
        async with another(talk, 0.5) as second:
            assert await talk.control.transfer("8001", "8002") is True
            await talk.agent.over()
            other = Party(OTHER_HZ, second)
            other.hum()
            await talk.caller.comes_to_hear(OTHER_HZ)
            await other.comes_to_hear(CALLER_HZ)
            assert talk.street.stage(second) == "talking"
            await talk.control.hold("8002")
            await talk.caller.comes_to_hear(MUSIC_HZ)
            await talk.control.resume("8002")
            await talk.caller.comes_to_hear(OTHER_HZ)
            await second.hang_up()
            await talk.caller.over()
        assert talk.street.facts("call.transferred") == {"from": "8001", "to": "8002", "taken": True}
        ended = [facts["by"] for _, kind, facts in talk.street.told if kind == "agent.finished"]
        assert ended == ["transfer", "agent"]


@pytest.mark.parametrize("behaviour", [None, "busy"])
async def test_a_transfer_nobody_takes_comes_back_to_the_agent(asterisk: Asterisk, behaviour: str | None) -> None:
    async with talking(asterisk) as talk:
        async with another(talk, behaviour):
            assert await talk.control.transfer("8001", "8002", ring_s=2) is False
            await talk.caller.comes_to_hear(AGENT_HZ)
            await talk.agent.comes_to_hear(CALLER_HZ)
            await talk.end()
        assert talk.street.facts("call.transferred")["taken"] is False


async def test_an_agent_may_take_a_caller_back_whom_nobody_has_taken_yet(asterisk: Asterisk) -> None:
    async with talking(asterisk) as talk, another(talk, None) as second:
        passing = asyncio.create_task(talk.control.transfer("8001", "8002"))
        await second.rang.wait()
        await talk.caller.comes_to_hear(MUSIC_HZ)
        await talk.control.resume("8001")
        assert await passing is False
        await second.over.wait()
        await talk.caller.comes_to_hear(AGENT_HZ)
        await talk.end()


async def test_a_transfer_nobody_takes_goes_to_the_queue_where_the_agent_has_left(asterisk: Asterisk) -> None:
    async with talking(asterisk) as talk, another(talk, None) as second:
        passing = asyncio.create_task(talk.control.transfer("8001", "8002", ring_s=2))
        await second.rang.wait()
        second.answer_after_s = "busy"  # else the queue might ring it for 15 s first
        talk.phone.up.clear()
        await talk.agent.hang_up()
        assert await passing is False
        await talk.phone.up.wait()  # the queue rings who is free, this one too
        await talk.end()


async def test_a_transfer_to_a_queue_without_agents_comes_back_at_once(asterisk: Asterisk) -> None:
    async with talking(asterisk, "8002") as talk:
        await talk.control.transfer("8002", "company")
        await talk.caller.comes_to_hear(AGENT_HZ)
        await talk.agent.comes_to_hear(CALLER_HZ)
        await talk.end()


async def test_a_transfer_to_a_queue_is_taken_by_its_agent(asterisk: Asterisk) -> None:
    async with talking(asterisk, "8002") as talk, agent_phone(asterisk.settings, "8001") as second:
        await talk.street.logged_in("company", 1)
        await talk.control.transfer("8002", "company")
        await talk.agent.over()
        await Party(OTHER_HZ, second).comes_to_hear(CALLER_HZ)
        taken = talk.street.line.exchange.talks.of_agent("8001")
        assert taken is not None and (taken.stage, taken.queue) == ("talking", "company")
        await talk.caller.hang_up()
        await second.over.wait()


async def test_an_order_about_nobody_says_so(asterisk: Asterisk) -> None:
    async with seats(asterisk) as street:
        with pytest.raises(AgentUnknown, match="7777"):
            await street.control.hold("7777")
        with pytest.raises(NotTalking, match="8002"):
            await street.control.hold("8002")


async def test_orders_that_cannot_be_done_say_why(asterisk: Asterisk) -> None:
    async with talking(asterisk) as talk:
        control, exchange = talk.control, talk.street.line.exchange
        with pytest.raises(TargetUnknown):
            await control.transfer("8001", "nowhere")
        with pytest.raises(TargetBusy, match="未登录"):
            await control.transfer("8001", "8002")
        with pytest.raises(TalkBusy, match="不在保持中"):
            await control.resume("8001")
        exchange.ami.cut()
        await until(lambda: not exchange.reachable)
        with pytest.raises(AmiDown):
            await control.hold("8001")
        await until(lambda: exchange.reachable)
        await until(lambda: exchange.talks.of_agent("8001") is not None)
        await control.hold("8001")
        await talk.caller.comes_to_hear(MUSIC_HZ)
        await talk.end()
