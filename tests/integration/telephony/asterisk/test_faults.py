"""What breaks while citizens are on the line, and that none of them is dropped for it."""

import asyncio
import sys
import time
from collections.abc import Iterator

import pytest

from telephony.asterisk.breaks import Breaks
from telephony.asterisk.install import install
from telephony.asterisk.runner import Asterisk
from telephony.caller import SipCaller
from telephony.line import Call
from tests.agent_phone import AgentPhone, agent_phone, end_pause
from tests.asterisk import asterisk_settings, running_asterisk
from tests.integration.telephony.asterisk.conftest import PATIENCE_S, Bot, Open, Street
from tests.integration.telephony.conftest import tone
from tests.integration.telephony.test_line_contract import loud_seconds
from tests.serving import until
from tests.tcp_proxy import TcpProxy


async def test_a_bot_killed_in_mid_call_leaves_its_caller_to_a_human(asterisk: Asterisk) -> None:
    await end_pause(asterisk.settings)
    file = asterisk.settings.folder / "settings.json"
    file.write_text(asterisk.settings.model_dump_json(), encoding="utf8")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bot_process", str(file), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        await process.stdout.readline()
        async with asyncio.timeout(PATIENCE_S), SipCaller() as telephone, agent_phone(asterisk.settings) as agent:
            caller = await telephone.dial(f"sip:12345@127.0.0.1:{asterisk.settings.sip_port}", "13800001234")
            await until(lambda: loud_seconds(caller.heard) > 0.5)
            process.kill()
            await agent.up.wait()
            caller.send(tone(0.5))
            await until(lambda: loud_seconds(bytes(agent.heard)) > 0.4)
            await caller.hang_up()
    finally:
        await process.wait()


async def test_a_bot_that_is_down_leaves_new_callers_to_humans(asterisk: Asterisk) -> None:
    await end_pause(asterisk.settings)
    async with asyncio.timeout(PATIENCE_S), SipCaller() as telephone, agent_phone(asterisk.settings) as agent:
        caller = await telephone.dial(f"sip:12345@127.0.0.1:{asterisk.settings.sip_port}", "13800001234")
        assert await caller.answered()
        await agent.up.wait()
        await caller.hang_up()
        await agent.over.wait()


async def test_a_refusal_that_comes_too_late_leaves_the_caller_in_the_queue(asterisk: Asterisk, street: Open) -> None:
    settings = asterisk.settings

    async def slow(call: Call) -> None:
        time.sleep(settings.decide_s + 0.5)  # noqa: ASYNC251  # the whole process stands still
        await call.refuse()

    async with asyncio.timeout(PATIENCE_S):
        opened = await street(asterisk, slow)
        async with agent_phone(settings) as agent:
            caller = await opened.dial()
            await agent.up.wait()
            caller.send(tone(0.5))
            await until(lambda: loud_seconds(bytes(agent.heard)) > 0.4)
            await caller.hang_up()
            await agent.over.wait()


async def test_ami_cut_for_thirty_seconds_loses_no_call(asterisk: Asterisk, street: Open) -> None:
    settings = asterisk.settings
    async with asyncio.timeout(60 + PATIENCE_S), TcpProxy(settings.host, settings.ami_port) as proxy:
        bot = Bot(queue=None)
        opened = await street(asterisk, bot, settings.model_copy(update={"ami_port": proxy.port}))
        staying, leaving, wanting = [await opened.dial(f"1380000000{n}") for n in (1, 2, 3)]
        await until(lambda: len(bot.calls) == 3 and all(call.talking for call in bot.calls))
        calls = {call.caller: call for call in bot.calls}
        proxy.cut()
        cut = time.monotonic()
        await until(lambda: not opened.line.exchange.reachable)
        await leaving.hang_up()  # whoever hangs up meanwhile is gone for us at once
        await until(lambda: opened.line.running == 2)
        async with agent_phone(settings) as agent:  # whoever wants a human gets one although nobody can order it
            handing = asyncio.create_task(calls["13800000003"].transfer("general"))
            await agent.up.wait()
            wanting.send(tone(0.5))
            await until(lambda: loud_seconds(bytes(agent.heard)) > 0.4)
            before = loud_seconds(staying.heard)
            calls["13800000001"].play(tone(0.5))
            await until(lambda: loud_seconds(staying.heard) > before + 0.4)
            await asyncio.sleep(30 - (time.monotonic() - cut))
            assert not staying.ended and not wanting.ended
            proxy.mend()
            assert await handing is True  # learnt from the resync
            assert opened.line.exchange.queues.standing("general", time.time()).logged_in == 1
            staying.press("7")
            await until(lambda: bot.keys == "7")
            await calls["13800000001"].hang_up()
            assert (await staying.over()).by == "them"
            await wanting.hang_up()


async def test_a_goodbye_while_ami_is_cut_ends_the_call_later(asterisk: Asterisk, street: Open) -> None:
    settings = asterisk.settings
    async with asyncio.timeout(PATIENCE_S), TcpProxy(settings.host, settings.ami_port) as proxy:
        bot = Bot(queue=None)
        opened = await street(asterisk, bot, settings.model_copy(update={"ami_port": proxy.port}))
        caller = await opened.dial()
        await bot.answered.wait()
        proxy.cut()
        await until(lambda: not opened.line.exchange.reachable)
        await bot.call.hang_up()
        await bot.over.wait()
        await asyncio.sleep(1)
        assert not caller.ended  # neither cut off nor passed to a human
        proxy.mend()
        assert (await caller.over()).by == "them"


async def test_a_restarted_asterisk_is_found_again() -> None:
    with asterisk_settings() as settings:
        asterisk = Asterisk(settings, "12345", install())
        await asterisk.start()
        bot = Bot(queue=None)
        opened = Street(settings, bot)
        Breaks(opened.line.exchange)
        try:
            async with asyncio.timeout(PATIENCE_S), opened:
                lunch: dict[str, object] = {"Interface": "PJSIP/8001", "Paused": "true", "Reason": "吃饭"}
                await opened.line.exchange.ami.ask("QueuePause", lunch)
                caller = await opened.dial()
                await bot.answered.wait()
                await asterisk.stop()
                await bot.over.wait()
                assert opened.line.running == 0
                caller.vanish()
                await asterisk.start()
                await until(lambda: opened.line.exchange.reachable)
                queues = opened.line.exchange.queues
                await until(lambda: [one.reason for one in queues.of_agent("8001").values()] == ["吃饭"] * 4)
                bot.answered.clear()
                again = await opened.dial("13800005678")
                await bot.answered.wait()
                assert loud_seconds(again.heard) > 0
                await again.hang_up()
        finally:
            await asterisk.stop()


@pytest.fixture(scope="module")
def impatient() -> Iterator[Asterisk]:
    """An Asterisk that gives a silent telephone up after the least time there is."""
    with running_asterisk(lost_phone_s=2) as made:
        yield made


async def test_an_agent_who_vanishes_leaves_the_caller_to_the_next_one(impatient: Asterisk, street: Open) -> None:
    settings = impatient.settings
    first = AgentPhone(settings, "8001")
    async with asyncio.timeout(PATIENCE_S):
        opened = await street(impatient, Bot())
        await first.log_in()
        caller = await opened.dial()
        await first.up.wait()
        async with agent_phone(settings, "8002") as second:
            first.line.vanish()
            await second.up.wait()
            caller.send(tone(0.5))
            await until(lambda: loud_seconds(bytes(second.heard)) > 0.4)
            await caller.hang_up()
        await first.line.stop()


async def test_a_caller_who_vanishes_is_noticed(impatient: Asterisk, street: Open) -> None:
    bot = Bot(queue=None)
    async with asyncio.timeout(PATIENCE_S):
        caller = await (await street(impatient, bot)).dial()
        await bot.answered.wait()
        caller.vanish()
        await bot.over.wait()
    assert bot.ended is not None and (bot.ended.by, bot.ended.reason) == ("line", "vanished")


async def test_a_slow_decision_lets_the_caller_ring(asterisk: Asterisk, street: Open) -> None:
    async def slow(call: Call) -> None:
        await asyncio.sleep(3)
        await call.answer()
        call.play(tone(0.3))
        await call.played_out()

    async with asyncio.timeout(PATIENCE_S):
        caller = await (await street(asterisk, slow)).dial()
        assert await caller.answered()
        assert (await caller.over()).by == "them"
    assert loud_seconds(caller.heard) > 0.2


async def test_a_process_that_ends_leaves_a_waiting_caller_in_the_queue(asterisk: Asterisk, street: Open) -> None:
    async with asyncio.timeout(PATIENCE_S), agent_phone(asterisk.settings) as agent:
        bot = Bot(queue=None)
        opened = await street(asterisk, bot)
        talking, waiting = [await opened.dial(number) for number in ("13800000001", "13800000002")]
        await until(lambda: len(bot.calls) == 2 and all(call.talking for call in bot.calls))
        calls = {call.caller: call for call in bot.calls}
        assert await calls["13800000001"].transfer("general")
        handing = asyncio.create_task(calls["13800000002"].transfer("general", patience_s=60))
        await until(lambda: opened.line.exchange.queues.standing("general", time.time()).waiting == 1)
        await opened.line.stop(drain_s=0.5)
        assert await handing is False and not opened.line.exchange.reachable
        assert not waiting.ended and not talking.ended
        agent.up.clear()
        await agent.hang_up()  # free for the one who waits
        await talking.over()
        await agent.up.wait()
        waiting.send(tone(0.5))
        await until(lambda: loud_seconds(bytes(agent.heard)) > 0.4)
        await waiting.hang_up()
        await agent.over.wait()
