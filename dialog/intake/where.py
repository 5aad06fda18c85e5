"""Where it happens: district, community and building, each asked for only where it is missing."""

from dataclasses import replace
from typing import ClassVar

from dialog.call import Call
from dialog.commands import Command, says, squeeze, trim, yes_or_no
from dialog.draft import Draft
from dialog.form import Done, Next
from dialog.intake.correct import refuses
from dialog.intake.harvest import LOOKS_LIKE_PLACE, harvest, with_rest, without_numbers
from dialog.intake.slot import Slot
from dialog.intake.words import at_home, needs_when, on_a_road, when
from dialog.moves import Asked, Expect
from tickets.ticket import Kind, Place

_NEEDS_PLACE = (Kind.COMPLAINT, Kind.HELP, Kind.REPORT)


class Where(Slot):
    """Asks for the place; goes on with what there is after two attempts."""

    name: ClassVar[str] = "intake.place"
    slot = "place"
    missed = "where_inside"

    def needed(self, draft: Draft, call: Call) -> bool:
        """Needed for what happens somewhere, until a unit can find it or the caller cannot say more."""
        if draft.kind not in _NEEDS_PLACE:
            return False
        asked = draft.asked.get(self.slot, 0)
        if asked >= call.settings.place_attempts + (not draft.place.district):
            return False
        if not draft.place.complete:
            return True
        road = draft.place.community.endswith(("口", "路", "街", "道", "巷", "桥"))
        wanted = at_home(draft.what) and not on_a_road(draft.what) and not road
        return wanted and bool(draft.place.community) and not draft.place.detail and asked < 2

    def again(self, call: Call) -> None:
        """Ask for what is missing."""
        draft = self.draft(call)
        place = draft.place
        if self._same(draft, call):
            call.say("where_same", place=str(call.place))
        elif draft.place_options and not place.district:
            call.say("which_district", options="还是".join(draft.place_options))
        elif not (place.district or place.street or place.community):
            call.say("where_road" if on_a_road(draft.what) else "where")
        elif not place.district:
            call.say("where_district")
        elif not (place.street or place.community):
            call.say("where_inside")
        else:
            call.say("where_detail")

    def take(self, text: str, draft: Draft, call: Call) -> Next | None:
        """Add what the turn says about the place."""
        if self._same(draft, call):
            answer = yes_or_no(text)
            if answer is True:
                draft.place = call.place
                draft.asked[self.slot] = 99
                return Done()
            if answer is False and not call.understanding.find_place(text, Place()).confidence:
                call.place = Place()
                self.again(call)
                return self
        understanding, known = call.understanding, draft.place
        text = without_numbers(text)
        found = understanding.correct_place(known, text) if refuses(text) else understanding.find_place(text, known)
        if found.confidence > 0 and found.place != known:
            draft.place, draft.place_options = with_rest(found, text), found.options
            harvest(text, draft, call)
            call.note("place", place=str(found.place), confidence=found.confidence)
            return Done()
        if says(text, Command.DO_NOT_KNOW) or says(text, Command.SKIP) or yes_or_no(text) is False:
            draft.asked[self.slot] = 99
            return Done()
        if (
            not when(text)
            and LOOKS_LIKE_PLACE.search(text)
            and 3 <= len(squeeze(text)) <= 30
            and not text.endswith(("?", "?", "吗"))
        ):
            # The gazetteer does not know it, a human will: keep the caller's words.
            part = "detail" if known.community else "community"
            draft.place = replace(known, **{part: trim(text)})
            return Done()
        return None

    def expect(self, call: Call) -> Expect | None:
        """An address."""
        draft = self.draft(call)
        if self._same(draft, call):
            return call.expectation(Asked.YES_NO, Command.YES, Command.NO)
        return call.expectation(Asked.PLACE, phrases=draft.place_options)

    @staticmethod
    def _same(draft: Draft, call: Call) -> bool:
        return not str(draft.place) and call.place.complete


class When(Slot):
    """Asks when it was, where the unit would ask that first."""

    name: ClassVar[str] = "intake.when"
    slot = "when"
    optional = True
    missed = "when"

    def needed(self, draft: Draft, call: Call) -> bool:
        """Needed once, for what happens at a time."""
        fits = draft.kind in (Kind.COMPLAINT, Kind.REPORT) and needs_when(draft.what)
        return fits and not draft.when and not draft.asked.get(self.slot)

    def take(self, text: str, draft: Draft, call: Call) -> Next | None:
        """Any short answer is a time."""
        if says(text, Command.DO_NOT_KNOW) or says(text, Command.SKIP):
            return Done()
        harvest(text, draft, call)
        if not draft.when and len(squeeze(text)) <= 20:
            draft.when = trim(text)
        return Done() if draft.when else None

    def expect(self, call: Call) -> Expect | None:
        """A time."""
        return call.expectation(Asked.STORY)
