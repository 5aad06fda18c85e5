"""The one way from a turn of the caller to a decision of the knowledge base, in a call and in a hit test."""

import re

from dialog.call import Call
from dialog.commands import squeeze
from dialog.intake.words import story
from dialog.ports import Understanding
from knowledge_base.areas import named_areas
from knowledge_base.entry import Context, Decision, Entry
from tickets import sound

_NAMES_NOTHING = 6
"""Characters up to which a question may lean wholly on the answer before it."""
_SURE_OF_PLACE = 0.6
"""Confidence (0 to 1) from which a turn names a place."""
_OWN = re.compile("我家|我们|咱们|我住|家住|住在|我在")
"""Says that a place is where the caller is: the school that a question is about need not be."""


def look_up(text: str, call: Call) -> Decision:
    """Return what the knowledge base says to `text` after what was answered in `call`; asked once in a turn."""
    call.area = area_said(text, call.understanding) or call.area
    asked = (text, len(call.answered), call.context().area)
    known = call.looked_up
    if known is None or known[0] != asked:
        known = call.looked_up = (asked, _looked_up(text, call))
    return known[1]


def look_up_alone(text: str, call: Call) -> Decision:
    """Return what the knowledge base says to `text` by itself, which the dialogue has put together."""
    return call.knowledge.ask(text, Context(area=call.context().area), call.now.date())


def area_said(text: str, understanding: Understanding, asked: bool = False) -> str:
    """Return the district where the caller is by `text`, "" where it does not tell; `asked`: it was asked for."""
    named = named_areas(text)
    if len(named) == 1:
        return named[0]
    found = understanding.find_place(text)
    if found.confidence < _SURE_OF_PLACE or len(named) > 1:
        return ""
    place = found.place
    own = asked or _OWN.search(text) or (place.street and sound.find(place.street, text))
    return place.district if own else ""


def _looked_up(text: str, call: Call) -> Decision:
    """Ask the knowledge base; where it refuses, once more without "你好,我想咨询一下"."""
    decision = call.knowledge.ask(text, call.context(), call.now.date())
    bare = story(text)
    if decision.kind == "refuse" and bare != text:
        again = call.knowledge.ask(bare, call.context(), call.now.date())
        return again if again.kind != "refuse" else decision
    if decision.kind == "answer" and decision.entry and _strays(text, decision.entry, call):
        # "多久到账" after 公积金 is about 公积金; an answer from another field would be somebody else's.
        return look_up_alone(f"{call.answered[-1].subject}{text}", call)
    return decision


def _strays(text: str, entry: Entry, call: Call) -> bool:
    """Whether a short question that names nothing was answered from another field than the question before it."""
    last = call.answered[-1] if call.answered else None
    if last is None or entry.topic == last.topic or len(squeeze(text)) > _NAMES_NOTHING:
        return False
    return not any(name and sound.find(name, text) for name in (entry.subject, entry.topic))
