"""The answer differs from district to district: asks where the caller is, and answers for there."""

from dataclasses import dataclass
from typing import ClassVar

from dialog.call import Call
from dialog.commands import Command, only, says
from dialog.correction import corrected
from dialog.form import Done, Form, Missed, Next, Route
from dialog.forms.answer import Answer
from dialog.forms.register import Offer
from dialog.looking_up import area_said
from dialog.moves import Asked, Expect, Heard
from dialog.signs import asks
from knowledge_base.areas import REST, all_areas
from knowledge_base.entry import Decision, Entry


@dataclass(slots=True)
class AskArea(Form):
    """Asks for the district, then answers `question` with what holds there for `entry`."""

    name: ClassVar[str] = "ask_area"
    question: str
    entry: Entry
    areas: tuple[str, ...]
    confidence: float
    reason: str
    options: tuple[str, ...] = ()
    """Districts in which the place that was named may lie."""

    def enter(self, call: Call) -> Next:
        """Ask."""
        call.note("ask_area", entry=self.entry.id, areas=list(self.areas), reason=self.reason)
        self.again(call)
        return self

    def again(self, call: Call) -> None:
        """Ask; where two districts have a place of that name, for one of the two."""
        if self.options:
            call.say("which_district", options="还是".join(self.options))
        else:
            call.say("ask_area")

    def hear(self, heard: Heard, call: Call) -> Next:
        """Take a district, a street or a community; who does not know hears what holds in the whole city."""
        text = corrected(heard.text) or heard.text
        area = area_said(text, call.understanding, asked=True)
        if area and not asks(text):
            return self._in(area, call)
        if only(text, Command.CANCEL, Command.DONE, Command.BYE, Command.NO):
            call.note("ask_area", reason="来电人不问了")
            call.settle()
            return Done()
        if says(text, Command.DO_NOT_KNOW) or says(text, Command.SKIP):
            return self._anywhere(call)
        options = call.understanding.find_place(text).options
        if options and options != self.options:
            self.options = options
            self.again(call)
            return self
        return Route(text) if asks(text) else Missed("ask_area_again")

    def expect(self, call: Call) -> Expect | None:
        """A district, or a place in it."""
        return call.expectation(Asked.PLACE, Command.DO_NOT_KNOW, phrases=self.options or all_areas())

    def _in(self, area: str, call: Call) -> Next:
        call.area = area
        decision = call.knowledge.chosen(self.entry, self.question, call.now.date(), area)
        return self._answer(decision, f"{area}的来电人", call)

    def _anywhere(self, call: Call) -> Next:
        """Answer with what holds where no district has its own rule, where there is such an entry."""
        decision = call.knowledge.chosen(self.entry, self.question, call.now.date(), REST)
        return self._answer(decision, "来电人不知道在哪个区", call)

    def _answer(self, decision: Decision, reason: str, call: Call) -> Next:
        if decision.kind == "answer" and decision.entry and decision.entry.id not in call.rejected:
            return Answer(decision.entry, self.confidence, reason, decision.says)
        call.note("ask_area", reason=f"{reason}:{decision.reason}")
        return Offer(self.question)
