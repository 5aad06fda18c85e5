"""What breaks while agents hold, confer and listen, and that no caller is dropped for it."""

import asyncio

from telephony.asterisk.control import Control
from telephony.asterisk.exchange import Exchange
from telephony.asterisk.runner import Asterisk
from telephony.asterisk.settings import AgentSettings, QueueSettings
from tests.agent_phone import AgentPhone, agent_phone
from tests.asterisk import City, running_asterisk
from tests.integration.telephony.asterisk.conftest import PATIENCE_S, Bot
from tests.integration.telephony.asterisk.seat_kit import (
    AGENT_HZ,
    CALLER_HZ,
    DEPARTMENT,
    MUSIC_HZ,
    OTHER_HZ,
    Party,
    department,
    seats,
    talking,
)
from tests.serving import until


async def test_an_agent_who_vanishes_during_hold_or_after_it_leaves_the_caller_to_the_next() -> None:
    queues = (QueueSettings(name="general", ring_s=3, wrapup_s=0),)
    agents = (AgentSettings(number="8001"), AgentSettings(number="8002"))
    with running_asterisk(lost_phone_s=2, queues=queues, agents=agents) as asterisk:
        first, second = AgentPhone(asterisk.settings, "8001"), AgentPhone(asterisk.settings, "8002")
        async with asyncio.timeout(PATIENCE_S), seats(asterisk) as street:
            await first.log_in()
            caller, _ = await street.talk(first)
            await street.control.hold("8001")
            await caller.comes_to_hear(MUSIC_HZ)
            await second.log_in()
            first.line.vanish()
            await second.up.wait()
            async with agent_phone(asterisk.settings, "8001"):
                pass  # is logged out by this: the queue does not ring it
            other = Party(OTHER_HZ, second)
            await other.comes_to_hear(CALLER_HZ)
            await until(lambda: street.stage(second) == "talking")
            await street.control.hold("8002")
            await street.control.resume("8002")
            await other.comes_to_hear(CALLER_HZ)
            second.line.vanish()  # in the room this time; nobody is left who could take over
            await until(lambda: len(street.bot.calls) == 2)
            assert not caller.phone.ended
            assert [f["by"] for _, kind, f in street.told if kind == "agent.finished"] == ["line", "line"]
            await caller.hang_up()
            await first.line.stop()
            await second.line.stop()


async def test_another_process_of_ours_finds_every_talk_as_it_stands(city: City) -> None:
    settings = city[0].settings
    async with department(city) as office, talking(city[0]) as talk:

        async def found() -> None:
            """Wait until a process that starts now knows what the one knows that was there all the time."""
            for _ in range(50):
                fresh = Exchange(settings)
                await fresh.start()
                same = fresh.talks.all == talk.street.line.exchange.talks.all
                await fresh.stop()
                if same:
                    return
            raise AssertionError(talk.street.line.exchange.talks.all)

        await found()
        await talk.control.hold("8001")
        await found()
        successor = Exchange(settings)
        await successor.start()
        try:
            control = Control(successor, talk.street.record)
            await control.resume("8001")
            await talk.caller.comes_to_hear(AGENT_HZ)
            await found()
            await control.three_party("8001", DEPARTMENT)
            await until(lambda: talk.stage == "conference")
            await found()
            await control.hold("8001")
            await found()
            async with agent_phone(settings, "8002", None) as second:
                await until(lambda: successor.queues.of_agent("8002")["general"].logged_in)
                passing = asyncio.create_task(control.transfer("8001", "8002", ring_s=3))
                await second.rang.wait()
                await until(lambda: talk.stage == "transferring")  # events come a moment after the telephone rings
                await found()
                assert await passing is False
            await until(lambda: talk.stage == "conference")
            await found()
            await talk.agent.comes_to_hear(CALLER_HZ)
        finally:
            await successor.stop()
        await talk.agent.hang_up()
        await talk.caller.hang_up()
        await office.over.wait()


async def test_agents_who_hang_up_at_once_cost_the_next_caller_nothing(asterisk: Asterisk) -> None:
    async with (
        asyncio.timeout(PATIENCE_S / 2),
        agent_phone(asterisk.settings) as phone,
        seats(asterisk, Bot(None)) as street,
    ):
        callers = [await street.dial(f"1380000000{n}") for n in (1, 2, 3)]
        await until(lambda: len(street.bot.calls) == 3 and all(call.talking for call in street.bot.calls))
        handing = [asyncio.create_task(call.transfer("general", 30)) for call in street.bot.calls]
        for _ in callers:
            await phone.up.wait()
            phone.up.clear()
            await phone.hang_up()
        await asyncio.gather(*handing)
        for caller in callers:
            await caller.hang_up()
