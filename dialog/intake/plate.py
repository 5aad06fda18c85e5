"""A number plate: letters are what is heard worst, so they are read back by a word (scene 24)."""

import re
from typing import ClassVar

from dialog.call import Call
from dialog.commands import Command, yes_or_no
from dialog.draft import Draft
from dialog.form import Done, Next
from dialog.intake.slot import Slot
from dialog.intake.words import spelled
from dialog.moves import Asked, Expect

_ATTEMPTS = 2


class Plate(Slot):
    """Reads the plate back; after two errors the caller is troubled no more."""

    name: ClassVar[str] = "intake.plate"
    slot = "plate"
    optional = True

    def needed(self, draft: Draft, call: Call) -> bool:
        """Needed where a plate was read but not read back yet, or was spoken of but not understood."""
        return not draft.plate_read and bool(draft.plate or re.search(r"车牌号?(是|,|:)", draft.what))

    def again(self, call: Call) -> None:
        """Read back, or ask for it."""
        draft = self.draft(call)
        if draft.plate:
            call.say("plate_read_back", slow=True, plate=spelled(draft.plate))
        else:
            call.say("plate_again")

    def take(self, text: str, draft: Draft, call: Call) -> Next | None:
        """Yes, no, or the plate again."""
        found = call.understanding.find_plate(text)
        read = found.text if found and found.ok else ""
        if read:
            draft.plate = read
        elif draft.plate and yes_or_no(text) is True:
            draft.plate_read = True
            return Done()
        if draft.asked.get(self.slot, 0) >= _ATTEMPTS and not read:
            call.note("plate", reason="两次没有听对,由人工核对")
            draft.plate_read = True
            draft.note = "车牌号待核对"
            call.say("plate_sms")
            return Done()
        draft.asks(self.slot)
        if not read:
            draft.plate = ""
        self.again(call)
        return self

    def expect(self, call: Call) -> Expect | None:
        """Yes, no, or letters and digits."""
        if self.draft(call).plate:
            return call.expectation(Asked.YES_NO, Command.YES, Command.NO)
        return call.expectation(Asked.NUMBER)
