"""Callers whom nobody took are on record and called back, also those who came while no process of ours was up."""

import asyncio

from telephony.asterisk.runner import Asterisk
from telephony.caller import SipCaller
from tests.agent_phone import agent_phone
from tests.integration.telephony.asterisk.conftest import PATIENCE_S, Bot
from tests.integration.telephony.asterisk.seat_kit import Seats, seats
from tests.serving import until

City = tuple[Asterisk, int]
ENTRY = {"Family": "hotline-missed", "Key": "0c0ffee0-call", "Val": "1795397553 unanswered 13900000009"}


def missed(street: Seats) -> list[tuple[object, object]]:
    """Who was missed, and why."""
    facts = (facts for _, kind, facts in street.told if kind == "call.missed")
    return [(each["caller"], each["reason"]) for each in facts]


async def test_who_gives_up_in_the_queue_is_missed_and_who_was_served_is_not(city: City) -> None:
    bot = Bot("company", patience_s=60)
    async with (
        asyncio.timeout(PATIENCE_S),
        agent_phone(city[0].settings, "8002", None) as phone,
        seats(city[0], bot) as street,
    ):
        caller = await street.dial()
        await phone.rang.wait()
        await caller.hang_up()
        await until(lambda: missed(street) == [("13800001234", "queue")])
        assert street.facts("call.left_queue")["abandoned"] is True
        bot.queue = None
        bot.answered.clear()
        talking = await street.dial("13800000002")
        await bot.answered.wait()
        await talking.hang_up()
        await until(lambda: street.line.running == 0)
        await street.line.exchange.refresh()
        assert len(missed(street)) == 1


async def test_who_talked_with_a_human_is_not_missed(city: City) -> None:
    async with (
        asyncio.timeout(PATIENCE_S),
        agent_phone(city[0].settings, "8002") as phone,
        seats(city[0], Bot("company")) as street,
    ):
        caller, _ = await street.talk(phone)
        await caller.phone.hang_up()
        await until(lambda: "agent.finished" in street.kinds("agent:8002"))
        await street.line.exchange.refresh()
        assert missed(street) == []


async def test_who_hung_up_while_nothing_of_ours_was_up_is_on_record_later(city: City) -> None:
    address = f"sip:12345@127.0.0.1:{city[0].settings.sip_port}"
    async with asyncio.timeout(PATIENCE_S):
        async with SipCaller() as telephone:
            for number in ("13900000001", "13900000002"):
                caller = await telephone.dial(address, number)
                await asyncio.sleep(0.3)  # nobody has answered yet: it rings
                await caller.hang_up()
        async with seats(city[0]) as street:
            await until(lambda: len(missed(street)) == 2)
            expected = [("13900000001", "unanswered"), ("13900000002", "unanswered")]
            assert sorted(missed(street), key=str) == expected
            ami = street.line.exchange.ami
            await ami.ask("DBPut", dict(ENTRY))
            await street.line.exchange.refresh()
            facts = {"caller": "13900000009", "reason": "unanswered", "missed_at": 1795397553}
            assert ("call:0c0ffee0-call", "call.missed", facts) in street.told
            assert await ami.list("DBGetTree", {"Family": "hotline-missed"}) == []
