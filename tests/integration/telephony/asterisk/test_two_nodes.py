"""Two processes of ours behind one Asterisk: what one leaves, the other takes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telephony.asterisk.runner import Asterisk
from telephony.dialled import Dialled
from tests.integration.telephony.asterisk.conftest import PATIENCE_S, Open, Street, on_each_node
from tests.integration.telephony.test_line_contract import loud_seconds
from tests.serving import until


@asynccontextmanager
async def two_bots(pair: Asterisk, street: Open) -> AsyncIterator[tuple[Street, Street, Dialled]]:
    """Run both processes and let somebody call; the one that has the call comes first."""
    async with asyncio.timeout(PATIENCE_S):
        bots = await on_each_node(pair, street, None)
        caller = await bots[0].dial()
        await until(lambda: any(each.bot.answered.is_set() for each in bots))
        had, other = sorted(bots, key=lambda each: len(each.bot.calls), reverse=True)
        assert not other.bot.calls
        yield had, other, caller


async def test_a_call_whose_process_ends_goes_on_with_the_other(pair: Asterisk, street: Open) -> None:
    async with two_bots(pair, street) as (had, other, caller):
        await had.line.stop()
        await other.bot.answered.wait()
        assert caller.ended is None
        assert other.bot.call.caller == "13800001234"
        await until(lambda: loud_seconds(caller.heard) > 0.15)
        caller.press("4")
        await until(lambda: other.bot.keys == "4")
        await caller.hang_up()
        await other.bot.over.wait()


async def test_while_a_process_drains_new_calls_go_to_the_other(pair: Asterisk, street: Open) -> None:
    async with two_bots(pair, street) as (had, other, caller):
        draining = asyncio.create_task(had.line.stop(drain_s=PATIENCE_S))
        await asyncio.sleep(0)
        new = [await other.dial(f"1380000000{n}") for n in range(8)]  # each is offered to one of the two first
        assert all([await each.answered() for each in new])
        await until(lambda: len(other.bot.calls) == len(new) and all(call.talking for call in other.bot.calls))
        assert len(had.bot.calls) == 1 and not draining.done()
        caller.press("4")  # the running call goes on meanwhile
        await until(lambda: had.bot.keys == "4")
        await caller.hang_up()
        await draining
        assert had.bot.ended is not None and had.bot.ended.by == "caller"
        assert not any(each.ended for each in new)
