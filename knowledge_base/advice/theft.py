"""What publishing an entry would change: questions that it takes from others, ways of asking that do not find it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from knowledge_base.advice.facts import likeness, pairs
from knowledge_base.advice.remarks import Remark, Severity
from knowledge_base.base import KnowledgeBase
from knowledge_base.entry import Decision, Entry
from knowledge_base.text import question_core

Progress = Callable[[str, int, int], None]
_TRIED = 240
"""Questions of others that are asked at most, the most alike first."""
_TOUCHED = 0.15
"""Share of pairs below which a question of another entry is not in danger."""
_SUGGESTED = 10
"""Ways of asking that are suggested at most."""
_NEAR = 0.3
"""Share of pairs from which a real question may be one of the entry's, without asking the knowledge base."""


def on_trial(entry: Entry, base: KnowledgeBase) -> KnowledgeBase:
    """Return `base` with `entry` in it, as if it held today."""
    return base.changed([replace(entry, valid_from=None, valid_to=None)])


def stolen(
    entry: Entry,
    before: KnowledgeBase,
    after: KnowledgeBase,
    others: Sequence[Entry],
    recent: Sequence[str],
    progress: Progress,
) -> Iterator[Remark]:
    """Yield the questions of `others`, and `recent` ones, that `entry` takes over, and what becomes of it."""
    asked = _in_danger(entry, others, recent)
    for done, (question, owner) in enumerate(asked, 1):
        progress("试问其他条目的问题", done, len(asked))
        now = after.ask(question)
        if owner is not None and _answers(now, owner.id):
            continue
        loser = _loser(before.ask(question), now, owner)
        if loser is not None and loser.id != entry.id:
            what = f"“{question}”原由 {loser.id}“{loser.question}”回答,发布后{_told(now, entry)}"
            yield Remark(Severity.LOOK, "theft", what, "", loser.id, (question,))


def _loser(then: Decision, now: Decision, owner: Entry | None) -> Entry | None:
    """Return the entry (of `owner`'s question, the owner) that was answered or offered, and is no more."""
    if then.kind == "answer" and then.entry is not None and (owner is None or owner.id == then.entry.id):
        return None if _answers(now, then.entry.id) else then.entry
    offered = owner is not None and owner.id in {one.id for one in then.options}
    still = owner is not None and (_answers(now, owner.id) or owner.id in {one.id for one in now.options})
    return owner if offered and not still else None


def _in_danger(entry: Entry, others: Sequence[Entry], recent: Sequence[str]) -> list[tuple[str, Entry | None]]:
    """Return the questions that share most with what `entry` is asked by, and whose they are."""
    own = [pairs(way) for way in (entry.question, *entry.asked, f"{entry.subject}{entry.aspect}", entry.short)]
    every: dict[str, Entry | None] = dict.fromkeys(recent)
    every |= {way: other for other in others for way in (other.question, *other.asked)}
    ranked = [(max(likeness(grams, pairs(question)) for grams in own), question) for question in every]
    ranked = sorted((row for row in ranked if row[0] >= _TOUCHED), key=lambda row: -row[0])
    return [(question, every[question]) for _, question in ranked[:_TRIED]]


def not_found(entry: Entry, after: KnowledgeBase, progress: Progress) -> Iterator[Remark]:
    """Yield the ways of asking of `entry` itself that would not lead to it."""
    ways = list(dict.fromkeys((entry.question, *entry.asked)))
    for done, way in enumerate(ways, 1):
        progress("试问本条目的问法", done, len(ways))
        decision = after.ask(way)
        if not _answers(decision, entry.id):
            severity = Severity.HINT if entry.id in {one.id for one in decision.options} else Severity.LOOK
            told = _told(decision, entry)
            yield Remark(severity, "not_found", f"问“{way}”{told}", "question" if way == entry.question else "asked")


def ways(
    entry: Entry, after: KnowledgeBase | None, unanswered: Iterable[str], progress: Progress
) -> Iterator[Remark]:
    """Yield those of `unanswered` that would do as ways of asking of `entry`, the best first.

    Those that it would answer once it is published come first; without `after` likeness alone decides.
    """
    own = {question_core(way): pairs(way) for way in (entry.question, *entry.asked, f"{entry.subject}{entry.aspect}")}
    counted: dict[str, tuple[str, int]] = {}
    for question in unanswered:
        if (core := question_core(question)) and core not in own:
            counted[core] = (counted.get(core, (question, 0))[0], counted.get(core, ("", 0))[1] + 1)
    near = [(max(likeness(grams, pairs(q)) for grams in own.values()), q, n) for q, n in counted.values()]
    near = sorted(
        (row for row in near if row[0] >= (_TOUCHED if after else _NEAR)), key=lambda row: (-row[2], -row[0])
    )
    rows: list[tuple[int, Remark]] = []
    for done, (_, question, times) in enumerate(near[:_TRIED], 1):
        progress("试问没答上来的问题", done, min(len(near), _TRIED))
        place, told = _fits(entry, after.ask(question)) if after else (1, "与本条目相近")
        if place < 3:
            often = f"(来电人问过 {times} 次)" if times > 1 else ""
            rows.append(
                (
                    place,
                    Remark(Severity.HINT, "way", f"可加为问法:“{question}”{often},{told}", "asked", "", (question,)),
                )
            )
    yield from (remark for _, remark in sorted(rows, key=lambda row: row[0])[:_SUGGESTED])


def _fits(entry: Entry, decision: Decision) -> tuple[int, str]:
    if _answers(decision, entry.id):
        return 0, "发布后就能答"
    if entry.id in {one.id for one in decision.options}:
        return 1, "发布后会反问时提到本条目"
    if decision.kind == "refuse" and decision.candidates and decision.candidates[0].entry.id == entry.id:
        return 2, "本条目最接近,但还不够"
    return 3, ""


def _answers(decision: Decision, id: str) -> bool:
    return decision.kind == "answer" and decision.entry is not None and decision.entry.id == id


def _told(decision: Decision, entry: Entry) -> str:
    if decision.kind == "answer" and decision.entry is not None:
        return (
            "改由本条目回答"
            if decision.entry.id == entry.id
            else f"由 {decision.entry.id}“{decision.entry.question}”回答"
        )
    if decision.kind == "ask_back":
        return f"要反问:{'、'.join(one.short or one.question for one in decision.options)}"
    return "不回答"
