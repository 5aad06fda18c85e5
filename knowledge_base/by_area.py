"""The decision for a caller in one area: looked up there, asked back for it, refused where nothing holds."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from knowledge_base import deciding
from knowledge_base.areas import named_areas, without_areas
from knowledge_base.aspects import asked_aspects
from knowledge_base.deciding import Policy
from knowledge_base.entry import Context, Decision, Entry
from knowledge_base.follow_up import residue
from knowledge_base.search import Search

_CERTAIN = 0.9
"""Confidence of an answer that follows from the last one and not from a search."""


def decide(search: Search, policy: Policy, question: str, context: Context, today: date | None) -> Decision:
    """Return what to do about `question`: in the district that it names, else in the caller's."""
    named = named_areas(question)
    if named:
        area = named[0] if len(named) == 1 else ""
    else:
        area = context.area or next((entry.areas[0] for entry in context.entries[-1:] if entry.areas), "")
    here = search.within(area)
    asked = without_areas(question) if named else question
    before = [there for entry in context.entries if (there := _there(here, entry, today)) is not None]
    if named and context.entries and not residue(asked):
        last = context.entries[-1]
        if not before or before[-1].subject != last.subject:
            return _only_elsewhere(here, last, question)
        if not asked_aspects(asked):
            same = Decision("answer", _CERTAIN, before[-1], understood=question, reason=f"上一个问题,改问{area}")
            return _settled(here, same, today)
        return _settled(here, deciding.decide(here, policy, asked, Context(before), today), today)
    decision = deciding.decide(here, policy, question, Context(before), today)
    if named and decision.kind != "answer" and "地点" not in asked_aspects(asked):
        # What holds in the whole city holds there; only who asks for a place may mean the one of that district.
        again = deciding.decide(here, policy, asked, Context(before), today)
        if again.entry is not None and not set(named_areas(again.entry.question)) - set(named):
            decision = again
    if area and here.limited and decision.kind != "answer":
        anywhere = deciding.decide(search.within(""), policy, asked, Context(), today).entry
        if anywhere is not None and _there(here, anywhere, today) is None:
            return replace(_only_elsewhere(here, anywhere, question), candidates=decision.candidates)
    return _settled(here, decision, today)


def chosen(search: Search, entry: Entry, question: str, area: str, today: date | None) -> Decision:
    """Return what to say of `entry`, which the caller in `area` has chosen, to `question`."""
    here = search.within(area)
    there = _there(here, entry, today)
    if there is None:
        return _only_elsewhere(here, entry, question)
    return _settled(here, deciding.chosen(here, there, question, today), today)


def _there(here: Search, entry: Entry, today: date | None) -> Entry | None:
    """Return what answers in the area of `here` what `entry` answers; None where nothing does."""
    family = here.variants(entry)
    held = here.entries([one.id for one in family], today)
    return entry if not family or entry in held else held[0] if held else None


def _settled(here: Search, decision: Decision, today: date | None) -> Decision:
    """Ask back for the area where the answer depends on it; an option is named once, whatever its areas."""
    if here.area:
        return decision
    if decision.kind == "answer" and decision.entry is not None:
        return _asking_area(here, decision, decision.entry, today)
    options: dict[str, Entry] = {}
    for option in decision.options:
        first = next((one.id for one in here.variants(option)), option.id)
        options.setdefault(first, option)
    if len(decision.options) > 1 and len(options) == 1:
        return _asking_area(here, decision, decision.options[0], today)
    return replace(decision, options=tuple(options.values()))


def _asking_area(here: Search, decision: Decision, entry: Entry, today: date | None) -> Decision:
    family = here.entries([one.id for one in here.variants(entry)], today)
    areas = _areas(family)
    if not areas:
        return decision
    reason = f"“{entry.short or entry.question}”各区不同,先问在哪个区"
    return replace(decision, kind="ask_back", entry=None, options=(entry,), says="", areas=areas, reason=reason)


def _areas(family: Sequence[Entry]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(area for entry in family for area in entry.areas))


def _only_elsewhere(here: Search, entry: Entry, question: str) -> Decision:
    reason = f"“{entry.short or entry.question}”只适用于{'、'.join(_areas(here.variants(entry)))}"
    return Decision("refuse", 0.0, reason=reason, understood=question)
