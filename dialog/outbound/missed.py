"""The call-back of a missed call (漏接回拨): says why, then it is a conversation like any other."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from dialog.call import Call
from dialog.commands import Command, only
from dialog.form import Next
from dialog.forms.ending import Goodbye
from dialog.forms.open import Open
from dialog.moves import Asked, Expect, Heard
from dialog.outbound.follow_up import OutboundForm
from dialog.outbound.later import part_of_day
from dialog.outbound.signs import shows

_JUST_NOW_MIN = 30
"""Minutes up to which a missed call was 刚才."""


@dataclass(slots=True)
class AskMissed(OutboundForm):
    """Says that the citizen's call was not taken, and asks what it was about."""

    name: ClassVar[str] = "missed.opening"
    brief: bool = False

    def enter(self, call: Call) -> Next:
        """Say who calls and why in one breath, with the one open question."""
        if self.brief:
            call.say("outbound_brief")
        else:
            self.again(call)
        return self

    def again(self, call: Call) -> None:
        """The same again."""
        call.say("missed_opening", when=moment_said(self.errand.since, call.now))

    def hear(self, heard: Heard, call: Call) -> Next:
        """Whoever needs nothing any more is left in peace; anything else is what an inbound caller would say."""
        text = heard.text
        if only(text, Command.HELLO):
            self.again(call)
            return self
        if shows(text, "could_not_reach"):  # it is us whom he could not reach: an apology, no ticket
            call.say("missed_sorry")
            return self
        self.journal.served = True
        if only(text, Command.DONE, Command.BYE, Command.NO, Command.CANCEL) or shows(text, "no_need"):
            call.note("missed_call", reason="来电人已不需要", said=text)
            return Goodbye("missed_no_need", "no need")
        return Open(opening="").hear(heard, call)

    def expect(self, call: Call) -> Expect | None:
        """Anything may come."""
        return call.expectation(Asked.ANYTHING, Command.DONE)


def moment_said(at: datetime, now: datetime) -> str:
    """Return when the call was missed, as people say it: 刚才, 今天上午, 昨天下午."""
    at = at.astimezone(now.tzinfo)
    if (now - at).total_seconds() < _JUST_NOW_MIN * 60:
        return "刚才"
    days = (now.date() - at.date()).days
    day = ("今天", "昨天", "前天")[days] if 0 <= days < 3 else f"{at.month}月{at.day}日"
    return day + part_of_day(at)
