"""The knowledge base: the one door for live calls, `talk`, the hit test and the evaluation."""

import logging
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from copy import copy
from datetime import date
from functools import lru_cache, partial
from pathlib import Path

import jieba

from knowledge_base.calibration import Calibrator, Recipe, remembered_examples
from knowledge_base.deciding import Policy, chosen, decide
from knowledge_base.embedding import Embedder
from knowledge_base.entry import Context, Decision, Entry
from knowledge_base.follow_up import residue
from knowledge_base.index import Index
from knowledge_base.loading import from_folder
from knowledge_base.sayings import spoken_texts
from knowledge_base.search import Search, valid
from knowledge_base.settings import KnowledgeBaseSettings

jieba.setLogLevel(logging.WARNING)  # it tells of its dictionary on every start

Progress = Callable[[int, int], None]

_NOTHING_SAID = Context()
_NUMERAL = re.compile("[零〇一二两三四五六七八九十百千万]")
"""A word with a number in it is no term: 是奇 must not become 十七."""
_NAMES = 8
"""Longest term of the vocabulary, in characters."""


class KnowledgeBase:
    """Entries that can be asked. Nothing changes after it is made: any thread may ask at any time."""

    def __init__(
        self,
        entries: Iterable[Entry],
        settings: KnowledgeBaseSettings | None = None,
        today: date | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Index and calibrate `entries`; `progress(done, all)` hears of the slow part, done once for each text."""
        chosen = settings or KnowledgeBaseSettings()
        self.entries: tuple[Entry, ...] = tuple(entries)
        self._today = today
        self._by_id = {entry.id: entry for entry in self.entries}
        embedder = Embedder() if chosen.embedding else None
        recipe = Recipe(longest_embedded=chosen.longest_embedded, pseudo_questions=chosen.pseudo_questions)
        self._index_of = partial(
            Index, embedder=embedder, weights=recipe.weights, longest_embedded=recipe.longest_embedded
        )
        index = self._index_of(self.entries, progress=progress)
        known = remembered_examples(self.entries, embedder, recipe, progress)
        calibrator = Calibrator(known, chosen.wanted_near, chosen.wanted_far)
        self._search = Search(index, calibrator)
        answer_from = min(max(calibrator.threshold, chosen.least_confidence), chosen.most_confidence)
        self._policy = Policy(answer_from, min(chosen.ask_back_from, answer_from), chosen.ask_back_likeness)

    @classmethod
    def from_folder(
        cls,
        path: Path,
        today: date | None = None,
        settings: KnowledgeBaseSettings | None = None,
        progress: Progress | None = None,
    ) -> "KnowledgeBase":
        """Return the knowledge base of the YAML files in `path`; raises `EntryInvalid`.

        `today` is the date against which validity is held where `ask` names none.
        """
        return cls(from_folder(path), settings, today, progress)

    @classmethod
    def from_entries(
        cls,
        entries: Sequence[Entry],
        settings: KnowledgeBaseSettings | None = None,
        today: date | None = None,
        progress: Progress | None = None,
    ) -> "KnowledgeBase":
        """Return the knowledge base of `entries`."""
        return cls(entries, settings, today, progress)

    @property
    def answer_from(self) -> float:
        """The confidence from which on a question is answered."""
        return self._policy.answer_from

    def changed(self, entries: Sequence[Entry], gone: Collection[str] = ()) -> "KnowledgeBase":
        """Return this knowledge base with `entries` new or changed and the ids `gone` left out, calibrated as before.

        This one is not changed, and goes on answering.
        """
        newer = {entry.id: entry for entry in entries}
        kept = [newer.pop(entry.id, entry) for entry in self.entries if entry.id not in gone]
        made = copy(self)
        made.entries = (*kept, *newer.values())
        made._by_id = {entry.id: entry for entry in made.entries}
        made._search = Search(self._index_of(made.entries), self._search.calibrator)
        return made

    def ask(self, question: str, context: Context = _NOTHING_SAID, today: date | None = None) -> Decision:
        """Return what to do about `question`: answer, ask back or refuse, with the confidence and the reason."""
        return decide(self._search, self._policy, question, context, today or self._today)

    def chosen(self, entry: Entry, question: str, today: date | None = None) -> Decision:
        """Return what to answer to `question` where the caller, asked back, has chosen `entry`."""
        return chosen(self._search, entry, question, today or self._today)

    def entry(self, id: str) -> Entry:
        """Return the entry with this id; raises `KeyError`."""
        return self._by_id[id]

    def vocabulary(self) -> list[tuple[str, float]]:
        """Return the terms of the entries with a weight, heaviest first: what recognised text is corrected to."""
        weights: Counter[str] = Counter()
        for entry in self.entries:
            for term in {entry.subject, entry.topic, entry.short}:
                weights[term] += 3
            for way in (entry.question, *entry.asked):
                weights.update(_words_of(way))
        return [(term, float(weight)) for term, weight in weights.most_common() if 2 <= len(term) <= _NAMES]

    def spoken_texts(self, today: date | None = None) -> list[str]:
        """Return every text that `ask` can have spoken and that is known before, answers first."""
        return spoken_texts(entry for entry in self.entries if valid(entry, today or self._today))


@lru_cache(maxsize=1 << 15)
def _words_of(way: str) -> tuple[str, ...]:
    """Return what a way of asking asks for, and its words; remembered, since a publication changes few of them.

    What callers say in passing is a word too: 租房 must not be heard as 住房 because that is a field.
    """
    return residue(way), *{word for word in jieba.cut(way) if not _NUMERAL.search(word)}
