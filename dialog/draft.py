"""The ticket while it is being taken in: what is known, in the order that it was said."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from dialog.lines import typeset
from dialog.ports import Understanding
from tickets.ticket import Kind, Matter, Place, State, Ticket


@dataclass(slots=True)
class Draft:
    """A ticket in the making."""

    kind: Kind
    what: str
    title: str = ""
    place: Place = field(default_factory=Place)
    when: str = ""
    name: str = ""
    contact: str = ""
    no_contact: bool = False
    """The caller leaves no number."""
    confidential: bool = False
    matter: Matter | None = None
    repeated: bool = False
    repeats_of: str = ""
    escalated: bool = False
    """The caller was told that the ticket is handed up (督办)."""
    note: str = ""
    tag: str = ""
    asked: dict[str, int] = field(default_factory=dict)
    """How often each slot was asked for, by the slot's name."""
    place_options: tuple[str, ...] = ()
    """Districts that the community may lie in, where the caller has to say which."""
    call_back: bool = False
    """Nothing but the wish for a human was said."""
    plate: str = ""
    plate_read: bool = False
    """The plate was read back, or is left to a human to check."""

    confirmed: bool = False
    """The caller said yes to the read-back."""

    def asks(self, slot: str) -> int:
        """Count one more asking of `slot`; return how many it were before."""
        before = self.asked.get(slot, 0)
        self.asked[slot] = before + 1
        return before

    def ticket(self, understanding: Understanding, now: datetime, state: State = State.OPEN) -> Ticket:
        """Return the ticket as it stands, in `state`, with title, matter and deadline."""
        ticket = understanding.make_ticket(
            ""
            if self.call_back
            else self.what + (f",车牌{self.plate}" if self.plate and self.plate not in self.what else ""),
            now,
            kind=self.kind,
            place=self.place,
            when=self.when,
            name=self.name,
            contact=self.contact,
            confidential=self.confidential,
            state=state,
            note=self.note,
        )
        if self.call_back:  # only the wish to be called back: the centre's own matter
            ticket = replace(ticket, what=self.what)
        title, what = typeset(self.title or ticket.title), typeset(ticket.what)
        return replace(ticket, title=title, what=what, repeats_of=self.repeats_of)

    def facts(self) -> dict[str, Any]:
        """Return what is known, for the human who takes over."""
        return {
            "kind": self.kind.value,
            "category": self.matter.category if self.matter else "",
            "what": self.what,
            "place": str(self.place),
            "when": self.when,
            "name": self.name,
            "contact": self.contact,
            "confidential": self.confidential,
            "repeated": self.repeated,
        }
