"""A form: the part of the conversation that has the floor. One at a time; each answers with the next."""

from dataclasses import dataclass
from typing import ClassVar

from dialog.call import Call
from dialog.moves import Asked, Expect, Heard
from tickets.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Done:
    """This matter is settled: take up the next one, or ask whether there is anything else."""


@dataclass(frozen=True, slots=True)
class Route:
    """Treat `text` as something new that the caller wants."""

    text: str


@dataclass(frozen=True, slots=True)
class Missed:
    """The turn was not understood: `key` is the line that says so, before the form asks again."""

    key: str = "not_understood"


@dataclass(frozen=True, slots=True)
class ToHuman:
    """A human takes over; `key` is said before that."""

    reason: str
    key: str = "transfer"


@dataclass(frozen=True, slots=True)
class Back:
    """An earlier form gets the floor back as it was: to answer what was heard, else to ask once more."""

    form: "Form"
    heard: Heard | None = None


class Form:
    """Has the floor until it returns another `Next`. A form that returns itself has said what comes next."""

    name: ClassVar[str] = ""
    """The state as records name it."""
    takes_keys: ClassVar[bool] = False
    """Whether the digits 0 to 9 are part of an answer here."""

    def enter(self, call: Call) -> "Next":
        """Take the floor and ask; or pass it on at once where nothing is left to ask."""
        raise NotImplementedError

    def hear(self, heard: Heard, call: Call) -> "Next":
        """Answer a turn of the caller."""
        raise NotImplementedError

    def key(self, key: str, call: Call) -> "Next | None":
        """Answer a key press; None where keys mean nothing here."""
        return None

    def silence(self, call: Call) -> "Next | None":
        """Answer silence; None where the usual ladder fits."""
        return None

    def found(self, tickets: tuple[Ticket, ...], call: Call) -> "Next | None":
        """Answer a `LookUp` of this form; None where it made none."""
        return None

    def saved(self, number: str, ticket: Ticket, call: Call) -> "Next | None":
        """Answer a `SaveTicket` of this form; None where it made none."""
        return None

    def again(self, call: Call) -> None:
        """Ask once more, after a silence or a question in between."""
        self.enter(call)

    def expect(self, call: Call) -> Expect | None:
        """Return what is listened for; None where the other side has the next word (a transfer, the records)."""
        return call.expectation(Asked.ANYTHING)


Next = Form | Done | Route | Missed | ToHuman | Back
