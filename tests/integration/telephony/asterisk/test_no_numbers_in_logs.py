"""Callers' numbers are on record and nowhere else: neither our log nor Asterisk's has them."""

import asyncio
import logging
from collections.abc import Iterator

import pytest

from telephony.asterisk.dialer import AsteriskDialer
from telephony.dialer import Unanswered
from telephony.line import Call
from telephony.settings import LineSettings
from telephony.sip_line import SipLine
from tests.agent_phone import agent_phone
from tests.asterisk import City, all_logged
from tests.integration.telephony.asterisk.conftest import PATIENCE_S, Bot, Open
from tests.integration.telephony.asterisk.seat_kit import DEPARTMENT, MUSIC_HZ, department, talking
from tests.serving import until

CITIZEN = "13987650412"


@pytest.fixture(autouse=True)
def nothing_is_logged(caplog: pytest.LogCaptureFixture, city: City) -> Iterator[None]:
    """Afterwards look for the number in everything that was logged, be it for developers only."""
    with caplog.at_level(logging.DEBUG):
        yield
    assert CITIZEN not in all_logged(caplog, city[0])


async def test_while_agents_do_what_they_can(city: City) -> None:
    async with (
        department(city) as office,
        agent_phone(city[0].settings, "8009") as supervisor,
        talking(city[0], number=CITIZEN) as talk,
    ):
        await talk.control.listen("8009", "8001")
        await talk.control.hold("8001")
        await talk.caller.comes_to_hear(MUSIC_HZ)
        exchange = talk.street.line.exchange
        exchange.ami.cut()
        await until(lambda: not exchange.reachable)
        await until(lambda: exchange.reachable and talk.stage == "held")
        await talk.control.three_party("8001", DEPARTMENT)
        await talk.agent.hang_up()
        await talk.caller.hang_up()
        await office.over.wait()
        await supervisor.over.wait()


async def test_where_nobody_answers_and_where_we_break(city: City, street: Open) -> None:
    async def broken(call: Call) -> None:
        await call.answer()
        raise ZeroDivisionError

    settings = city[0].settings
    async with asyncio.timeout(PATIENCE_S), agent_phone(settings, answer_after_s="busy"):
        bot = Bot(patience_s=2)
        opened = await street(city[0], bot)
        caller = await opened.dial(CITIZEN)
        assert await bot.outcome is False
        await caller.hang_up()
        await bot.over.wait()
        await opened.line.stop()
        opened = await street(city[0], broken)
        await (await opened.dial(CITIZEN)).over()
        await opened.line.stop()
    async with asyncio.timeout(PATIENCE_S):
        caller = await opened.dial(CITIZEN)  # neither bot nor human: Asterisk keeps the number until somebody asks
        await caller.over()


async def test_when_we_call(city: City) -> None:
    async def decline(call: Call) -> None:
        await call.refuse()

    switch = SipLine(LineSettings(port=city[1], number="*"))
    await switch.start(decline)
    try:
        async with asyncio.timeout(PATIENCE_S), AsteriskDialer(city[0].settings) as dialer:
            assert await dialer.dial(CITIZEN, 5) == Unanswered("busy", "cause 17")
    finally:
        await switch.stop()
