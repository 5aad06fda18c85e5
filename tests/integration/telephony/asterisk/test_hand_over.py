"""From the bot to a human and back, through a real Asterisk with real telephones."""

import asyncio

import pytest

from telephony.asterisk.runner import Asterisk
from telephony.line import Returned
from tests.agent_phone import agent_phone
from tests.integration.telephony.asterisk.conftest import PATIENCE_S, Bot, Open
from tests.integration.telephony.conftest import tone
from tests.integration.telephony.test_line_contract import loud_seconds
from tests.serving import until


async def test_a_free_agent_gets_the_caller_and_both_hear_each_other(asterisk: Asterisk, street: Open) -> None:
    bot = Bot()
    async with asyncio.timeout(PATIENCE_S), agent_phone(asterisk.settings) as agent:
        caller = await (await street(asterisk, bot)).dial()
        assert await caller.answered()
        await agent.up.wait()
        assert await bot.outcome is True
        caller.send(tone(0.6))
        agent.say(tone(0.5))
        await until(lambda: loud_seconds(bytes(agent.heard)) > 0.4 and loud_seconds(caller.heard) > 0.5)
        await agent.hang_up()
        assert (await caller.over()).by == "them"
        await bot.over.wait()
    assert bot.call.agent == "PJSIP/8001"
    assert bot.ended is not None and (bot.ended.by, bot.ended.reason) == ("us", "transferred")


async def test_nobody_logged_in_brings_the_caller_back_at_once(asterisk: Asterisk, street: Open) -> None:
    bot = Bot()
    async with asyncio.timeout(PATIENCE_S):
        caller = await (await street(asterisk, bot)).dial()
        assert await bot.outcome is False
        assert bot.call.reason == "JOINEMPTY"
        await until(lambda: loud_seconds(caller.heard) > 0.4)
        caller.press("5")
        await until(lambda: bot.keys == "5")
        await caller.hang_up()
        await bot.over.wait()
    assert bot.ended is not None and bot.ended.by == "caller"


@pytest.mark.parametrize("behaviour", [None, "busy"])
async def test_an_agent_who_does_not_answer_brings_the_caller_back(
    asterisk: Asterisk, street: Open, behaviour: str | None
) -> None:
    bot = Bot(patience_s=2)
    async with asyncio.timeout(PATIENCE_S), agent_phone(asterisk.settings, answer_after_s=behaviour) as agent:
        caller = await (await street(asterisk, bot)).dial()
        await agent.rang.wait()
        assert await bot.outcome is False
        assert bot.call.reason in ("TIMEOUT", "LEAVEUNAVAIL", "LEAVEEMPTY")
        await until(lambda: loud_seconds(caller.heard) > 0.4)
        await caller.hang_up()


async def test_a_waiting_caller_may_choose_the_bot_again(asterisk: Asterisk, street: Open) -> None:
    bot = Bot(patience_s=20)
    async with asyncio.timeout(PATIENCE_S), agent_phone(asterisk.settings, answer_after_s=None) as agent:
        caller = await (await street(asterisk, bot)).dial()
        await agent.rang.wait()
        caller.press("2")
        assert await bot.outcome is False
        assert bot.call.returned is Returned.WANTS_CALL_BACK
        await caller.hang_up()


async def test_a_caller_who_leaves_the_queue_is_gone_for_the_bot_too(asterisk: Asterisk, street: Open) -> None:
    bot = Bot(patience_s=20)
    async with asyncio.timeout(PATIENCE_S), agent_phone(asterisk.settings, answer_after_s=None) as agent:
        caller = await (await street(asterisk, bot)).dial()
        await agent.rang.wait()
        await caller.hang_up()
        assert await bot.outcome is False
        await agent.over.wait()
        await bot.over.wait()
    assert bot.ended is not None and bot.ended.by == "caller"


async def test_an_urgent_caller_overtakes_those_who_wait(asterisk: Asterisk, street: Open) -> None:
    order: list[str] = []
    bots = {"13800000001": False, "13800000002": False, "13800000003": True}
    async with asyncio.timeout(PATIENCE_S), agent_phone(asterisk.settings) as agent:
        opened = await street(asterisk, Bot(queue=None))
        callers = [await opened.dial(number) for number in bots]
        await until(lambda: len(opened.bot.calls) == 3 and all(call.talking for call in opened.bot.calls))
        calls = {call.caller: call for call in opened.bot.calls}

        async def hand_over(number: str) -> None:
            assert await calls[number].transfer("general", 20, bots[number])
            order.append(number)

        tasks = []
        for number in bots:
            tasks.append(asyncio.create_task(hand_over(number)))
            await asyncio.sleep(0.2)
        for _ in bots:
            await agent.up.wait()
            agent.up.clear()
            await asyncio.sleep(0.3)
            await agent.hang_up()
        await asyncio.gather(*tasks)
        for caller in callers:
            await caller.over()
    assert order == ["13800000001", "13800000003", "13800000002"]
