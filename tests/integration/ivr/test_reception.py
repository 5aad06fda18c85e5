"""Who takes a call: the bot, a human or the call-back list, with real speech on a line in memory."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from dialog.ports import Staffing
from hotline.wiring import Parts
from ivr.humans import HumanLoad
from ivr.overflow_settings import Mode, OverflowSettings
from ivr.reception import Reception
from ivr.tools import Tools
from tests.integration.ivr.conftest import Dial

pytestmark = pytest.mark.asyncio(loop_scope="module")

AGENTS = "sip:agents@127.0.0.1"


@dataclass(slots=True)
class Desk:
    """Humans as a test sets them."""

    now: HumanLoad

    def staffing(self, reason: str, packet: Mapping[str, Any]) -> Staffing:
        return Staffing(self.now.logged_in > 0, self.now.free > 0)

    def target(self, reason: str, packet: Mapping[str, Any]) -> str:
        return AGENTS if self.now.logged_in else ""

    def load(self) -> HumanLoad:
        return self.now


FREE, BUSY, NOBODY = HumanLoad(1, 1), HumanLoad(1, 0, 1, 300.0), HumanLoad()


def tools(parts: Parts, load: HumanLoad, most: int = 20, mode: Mode = Mode.BOT_FIRST) -> Tools:
    settings = parts.tools.settings.model_copy(update={"max_calls": most, "overflow": OverflowSettings(mode=mode)})
    return replace(parts.tools, settings=settings, humans=Desk(load))


async def test_beyond_the_limit_a_free_human_takes_the_call(dial: Dial, parts: Parts) -> None:
    reception = Reception(tools(parts, FREE, most=1))
    first, second = await dial(reception=reception), await dial(reception=reception)
    await first.wait("call.answered")
    await asyncio.wait_for(second.side.over(), 60)
    assert (await second.wait("call.way")).body["to"] == "queue"
    assert second.side.transferred_to == AGENTS
    assert "转人工" in second.heard()
    assert not second.of("ticket.saved")
    ended = await second.wait("call.ended")
    assert ended.body["by"] == "us"
    await first.side.hang_up()


async def test_beyond_the_limit_without_humans_a_call_back_is_promised(dial: Dial, parts: Parts) -> None:
    reception = Reception(tools(parts, NOBODY, most=1))
    first, second = await dial(reception=reception), await dial(reception=reception)
    await first.wait("call.answered")
    await asyncio.wait_for(second.side.over(), 60)
    assert (await second.wait("call.way")).body["to"] == "call_back"
    assert "回电话" in second.heard()
    ticket = parts.store.find_now((await second.wait("ticket.saved")).body["number"])
    assert ticket is not None
    assert ticket.contact == second.number
    assert first.side.ended is None
    await first.side.hang_up()


async def test_a_human_who_does_not_answer_leaves_the_call_to_the_bot(dial: Dial, parts: Parts) -> None:
    caller = await dial(tools(parts, FREE, mode=Mode.HUMANS_FIRST))
    caller.side.accepts_transfer = False
    await caller.wait("transfer.failed")
    await caller.hear("请问您有什么事")
    assert [event.body["to"] for event in caller.of("call.way")] == ["queue", "bot"]
    await caller.say("我社保卡丢了怎么补")
    await caller.hear("补办")
    await caller.side.hang_up()
    await caller.wait("call.ended")


async def test_humans_first_hands_over_at_once(dial: Dial, parts: Parts) -> None:
    caller = await dial(tools(parts, FREE, mode=Mode.HUMANS_FIRST))
    await asyncio.wait_for(caller.side.over(), 60)
    assert caller.side.transferred_to == AGENTS
    assert "抱歉" not in caller.heard()


async def test_humans_first_leaves_the_overflow_to_the_bot(dial: Dial, parts: Parts) -> None:
    caller = await dial(tools(parts, BUSY, mode=Mode.HUMANS_FIRST))
    await caller.hear("请问您有什么事")
    assert (await caller.wait("call.way")).body["to"] == "bot"
    await caller.side.hang_up()


async def test_who_hangs_up_before_a_human_answers_is_on_record(dial: Dial, parts: Parts) -> None:
    caller = await dial(tools(parts, FREE, mode=Mode.HUMANS_FIRST))
    await caller.wait("call.way")
    await caller.side.hang_up()
    assert (await caller.wait("call.ended")).body["by"] == "caller"
