"""Caller, agent and department in one talk (三方通话): who hears whom, who fails to come, who leaves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from telephony.asterisk.runner import Asterisk
from telephony.errors import NumberInvalid, ThirdNotReached, TrunkMissing
from tests.agent_phone import AgentPhone, agent_phone
from tests.asterisk import City
from tests.integration.telephony.asterisk.seat_kit import (
    AGENT_HZ,
    CALLER_HZ,
    DEPARTMENT,
    MUSIC_HZ,
    OTHER_HZ,
    Party,
    Talk,
    department,
    talking,
)


@asynccontextmanager
async def conference(city: City) -> AsyncIterator[tuple[Talk, Party[AgentPhone]]]:
    """Let a citizen, agent 8001 and a department talk with each other; all three hum."""
    async with department(city) as office, talking(city[0]) as talk:
        await talk.control.three_party("8001", DEPARTMENT, by="cli")
        await office.up.wait()
        other = Party(OTHER_HZ, office)
        other.hum()
        yield talk, other


async def test_all_three_hear_each_other_and_the_rest_goes_on_when_one_leaves(city: City) -> None:
    async with conference(city) as (talk, other):
        await talk.caller.comes_to_hear(AGENT_HZ, OTHER_HZ)
        await talk.agent.comes_to_hear(CALLER_HZ, OTHER_HZ)
        await other.comes_to_hear(CALLER_HZ, AGENT_HZ)
        assert talk.stage == "conference"
        assert talk.street.line.exchange.talks.all[0].third == DEPARTMENT
        joined = [facts for _, kind, facts in talk.street.told if kind == "call.conference.joined"]
        assert ("department", DEPARTMENT) in [(facts["who"], facts["number"]) for facts in joined]
        await talk.control.hold("8001")  # a word with the department that the caller does not hear
        await talk.caller.comes_to_hear(MUSIC_HZ)
        await other.comes_to_hear(AGENT_HZ)
        await talk.control.resume("8001")
        await talk.caller.comes_to_hear(AGENT_HZ, OTHER_HZ)
        await other.hang_up()
        await talk.caller.comes_to_hear(AGENT_HZ)
        assert talk.stage == "talking"
        await talk.end()


async def test_the_agent_leaves_and_then_the_department_so_the_caller_gets_a_human(city: City) -> None:
    async with conference(city) as (talk, other):
        talk.phone.up.clear()
        await talk.agent.hang_up()
        await talk.caller.comes_to_hear(OTHER_HZ)
        await other.comes_to_hear(CALLER_HZ)
        await other.hang_up()
        await talk.phone.up.wait()
        assert not talk.caller.phone.ended
        await talk.end()


async def test_an_agent_who_leaves_a_held_caller_leaves_the_department_to_it(city: City) -> None:
    async with conference(city) as (talk, other):
        await talk.control.hold("8001")
        await talk.agent.hang_up()
        await talk.caller.comes_to_hear(OTHER_HZ)
        await other.comes_to_hear(CALLER_HZ)
        await talk.caller.hang_up()
        await other.over()


async def test_the_caller_leaves_and_the_others_go_on_until_one_is_alone(city: City) -> None:
    async with conference(city) as (talk, other):
        await talk.caller.hang_up()
        await talk.agent.comes_to_hear(OTHER_HZ)
        await other.comes_to_hear(AGENT_HZ)
        await talk.agent.hang_up()
        await other.over()


@pytest.mark.parametrize(("behaviour", "why"), [("busy", "正忙"), (None, "无人接听")])
async def test_a_department_that_does_not_come_leaves_the_two_talking(
    city: City, behaviour: str | None, why: str
) -> None:
    async with department(city, behaviour), talking(city[0]) as talk:
        with pytest.raises(ThirdNotReached, match=why):
            await talk.control.three_party("8001", DEPARTMENT, ring_s=2)
        await talk.caller.comes_to_hear(AGENT_HZ)
        await talk.agent.comes_to_hear(CALLER_HZ)
        await talk.agent.hang_up()
        await talk.caller.over()


async def test_a_caller_who_leaves_while_the_department_rings_ends_the_ringing(city: City) -> None:
    async with department(city, None) as office, talking(city[0]) as talk:
        ringing = asyncio.create_task(talk.control.three_party("8001", DEPARTMENT))
        await office.rang.wait()
        await talk.caller.hang_up()
        await office.over.wait()
        await talk.agent.over()
        with pytest.raises(ThirdNotReached, match="已挂机"):
            await ringing


async def test_an_extension_may_be_the_third(city: City) -> None:
    async with agent_phone(city[0].settings, "8009") as expert, talking(city[0]) as talk:
        await talk.control.three_party("8001", "8009")
        await expert.up.wait()
        Party(OTHER_HZ, expert).hum()
        await talk.caller.comes_to_hear(AGENT_HZ, OTHER_HZ)
        await talk.caller.hang_up()
        await talk.agent.hang_up()
        await expert.over.wait()


async def test_numbers_that_cannot_be_dialled_are_refused_before_anything_moves(asterisk: Asterisk) -> None:
    async with talking(asterisk) as talk:
        for number in ("82&PJSIP/8002", "12", "", "９９９９"):
            with pytest.raises(NumberInvalid):
                await talk.control.three_party("8001", number)
        with pytest.raises(TrunkMissing):
            await talk.control.three_party("8001", DEPARTMENT)
        going = talk.street.line.exchange.talks.of_agent("8001")
        assert going is not None and not going.in_room
        await talk.end()
