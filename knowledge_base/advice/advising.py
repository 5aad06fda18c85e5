"""Everything that an editor should know of an entry, while typing and before it is reviewed."""

from collections.abc import Sequence
from itertools import islice

from knowledge_base.advice import theft
from knowledge_base.advice.alike import alike, duplicates, neighbours
from knowledge_base.advice.contradictions import addresses, contradictions, within
from knowledge_base.advice.remarks import Advice, Remark, Severity, ordered
from knowledge_base.advice.speech import hard_to_speak
from knowledge_base.advice.theft import Progress
from knowledge_base.base import KnowledgeBase
from knowledge_base.entry import Entry
from knowledge_base.reading import problems, spoken_seconds

_LOOKED_UP = 40
"""Ways of asking by which neighbours are looked for at most."""


def advise(
    entry: Entry,
    base: KnowledgeBase,
    unanswered: Sequence[str] = (),
    recent: Sequence[str] = (),
    quick: bool = False,
    progress: Progress = lambda _what, _done, _all: None,
) -> Advice:
    """Return what to look at in `entry` before it is published in `base`, which is not changed.

    `unanswered` are questions of callers that nothing answered, from which ways of asking are suggested; `recent`
    ones that were answered, and might be taken over. `quick` leaves out what asks `base` many questions.
    """
    known = {other.id for other in base.entries} | {entry.id}
    remarks = [Remark(Severity.BLOCKS, "problem", one.what, one.field) for one in problems(entry, known)]
    remarks += hard_to_speak(entry)
    remarks += within(entry)
    texts = [text for text in (entry.question, entry.short, entry.spoken) if text]
    if not quick:
        texts += islice(entry.asked, _LOOKED_UP)
    progress("查找相近的条目", 0, len(texts))
    others = neighbours(entry, base, texts)
    compared = alike(entry, others)
    remarks += duplicates(compared)
    remarks += contradictions(entry, compared)
    remarks += addresses(entry, base.entries)
    if quick:
        remarks += theft.ways(entry, None, unanswered, progress)
    elif entry.question:
        progress("试加入知识库", 0, 1)
        after = theft.on_trial(entry, base)
        remarks += theft.stolen(entry, base, after, others, recent, progress)
        remarks += theft.not_found(entry, after, progress)
        remarks += theft.ways(entry, after, unanswered, progress)
    return ordered(remarks, spoken_seconds(entry.spoken))
