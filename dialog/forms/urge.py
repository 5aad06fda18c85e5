"""催办: records on the caller's ticket that its answer is wanted, and says so once that is stored."""

from dataclasses import dataclass
from typing import ClassVar

from dialog.call import Call
from dialog.form import Done, Form, Next
from dialog.moves import Expect, Heard
from tickets.ticket import Ticket


@dataclass(slots=True)
class Urge(Form):
    """Urges `ticket`, once in a call."""

    name: ClassVar[str] = "urge"
    ticket: Ticket

    def enter(self, call: Call) -> Next:
        """Store it."""
        if self.ticket.number in call.urged:
            call.say("urged_already")
            call.settle()
            return Done()
        call.note("urge", number=self.ticket.number, reason="催办")
        call.urge(self.ticket)
        return self

    def hear(self, heard: Heard, call: Call) -> Next:
        """The records have the next word."""
        return self

    def saved(self, number: str, ticket: Ticket, call: Call) -> Next | None:
        """Say that it is done."""
        call.urged.add(number)
        call.settle()
        call.say("urged")
        return Done()

    def expect(self, call: Call) -> Expect | None:
        """The records have the next word."""
        return None
