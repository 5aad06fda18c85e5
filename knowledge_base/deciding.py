"""The decision over what was found: answer, ask back, or refuse. No entry is answered for its neighbour."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from knowledge_base.aspects import GENERAL, asked_aspects, aspects, covered_aspects
from knowledge_base.entry import Context, Decision, Entry
from knowledge_base.follow_up import looks_back, residue, shared_sounds
from knowledge_base.sayings import field_sentence, speaks_of, text_sentence
from knowledge_base.search import SHOWN, Found, Search
from knowledge_base.text import canonical, clean, question_core

_OPTIONS = 3
_CLOSE = 0.7
"""A candidate with this share of the best score may be the one that is meant."""
_NAMED = 0.6
"""Share of the sounds of a name that a question must have to name it."""
_SPOKEN_OF = 0.5
"""Share of the sounds of what a follow-up is about that an entry must have to speak of it."""
_HOPEFUL = 0.14
"""Confidence from which the score says nothing more: a long question has a low one."""
_CERTAIN = 0.9
"""Confidence of an answer that follows from the last one and not from a search."""

_MEASURE = re.compile("^一?[个张份本]")
"""办个居住证明 names a 居住证明."""
_EDGES = re.compile("^(?:那么?|要是|如果|这个|那个)|(?:的话|的|了|吗|呢)+$")
"""要是到期了呢 says 到期."""
_PARTICLE = re.compile("(?<=..)[点里得地]$")
"""那租房点呢 is 那租房的呢 as the recogniser writes it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """From which confidence on to answer, and from which on to ask back."""

    answer_from: float
    ask_back_from: float
    ask_back_likeness: float
    """The score that the best candidate must have to be asked back."""


def decide(search: Search, policy: Policy, question: str, context: Context, today: date | None) -> Decision:
    """Return what to do about `question` after what was answered in `context`."""
    last = context.entries[-1] if context.entries else None
    about = residue(question)
    if last is not None and not about and asked_aspects(question):
        return _about_last(search, question, context.entries, today)
    found = search.find(question, today)
    alone = _alone(search, policy, found, about, today)
    if last is None or len(question) > 40:
        return alone
    leans = looks_back(question)
    if alone.kind == "answer" and not leans:
        strays = alone.entry is not None and alone.entry.topic != last.topic and not _names(question, alone.entry)
        return (strays and _put_in(search, policy, question, about, last, today, again=True)) or alone
    continued = _continued(search, policy, question, about, last, today)
    if continued is not None:
        return continued
    same = alone
    if leans and alone.kind != "answer" and about and last.aspect and not asked_aspects(question):
        same_asked = f"{about}{last.aspect}"
        same = _alone(search, policy, search.find(same_asked, today), residue(same_asked), today)
    foreign = not any(option.topic == last.topic or _names(question, option) for option in alone.options)
    if same.kind != "answer" and about and last.subject and (leans or foreign):
        return _put_in(search, policy, question, about, last, today) or same
    return same


def chosen(search: Search, entry: Entry, question: str, today: date | None) -> Decision:
    """Return what to say of `entry`, which the caller has chosen, to `question`: the part asked for, or all of it."""
    whole = Decision("answer", 1.0, entry, understood=question, reason="来电人选择")
    decision = _by_aspect(search, whole, entry, today)
    return decision if decision.kind == "answer" else whole


def _alone(search: Search, policy: Policy, found: Found, about: str, today: date | None) -> Decision:
    """Decide on a question as it stands."""
    best = found.best
    if best is None:
        return Decision("refuse", 0.0, reason="没有相近的条目", understood=found.question)
    shown = Decision(
        "refuse", found.confidence, candidates=found.candidates, understood=found.question, restored=found.restored
    )
    bare = about == question_core(found.question).replace(" ", "")
    unasked = found.confidence < policy.answer_from and not asked_aspects(found.restored or found.question)
    several = _only_names(search, about, found, today) if bare or unasked else ()
    if len(several) > 1:
        return replace(shown, kind="ask_back", options=several, reason=f"只说了“{about}”,没有说要问什么")
    if found.confidence >= policy.answer_from:
        namesakes = _namesakes(search, about, found, today)
        if namesakes:
            return replace(shown, kind="ask_back", options=namesakes, reason="两个事项名称相近")
        return _by_aspect(search, shown, best, today)
    alike = found.confidence >= _HOPEFUL or found.candidates[0].score >= policy.ask_back_likeness
    if found.confidence >= policy.ask_back_from and alike:
        return replace(shown, kind="ask_back", options=(best, *_rivals(found)), reason="没有足够的把握,先问一句")
    return replace(shown, entry=None, reason=f"把握不足({found.confidence:.2f} < {policy.answer_from:.2f})")


def _rivals(found: Found) -> tuple[Entry, ...]:
    """Other candidates not far behind the first that a caller can tell from it by name."""
    first = found.candidates[0]
    named = {_name(first.entry)}
    rivals: list[Entry] = []
    for candidate in found.candidates[1:]:
        near = candidate.score >= _CLOSE * first.score
        if near and _name(candidate.entry) not in named:
            named.add(_name(candidate.entry))
            rivals.append(candidate.entry)
    return tuple(rivals[: _OPTIONS - 1])


def _name(entry: Entry) -> str:
    return entry.short or entry.question


def _contained(one: str, other: str) -> bool:
    return bool(one) and bool(other) and one != other and (one.startswith(other) or other.startswith(one))


def _namesakes(search: Search, about: str, found: Found, today: date | None) -> tuple[Entry, ...]:
    """The matter named and the one of the same name less its last character, where nothing but the name was said.

    A caller who says 居住证明 may mean the 居住证, and a recogniser hears the one for the other.
    """
    options: list[Entry] = []
    about = _MEASURE.sub("", about)
    for name in (about, about[:-1]):
        held = search.entries([entry.id for entry in search.matter(name)], today)
        if not held:
            return ()
        options.append(min(held, key=lambda entry: GENERAL not in _own(entry)))
    return tuple(options) if found.best in options else ()


def _only_names(search: Search, about: str, found: Found, today: date | None) -> tuple[Entry, ...]:
    """Entries to choose from where the question is a bare name of a matter or a field (公积金) and asks nothing."""
    of_matter = search.matter(about)
    same = search.ordered([*of_matter, *search.field(about)])
    if not same:
        return ()
    by_subject = bool(of_matter)
    fitting = search.find(found.question, today, {entry.id for entry in same}, shown=len(same))
    chosen: dict[str, Entry] = {}
    for candidate in fitting.candidates:
        entry = candidate.entry
        chosen.setdefault(_name(entry) if by_subject else entry.subject, entry)
    return tuple(chosen.values())[:_OPTIONS]


def _by_aspect(search: Search, shown: Decision, best: Entry, today: date | None) -> Decision:
    """Answer with `best` if it speaks of what was asked, else with what does, else refuse."""
    answer = replace(shown, kind="answer", entry=best, reason="把握足够")
    wanted = [name for name in asked_aspects(shown.restored or shown.understood) if aspects()[name].asks]
    if not best.subject or not wanted:
        return answer
    covered = covered_aspects(best)
    missing = [name for name in wanted if name not in covered]
    if not missing or len(missing) < len(wanted) or all(speaks_of(best.spoken, name) for name in missing):
        return answer
    sibling = _sibling(search, shown.understood, best, missing, today)
    if sibling is not None:
        return replace(answer, entry=sibling, reason=f"问的是{'、'.join(missing)},改答同一事项的“{_name(sibling)}”")
    for name in missing:
        says = _part(best, name)
        if says:
            return replace(answer, says=says, reason=f"问的是{name},只答条目中的这一部分")
    return replace(shown, kind="refuse", reason=f"“{_name(best)}”没有说到{'、'.join(missing)}")


def _sibling(search: Search, question: str, best: Entry, missing: Sequence[str], today: date | None) -> Entry | None:
    """The entry of the same matter about the aspects `missing`, and about all that happened in `question`."""
    happened = {name for name in asked_aspects(question) if not aspects()[name].asks and name != GENERAL}
    family = [
        entry
        for entry in search.matter(best.subject)
        if entry.id != best.id and _own(entry) & set(missing) and happened <= covered_aspects(entry)
    ]
    family = search.entries([entry.id for entry in family], today)
    if len(family) < 2:
        return family[0] if family else None
    return search.find(question, today, {entry.id for entry in family}).best


def _own(entry: Entry) -> frozenset[str]:
    """The aspects that the entry is about by its own name and question, not by what someone once asked."""
    named = {name for name, aspect in aspects().items() if entry.aspect in aspect.same}
    return frozenset(named) | asked_aspects(entry.question)


def _part(entry: Entry, aspect: str) -> str:
    """A sentence of `entry` about `aspect`, from its fields or its full text; "" where it says nothing."""
    field = aspects()[aspect].field
    return (field_sentence(entry, field) if field else "") or text_sentence(entry, aspect)


def _names(question: str, entry: Entry) -> bool:
    """Whether `question` says the matter or the field of `entry`."""
    said = question_core(question)
    return any(shared_sounds(canonical(name), said) >= _NAMED for name in (entry.subject, entry.topic) if name)


def _put_in(
    search: Search, policy: Policy, question: str, about: str, last: Entry, today: date | None, again: bool = False
) -> Decision | None:
    """Decide on 不办会罚款吗 with the last answer's subject put in; None where no entry near it speaks of that.

    The last answer once more is none, unless `again`.
    """
    understood = f"{last.subject}{question_core(question)}"
    decision = _alone(search, policy, search.find(understood, today), residue(understood), today)
    entry = decision.entry
    if decision.kind != "answer" or entry is None or entry.topic != last.topic:
        return None
    if entry.id == last.id and not (again or any(aspects()[name].asks for name in asked_aspects(question))):
        return None
    told = " ".join((entry.question, *entry.asked, entry.spoken, entry.text))
    if shared_sounds(canonical(about), canonical(clean(told))) < _SPOKEN_OF:
        return None
    return replace(decision, understood=understood, reason=f"接着上一个问题问“{about}”")


def _about_last(search: Search, question: str, before: Sequence[Entry], today: date | None) -> Decision:
    """Decide on a question that asks an aspect and names nothing: it is about the last answer."""
    last = before[-1]
    understood = f"{last.subject or last.question}{question_core(question)}"
    wanted = asked_aspects(question)
    asks = [name for name in wanted if aspects()[name].asks] or list(wanted)
    answer = Decision("answer", _CERTAIN, understood=understood)
    sibling = _sibling(search, question, last, asks, today)
    if sibling is None:
        related = [entry for entry in search.entries(last.related, today) if _own(entry) & set(asks)]
        same_matter = [entry for entry in related if _contained(entry.subject, last.subject)]
        sibling = same_matter[0] if same_matter else None
    if set(asks) & _own(last) and sibling is None:
        return replace(answer, entry=last, reason="问的就是上一个答复的内容")
    if sibling is not None:
        return replace(answer, entry=sibling, reason=f"接着上一个问题问{'、'.join(asks)}")
    for entry in _same_matter(search, before, today):
        for name in asks:
            says = _part(entry, name)
            if says:
                return replace(answer, entry=entry, says=says, reason=f"接着上一个问题问{name},答条目中的这一部分")
            if speaks_of(entry.spoken, name):
                return replace(answer, entry=entry, reason=f"接着上一个问题问{name},这个答复里说了")
    return Decision("refuse", 0.0, understood=understood, reason=f"“{_name(last)}”没有说到{'、'.join(asks)}")


def _same_matter(search: Search, before: Sequence[Entry], today: date | None) -> tuple[Entry, ...]:
    """The last entry, those of its subject, and what was answered before it in the same field, nearest first."""
    last = before[-1]
    family = [entry.id for entry in search.matter(last.subject)]
    earlier = [entry for entry in reversed(before[:-1]) if entry.topic and entry.topic == last.topic]
    return tuple(dict.fromkeys([last, *search.entries(family, today), *earlier]))


def _continued(
    search: Search, policy: Policy, question: str, about: str, last: Entry, today: date | None
) -> Decision | None:
    """Decide on 那租房的呢 as a question near the last answer; None where nothing near it is named so."""
    beside = (*search.entries(last.related, None), *search.matter(last.subject), *search.field(last.topic))
    near = {entry.id for entry in beside if entry.id != last.id}
    about = _PARTICLE.sub("", about)
    if not near or not about:
        return None
    understood = f"{last.subject or last.question}{about}"
    found = search.find(f"{understood}{''.join(sorted(asked_aspects(question)))}", today, near, shown=len(near))
    if found.best is None:
        return None
    said = (canonical(about), _EDGES.sub("", question_core(question).replace(" ", "")))
    # The subject put in fits all its entries alike: the first that is called what was said is the one that is meant.
    called = (one.entry for one in found.candidates if _called(one.entry, said) >= _NAMED)
    best = found.best if found.confidence >= policy.answer_from else next(called, found.best)
    named = _called(best, said)
    if named < _NAMED and found.confidence < policy.answer_from:
        return None
    confidence = max(found.confidence, policy.answer_from if named >= _NAMED else 0.0)
    shown = Decision("answer", confidence, candidates=found.candidates[:SHOWN], understood=understood + question)
    return replace(_by_aspect(search, shown, best, today), understood=understood)


def _called(entry: Entry, said: Sequence[str]) -> float:
    """Return how far one of `said` (0 to 1) is in a name of `entry`."""
    names = [canonical(clean(name)) for name in (entry.subject, entry.short, entry.question)]
    return max((shared_sounds(part, name) for part in said if len(part) > 1 for name in names), default=0.0)
