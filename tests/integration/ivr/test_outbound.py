"""Calls of ours with real hearing, dialogue and voice; those who are called are in memory."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import pytest_asyncio
from rich.console import Console

from core.clock import FixedClock
from core.database import Database
from core.events import Event, append, history
from dialog.outbound.errand import Result
from hotline.calling_back import CallingBack
from hotline.settings import HotlineSettings
from hotline.wiring import Parts
from telephony.asterisk.dialer import AsteriskDialer
from telephony.memory_dialer import Callee, MemoryDialer
from telephony.memory_line import MemoryCaller
from tests.integration.ivr.conftest import TICK_S
from tests.lives import settled
from tickets.callback_settings import CallBackSettings
from tickets.callback_store import CallBackStore
from tickets.callbacks import Outcome, Satisfied, Solved, Stage
from tickets.store import TicketStore
from tickets.ticket import Kind, Ticket
from tts.voice import Voice

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOW = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
RULES = CallBackSettings(ring_s=5.0)
CITIZEN, OTHER, BUSY, GONE = "13800001111", "13800002222", "13800003333", "13800004444"


class Centre:
    """The call-backs of a small city, its calls, and what happened in them."""

    def __init__(self, parts: Parts, database: Database, dialer: MemoryDialer | AsteriskDialer) -> None:
        self.parts, self.database, self.dialer = parts, database, dialer
        self.store = CallBackStore(database, RULES)
        self.tickets = TicketStore(database)
        self.shown = StringIO()
        self.events: list[Event] = []
        self.results: dict[str, Result] = {}
        parts.log.subscribe(self.events.append)

    def close(self, number: str) -> str:
        ticket = Ticket(Kind.COMPLAINT, "暖气不热", "我家暖气不热", contact=number)
        opened = self.tickets.save_now(ticket, NOW - timedelta(days=3))
        settled(self.database, opened.number, NOW - timedelta(hours=3))
        return opened.number

    def miss(self, id: str, number: str) -> None:
        event = Event((NOW - timedelta(minutes=20)).timestamp(), f"call:{id}", "call.missed", {"caller": number})
        self.database.run(lambda c: append(c, event))

    async def run(self) -> None:
        running = CallingBack(HotlineSettings(callback=RULES), self.dialer, Console(file=self.shown, width=200))
        async with asyncio.timeout(120):
            await running.campaign(
                replace(self.parts, database=self.database), self.dialer, FixedClock(NOW), keep=False
            )
        self.results = {errand.id: result for errand, result in running.made}
        running.show()

    def said(self) -> str:
        return "".join(event.body["text"] for event in self.events if event.kind == "bot.said")

    async def wait(self, kind: str, count: int) -> None:
        while sum(event.kind == kind for event in self.events) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    def talks(self, voice: Voice, *texts: str) -> Callable[[MemoryCaller], Awaitable[None]]:
        """Let a citizen say one text each time that he was asked and the bot is silent."""

        async def talk(side: MemoryCaller) -> None:
            for count, text in enumerate(texts, 1):
                await self.wait("bot.asked", count)
                await self.wait("bot.quiet", count - 1)
                side.send(await voice.whole(text))
                await side.sent()

        return talk


@pytest_asyncio.fixture(loop_scope="module")
async def centre(parts: Parts, tmp_path: Path) -> AsyncIterator[Centre]:
    database = Database(f"sqlite:///{tmp_path / 'records.db'}")
    async with MemoryDialer(tick_s=TICK_S) as dialer:
        yield Centre(parts, database, dialer)
        assert dialer.running == 0
    database.close()


async def test_a_follow_up_by_voice_ends_on_the_ticket(centre: Centre, voice: Voice) -> None:
    number = centre.close(CITIZEN)
    talk = centre.talks(voice, "喂,你好", "没有解决", "不满意", "一直没有人来修")
    centre.dialer.callees[CITIZEN] = Callee(after_s=1.0, talks=talk)
    await centre.run()
    result = centre.results[f"f-{number}"]
    assert (result.ending, result.solved, result.satisfied) == ("done", Solved.NO, Satisfied.NO), centre.said()
    assert "没有人" in result.reason
    assert "澜江市12345热线" in centre.said() and "暖气" in centre.said()
    told = centre.database.run(lambda c: history(c, f"ticket:{number}"))
    assert told[-1].kind == "ticket.redo_wanted"
    shown = centre.shown.getvalue()
    assert "138****1111" in shown and CITIZEN not in shown and "没解决" in shown and "不满意" in shown
    placed = next(event for event in centre.events if event.kind == "call.placed")
    assert placed.body == {"number": CITIZEN, "task": f"f-{number}", "kind": "follow_up"}
    assert any(event.kind == "call.ended" and event.stream == placed.stream for event in centre.events)


async def test_an_announcement_ends_the_call_and_nothing_personal_is_said(centre: Centre, voice: Voice) -> None:
    number = centre.close(OTHER)
    centre.miss("c1", BUSY)
    centre.miss("c2", GONE)
    off = await voice.whole("您好,您拨打的电话已关机,请稍后再拨")
    centre.dialer.callees |= {
        OTHER: Callee(says=off),
        BUSY: Callee(busy=True),
        GONE: Callee(after_s=None),
    }
    await centre.run()
    results = {id: (result.outcome, result.why) for id, result in centre.results.items()}
    assert results[f"f-{number}"][0] is Outcome.NO_ANSWER and results[f"f-{number}"][1] != "silent"
    assert results["m-c1"] == (Outcome.BUSY, "486")
    assert results["m-c2"] == (Outcome.NO_ANSWER, "")
    assert "暖气" not in centre.said()
    assert {centre.store.find_now(id).stage for id in results} == {Stage.WAITING}
    assert centre.dialer.most_at_once <= 2


async def test_a_missed_call_is_returned_and_is_a_conversation_like_any_other(centre: Centre, voice: Voice) -> None:
    centre.miss("c3", CITIZEN)
    asks = centre.talks(voice, "喂,你好", "我社保卡丢了怎么补")

    async def ask_and_leave(side: MemoryCaller) -> None:
        await asks(side)
        await centre.wait("bot.asked", 3)
        await centre.wait("bot.quiet", 2)
        await side.hang_up()

    centre.dialer.callees[CITIZEN] = Callee(after_s=1.0, talks=ask_and_leave)
    await centre.run()
    assert "没有接通" in centre.said()
    notes = [event.body["facts"] for event in centre.events if event.kind == "dialogue.note"]
    assert any(facts.get("entry") == "shebao-card-lost" for facts in notes)
    assert centre.store.find_now("m-c3").stage is Stage.DONE
