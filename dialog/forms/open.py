"""The open question: at the start of a call, and after each matter that is settled."""

from dataclasses import dataclass
from typing import ClassVar

from dialog.call import Call
from dialog.commands import Command, only, says, squeeze
from dialog.correction import corrected, denied
from dialog.form import Form, Missed, Next, Route
from dialog.forms.ending import Goodbye, Rating
from dialog.forms.register import Offer
from dialog.intake.words import is_empty_story
from dialog.looking_up import look_up_alone
from dialog.moves import Asked, Expect, Heard
from dialog.signs import takes_ticket
from knowledge_base.entry import Entry
from tickets import sound
from tickets.appeal import DEALT_WITH

_MOST_HELLOS = 3
"""Greetings in a row from which on nobody seems to understand anybody."""


@dataclass(slots=True)
class Open(Form):
    """Listens for whatever the caller wants; `opening` is the line that asks, empty where nothing is said."""

    name: ClassVar[str] = "open"
    opening: str = "greeting"
    hellos: int = 0
    before: str = ""
    """What the caller said without saying what it is about: "我要举报"."""

    def enter(self, call: Call) -> Next:
        """Ask the one open question."""
        if self.opening:
            call.say(self.opening)
        return self

    def hear(self, heard: Heard, call: Call) -> Next:
        """Route what the caller wants; a greeting is no matter yet."""
        text = heard.text
        if only(text, Command.BYE):
            return Goodbye()
        if only(text, Command.HELLO):
            self.hellos += 1
            if self.hellos >= _MOST_HELLOS:
                return Missed()
            call.say("please_speak")
            return self
        if only(text, Command.ASK_MORE, Command.HELLO):
            self.before = text
            call.say("go_on")
            return self
        if only(text, Command.BACKCHANNEL, Command.MORE):
            call.say("please_speak")
            return self
        if only(text, Command.DONE, Command.HELLO):
            return Goodbye()
        if only(text, Command.NO, Command.NOT_THIS):
            return Missed("what_was_wrong")
        if self.before and is_empty_story(text):
            return Missed()
        text, self.before = (f"{self.before},{text}" if self.before else text), ""
        return Route(text)

    def again(self, call: Call) -> None:
        """Ask in short."""
        call.say("please_speak")

    def expect(self, call: Call) -> Expect | None:
        """Anything may come."""
        return call.expectation(Asked.ANYTHING)


@dataclass(slots=True)
class AnythingElse(Form):
    """Asks whether there is anything else; understands a follow-up, "不是这个" and "没有了"."""

    name: ClassVar[str] = "anything_else"

    def enter(self, call: Call) -> Next:
        """Ask."""
        call.say("anything_else")
        return self

    def hear(self, heard: Heard, call: Call) -> Next:
        """Go on, correct the last answer, or come to the end."""
        text = heard.text
        if takes_ticket(text) and self._registers(text, call):
            return Offer(call.last_question, appeal=True).decided(True, call)
        if only(text, Command.MORE):
            call.say("what_else")
            return Open(opening="")
        if only(text, Command.ASK_MORE, Command.MORE, Command.HELLO):
            call.say("go_on")
            return Open(opening="", before=text)
        if only(text, Command.DONE, Command.BYE, Command.NO, Command.YES) and not says(text, Command.NOT_THIS):
            return Rating() if call.settings.ask_rating else Goodbye()
        meant = corrected(text)
        if meant is not None:
            return self._correct(text, meant, call)
        return Route(text)

    def expect(self, call: Call) -> Expect | None:
        """Most often 没有了."""
        return call.expectation(Asked.ANYTHING, Command.DONE, Command.NOT_THIS)

    def _registers(self, text: str, call: Call) -> bool:
        """Whether the last question is to be registered; "我要投诉" is about it only if it tells of trouble."""
        appeal = call.understanding.classify(call.last_question)
        return bool(call.last_question) and (appeal.trouble or appeal.kind in DEALT_WITH or not is_empty_story(text))

    def _correct(self, text: str, meant: str, call: Call) -> Next:
        """The last answer was not what the caller wanted."""
        last = call.answered.pop() if call.answered else None
        question = call.last_question
        if last and meant and last.subject and sound.find(last.subject, meant):
            last = None  # the caller corrects his own words, not the answer
        if last:
            call.rejected.add(last.id)
            call.note("rejected", entry=last.id, question=question, reason="来电人说不是这个")
        if meant:
            return Route(_put_in(meant, denied(text), question, last, call))
        call.pending = question
        call.say("what_was_wrong")
        return Open(opening="")


_NAME_ONLY = 8
"""Characters of a bare name: 驾驶证, 租房的."""


def _put_in(meant: str, denied: str, question: str, last: Entry | None, call: Call) -> str:
    """Return the last question with the name that was `meant` put in, where that is what the caller left out."""
    if len(squeeze(meant)) > _NAME_ONLY or not question:
        return meant
    span = sound.find(denied or (last.subject if last else ""), question) if denied or last else None
    if span is None and not (last and last.aspect):
        return meant
    asked = question[: span.start] + meant + question[span.end :] if span else f"{meant}{last.aspect if last else ''}"
    decision = look_up_alone(asked, call)
    return meant if decision.kind == "refuse" else asked
