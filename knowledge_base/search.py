"""One question looked up: its candidates, and how likely the best of them answers."""

from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date

import numpy as np

from knowledge_base.areas import Variants, holds_in
from knowledge_base.calibration import Calibrator
from knowledge_base.entry import Candidate, Entry
from knowledge_base.features import describe
from knowledge_base.index import Index, Scored

SHOWN = 5
"""Candidates that a decision shows to an editor."""


@dataclass(frozen=True, slots=True)
class Found:
    """Candidates for one question, best first; `confidence` is about the first."""

    question: str
    candidates: tuple[Candidate, ...]
    confidence: float

    @property
    def best(self) -> Entry | None:
        """The first candidate's entry."""
        return self.candidates[0].entry if self.candidates else None


class Search:
    """The index and the calibration over the entries of one publication. Nothing changes after it is made."""

    def __init__(self, index: Index, calibrator: Calibrator) -> None:
        """Search in `index`, trusting `calibrator`."""
        self.index = index
        self.calibrator = calibrator
        self.number = {entry.id: number for number, entry in enumerate(index.entries)}
        self.variants = Variants(index.entries)
        self.area = ""
        self._overruled: frozenset[str] = frozenset()

    def within(self, area: str) -> "Search":
        """Return this search for a caller in `area`: only what holds there, its own rule before the city's."""
        if area == self.area:
            return self
        made = copy(self)
        made.area, made._overruled = area, self.variants.overruled(area)
        return made

    def _holds(self, entry: Entry, today: date | None) -> bool:
        return valid(entry, today) and holds_in(entry, self.area) and entry.id not in self._overruled

    def find(
        self, question: str, today: date | None, only: Collection[str] | None = None, shown: int = SHOWN
    ) -> Found:
        """Return what fits `question` among the entries valid `today`, or among those with an id in `only`."""
        scored = self.index.score(question)
        struck = [
            number
            for number, entry in enumerate(self.index.entries)
            if not self._holds(entry, today) or (only is not None and entry.id not in only)
        ]
        if struck:
            scored = scored.without(np.asarray(struck, dtype=np.intp))
        if not len(self.index) or not scored.core or float(scored.fused.max()) <= 0.0:
            return Found(question, (), 0.0)
        confidence = self.calibrator.confidence(describe(self.index, self._alone_of_its_kind(scored)))
        return Found(question, self._candidates(scored, shown), confidence)

    def confidence_in(self, question: str, entry: Entry) -> float:
        """Return how likely `entry`, whether first or not, answers `question`."""
        scored = self.index.score(question)
        return self.calibrator.confidence(describe(self.index, scored, self.number[entry.id]))

    def entries(self, ids: Sequence[str], today: date | None) -> list[Entry]:
        """Return the entries with these ids that are valid `today`."""
        known = (self.index.entries[self.number[name]] for name in ids if name in self.number)
        return [entry for entry in known if self._holds(entry, today)]

    def _alone_of_its_kind(self, scored: Scored) -> Scored:
        """The best entry's variants for other areas are its answer elsewhere, no rivals that make it doubtful."""
        best = int(scored.fused.argmax())
        others = [self.number[entry.id] for entry in self.variants.of(self.index.entries[best])]
        others = [number for number in others if number != best]
        return scored.without(np.asarray(others, dtype=np.intp)) if others else scored

    def _candidates(self, scored: Scored, shown: int) -> tuple[Candidate, ...]:
        order = np.argsort(-scored.fused, kind="stable")[:shown]
        return tuple(
            Candidate(
                self.index.entries[number],
                round(float(scored.fused[number]), 4),
                {name: round(float(part[number]), 4) for name, part in scored.parts.items()},
            )
            for number in order
            if scored.fused[number] > 0
        )


def valid(entry: Entry, today: date | None) -> bool:
    """Say whether `entry` holds `today`; without a date every entry does."""
    if today is None:
        return True
    return not (entry.valid_from and today < entry.valid_from) and not (entry.valid_to and today > entry.valid_to)
