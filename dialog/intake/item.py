"""Which item of the ticket the caller says is wrong ("楼号不对", "电话换成我儿子的"), and its right version."""

import re
from dataclasses import dataclass, replace

from dialog.call import Call
from dialog.commands import squeeze, trim
from dialog.draft import Draft
from dialog.intake.correct import correct_contact, correct_place, correct_story
from dialog.intake.harvest import LOOKS_LIKE_PLACE
from dialog.intake.words import item_named, item_words, when

_LONGEST_TIME = 20
"""Characters of a time that is kept as it was said."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the ticket: the slot it fills, and the line that asks for it."""

    slot: str
    line: str


def wrong_item(text: str) -> tuple[Item, str] | None:
    """Return the item that `text` calls wrong, with what follows it ("" for nothing); None where none is named."""
    found = item_named(trim(text))
    if found is None:
        return None
    item, rest = found
    words = item_words()[item]
    return Item(words["slot"], words["line"]), trim(rest)


def put_right(item: Item, text: str, draft: Draft, call: Call) -> str:
    """Take `text` as the right version of `item`; return it as it is said back, "" where it holds none."""
    match item.slot:
        case "contact":
            return correct_contact(text, draft)
        case "place":
            return correct_place(text, draft, call) or _place_as_said(text, draft)
        case "name":
            return _name(text, draft, call)
        case "when":
            said = when(text) or (trim(text) if 2 <= len(squeeze(text)) <= _LONGEST_TIME else "")
            draft.when = said or draft.when
            return said
        case "what":
            return correct_story(text, draft, call, wholly=True)
    return ""


def _name(text: str, draft: Draft, call: Call) -> str:
    found = call.understanding.find_name(text, asked=True)
    if found is None:
        return ""
    draft.name = found.name
    return found.name


def _place_as_said(text: str, draft: Draft) -> str:
    """The gazetteer does not know it, a human will: keep the caller's words."""
    said = re.sub(r"^(?:应该|是|在|改成|换成)+", "", trim(text))
    if not (3 <= len(squeeze(said)) <= 30 and LOOKS_LIKE_PLACE.search(said)):
        return ""
    draft.place = replace(draft.place, street="", community=said, detail="")
    return said
