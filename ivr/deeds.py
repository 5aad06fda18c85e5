"""Does what the dialogue decides: speak, listen, store, hand over, hang up."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from typing import Literal

from core.errors import HotlineError
from dialog.moves import (
    Expect,
    Found,
    HangUp,
    LookUp,
    MoveIn,
    MoveOut,
    Note,
    SaveTicket,
    Say,
    SendSms,
    TicketSaved,
    Transfer,
    TransferFailed,
    Transferred,
    Trouble,
)
from ivr.mouth import Mouth
from ivr.records import CallRecord
from ivr.tools import Tools
from telephony.line import Call, Returned

log = logging.getLogger(__name__)

PACKET_S = 0.5
"""Longest wait, in seconds, for a packet to be on disk before the caller is handed over; it takes some ms."""

_CHOSE: dict[Returned, Literal["", "bot", "call back"]] = {
    Returned.NOBODY: "",
    Returned.WANTS_BOT: "bot",
    Returned.WANTS_CALL_BACK: "call back",
}


class Deeds:
    """The hands of one call. `tell` gives the dialogue its answers, `expecting` sets what is listened for."""

    def __init__(
        self,
        call: Call,
        tools: Tools,
        mouth: Mouth,
        record: CallRecord,
        tell: Callable[[MoveIn], None],
        expecting: Callable[[Expect], None],
    ) -> None:
        self._call, self._tools, self._mouth, self._record = call, tools, mouth, record
        self._tell, self._expecting = tell, expecting
        self.over = False
        """The caller has gone: nothing can be said, but what is to be kept is still kept."""
        self.ending = False
        """The goodbye was interrupted: the call ends unless the dialogue has something to say to that."""

    async def perform(self, moves: Sequence[MoveOut]) -> None:
        """Do `moves` in their order."""
        if any(isinstance(move, Say | Expect) for move in moves):
            self.ending = False
        for move in moves:
            await self._one(move)

    async def _one(self, move: MoveOut) -> None:
        match move:
            case Say() if not self.over:
                self._mouth.say(move)
            case Expect() if not self.over:
                self._record.add("bot.asked", asked=move.asked)
                self._expecting(move)
            case Transfer() if not self.over:
                await self._transfer(move)
            case HangUp() if not self.over:
                await self._hang_up(move)
            case SaveTicket():
                await self._save(move)
            case LookUp():
                await self._look_up(move)
            case SendSms():
                await self._tools.sms.send(move.number, move.text, self._record.stream)
            case Note():
                self._record.decided(move)

    async def _transfer(self, move: Transfer) -> None:
        await self._mouth.finished()
        if await self.hand_over(move):
            self._tell(Transferred())
        else:
            self._tell(TransferFailed(chose=_CHOSE[self._call.returned]))

    async def hand_over(self, move: Transfer) -> bool:
        """Try to give the caller to a human; True once one has the call."""
        target = self._tools.humans.target(move.reason, move.packet)
        # On record before any phone rings: whoever answers finds it at the desk.
        facts = {"reason": move.reason, "urgent": move.urgent, "patient": move.patient, "packet": move.packet}
        self._record.add("transfer.asked", **facts, target=target)
        await self._written()
        patience_s = self._tools.settings.patient_wait_s if move.patient else None
        if target and await self._call.transfer(target, patience_s, move.urgent):
            self._record.add("transfer.done", target=target)
            return True
        self._record.add("transfer.failed", target=target, returned=self._call.returned)
        return False

    async def _written(self) -> None:
        """Wait until the packet is where the desk reads it, but not for a disk that does not answer."""
        with contextlib.suppress(TimeoutError, HotlineError):
            async with asyncio.timeout(PACKET_S):
                await asyncio.to_thread(self._tools.log.flush)

    async def _hang_up(self, move: HangUp) -> None:
        self.ending = not await self._mouth.finished()  # a caller who speaks into the goodbye is heard first
        if not self.ending:
            self._record.add("dialogue.ended", reason=move.reason)
            await self._call.hang_up()

    async def _save(self, move: SaveTicket) -> None:
        try:
            desk, now = self._tools.desk, self._tools.clock.now()
            saved = await (desk.urge(move.ticket.number, now) if move.urges else desk.save(move.ticket, now))
        except HotlineError as error:
            log.error("call %s: a ticket could not be stored: %s", self._call.id, error)
            # The event log keeps it in memory until the disk takes it again.
            self._record.add("ticket.unsaved", ticket=move.ticket, error=str(error))
            if move.answer:
                self._tell(Trouble("records"))
            return
        self._record.add("ticket.saved", number=saved.number, state=saved.state, kind=saved.kind)
        if move.answer:
            self._tell(TicketSaved(saved.number, saved, move.tag))

    async def _look_up(self, move: LookUp) -> None:
        try:
            found = await self._tools.desk.find(move.number, move.contact)
        except HotlineError:
            self._tell(Trouble("records"))
            return
        self._tell(Found(found))

    def end_politely(self, text: str) -> None:
        """Say `text` over whatever was being said and hang up."""
        self._mouth.cut()
        self._mouth.say(Say(text, interruptible=False))
        task = asyncio.create_task(self._hang_up(HangUp("too long")))
        task.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def give_up(self, text: str) -> None:
        """Hand the caller to a human where the bot cannot go on, or promise a call-back."""
        someone = bool(self._tools.humans.target("failure", {}))
        if self.over or not someone:
            await self.promise(text)
        if self.over:
            return
        self._mouth.cut()
        self._mouth.say(Say(text, interruptible=False))
        await self._mouth.finished()
        if someone and not self.over:
            if await self.hand_over(
                Transfer("failure", packet={"reason": "failure", "caller": self._call.caller or ""})
            ):
                return
            await self.promise(text)
            self._mouth.say(Say(self._tools.texts.nobody, interruptible=False))
            await self._mouth.finished()
        await self._call.hang_up()

    async def promise(self, why: str) -> None:
        """Store that the caller is to be called back."""
        call = self._call
        try:
            ticket = await self._tools.desk.call_back(call.caller, why, call.id, self._tools.clock.now())
            self._record.add("ticket.saved", number=ticket.number, state=ticket.state, kind=ticket.kind)
        except HotlineError as error:
            self._record.add("ticket.unsaved", contact=call.caller, error=str(error))
