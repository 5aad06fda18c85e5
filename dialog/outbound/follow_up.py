"""The follow-up of a closed ticket (回访): 解决了吗, 满意吗, 哪里不满意, by voice or key."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from dialog.call import Call
from dialog.commands import Command, only, says
from dialog.form import Done, Form, Missed, Next, Route
from dialog.forms.ending import Goodbye
from dialog.intake.words import verb
from dialog.lines import typeset
from dialog.moves import Asked, Expect, Heard
from dialog.outbound.answers import (
    key_satisfied,
    key_solved,
    names_satisfaction,
    satisfied,
    solved,
    tells_more,
)
from dialog.outbound.errand import Errand
from dialog.outbound.journal import Journal
from dialog.outbound.signs import rest_after_new_matter, shows
from dialog.signs import asks
from tickets.callbacks import Satisfied, Solved
from tickets.ticket import Ticket


@dataclass(slots=True)
class OutboundForm(Form):
    """A form of the call's own errand: what citizens say to a call that they did not make is understood here."""

    errand: Errand
    journal: Journal


@dataclass(slots=True)
class AskSolved(OutboundForm):
    """Says who calls and why, and asks whether it is solved."""

    name: ClassVar[str] = "follow_up.solved"
    takes_keys: ClassVar[bool] = True
    brief: bool = False
    """The citizen has said what he wants already: the name of the hotline is enough."""
    asked: int = 0

    def enter(self, call: Call) -> Next:
        """Say who and why in one breath, then ask; after something else in between only ask."""
        if self.asked:
            call.say("follow_up_back")
            self.asked += 1
            return self
        if self.brief:
            call.say("outbound_brief")
        else:
            self._open(call)
            self.asked += 1
            call.say("follow_up_solved")
        return self

    def _open(self, call: Call) -> None:
        ticket = self.errand.ticket
        if ticket is None or ticket.confidential or not ticket.title:
            call.say("follow_up_opening_secret")  # whoever took the call may not know of it
            return
        when = day_said(ticket, call.now)
        call.say("follow_up_opening", when=when, verb=verb(ticket.kind), what=typeset(ticket.title))

    def again(self, call: Call) -> None:
        """Ask in short."""
        self.asked += 1
        call.say("follow_up_solved_again")

    def hear(self, heard: Heard, call: Call) -> Next:
        """Take the answer, and with it whatever else it says."""
        text = heard.text
        answer = solved(text)
        if answer is None and shows(text, "family"):
            call.say("follow_up_family")
            return self
        if answer is None and only(text, Command.HELLO, Command.BACKCHANNEL):
            self.again(call)
            return self
        if answer is None:
            return self._no_answer(text, call)
        return self._take(answer, text, call)

    def _take(self, answer: Solved, text: str, call: Call) -> Next:
        self.journal.solved = answer
        call.note("follow_up", solved=answer.value, said=text)
        rest = rest_after_new_matter(text)
        if rest:
            call.todo.append(rest)
        elif answer is not Solved.YES and tells_more(text):
            self.journal.tell(text)
        if names_satisfaction(text):
            return AskSatisfied(self.errand, self.journal).take(satisfied(text), text, call)
        return AskSatisfied(self.errand, self.journal)

    def _no_answer(self, text: str, call: Call) -> Next:
        if only(text, Command.BYE, Command.CANCEL) or shows(text, "refuse"):
            return let_go(self.journal, call)
        if names_satisfaction(text):  # "挺满意的" answers both
            return self._take(Solved.YES if satisfied(text) is not Satisfied.NO else Solved.UNKNOWN, text, call)
        if shows(text, "new_matter") or (asks(text) and tells_more(text)):
            return aside(self, text, call)
        if call.misses:  # nobody is handed over because of a survey: the words are kept, and it goes on
            call.misses = 0
            self.journal.tell(text)
            return AskSatisfied(self.errand, self.journal)
        return Missed("follow_up_solved_again")

    def key(self, key: str, call: Call) -> Next | None:
        """Keys 1 to 3."""
        answer = key_solved(key)
        return self._take(answer, f"按键{key}", call) if answer else None

    def expect(self, call: Call) -> Expect | None:
        """解决了 or not."""
        phrases = ("解决了", "没有解决", "没解决", "部分解决", "还没有", "没有", "修好了")
        return call.expectation(Asked.CHOICE, phrases=phrases)


@dataclass(slots=True)
class AskSatisfied(OutboundForm):
    """Asks whether the citizen is content with how it was dealt with."""

    name: ClassVar[str] = "follow_up.satisfied"
    takes_keys: ClassVar[bool] = True

    def enter(self, call: Call) -> Next:
        """Ask; who was not helped hears that first."""
        no = self.journal.solved is Solved.NO
        call.say("follow_up_satisfied_after_no" if no else "follow_up_satisfied")
        return self

    def again(self, call: Call) -> None:
        """Ask in short."""
        call.say("follow_up_satisfied_again")

    def hear(self, heard: Heard, call: Call) -> Next:
        """Take the answer."""
        text = heard.text
        answer = satisfied(text)
        if answer is not None:
            return self.take(answer, text, call)
        if only(text, Command.BYE) or says(text, Command.SKIP) or shows(text, "refuse"):
            return thank(self.journal, call)
        if (later := solved(text)) in (Solved.NO, Solved.PARTLY) and tells_more(text):
            if self.journal.solved is not Solved.YES:
                self.journal.solved = later or Solved.UNKNOWN
            return self.take(Satisfied.NO, text, call)
        if shows(text, "new_matter") or (asks(text) and tells_more(text)):
            return aside(self, text, call)
        if call.misses:
            call.misses = 0
            self.journal.tell(text)
            return thank(self.journal, call)
        return Missed("follow_up_satisfied_again")

    def take(self, answer: Satisfied | None, text: str, call: Call) -> Next:
        """Keep the answer and go on: to the reason where something is amiss, else to the thanks."""
        journal = self.journal
        journal.satisfied = answer or Satisfied.UNKNOWN
        call.note("follow_up", satisfied=journal.satisfied.value, said=text)
        if rest := rest_after_new_matter(text):
            if rest not in call.todo:
                call.todo.append(rest)
        elif journal.satisfied is Satisfied.NO and tells_more(text):
            journal.tell(text)
        left = journal.solved in (Solved.NO, Solved.PARTLY)
        if journal.satisfied is Satisfied.NO or left:
            return AskReason(self.errand, journal)
        return thank(journal, call)

    def silence(self, call: Call) -> Next | None:
        """Who does not answer twice is thanked for what was said."""
        return thank(self.journal, call) if call.silences > 1 else None

    def key(self, key: str, call: Call) -> Next | None:
        """Keys 1 to 3."""
        answer = key_satisfied(key)
        return self.take(answer, f"按键{key}", call) if answer else None

    def expect(self, call: Call) -> Expect | None:
        """满意 or not."""
        return call.expectation(Asked.RATING, phrases=("满意", "基本满意", "不满意", "非常满意", "一般", "还行"))


@dataclass(slots=True)
class AskReason(OutboundForm):
    """Asks what is amiss and keeps it word for word."""

    name: ClassVar[str] = "follow_up.reason"

    def enter(self, call: Call) -> Next:
        """Ask; who has told it already is only asked whether there is more."""
        self.again(call)
        return self

    def again(self, call: Call) -> None:
        """Ask."""
        if self.journal.told:
            call.say("follow_up_why_more")
        else:
            call.say("follow_up_why" if self.journal.satisfied is Satisfied.NO else "follow_up_what_is_left")

    def hear(self, heard: Heard, call: Call) -> Next:
        """Keep what is told, as it was said."""
        text = heard.text
        if only(text, Command.BYE, Command.DONE, Command.NO, Command.YES) or shows(text, "nothing_more"):
            return thank(self.journal, call)
        rest = rest_after_new_matter(text)
        if rest and asks(rest):  # a further complaint belongs to the reason, a question does not
            call.todo.append(rest)
        self.journal.tell(text)
        call.note("follow_up", reason=text)
        return thank(self.journal, call)

    def silence(self, call: Call) -> Next | None:
        """Nothing more to say is an answer."""
        return thank(self.journal, call) if self.journal.told or call.silences > 1 else None

    def expect(self, call: Call) -> Expect | None:
        """A story."""
        return call.expectation(Asked.STORY)


def thank(journal: Journal, call: Call) -> Next:
    """Thank and say goodbye; what else was brought up is taken up first."""
    journal.served = True
    call.note(
        "follow_up_result", solved=journal.solved.value, satisfied=journal.satisfied.value, reason=journal.reason
    )
    if call.todo:
        call.say("follow_up_thanks_more")
        return Done()
    sorry = journal.satisfied is Satisfied.NO or bool(journal.told)
    return Goodbye("follow_up_thanks_sorry" if sorry else "follow_up_thanks", "follow_up")


def let_go(journal: Journal, call: Call) -> Next:
    """Leave whoever does not want to answer; not asking again is part of it."""
    journal.served = True
    call.note("follow_up", reason="来电人不愿回答")
    return Goodbye("follow_up_no_answer", "refused")


def aside(form: OutboundForm, text: str, call: Call) -> Next:
    """Take up what the citizen brings up instead of an answer; the question comes again when it is settled."""
    form.journal.served = True
    call.note("follow_up", reason="来电人另有诉求", said=text)
    call.after = form
    return Route(text)


def day_said(ticket: Ticket, now: datetime) -> str:
    """Return when the ticket was taken in, as people say it: 昨天, 11月18日; "" where it is not known."""
    if ticket.created is None:
        return ""
    created = ticket.created.astimezone(now.tzinfo)
    days = (now.date() - created.date()).days
    return ("今天", "昨天", "前天")[days] if 0 <= days < 3 else f"{created.month}月{created.day}日"
