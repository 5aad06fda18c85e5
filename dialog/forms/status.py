"""How far is my ticket: by the calling number or the ticket's, and never somebody else's (scene 16); 催办."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from dialog.call import Call
from dialog.commands import Command, only, squeeze
from dialog.form import Done, Form, Next
from dialog.forms.number import TELEPHONE, TICKET, Number
from dialog.forms.register import Offer
from dialog.forms.urge import Urge
from dialog.moves import Expect, Heard
from tickets.sound import blur
from tickets.spoken_numbers import digits
from tickets.status import overdue, status_spoken
from tickets.ticket import State, Ticket

_SURE_OF_MATTER = 0.6
"""Confidence (0 to 1) from which a question about a ticket names the matter itself."""
_NUMBER = re.compile(r"\d{10,12}")


@dataclass(slots=True)
class Status(Form):
    """Looks the caller's tickets up, or one by its number, says how it stands, and urges it where it is overdue."""

    name: ClassVar[str] = "status"
    question: str
    number: str = ""
    urges: bool = False
    """The caller wants it urged, overdue or not."""

    def enter(self, call: Call) -> Next:
        """Look up by what is known; ask for the ticket's number where nothing is."""
        match = _NUMBER.search(digits(self.question))
        self.number = self.number or (match[0] if match else "")
        if not self.number and only(self.question, Command.URGE):
            self.number = call.told
        call.note("status", by="number" if self.number else "contact")
        if self.number:
            call.look_up(number=self.number)
        elif call.caller:
            call.look_up(contact=call.caller)
        else:
            return self._ask_number("status_number_first")
        return self

    def hear(self, heard: Heard, call: Call) -> Next:
        """The records have the next word."""
        return self

    def found(self, tickets: tuple[Ticket, ...], call: Call) -> Next | None:
        """Say how the ticket stands that the caller means, if it is the caller's."""
        real = tuple(ticket for ticket in tickets if ticket.state is not State.DRAFT)
        if not real:
            if self.number or not call.caller:
                return _without(call)
            return self._ask_number("status_number")
        if not self.number:
            return self._tell(real, call)
        ticket = real[0]
        if ticket.number == call.told or (ticket.contact and ticket.contact in (call.caller, call.contact)):
            return self._tell((ticket,), call)
        call.say("status_private")
        return Number("contact_other", TELEPHONE, lambda given, c: self._prove(ticket, given, c), silent=True)

    def expect(self, call: Call) -> Expect | None:
        """The records have the next word."""
        return None

    def _ask_number(self, key: str) -> Next:
        return Number(key, TICKET, lambda given, _call: Status(self.question, given, self.urges), _without)

    def _tell(self, tickets: tuple[Ticket, ...], call: Call) -> Next:
        """Say how the ticket stands that is meant, who has it and by when the answer comes; urge a late one."""
        ticket = _meant(self.question, tickets)
        again, call.told = ticket.number == call.told, ticket.number
        call.note("status", number=ticket.number, state=ticket.state.value)
        if not (again and self.urges):
            call.speak(status_spoken(ticket, call.now))
        if len(tickets) > 1:
            call.say("status_more", count=len(tickets) - 1)
        late = overdue(ticket, call.now) and ticket.number not in call.urged
        if not ticket.state.over and (late or self.urges):
            return Urge(ticket)
        call.settle()
        return Done()

    def _prove(self, ticket: Ticket, given: str, call: Call) -> Next:
        """Tell about the ticket of another calling number only to who knows the number it was left with."""
        if given == ticket.contact:
            return self._tell((ticket,), call)
        call.note("status", reason="登记电话对不上")
        call.say("status_refused")
        call.settle()
        return Done()


def _without(call: Call) -> Next:
    """Nothing was found: what the caller told is offered to be taken in, so that it is not lost a second time."""
    call.say("status_none")
    question = call.pending
    found = call.understanding.match_matter(question)
    call.settle()
    call.repeated = call.repeated or call.understanding.classify(question).repeated
    return Offer(question, appeal=True) if found.sure and found.confidence >= _SURE_OF_MATTER else Done()


def _meant(question: str, tickets: tuple[Ticket, ...]) -> Ticket:
    """Return the ticket that shares most with the question; the newest where none shares anything."""
    said = _pairs(question)
    return max(tickets, key=lambda ticket: (len(said & _pairs(ticket.title + ticket.what)), -tickets.index(ticket)))


def _pairs(text: str) -> set[tuple[str, str]]:
    sounds = blur(squeeze(text))
    return set(pairwise(sounds))
