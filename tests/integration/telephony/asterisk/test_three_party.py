"""Caller, agent and department in one talk (三方通话): who hears whom, who fails to come, who leaves."""

import asyncio

import pytest

from telephony.asterisk.runner import Asterisk
from telephony.errors import NumberInvalid, ThirdNotReached, TrunkMissing
from tests.agent_phone import agent_phone
from tests.integration.telephony.asterisk.conftest import PATIENCE_S
from tests.integration.telephony.asterisk.seat_kit import (
    AGENT_HZ,
    CALLER_HZ,
    DEPARTMENT,
    MUSIC_HZ,
    OTHER_HZ,
    Party,
    department,
    seats,
)
from tests.serving import until

City = tuple[Asterisk, int]


async def test_all_three_hear_each_other_and_the_rest_goes_on_when_one_leaves(city: City) -> None:
    asterisk, port = city
    async with (
        asyncio.timeout(PATIENCE_S),
        agent_phone(asterisk.settings) as phone,
        department(asterisk, port) as office,
        seats(asterisk) as street,
    ):
        caller, agent = await street.talk(phone)
        await street.control.three_party("8001", DEPARTMENT, by="cli")
        other = Party(OTHER_HZ, office)
        await office.up.wait()
        other.hum()
        await caller.comes_to_hear(AGENT_HZ, OTHER_HZ)
        await agent.comes_to_hear(CALLER_HZ, OTHER_HZ)
        await other.comes_to_hear(CALLER_HZ, AGENT_HZ)
        assert street.stage(phone) == "conference"
        assert street.line.exchange.talks.all[0].third == DEPARTMENT
        joined = [facts for _, kind, facts in street.told if kind == "call.conference.joined"]
        assert ("department", DEPARTMENT) in [(facts["who"], facts["number"]) for facts in joined]
        await street.control.hold("8001")  # a word with the department that the caller does not hear
        await caller.comes_to_hear(MUSIC_HZ)
        await other.comes_to_hear(AGENT_HZ)
        await street.control.resume("8001")
        await caller.comes_to_hear(AGENT_HZ, OTHER_HZ)
        await office.hang_up()
        await caller.comes_to_hear(AGENT_HZ)
        assert street.stage(phone) == "talking"
        await caller.phone.hang_up()
        await phone.over.wait()


async def test_the_agent_leaves_and_then_the_department_so_the_caller_gets_a_human(city: City) -> None:
    asterisk, port = city
    async with (
        asyncio.timeout(PATIENCE_S),
        agent_phone(asterisk.settings) as phone,
        department(asterisk, port) as office,
        seats(asterisk) as street,
    ):
        caller, _ = await street.talk(phone)
        await street.control.three_party("8001", DEPARTMENT)
        await office.up.wait()
        other = Party(OTHER_HZ, office)
        other.hum()
        phone.up.clear()
        await phone.hang_up()
        await caller.comes_to_hear(OTHER_HZ)
        await other.comes_to_hear(CALLER_HZ)
        await office.hang_up()
        await phone.up.wait()
        assert not caller.phone.ended  # type: ignore[union-attr]
        await caller.phone.hang_up()
        await phone.over.wait()


async def test_an_agent_who_leaves_a_held_caller_leaves_the_department_to_it(city: City) -> None:
    asterisk, port = city
    async with (
        asyncio.timeout(PATIENCE_S),
        agent_phone(asterisk.settings) as phone,
        department(asterisk, port) as office,
        seats(asterisk) as street,
    ):
        caller, _ = await street.talk(phone)
        await street.control.three_party("8001", DEPARTMENT)
        await office.up.wait()
        other = Party(OTHER_HZ, office)
        other.hum()
        await street.control.hold("8001")
        await phone.hang_up()
        await caller.comes_to_hear(OTHER_HZ)
        await other.comes_to_hear(CALLER_HZ)
        await caller.phone.hang_up()
        await office.over.wait()


async def test_the_caller_leaves_and_the_others_go_on_until_one_is_alone(city: City) -> None:
    asterisk, port = city
    async with (
        asyncio.timeout(PATIENCE_S),
        agent_phone(asterisk.settings) as phone,
        department(asterisk, port) as office,
        seats(asterisk) as street,
    ):
        caller, agent = await street.talk(phone)
        await street.control.three_party("8001", DEPARTMENT)
        await office.up.wait()
        other = Party(OTHER_HZ, office)
        other.hum()
        await caller.phone.hang_up()
        await agent.comes_to_hear(OTHER_HZ)
        await other.comes_to_hear(AGENT_HZ)
        await phone.hang_up()
        await office.over.wait()


@pytest.mark.parametrize(("behaviour", "why"), [("busy", "正忙"), (None, "无人接听")])
async def test_a_department_that_does_not_come_leaves_the_two_talking(
    city: City, behaviour: str | None, why: str
) -> None:
    asterisk, port = city
    async with (
        asyncio.timeout(PATIENCE_S),
        agent_phone(asterisk.settings) as phone,
        department(asterisk, port, behaviour),
        seats(asterisk) as street,
    ):
        caller, agent = await street.talk(phone)
        with pytest.raises(ThirdNotReached, match=why):
            await street.control.three_party("8001", DEPARTMENT, ring_s=2)
        await caller.comes_to_hear(AGENT_HZ)
        await agent.comes_to_hear(CALLER_HZ)
        await phone.hang_up()
        assert (await caller.phone.over()).by == "them"  # type: ignore[union-attr]


async def test_a_caller_who_leaves_while_the_department_rings_ends_the_ringing(city: City) -> None:
    asterisk, port = city
    async with (
        asyncio.timeout(PATIENCE_S),
        agent_phone(asterisk.settings) as phone,
        department(asterisk, port, None) as office,
        seats(asterisk) as street,
    ):
        caller, _ = await street.talk(phone)
        ringing = asyncio.create_task(street.control.three_party("8001", DEPARTMENT))
        await office.rang.wait()
        await caller.phone.hang_up()
        await office.over.wait()
        await phone.over.wait()
        with pytest.raises(ThirdNotReached, match="已挂机"):
            await ringing


async def test_an_extension_may_be_the_third(city: City) -> None:
    asterisk, _ = city
    async with (
        asyncio.timeout(PATIENCE_S),
        agent_phone(asterisk.settings) as phone,
        agent_phone(asterisk.settings, "8009") as expert,
        seats(asterisk) as street,
    ):
        caller, _ = await street.talk(phone)
        await street.control.three_party("8001", "8009")
        await expert.up.wait()
        Party(OTHER_HZ, expert).hum()
        await caller.comes_to_hear(AGENT_HZ, OTHER_HZ)
        await caller.phone.hang_up()
        await phone.hang_up()
        await expert.over.wait()


async def test_numbers_that_cannot_be_dialled_are_refused_before_anything_moves(asterisk: Asterisk) -> None:
    async with asyncio.timeout(PATIENCE_S), agent_phone(asterisk.settings) as phone, seats(asterisk) as street:
        caller, _ = await street.talk(phone)
        for number in ("82&PJSIP/8002", "12", "", "９９９９"):
            with pytest.raises(NumberInvalid):
                await street.control.three_party("8001", number)
        with pytest.raises(TrunkMissing):
            await street.control.three_party("8001", DEPARTMENT)
        talk = street.line.exchange.talks.of_agent("8001")
        assert talk is not None and not talk.in_room
        await caller.phone.hang_up()
        await until(lambda: phone.over.is_set())
