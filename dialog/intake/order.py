"""The order of the intake: the first slot that is still needed comes next."""

from typing import ClassVar

from dialog.call import Call
from dialog.draft import Draft
from dialog.form import Done, Form, Next
from dialog.intake.begin import escalate
from dialog.intake.confirm import Confirm, Storing
from dialog.intake.person import Contact, Name, Secrecy
from dialog.intake.plate import Plate
from dialog.intake.slot import Slot
from dialog.intake.story import Story
from dialog.intake.where import When, Where
from dialog.moves import Expect, Heard
from tickets.ticket import Kind, Ticket

ORDER: tuple[type[Slot], ...] = (Story, Plate, Where, When, Contact, Name, Secrecy, Confirm)
"""What happened first, while it is fresh; who calls last, when there is trust."""


class Repeated(Form):
    """Looks for the earlier ticket of a caller who has called about it before, so that the two are merged."""

    name: ClassVar[str] = "intake.repeated"

    def enter(self, call: Call) -> Next:
        """Look it up by the number that the caller is known by."""
        if call.draft:
            call.draft.asks("repeated")
        call.look_up(contact=call.contact or call.caller or "")
        return self

    def hear(self, heard: Heard, call: Call) -> Next:
        """The records have the next word."""
        return self

    def found(self, tickets: tuple[Ticket, ...], call: Call) -> Next | None:
        """Tie the new ticket to the newest about the same matter."""
        draft = call.draft
        if draft:
            same = [
                ticket for ticket in tickets if draft.matter and ticket.matter and ticket.matter.id == draft.matter.id
            ]
            earlier = (same or list(tickets[:1]) if not draft.matter else same)[:1]
            draft.repeats_of = earlier[0].number if earlier else ""
            if earlier:
                escalate(draft, call)
            draft.note = "重复诉求,升级督办" if draft.escalated else "来电人说以前反映过"
            call.note("repeated", earlier=draft.repeats_of, reason="来电人说不是第一次反映")
        return Done()

    def expect(self, call: Call) -> Expect | None:
        """The records have the next word."""
        return None


def next_slot(call: Call) -> Form:
    """Return the form of the first slot that the ticket still needs; storing it where none is left."""
    draft = call.draft
    if draft is None:
        raise RuntimeError("there is no ticket to go on with")
    if _look_for_earlier(draft, call):
        return Repeated()
    for slot in ORDER:
        form = slot()
        if form.needed(draft, call):
            return form
    return Storing()


def _look_for_earlier(draft: Draft, call: Call) -> bool:
    known = call.contact or call.caller
    wanted = draft.repeated and bool(draft.what) and bool(known) and not draft.asked.get("repeated")
    return wanted and draft.kind is not Kind.PRAISE
