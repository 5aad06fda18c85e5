"""Not in the knowledge base: nothing is invented; a ticket is offered (scene 4)."""

import re
from dataclasses import dataclass
from typing import ClassVar

from dialog.call import Call
from dialog.commands import Command, closed_set, only, says, squeeze, trim, yes_or_no
from dialog.correction import corrected
from dialog.form import Done, Form, Missed, Next, Route
from dialog.intake.begin import begin
from dialog.intake.harvest import with_rest
from dialog.moves import Asked, Expect, Heard
from dialog.signs import takes_ticket
from knowledge_base.follow_up import looks_back
from tickets import sound
from tickets.appeal import DEALT_WITH
from tickets.ticket import Kind

SURE_OF_PLACE = 0.6
"""Confidence (0 to 1) from which a turn names a place, and so goes on with the matter."""

_SURE_OF_MATTER = 0.8
"""Confidence (0 to 1) of the matter from which what was asked is dealt with, and not only answered."""
_LEAST_QUESTION = 5
"""Characters from which on what follows a "不用了" is another question."""
_NO_NEED = re.compile(
    r"(?:不用|不要|不需要|不必|算了|不)(?:登记|麻烦)?(?:了|吧)*[,,。、]\s*(?=.{0,3}(?:问|查|说|投诉|反映|举报|咨询))"
)
_LEANS = re.compile(
    r"(?:那|这|它|归|该|由|找谁|去哪|在哪|谁|哪|多久|多少|几天|什么时候|要多|得多)|(?:怎么|咋|要什么|要带)[^,。]{1,2}$"
)


@dataclass(slots=True)
class Offer(Form):
    """Offers to register `question` for somebody who knows."""

    name: ClassVar[str] = "offer_registration"
    question: str
    appeal: bool = False
    """It sounds like something to deal with rather than like a question."""
    line: str = ""
    """The line that offers it, where it is not the usual one."""

    def enter(self, call: Call) -> Next:
        """Offer it."""
        if self._is_answered:
            call.note("offer", question=self.question, reason="答过了,听起来还要有人处理")
            self.again(call)
            return self
        call.pending = self.question
        reason = "听不出是咨询还是反映" if self.appeal else "知识库没有把握的答案"
        call.note("refuse", question=self.question, appeal=self.appeal, reason=reason)
        self.again(call)
        return self

    def again(self, call: Call) -> None:
        """Offer it."""
        call.say(self._line)

    @property
    def _line(self) -> str:
        return self.line or ("offer_appeal" if self.appeal else "offer_registration")

    @property
    def _is_answered(self) -> bool:
        """Whether all that is open is whether somebody should deal with it."""
        return self.line == "offer_dealing"

    def hear(self, heard: Heard, call: Call) -> Next:
        """Register it, drop it, or hear the question in other words."""
        text = heard.text
        if meant := corrected(text) or after_no(text):
            return self.instead(meant, call)
        answer = takes_ticket(text)
        answer = yes_or_no(text) if answer is None else answer
        if answer is True or says(text, Command.YES):
            return self.decided(True, call)
        found = call.understanding.find_place(text)
        if self.appeal and found.confidence >= SURE_OF_PLACE and not looks_back(text):
            following = self.decided(True, call)
            if call.draft:
                call.draft.place, call.draft.place_options = with_rest(found, text), found.options
            return following
        if answer is False or only(text, Command.DONE, Command.CANCEL, Command.NO, Command.BYE):
            return self.decided(False, call)
        return Route(text) if len(text) >= 4 else Missed(self._line)

    def key(self, key: str, call: Call) -> Next | None:
        """Key 1 is yes."""
        return self.decided(True, call) if key == "1" else None

    def expect(self, call: Call) -> Expect | None:
        """Yes or no."""
        return call.expectation(Asked.YES_NO, Command.YES, Command.NO, phrases=closed_set(Command.CANCEL))

    def instead(self, meant: str, call: Call) -> Next:
        """Something else is asked; what names nothing ("归哪个部门管") is asked about the matter before it."""
        if len(squeeze(meant)) > 1 and sound.find(meant, self.question):
            return Offer(self.question, self.appeal)
        if not _LEANS.match(meant):
            return Route(meant)
        return Offer(f"{self.question},{meant}", self.appeal)

    def decided(self, wanted: bool, call: Call) -> Next:
        """Begin the intake, or leave it."""
        if not wanted:
            call.note("not_registered", reason="来电人不登记")
            call.settle()
            if not self._is_answered:
                call.say("not_registered")
            return Done()
        appeal = call.understanding.classify(self.question)
        found = call.understanding.match_matter(self.question)
        trouble = self.appeal or (found.sure and found.confidence >= _SURE_OF_MATTER and appeal.kind in DEALT_WITH)
        kind = Kind.CONSULTATION
        if trouble:
            kind = Kind.HELP if appeal.kind in (Kind.CONSULTATION, Kind.PRAISE) else appeal.kind
        begin(self.question, appeal, call, kind)
        return Done()


def after_no(text: str) -> str:
    """Return what is asked after a "不用了", "" where nothing is."""
    found = _NO_NEED.match(text)
    rest = trim(text[found.end() :]) if found else ""
    return (
        rest
        if len(squeeze(rest)) >= _LEAST_QUESTION and not only(rest, Command.DONE, Command.NO, Command.BYE)
        else ""
    )
