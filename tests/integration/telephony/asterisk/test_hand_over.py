"""From the bot to a human and back, through a real Asterisk with real telephones."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from telephony.asterisk.call import AsteriskCall
from telephony.asterisk.line import AsteriskLine
from telephony.asterisk.runner import Asterisk
from telephony.caller import SipCaller
from telephony.dialled import Dialled
from telephony.line import Call, HungUp, KeyPress
from tests.agent_phone import agent_phone
from tests.integration.telephony.conftest import tone
from tests.integration.telephony.test_line_contract import loud_seconds
from tests.serving import until

PATIENCE_S = 30.0


class Bot:
    """Answers, hands over to `queue`, and says what came of it."""

    def __init__(self, queue: str = "general", patience_s: float | None = None, urgent: bool = False) -> None:
        self.queue, self.patience_s, self.urgent = queue, patience_s, urgent
        self.outcome: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.call: AsteriskCall | None = None
        self.ended: HungUp | None = None
        self.keys = ""
        self.go_on = asyncio.Event()

    async def __call__(self, call: Call) -> None:
        assert isinstance(call, AsteriskCall)
        self.call = call
        await call.answer()
        call.play(tone(0.1))
        await call.played_out()
        done = await call.transfer(self.queue, self.patience_s, self.urgent)
        self.outcome.set_result(done)
        if not done:
            call.play(tone(0.4))
            await call.played_out()
        async for event in call.events():
            if isinstance(event, KeyPress):
                self.keys += event.key
            elif isinstance(event, HungUp):
                self.ended = event


Dial = Callable[..., Awaitable[Dialled]]


@pytest.fixture
async def dial(asterisk: Asterisk) -> AsyncIterator[Dial]:
    """Call a line whose answerer is given."""
    line, telephone = AsteriskLine(asterisk.settings), SipCaller()

    async def place(bot: Bot, number: str = "13800001234") -> Dialled:
        if not line.ami.up:
            await line.start(bot)
            # A phone that did not answer in an earlier test is paused since.
            line.ami.send("QueuePause", {"Interface": "PJSIP/8001", "Paused": "false"})
            await telephone.start()
        return await telephone.dial(f"sip:12345@127.0.0.1:{asterisk.settings.sip_port}", number)

    yield place
    await telephone.stop()
    await line.stop()


async def test_a_free_agent_gets_the_caller_and_both_hear_each_other(asterisk: Asterisk, dial: Dial) -> None:
    bot = Bot()
    async with asyncio.timeout(PATIENCE_S), agent_phone(asterisk.settings) as agent:
        caller = await dial(bot)
        assert await caller.answered()
        await agent.up.wait()
        assert await bot.outcome is True
        caller.send(tone(0.6))
        agent.say(tone(0.5))
        await caller.sent()
        await until(lambda: loud_seconds(bytes(agent.heard)) > 0.4 and loud_seconds(caller.heard) > 0.5)
        await agent.hang_up()
        assert (await caller.over()).by == "them"
    assert bot.call is not None and bot.call.agent == "PJSIP/8001"
    assert bot.ended is not None and (bot.ended.by, bot.ended.reason) == ("us", "transferred")


async def test_nobody_logged_in_brings_the_caller_back_at_once(dial: Dial) -> None:
    bot = Bot()
    async with asyncio.timeout(PATIENCE_S):
        caller = await dial(bot)
        assert await bot.outcome is False
        assert bot.call is not None and bot.call.returned == "JOINEMPTY"
        await until(lambda: loud_seconds(caller.heard) > 0.4)
        caller.press("5")
        await until(lambda: bot.keys == "5")
        await caller.hang_up()
        await until(lambda: bot.ended)
    assert bot.ended is not None and bot.ended.by == "caller"


@pytest.mark.parametrize("behaviour", [None, "busy"])
async def test_an_agent_who_does_not_answer_brings_the_caller_back(
    asterisk: Asterisk, dial: Dial, behaviour: str | None
) -> None:
    bot = Bot(patience_s=2)
    async with asyncio.timeout(PATIENCE_S), agent_phone(asterisk.settings, answer_after_s=behaviour) as agent:
        caller = await dial(bot)
        await agent.rang.wait()
        assert await bot.outcome is False
        assert bot.call is not None and bot.call.returned in ("TIMEOUT", "LEAVEUNAVAIL", "LEAVEEMPTY")
        await until(lambda: loud_seconds(caller.heard) > 0.4)
        await caller.hang_up()


async def test_a_waiting_caller_may_choose_the_bot_again(asterisk: Asterisk, dial: Dial) -> None:
    bot = Bot(patience_s=20)
    async with asyncio.timeout(PATIENCE_S), agent_phone(asterisk.settings, answer_after_s=None) as agent:
        caller = await dial(bot)
        await agent.rang.wait()
        caller.press("2")
        assert await bot.outcome is False
        assert bot.call is not None and bot.call.returned == "KEY2"
        await caller.hang_up()


async def test_a_caller_who_leaves_the_queue_is_gone_for_the_bot_too(asterisk: Asterisk, dial: Dial) -> None:
    bot = Bot(patience_s=20)
    async with asyncio.timeout(PATIENCE_S), agent_phone(asterisk.settings, answer_after_s=None) as agent:
        caller = await dial(bot)
        await agent.rang.wait()
        await caller.hang_up()
        assert await bot.outcome is False
        await agent.over.wait()
        await until(lambda: bot.ended)
    assert bot.ended is not None and bot.ended.by == "caller"
