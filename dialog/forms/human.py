"""A human takes over; and what is offered where none can be reached."""

from dataclasses import dataclass
from typing import ClassVar

from dialog.call import Call
from dialog.commands import Command, choice, closed_set, only, says, squeeze
from dialog.draft import Draft
from dialog.form import Back, Done, Form, Missed, Next, Route
from dialog.forms.ending import Goodbye
from dialog.forms.leaving import leave
from dialog.forms.number import TELEPHONE, Number
from dialog.moves import Asked, Expect, Heard, TransferFailed
from tickets.ticket import Kind, Ticket

WANTS_HUMAN = "来电人要求人工服务"


@dataclass(slots=True)
class HandingOver(Form):
    """Says so and hands over at once; nobody is talked out of it (scene 25)."""

    name: ClassVar[str] = "handing_over"
    reason: str
    line: str = "transfer"
    resume: Form | None = None
    """The form that had the floor, to go back to where the caller no longer wants a human."""

    def enter(self, call: Call) -> Next:
        """Transfer, or say plainly that nobody is there."""
        if not call.human_available:
            call.note("human", reason=self.reason, available=False)
            return NoHuman(self.reason, self.resume)
        call.note("human", reason=self.reason, available=True)
        call.say(self.line)
        call.transfer(self.reason)
        return self

    def hear(self, heard: Heard, call: Call) -> Next:
        """The line is being handed over: what is said goes into the packet of a second attempt."""
        return self

    def failed(self, failure: TransferFailed, call: Call) -> Next:
        """The human did not answer."""
        call.note("human", reason="转接失败", ahead=failure.ahead, minutes=failure.minutes)
        return NoHuman(self.reason, self.resume, failure)

    def expect(self, call: Call) -> Expect | None:
        """The line has the next word."""
        return None


@dataclass(slots=True)
class NoHuman(Form):
    """Says how long it takes and lets the caller choose: wait, be called back, leave a message."""

    name: ClassVar[str] = "no_human"
    reason: str
    resume: Form | None = None
    failure: TransferFailed | None = None

    def enter(self, call: Call) -> Next:
        """Say it plainly."""
        call.pending = call.pending or WANTS_HUMAN
        if self.reason == "english":
            return _call_back_in_english(call)
        if self.failure is None:
            call.say("no_human")
        elif self.failure.ahead is not None and self.failure.minutes is not None:
            call.say("all_busy_wait", ahead=self.failure.ahead, minutes=self.failure.minutes)
        else:
            call.say("all_busy")
        return self

    def hear(self, heard: Heard, call: Call) -> Next:
        """Do what the caller chose."""
        text = heard.text
        if only(text, Command.BYE):
            return leave(call)
        ways = ("wait", "call back", "message") if self.failure else ("call back", "message")
        index = choice(text, len(ways))
        way = ways[index] if index is not None and index >= 0 else ""
        if way == "message" or says(text, Command.MESSAGE):
            return Message()
        if way == "call back":
            return call_back(call)
        if self.failure and (way == "wait" or says(text, Command.KEEP_WAITING) or says(text, Command.HUMAN)):
            return HandingOver("waiting", "transfer_waiting", self.resume)
        if says(text, Command.CALL_BACK) or says(text, Command.HUMAN):
            return call_back(call)
        if only(text, Command.NO, Command.CANCEL, Command.DONE):
            return self._go_back(call)
        if len(squeeze(text)) >= 6:
            return Back(self.resume, heard) if self.resume and call.draft else Route(text)
        return Missed("which_way" if self.failure else "which_way_no_wait")

    def key(self, key: str, call: Call) -> Next | None:
        """Key 0 asks for the human once more."""
        if key != "0":
            return None
        return HandingOver("waiting", "transfer_waiting", self.resume) if self.failure else call_back(call)

    def silence(self, call: Call) -> Next | None:
        """Who says nothing any more is called back."""
        return call_back(call) if call.silences > 1 and call.caller else None

    def again(self, call: Call) -> None:
        """Ask in short."""
        call.say("which_way" if self.failure else "which_way_no_wait")

    def expect(self, call: Call) -> Expect | None:
        """One of the ways."""
        waits = closed_set(Command.KEEP_WAITING) if self.failure else ()
        return call.expectation(Asked.CHOICE, Command.CALL_BACK, Command.MESSAGE, Command.NO, phrases=waits)

    def _go_back(self, call: Call) -> Next:
        if call.draft and self.resume:
            return Back(self.resume)
        call.settle()
        return Done()


def call_back(call: Call) -> Next:
    """Return the form that takes a call-back in: at once with the caller's number, else after asking for one."""
    number = call.contact or call.caller or ""
    if number:
        return CallBack(number)
    return Number("call_back_number", TELEPHONE, lambda given, _call: CallBack(given))


def _call_back_in_english(call: Call) -> Next:
    """The same in one English sentence; who withholds the number keys it in, and hears no Chinese about it."""
    number = call.contact or call.caller or ""
    if number:
        return CallBack(number, english=True)
    call.say("english_no_human")
    return Number(
        "english_no_human",
        TELEPHONE,
        lambda given, _call: CallBack(given, english=True),
        silent=True,
        unread=True,
    )


@dataclass(slots=True)
class CallBack(Form):
    """Stores a ticket for the call-back list, with what was said so far."""

    name: ClassVar[str] = "call_back"
    number: str
    message: str = ""
    english: bool = False

    def enter(self, call: Call) -> Next:
        """Store it."""
        draft = call.draft or self._new(call)
        draft.contact = draft.contact or self.number
        draft.title = draft.title or ("来电留言" if self.message else "要求人工回电")
        draft.repeated = draft.repeated or call.repeated
        draft.note = "来电留言" if self.message else "来电人要求人工,请回电"
        if self.message and self.message not in draft.what:
            draft.what = f"{draft.what};留言:{self.message}"
        call.note("call_back", reason="没有人工可接", message=bool(self.message))
        call.save(draft)
        return self

    def _new(self, call: Call) -> Draft:
        said = self.message or ("" if call.pending == WANTS_HUMAN else call.pending)
        kind = call.understanding.classify(said).kind if said else Kind.HELP
        return Draft(kind, said or WANTS_HUMAN, call_back=not said)

    def hear(self, heard: Heard, call: Call) -> Next:
        """The records have the next word."""
        return self

    def saved(self, number: str, ticket: Ticket, call: Call) -> Next | None:
        """Say that it is done."""
        call.saved.append(number)
        call.settle()
        if self.english:
            return Goodbye("english_call_back", "english")
        call.say("message_done" if self.message else "call_back_done")
        return Done()

    def expect(self, call: Call) -> Expect | None:
        """The records have the next word."""
        return None


@dataclass(slots=True)
class Message(Form):
    """Takes a message, then a call-back."""

    name: ClassVar[str] = "message"

    def enter(self, call: Call) -> Next:
        """Ask for it."""
        call.say("leave_message")
        return self

    def hear(self, heard: Heard, call: Call) -> Next:
        """Keep it."""
        if only(heard.text, Command.BYE):
            return leave(call)
        number, message = call.contact or call.caller or "", heard.text
        call.pending = message
        if number:
            return CallBack(number, message)
        return Number("call_back_number", TELEPHONE, lambda given, _call: CallBack(given, message))

    def expect(self, call: Call) -> Expect | None:
        """Something long."""
        return call.expectation(Asked.STORY)
