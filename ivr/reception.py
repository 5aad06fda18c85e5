"""Takes every call and finds who serves it: the bot, a human, or the call-back list. Nobody hears a dead line."""

import asyncio
import contextlib
import logging
import time
import traceback

from dialog.moves import Say, Transfer
from ivr.deeds import Deeds
from ivr.mouth import Mouth
from ivr.overflow import Load, Overflow, To, Way
from ivr.overflow_settings import Mode
from ivr.records import CallRecord
from ivr.session import CallSession
from ivr.tools import Tools
from telephony.line import Call, HungUp, Returned

log = logging.getLogger(__name__)


class Reception:
    """The answerer of a line."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._overflow = Overflow.from_settings(tools.settings.overflow, tools.settings.max_calls)
        self._talking: set[Call] = set()

    @property
    def talking(self) -> int:
        """Calls that the bot talks with: not those who wait for a human."""
        return sum(not call.away for call in self._talking)

    async def answer(self, call: Call) -> None:
        """Own `call` to its end."""
        record = CallRecord(self._tools.log, call.id)
        record.offered(call.caller, call.called)
        try:
            way = _chosen(call) or self._way()
            record.add("call.way", to=way.to, why=way.why)
            if way.to is To.BOT:
                await self._talk(call)
            elif way.to is To.QUEUE:
                await self._queue(call, record)
            else:
                await self._promise(call, record)
        except Exception as error:
            where = "".join(traceback.format_tb(error.__traceback__)[-3:])
            log.error("call %s broke: %s\n%s", call.id, type(error).__name__, where)
            record.add("call.broken", error=type(error).__name__)
            await self._rescue(call, record)

    async def _rescue(self, call: Call, record: CallRecord) -> None:
        """A human or a promise, without anything that has just broken; the end only where that breaks as well."""
        try:
            async with FrontDesk(call, self._tools, record) as desk:
                await desk.deeds.give_up(self._tools.texts.failure)
            await desk.end()
        except Exception as error:
            log.error("call %s could not be rescued: %s", call.id, type(error).__name__)
            await call.hang_up()

    def _way(self) -> Way:
        """Decide for the call that comes now."""
        now = self._tools.clock.now()
        return self._overflow.decide(self._load(), now, self._tools.is_workday(now.date()))

    def _load(self) -> Load:
        tools, humans = self._tools, self._tools.humans.load()
        running = self.talking
        room = tools.admission.admits(running, tools.backlog(), time.monotonic())
        return Load(running, room, humans.logged_in, humans.free, humans.waiting, humans.wait_s)

    async def _talk(self, call: Call) -> None:
        self._talking.add(call)
        try:
            await CallSession(call, self._tools).run()
        finally:
            self._talking.discard(call)

    async def _queue(self, call: Call, record: CallRecord) -> None:
        """Say what happens and hand over; who comes back gets the bot, where it has room by now."""
        tools = self._tools
        now = tools.clock.now()
        humans_first = self._overflow.mode_at(now, tools.is_workday(now.date())) is Mode.HUMANS_FIRST
        desk = FrontDesk(call, tools, record)
        async with desk:
            await desk.say(tools.texts.to_human if humans_first else tools.texts.busy_human)
            done = desk.over is None and await desk.deeds.hand_over(
                Transfer("overflow", packet={"reason": "overflow", "caller": call.caller or ""})
            )
        if done or desk.over:
            await desk.end()
            return
        way = _chosen(call) or self._overflow.after_humans(self._load())
        record.add("call.way", to=way.to, why=way.why)
        if way.to is To.BOT:
            await self._talk(call)
        else:
            await self._promise(call, record)

    async def _promise(self, call: Call, record: CallRecord) -> None:
        """Apologise, and store that the caller is to be called back."""
        async with FrontDesk(call, self._tools, record) as desk:
            record.add("call.missed", caller=call.caller, reason="promised")
            await desk.deeds.promise(self._tools.texts.busy)
            await desk.say(self._tools.texts.busy)
        await call.hang_up()
        await desk.end()


def _chosen(call: Call) -> Way | None:
    """Return what the caller chose in a queue, also where another process of ours had put the call there."""
    return Way(To.CALL_BACK, "the caller chose it") if call.returned is Returned.WANTS_CALL_BACK else None


class FrontDesk:
    """Speaks a sentence to a caller whom the bot does not talk with; use it as an async context."""

    def __init__(self, call: Call, tools: Tools, record: CallRecord) -> None:
        self._call, self._record = call, record
        self._begun = time.monotonic()
        self._mouth = Mouth(call, tools.speaker, tools.texts.lead_in, record.bot_said, lambda _say, _error: None)
        self.deeds = Deeds(call, tools, self._mouth, record, lambda _move: None, lambda _expect: None)
        self._pump: asyncio.Task[None] | None = None
        self.over: HungUp | None = None
        """Set once the caller has gone."""

    async def __aenter__(self) -> "FrontDesk":
        await self._call.answer()
        self._record.add("call.answered", after_ms=round((time.monotonic() - self._begun) * 1000))
        self._pump = asyncio.create_task(self._listen(), name=f"front desk {self._call.id}")
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._pump is not None
        self._pump.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._pump
        await self._mouth.close()

    async def say(self, text: str) -> None:
        """Say `text` to its end, or as far as the caller stays."""
        self._mouth.say(Say(text, interruptible=False))
        await self._mouth.finished()

    async def end(self) -> None:
        """Record how the call ended, once it has."""
        if self.over is None:
            await self._listen()
        over = self.over
        assert over is not None
        self._record.ended(over.by, over.reason, over.at - self._begun, "")

    async def _listen(self) -> None:
        """Let time pass with every frame."""
        async for event in self._call.events():
            self._mouth.tick()
            if isinstance(event, HungUp):
                self.over = event
                self.deeds.over = True
                await self._mouth.close()
                return
