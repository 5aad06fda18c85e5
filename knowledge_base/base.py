"""The knowledge base: the one door for live calls, `talk`, the hit test and the evaluation."""

import logging
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from copy import copy
from datetime import date
from functools import lru_cache
from pathlib import Path

import jieba

from knowledge_base.by_area import chosen, decide
from knowledge_base.calibration import Calibrator
from knowledge_base.curve import Curve
from knowledge_base.deciding import Policy
from knowledge_base.embedding import Embedder
from knowledge_base.entry import Context, Decision, Entry
from knowledge_base.follow_up import residue
from knowledge_base.index import Index
from knowledge_base.loading import from_folder
from knowledge_base.recalibration import calibrator_of, recipe_of
from knowledge_base.restoring import Restorer
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
        self._settings = chosen
        self.entries: tuple[Entry, ...] = tuple(entries)
        self._today = today
        self._by_id = {entry.id: entry for entry in self.entries}
        embedder = Embedder() if chosen.embedding else None
        recipe = recipe_of(chosen)
        index = Index(self.entries, embedder, recipe.weights, recipe.longest_embedded, progress)
        calibrator = calibrator_of(self.entries, chosen, embedder, progress)
        self._search = Search(index, calibrator, Restorer(self.entries))
        self._policy = _policy(calibrator, chosen)

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

    def changed(self, upserts: Sequence[Entry], removed: Collection[str] = ()) -> "KnowledgeBase":
        """Return a knowledge base with `upserts` added or replaced and those with the ids `removed` gone.

        This one goes on answering as before. It takes a moment, as all else is shared; the calibration stays.
        """
        made = copy(self)
        gone = set(removed) - {entry.id for entry in upserts}
        made._by_id = {**self._by_id, **{entry.id: entry for entry in upserts}}
        for name in gone:
            made._by_id.pop(name, None)
        made.entries = tuple(made._by_id.values())
        made._search = self._search.changed(upserts, gone)
        return made

    @property
    def settings(self) -> KnowledgeBaseSettings:
        """How entries are looked up here."""
        return self._settings

    @property
    def worn(self) -> bool:
        """Say whether so much was changed that `renewed` should be called, as answers are found worse."""
        return self._search.index.worn

    def renewed(self) -> "KnowledgeBase":
        """Return the same knowledge base indexed anew, which takes as long as at the start; calibrated as it is."""
        made = copy(self)
        made._search = Search(
            self._search.index.renewed(self.entries), self._search.calibrator, Restorer(self.entries)
        )
        return made

    def recalibrated(self, calibrator: Calibrator) -> "KnowledgeBase":
        """Return the same knowledge base trusting `calibrator`, in a moment."""
        made = copy(self)
        made._search = self._search.recalibrated(calibrator)
        made._policy = _policy(calibrator, self._settings)
        return made

    @property
    def answer_from(self) -> float:
        """The confidence from which on a question is answered."""
        return self._policy.answer_from

    def curve(self) -> Curve:
        """Return how good the calibration is, on questions made from the entries."""
        return self._search.calibrator.curve(self.answer_from)

    def ask(self, question: str, context: Context = _NOTHING_SAID, today: date | None = None) -> Decision:
        """Return what to do about `question`: answer, ask back or refuse, with the confidence and the reason."""
        return decide(self._search, self._policy, question, context, today or self._today)

    def chosen(self, entry: Entry, question: str, today: date | None = None, area: str = "") -> Decision:
        """Return what to answer to `question` where the caller, asked back, has chosen `entry` and is in `area`.

        It asks back for the area where the answer depends on it, and refuses where nothing holds there.
        """
        return chosen(self._search, entry, question, area, today or self._today)

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


def _policy(calibrator: Calibrator, chosen: KnowledgeBaseSettings) -> Policy:
    """The policy that `calibrator` allows within the bounds of the settings."""
    answer_from = min(max(calibrator.threshold, chosen.least_confidence), chosen.most_confidence)
    return Policy(answer_from, min(chosen.ask_back_from, answer_from), chosen.ask_back_likeness)


@lru_cache(maxsize=1 << 15)
def _words_of(way: str) -> tuple[str, ...]:
    """Return what a way of asking asks for, and its words; remembered, since a publication changes few of them.

    What callers say in passing is a word too: 租房 must not be heard as 住房 because that is a field.
    """
    return residue(way), *{word for word in jieba.cut(way) if not _NUMERAL.search(word)}
