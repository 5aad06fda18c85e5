"""A supervisor listens, whispers, barges in: who hears whom, and that every look is on record."""

import asyncio

import pytest

from telephony.asterisk.runner import Asterisk
from telephony.errors import NotListening, NotTalking, SupervisorNotReached
from tests.agent_phone import agent_phone
from tests.integration.telephony.asterisk.conftest import PATIENCE_S
from tests.integration.telephony.asterisk.seat_kit import AGENT_HZ, CALLER_HZ, MUSIC_HZ, SUPERVISOR_HZ, Party, seats

City = tuple[Asterisk, int]


async def test_listen_whisper_and_barge(city: City) -> None:
    settings = city[0].settings
    async with (
        asyncio.timeout(PATIENCE_S),
        agent_phone(settings) as phone,
        agent_phone(settings, "8009") as desk,
        seats(city[0]) as street,
    ):
        caller, agent = await street.talk(phone)
        await street.control.listen("8009", "8001", by="王班长")
        supervisor = Party(SUPERVISOR_HZ, desk)
        await desk.up.wait()
        supervisor.hum()
        await supervisor.comes_to_hear(CALLER_HZ, AGENT_HZ)
        await caller.comes_to_hear(AGENT_HZ)
        await agent.comes_to_hear(CALLER_HZ)

        await street.control.whisper("8009", "8001")
        await agent.comes_to_hear(CALLER_HZ, SUPERVISOR_HZ)
        await caller.comes_to_hear(AGENT_HZ)
        await supervisor.comes_to_hear(CALLER_HZ, AGENT_HZ)

        await street.control.barge("8009", "8001")
        await caller.comes_to_hear(AGENT_HZ, SUPERVISOR_HZ)
        await agent.comes_to_hear(CALLER_HZ, SUPERVISOR_HZ)
        await supervisor.comes_to_hear(CALLER_HZ, AGENT_HZ)
        assert await street.control.listeners("8001") == ["8009"]

        await street.control.listen("8009", "8001")  # in a conference as well
        await supervisor.comes_to_hear(CALLER_HZ, AGENT_HZ)
        await caller.comes_to_hear(AGENT_HZ)
        await agent.comes_to_hear(CALLER_HZ)

        assert desk.calls == 1  # it rang once
        await street.control.stop_listening("8009")
        await desk.over.wait()
        with pytest.raises(NotListening):
            await street.control.stop_listening("8009")
        await caller.comes_to_hear(AGENT_HZ)
        await caller.phone.hang_up()
        await phone.over.wait()
        looks = [(facts["by"], facts["how"]) for _, kind, facts in street.told if kind == "call.listened"]
        assert looks == [("王班长", "listen"), ("8009", "whisper"), ("8009", "barge"), ("8009", "listen")]


async def test_listening_goes_on_through_a_hold_and_ends_with_the_talk(city: City) -> None:
    settings = city[0].settings
    async with (
        asyncio.timeout(PATIENCE_S),
        agent_phone(settings) as phone,
        agent_phone(settings, "8009") as desk,
        seats(city[0]) as street,
    ):
        caller, _ = await street.talk(phone)
        await street.control.listen("8009", "8001")
        supervisor = Party(SUPERVISOR_HZ, desk)
        await supervisor.comes_to_hear(CALLER_HZ, AGENT_HZ)
        await street.control.hold("8001")
        await caller.comes_to_hear(MUSIC_HZ)
        await supervisor.comes_to_hear(AGENT_HZ)
        await street.control.resume("8001")
        await supervisor.comes_to_hear(CALLER_HZ, AGENT_HZ)
        await phone.hang_up()
        await desk.over.wait()


async def test_a_supervisor_who_joined_leaves_the_two_talking(city: City) -> None:
    settings = city[0].settings
    async with (
        asyncio.timeout(PATIENCE_S),
        agent_phone(settings) as phone,
        agent_phone(settings, "8009") as desk,
        seats(city[0]) as street,
    ):
        caller, agent = await street.talk(phone)
        await street.control.barge("8009", "8001")
        await desk.up.wait()
        await desk.hang_up()
        await caller.comes_to_hear(AGENT_HZ)
        await agent.comes_to_hear(CALLER_HZ)
        await caller.phone.hang_up()
        await phone.over.wait()


async def test_nobody_to_listen_to_and_nobody_to_listen(city: City) -> None:
    settings = city[0].settings
    async with asyncio.timeout(PATIENCE_S), agent_phone(settings) as phone, seats(city[0]) as street:
        with pytest.raises(NotTalking):
            await street.control.listen("8009", "8001")
        caller, _ = await street.talk(phone)
        with pytest.raises(SupervisorNotReached, match="没有登录"):
            await street.control.listen("8009", "8001")
        with pytest.raises(SupervisorNotReached):
            await street.control.listen("8001", "8001")
        assert "call.listened" not in street.kinds("call:")
        await caller.phone.hang_up()
        await phone.over.wait()
