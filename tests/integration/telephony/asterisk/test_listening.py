"""A supervisor listens, whispers, barges in: who hears whom, and that every look is on record."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from telephony.errors import NotListening, NotTalking, SupervisorNotReached
from tests.agent_phone import AgentPhone, agent_phone
from tests.asterisk import City
from tests.integration.telephony.asterisk.seat_kit import (
    AGENT_HZ,
    CALLER_HZ,
    MUSIC_HZ,
    SUPERVISOR_HZ,
    Party,
    Talk,
    seats,
    talking,
)


@asynccontextmanager
async def watched(city: City) -> AsyncIterator[tuple[Talk, Party[AgentPhone]]]:
    """Let a citizen talk with agent 8001 while the supervisor's telephone, 8009, is ready."""
    async with agent_phone(city[0].settings, "8009") as desk, talking(city[0]) as talk:
        yield talk, Party(SUPERVISOR_HZ, desk)


async def test_listen_whisper_and_barge(city: City) -> None:
    async with watched(city) as (talk, supervisor):
        control, caller, agent = talk.control, talk.caller, talk.agent
        await control.listen("8009", "8001", by="王班长")
        await supervisor.phone.up.wait()
        supervisor.hum()
        await supervisor.comes_to_hear(CALLER_HZ, AGENT_HZ)
        await caller.comes_to_hear(AGENT_HZ)
        await agent.comes_to_hear(CALLER_HZ)

        await control.whisper("8009", "8001")
        await agent.comes_to_hear(CALLER_HZ, SUPERVISOR_HZ)
        await caller.comes_to_hear(AGENT_HZ)
        await supervisor.comes_to_hear(CALLER_HZ, AGENT_HZ)

        await control.barge("8009", "8001")
        await caller.comes_to_hear(AGENT_HZ, SUPERVISOR_HZ)
        await agent.comes_to_hear(CALLER_HZ, SUPERVISOR_HZ)
        await supervisor.comes_to_hear(CALLER_HZ, AGENT_HZ)
        assert await control.listeners("8001") == ["8009"]

        await control.listen("8009", "8001")  # in a conference as well
        await supervisor.comes_to_hear(CALLER_HZ, AGENT_HZ)
        await caller.comes_to_hear(AGENT_HZ)
        await agent.comes_to_hear(CALLER_HZ)

        assert supervisor.phone.calls == 1  # it rang once
        await control.stop_listening("8009")
        await supervisor.over()
        with pytest.raises(NotListening):
            await control.stop_listening("8009")
        await caller.comes_to_hear(AGENT_HZ)
        await talk.end()
        looks = [(facts["by"], facts["how"]) for _, kind, facts in talk.street.told if kind == "call.listened"]
        assert looks == [("王班长", "listen"), ("8009", "whisper"), ("8009", "barge"), ("8009", "listen")]


async def test_listening_goes_on_through_a_hold_and_ends_with_the_talk(city: City) -> None:
    async with watched(city) as (talk, supervisor):
        await talk.control.listen("8009", "8001")
        await supervisor.comes_to_hear(CALLER_HZ, AGENT_HZ)
        await talk.control.hold("8001")
        await talk.caller.comes_to_hear(MUSIC_HZ)
        await supervisor.comes_to_hear(AGENT_HZ)
        await talk.control.resume("8001")
        await supervisor.comes_to_hear(CALLER_HZ, AGENT_HZ)
        await talk.agent.hang_up()
        await supervisor.over()


async def test_a_supervisor_who_joined_leaves_the_two_talking(city: City) -> None:
    async with watched(city) as (talk, supervisor):
        await talk.control.barge("8009", "8001")
        await supervisor.phone.up.wait()
        await supervisor.hang_up()
        await talk.caller.comes_to_hear(AGENT_HZ)
        await talk.agent.comes_to_hear(CALLER_HZ)
        await talk.end()


async def test_nobody_to_listen_to(city: City) -> None:
    async with seats(city[0]) as street:
        with pytest.raises(NotTalking):
            await street.control.listen("8009", "8001")


async def test_nobody_to_listen(city: City) -> None:
    async with talking(city[0]) as talk:
        with pytest.raises(SupervisorNotReached, match="没有登录"):
            await talk.control.listen("8009", "8001")
        with pytest.raises(SupervisorNotReached):
            await talk.control.listen("8001", "8001")
        assert "call.listened" not in talk.street.kinds("call:")
        await talk.end()


async def test_who_has_stopped_hears_nothing_from_that_moment_on(city: City) -> None:
    async with watched(city) as (talk, _):
        for _ in range(10):
            await talk.control.listen("8009", "8001")
            await talk.control.stop_listening("8009")
            assert await talk.control.listeners("8001") == []
        await talk.end()
