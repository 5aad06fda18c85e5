"""Breaks and the wrap-up after a talk (话后整理), and that both survive a restart of ours."""

import asyncio
import time

import pytest

from telephony.asterisk.queues import wrap_up_reason
from telephony.errors import AgentUnknown, NotWrappingUp, ReasonInvalid
from tests.agent_phone import agent_phone
from tests.asterisk import City
from tests.integration.telephony.asterisk.conftest import PATIENCE_S, Bot
from tests.integration.telephony.asterisk.seat_kit import Seats, seats
from tests.serving import until


def standing(street: Seats, queue: str = "company") -> tuple[int, int]:
    """How many are logged in, and how many free."""
    found = street.line.exchange.queues.standing(queue, time.time())
    return found.logged_in, found.free


def reason(street: Seats) -> str:
    members = street.line.exchange.queues.of_agent("8002")
    return next((member.reason for member in members.values() if member.paused), "")


async def test_after_a_talk_the_agent_finishes_the_ticket_and_is_then_free(city: City) -> None:
    async with (
        asyncio.timeout(PATIENCE_S),
        agent_phone(city[0].settings, "8002") as phone,
        seats(city[0], Bot("company")) as street,
    ):
        await until(lambda: standing(street) == (1, 1))
        caller, _ = await street.talk(phone)
        await phone.hang_up()
        await caller.over()
        await until(lambda: reason(street).startswith("话后整理"))
        assert standing(street) == (1, 0)
        await until(lambda: standing(street) == (1, 1))
        kinds = street.kinds("agent:8002")
        assert kinds[-3:] == ["agent.finished", "agent.wrapup", "agent.unpaused"]
        assert kinds.count("agent.wrapup") == 1  # though the agent is in two queues


async def test_ready_ends_the_wrap_up_and_the_waiting_caller_is_rung_at_once(city: City) -> None:
    async with (
        asyncio.timeout(PATIENCE_S),
        agent_phone(city[0].settings, "8002") as phone,
        seats(city[0], Bot("company")) as street,
    ):
        caller, _ = await street.talk(phone)
        phone.up.clear()
        await phone.hang_up()
        await caller.over()
        await until(lambda: reason(street))
        ends = await street.control.more_time("8002", 300)
        assert ends > time.time() + 290
        next_caller = await street.dial("13800000002")
        await until(lambda: len(street.bot.calls) == 2)
        handing = asyncio.create_task(street.bot.calls[1].transfer("company", 20))
        await until(lambda: street.line.exchange.queues.standing("company", time.time()).waiting == 1)
        await asyncio.sleep(3.5)  # the first end has come and gone
        assert not phone.up.is_set() and reason(street) == wrap_up_reason(ends)
        await street.control.ready("8002", by="8002")
        assert await handing is True
        await next_caller.hang_up()
        await phone.over.wait()
        await until(lambda: reason(street))


async def test_a_wrap_up_that_ended_while_we_were_away_is_ended_at_the_start(city: City) -> None:
    settings = city[0].settings
    async with asyncio.timeout(PATIENCE_S), agent_phone(settings, "8002"):
        async with seats(city[0]) as first:
            soon: dict[str, object] = {"Reason": wrap_up_reason(time.time() + 1), "Paused": "true"}
            await first.line.exchange.ami.ask("QueuePause", {"Interface": "PJSIP/8002"} | soon)
            await until(lambda: reason(first).startswith("话后整理"))
        async with seats(city[0], fresh=False) as second:
            assert reason(second).startswith("话后整理")
            await until(lambda: standing(second) == (1, 1))
        async with seats(city[0]) as first:
            past: dict[str, object] = {"Reason": wrap_up_reason(time.time() - 60), "Paused": "true"}
            await first.duty.close()
            await first.line.exchange.ami.ask("QueuePause", {"Interface": "PJSIP/8001"} | past)
        async with seats(city[0], fresh=False) as second:
            await until(lambda: not any(one.paused for one in second.line.exchange.queues.members("general")))


async def test_a_break_holds_through_a_talk_and_needs_a_reason(city: City) -> None:
    async with (
        asyncio.timeout(PATIENCE_S),
        agent_phone(city[0].settings, "8002") as phone,
        seats(city[0], Bot("company")) as street,
    ):
        control = street.control
        caller, _ = await street.talk(phone)
        await control.pause("8002", "吃饭", by="8002")
        await phone.hang_up()
        await caller.over()
        await until(lambda: "agent.finished" in street.kinds("agent:8002"))
        assert reason(street) == "吃饭"
        with pytest.raises(NotWrappingUp):
            await control.ready("8002")
        assert standing(street) == (0, 0)
        for wrong in ("", " ", "话后整理 1", "长" * 41, "一\r\nAction: Logoff"):
            with pytest.raises(ReasonInvalid):
                await control.pause("8002", wrong)
        with pytest.raises(AgentUnknown):
            await control.pause("7777", "吃饭")
        await control.unpause("8002")
        await until(lambda: standing(street) == (1, 1))
        kinds = [kind for kind in street.kinds("agent:8002") if "pause" in kind]
        assert kinds == ["agent.paused", "agent.unpaused"]


async def test_a_caller_is_not_left_where_everybody_goes_on_a_break(city: City) -> None:
    bot = Bot("company", patience_s=60)
    async with (
        asyncio.timeout(PATIENCE_S),
        agent_phone(city[0].settings, "8002", None) as phone,
        seats(city[0], bot) as street,
    ):
        await street.dial()
        await phone.rang.wait()
        await street.control.pause("8002", "吃饭")
        assert await bot.outcome is False
        assert bot.call.reason == "LEAVEEMPTY"
