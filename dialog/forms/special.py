"""What is no ordinary matter: an emergency, what has a legal way of its own, chat and abuse."""

from dataclasses import dataclass
from typing import ClassVar

from dialog.call import Call
from dialog.commands import Command, only, says, squeeze
from dialog.form import Done, Form, Next, Route
from dialog.forms.ending import Goodbye
from dialog.lines import typeset
from dialog.moves import Asked, Expect, Heard, TransferFailed


@dataclass(slots=True)
class Alarm(Form):
    """Says which number to dial before anything else, then hands over; nothing is registered (scene 10)."""

    name: ClassVar[str] = "emergency"
    service: str
    evidence: str
    transferring: bool = False

    def enter(self, call: Call) -> Next:
        """Name the number; it must be heard."""
        call.note("emergency", service=self.service, evidence=self.evidence)
        call.say(f"call_{self.service}", interruptible=False)
        self.transferring = call.human_available
        if self.transferring:
            call.say("emergency_transfer", interruptible=False)
            call.transfer(f"emergency_{self.service}", urgent=True)
        else:
            call.say("emergency_no_human", interruptible=False)
        return self

    def failed(self, failure: TransferFailed, call: Call) -> Next:
        """Nobody answered: the number once more."""
        call.note("emergency", reason="转接失败")
        self.transferring = False
        self.again(call)
        return self

    def again(self, call: Call) -> None:
        """Say it again."""
        call.say(f"call_{self.service}", interruptible=False)
        call.say("emergency_no_human", interruptible=False)

    def hear(self, heard: Heard, call: Call) -> Next:
        """Whoever stays on the line is told again, unless it was no alarm."""
        if only(heard.text, Command.BYE, Command.DONE, Command.YES):
            return Goodbye(reason="emergency")
        if says(heard.text, Command.NOT_THIS) or len(squeeze(heard.text)) >= 8:
            return Route(heard.text)
        self.again(call)
        return self

    def expect(self, call: Call) -> Expect | None:
        """The line has the next word, or the caller where nobody can be reached."""
        return None if self.transferring else call.expectation(Asked.ANYTHING)


@dataclass(slots=True)
class Outside(Form):
    """Names the legal way (法定途径) of what the hotline may not take; no ticket (scene 17)."""

    name: ClassVar[str] = "outside"
    says_: str
    way: str

    def enter(self, call: Call) -> Next:
        """Say it."""
        call.note("outside", way=self.way, reason="有法定途径,不建工单")
        call.settle()
        call.speak(typeset(self.says_), fixed=True)
        return Done()


@dataclass(slots=True)
class Guidance(Form):
    """Leads chat, nonsense and abuse back once, politely; the second time the call ends, without a ticket."""

    name: ClassVar[str] = "guidance"
    why: str

    def enter(self, call: Call) -> Next:
        """Lead back, or end."""
        call.guided += 1
        call.pending = ""
        call.note("guidance", reason=self.why, times=call.guided)
        if call.guided > 1:
            return Goodbye("guidance_end", "chat")
        call.say("guidance")
        return self

    def again(self, call: Call) -> None:
        """Ask in short."""
        call.say("please_speak")

    def hear(self, heard: Heard, call: Call) -> Next:
        """A matter is taken up; a farewell is returned."""
        if only(heard.text, Command.BYE, Command.DONE, Command.NO):
            return Goodbye()
        if len(squeeze(heard.text)) < 3:
            return Guidance("没有诉求")
        return Route(heard.text)
