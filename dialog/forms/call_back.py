"""Who cannot be put through is called back: at once into the records, with a message or without."""

from dataclasses import dataclass
from typing import ClassVar

from dialog.call import Call
from dialog.commands import Command, only
from dialog.draft import Draft
from dialog.form import Done, Form, Next
from dialog.forms.ending import Goodbye
from dialog.forms.leaving import leave
from dialog.forms.number import TELEPHONE, Number
from dialog.moves import Asked, Expect, Heard
from tickets.ticket import Kind, Ticket

WANTS_HUMAN = "来电人要求人工服务"
"""What is pending where a caller has said nothing but that."""


def call_back(call: Call) -> Next:
    """Return the form that takes a call-back in: at once with the caller's number, else after asking for one."""
    number = call.contact or call.caller or ""
    if number:
        return CallBack(number)
    return Number("call_back_number", TELEPHONE, lambda given, _call: CallBack(given))


def call_back_in_english(call: Call) -> Next:
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
