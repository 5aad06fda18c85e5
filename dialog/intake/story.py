"""What happened; the first thing asked, and mostly already said."""

from typing import ClassVar

from dialog.call import Call
from dialog.draft import Draft
from dialog.form import Done, Next
from dialog.intake.begin import settle_matter
from dialog.intake.harvest import harvest
from dialog.intake.slot import Slot
from dialog.intake.words import is_empty_story, story
from dialog.moves import Asked, Expect


class Story(Slot):
    """Asks what happened where the caller only said that something did."""

    name: ClassVar[str] = "intake.what"
    slot = "what"
    missed = "what_more"

    def needed(self, draft: Draft, call: Call) -> bool:
        """Needed until there is a story."""
        return not draft.what

    def again(self, call: Call) -> None:
        """Ask."""
        call.say("what_happened" if self.draft(call).asked.get(self.slot, 0) < 2 else "what_more")

    def take(self, text: str, draft: Draft, call: Call) -> Next | None:
        """Anything but an empty phrase is the story."""
        if is_empty_story(text):
            return None
        parts = call.understanding.split(text)
        if len(parts) > 1:
            call.note("several", count=len(parts))
            call.todo.extend(parts[1:])
            text = parts[0]
        draft.what = story(text)
        call.pending = f"{call.pending},{text}" if call.pending else text
        harvest(text, draft, call)
        settle_matter(draft, call)
        return Done()

    def expect(self, call: Call) -> Expect | None:
        """Something long."""
        return call.expectation(Asked.STORY)
