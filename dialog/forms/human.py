"""A human takes over; and what is offered where none can be reached."""

from dataclasses import dataclass
from typing import ClassVar

from dialog.call import Call
from dialog.commands import Command, choice, closed_set, only, says, squeeze
from dialog.form import Back, Done, Form, Missed, Next, Route, ToHuman
from dialog.forms.call_back import WANTS_HUMAN, Message, call_back, call_back_in_english
from dialog.forms.leaving import leave
from dialog.lines import line
from dialog.moves import Asked, Expect, Heard, TransferFailed
from dialog.ports import Staffing

_STRAIGHT = frozenset({"not_understood", "number_not_understood", "dialect", "english", "records_trouble"})
"""Reasons for which nobody is asked to choose: the choice would not be understood, or could not be stored."""
_APOLOGIES = {"transfer_angry": "sorry_repeated", "transfer_cross": "sorry_trouble"}
"""By the line that hands over: the apology in it, for where the caller is told of a wait instead."""


@dataclass(slots=True)
class HandingOver(Form):
    """Says so and hands over at once; nobody is talked out of it (scene 25). Where all talk, the caller chooses."""

    name: ClassVar[str] = "handing_over"
    reason: str
    line: str = "transfer"
    resume: Form | None = None
    """The form that had the floor, to go back to where the caller no longer wants a human."""
    patient: bool = False
    """The caller knows that it takes a while, and waits."""

    def enter(self, call: Call) -> Next:
        """Transfer, or say plainly how long it takes, or that nobody is there."""
        staffing = call.staffing(self.reason)
        call.note(
            "human",
            reason=self.reason,
            available=staffing.reachable,
            free=staffing.free,
            ahead=staffing.ahead,
            minutes=staffing.minutes,
            patient=self.patient,
        )
        if not staffing.reachable:
            return NoHuman(self.reason, self.resume)
        straight = self.reason in _STRAIGHT
        if not (staffing.free or self.patient or straight):
            if self.line in _APOLOGIES:
                call.say(_APOLOGIES[self.line])
            return NoHuman(self.reason, self.resume, staffing)
        call.say(self.line)
        if not staffing.free and straight and self.reason != "english":
            call.say("hold_on")
        call.transfer(self.reason, patient=self.patient)
        return self

    def hear(self, heard: Heard, call: Call) -> Next:
        """The line is being handed over: what is said goes into the packet of a second attempt."""
        return self

    def failed(self, failure: TransferFailed, call: Call) -> Next:
        """The human did not answer."""
        call.note("human", reason="转接失败", ahead=failure.ahead, minutes=failure.minutes, chose=failure.chose)
        if failure.chose == "call back":
            return call_back(call)
        if failure.chose == "bot":
            return go_back(self.resume, call)
        now = call.staffing(self.reason)
        if not now.reachable:
            return NoHuman(self.reason, self.resume)
        ahead = now.ahead if failure.ahead is None else failure.ahead
        busy = Staffing(True, False, ahead, now.minutes if failure.minutes is None else failure.minutes)
        return NoHuman(self.reason, self.resume, busy, tried=True)

    def expect(self, call: Call) -> Expect | None:
        """The line has the next word."""
        return None


@dataclass(slots=True)
class NoHuman(Form):
    """Says how long it takes and lets the caller choose: wait, be called back, leave a message."""

    name: ClassVar[str] = "no_human"
    reason: str
    resume: Form | None = None
    busy: Staffing | None = None
    """All talk, and this is how long the queue is; None where nobody is on duty and waiting would be in vain."""
    tried: bool = False
    """The caller was handed over already, and came back."""

    def enter(self, call: Call) -> Next:
        """Say it plainly."""
        call.pending = call.pending or WANTS_HUMAN
        if self.reason == "english":
            return call_back_in_english(call)
        if self.busy is None:
            call.say("no_human")
        elif told := _told(self.busy):
            call.say("all_busy_wait", told=told)
        else:
            call.say("all_busy")
        return self

    def hear(self, heard: Heard, call: Call) -> Next:
        """Do what the caller chose."""
        text = heard.text
        if only(text, Command.BYE):
            return leave(call)
        if self.busy and says(text, Command.HOW_LONG) and not says(text, Command.KEEP_WAITING):
            return self._tell_again(call)  # first: "前面还有几位" names no way, though it sounds like the first one
        ways = ("wait", "call back", "message") if self.busy else ("call back", "message")
        index = choice(text, len(ways))
        way = ways[index] if index is not None and index >= 0 else ""
        if way == "message" or says(text, Command.MESSAGE):
            return Message()
        if way == "call back":
            return call_back(call)
        if self.busy and (way == "wait" or says(text, Command.KEEP_WAITING) or says(text, Command.HUMAN)):
            return self._waits()
        if self.busy and only(text, Command.YES):
            return Missed("which_way")  # yes to what? A yes must talk nobody out of waiting
        if says(text, Command.CALL_BACK) or says(text, Command.HUMAN):
            return call_back(call)
        if only(text, Command.NO, Command.CANCEL, Command.DONE):
            return go_back(self.resume, call)
        if len(squeeze(text)) >= 6:
            return Back(self.resume, heard) if self.resume and call.draft else Route(text)
        return Missed("which_way" if self.busy else "which_way_no_wait")

    def key(self, key: str, call: Call) -> Next | None:
        """Key 0 asks for the human once more."""
        if key != "0":
            return None
        return self._waits() if self.busy else call_back(call)

    def still(self, wish: ToHuman, call: Call) -> Next:
        """Answer what hands over anywhere else: into the queue where there is one, else a call-back."""
        return HandingOver(wish.reason, wish.key, self.resume) if self.busy else call_back(call)

    def silence(self, call: Call) -> Next | None:
        """Who says nothing any more is called back."""
        return call_back(call) if call.silences > 1 and call.caller else None

    def again(self, call: Call) -> None:
        """Ask in short."""
        call.say("which_way" if self.busy else "which_way_no_wait")

    def expect(self, call: Call) -> Expect | None:
        """One of the ways."""
        waits = closed_set(Command.KEEP_WAITING) if self.busy else ()
        return call.expectation(Asked.CHOICE, Command.CALL_BACK, Command.MESSAGE, Command.NO, phrases=waits)

    def _waits(self) -> Next:
        says_so = "transfer_waiting" if self.tried else "transfer_queue"
        return HandingOver(self.reason, says_so, self.resume, patient=True)

    def _tell_again(self, call: Call) -> Next:
        """Say how long it takes by now; who is free by now takes the call."""
        now = call.staffing(self.reason)
        if now.reachable and now.free and not self.tried:
            return HandingOver(self.reason, resume=self.resume)
        if not now.reachable:
            self.busy = None
        elif not now.free:
            self.busy = now
        return self.enter(call)


def go_back(form: Form | None, call: Call) -> Next:
    """Return to the ticket that was being taken in, or ask whether there is anything else."""
    if call.draft and form:
        return Back(form)
    call.settle()
    return Done()


def _told(busy: Staffing) -> str:
    """Return what can be said of the queue: how many are ahead, how long it takes; "" where neither is known."""
    parts = []
    if busy.ahead is not None:
        parts.append(line("busy_ahead").format(ahead=busy.ahead) if busy.ahead else line("busy_next"))
    if busy.minutes is not None:
        parts.append(line("busy_minutes").format(minutes=max(busy.minutes, 1)))
    elif parts:
        parts.append(line("busy_unknown"))
    return "，".join(parts)
