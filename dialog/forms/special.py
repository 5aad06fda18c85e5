"""What is no ordinary matter: an emergency, what has a legal way of its own, chat and abuse."""

import re
from dataclasses import dataclass
from typing import ClassVar

from dialog.call import Call
from dialog.commands import Command, only, says, squeeze
from dialog.correction import corrected
from dialog.form import Back, Done, Form, Next, Route
from dialog.forms.ending import Goodbye
from dialog.forms.leaving import keep_drafts
from dialog.forms.open import Open
from dialog.lines import typeset
from dialog.looking_up import look_up
from dialog.moves import Asked, Expect, Heard, TransferFailed

_OWN_WORDS = {"gas": ("call_gas", "gas_transfer", "gas_no_human"), "life": ("call_life", "transfer", "life_no_human")}
"""By the cause of an alarm: the lines that name the number, hand over, and say that nobody can be reached."""
_QUESTION = re.compile(r"吗$|怎么(?!还|办|不|没|了|会)|如何|什么|多少|哪|想问|请问|咨询|打听|[??]$")
_PLEA = re.compile(r"你们|快|救|派|帮|来|等|赶|火|血|气|死|命|急|怕|疼|醒|反应|时候到|能到|多久到$")
_DENIES = re.compile(r"^[我喂哎啊你您,,]*(不是|不对|没有?(?=[,,])|说错|听错|弄错|搞错)")
"""Who speaks of these after an alarm still speaks of it, be it a question or not."""


@dataclass(slots=True)
class Alarm(Form):
    """Says which number to dial before anything else, then hands over; nothing is registered (scene 10)."""

    name: ClassVar[str] = "emergency"
    service: str
    evidence: str
    cause: str = ""
    resume: Form | None = None
    """The form of a ticket being taken in, which has the floor again where it was no alarm."""
    transferring: bool = False

    def enter(self, call: Call) -> Next:
        """Name the number; it must be heard. Whoever is on duty gets the call, free or not."""
        call.note("emergency", service=self.service, evidence=self.evidence, cause=self.cause)
        self.transferring = call.staffing(f"emergency_{self.service}").reachable
        if self.transferring:
            number, transfer, _ = self._words()
            call.say(number, interruptible=False)
            call.say(transfer, interruptible=False)
            call.transfer(f"emergency_{self.service}", urgent=True)
        else:
            self.again(call)
        return self

    def failed(self, failure: TransferFailed, call: Call) -> Next:
        """Nobody answered: the number once more."""
        call.note("emergency", reason="转接失败")
        self.transferring = False
        self.again(call)
        return self

    def again(self, call: Call) -> None:
        """Say it again."""
        number, _, no_human = self._words()
        call.say(number, interruptible=False)
        call.say(no_human, interruptible=False)

    def hear(self, heard: Heard, call: Call) -> Next:
        """Whoever stays on the line is told again, unless it was no alarm; a ticket that it cut short is kept."""
        text = heard.text
        alarm = call.understanding.emergency(text)
        if alarm is not None:
            return Alarm(alarm.service, alarm.evidence, alarm.cause or self.cause, self.resume)
        if only(text, Command.NOT_THIS):
            return self._mistaken(call)
        if only(text, Command.BYE, Command.DONE, Command.YES):
            call.pending = ""  # the alarm is the other number's now
            keep_drafts(call)
            return Goodbye(reason="emergency")
        denied = _DENIES.match(text) and corrected(text) is not None
        if denied and call.draft:
            return self._mistaken(call)  # what else was said is no answer to the ticket's question
        if denied or self._asks(text, call):
            return Back(self.resume, heard) if self.resume and call.draft else Route(text)
        if says(text, Command.HUMAN):
            return self.enter(call)
        self.again(call)
        return self

    def silence(self, call: Call) -> Next | None:
        """Say it again; in the end the call is closed as any other."""
        if call.silences > call.settings.silences_before_goodbye:
            return None
        self.again(call)
        return self

    def expect(self, call: Call) -> Expect | None:
        """The line has the next word, or the caller where nobody can be reached."""
        return None if self.transferring else call.expectation(Asked.ANYTHING)

    def _words(self) -> tuple[str, str, str]:
        return _OWN_WORDS.get(self.cause) or (f"call_{self.service}", "emergency_transfer", "emergency_no_human")

    @staticmethod
    def _asks(text: str, call: Call) -> bool:
        """Whether it is a question that has nothing to do with the alarm, and that there is something to say to."""
        if not _QUESTION.search(text) or _PLEA.search(text):
            return False
        return look_up(text, call).kind != "refuse"

    def _mistaken(self, call: Call) -> Next:
        """It was no alarm: back to the ticket, or to the open question."""
        call.note("emergency", reason="来电人说不是急情")
        call.pending = ""
        if self.resume and call.draft:
            return Back(self.resume)
        call.say("what_was_wrong")
        return Open(opening="")


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
