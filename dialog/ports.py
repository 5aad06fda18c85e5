"""What the dialogue needs of the knowledge base, of the understanding of appeals, and of the human agents."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from knowledge_base.entry import Context, Decision, Entry
from tickets.appeal import Appeal
from tickets.emergency import Emergency
from tickets.legal_ways import LegalWay
from tickets.matters import MatterFound
from tickets.person import NameFound
from tickets.place import PlaceFound
from tickets.plates import Plate
from tickets.ticket import Kind, Place, State, Ticket


class Knowledge(Protocol):
    """The knowledge base: one question in, one decision out; the same function as in an editor's hit test."""

    def ask(self, question: str, context: Context = ..., today: date | None = ...) -> Decision:
        """Return whether to answer `question`, ask back or refuse, after what `context` was answered."""
        ...

    def chosen(self, entry: Entry, question: str, today: date | None = ..., area: str = ...) -> Decision:
        """Return what to answer to `question` where the caller, asked back, has chosen `entry` and is in `area`."""
        ...

    def entry(self, id: str) -> Entry:
        """Return the entry of that id."""
        ...


@dataclass(frozen=True, slots=True)
class Staffing:
    """What is known of the human agents (坐席) at this moment."""

    reachable: bool
    """Whether anybody is on duty who can take this caller."""
    free: bool = True
    """Whether one of them can take the caller at once."""
    ahead: int | None = None
    """Callers who wait before this one; None where nobody counts them."""
    minutes: int | None = None
    """Expected wait in minutes; None where nobody can tell."""


class Humans(Protocol):
    """The human agents, as the dialogue sees them before it hands anybody over."""

    def staffing(self, reason: str, packet: Mapping[str, Any]) -> Staffing:
        """Return who could take a caller that is handed over for `reason` with `packet` (`Call.packet`).

        Called in the middle of a turn and in a thread: it answers at once from what is known already, never waits,
        never raises. It may be asked several times in a call, and the last answer holds.
        """
        ...


class Understanding(Protocol):
    """What an appeal says, in one city's terms; `tickets.understanding.Understanding` stands behind it."""

    def classify(self, text: str) -> Appeal:
        """Return the kind of appeal with its signals."""
        ...

    def emergency(self, text: str) -> Emergency | None:
        """Return the emergency that is happening now, if any."""
        ...

    def out_of_scope(self, text: str) -> LegalWay | None:
        """Return the legal way of a matter that the hotline may not take."""
        ...

    def split(self, text: str) -> list[str]:
        """Return the appeals in one turn, in order."""
        ...

    def find_place(self, text: str, known: Place | None = None) -> PlaceFound:
        """Return the place in `text` added to what is known."""
        ...

    def correct_place(self, place: Place, text: str) -> PlaceFound:
        """Return `place` with only that changed which the caller corrects."""
        ...

    def match_matter(self, text: str) -> MatterFound:
        """Return the matter of the responsibility list."""
        ...

    def find_name(self, text: str, asked: bool = False) -> NameFound | None:
        """Return the caller's name; `asked` where the bot has just asked for it."""
        ...

    def find_plate(self, text: str) -> Plate | None:
        """Return the number plate in `text`."""
        ...

    def summary(self, text: str, place: Place | None = None) -> str:
        """Return at most 60 characters that tell the appeal back."""
        ...

    def make_ticket(
        self,
        what: str,
        now: datetime,
        *,
        kind: Kind | None = None,
        place: Place | None = None,
        when: str = "",
        name: str = "",
        contact: str = "",
        confidential: bool | None = None,
        call_id: str = "",
        state: State = State.OPEN,
        note: str = "",
    ) -> Ticket:
        """Return a ticket without number, with title, matter and deadline."""
        ...
