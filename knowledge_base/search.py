"""One question looked up: its candidates, and how likely the best of them answers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from knowledge_base.calibration import Calibrator
from knowledge_base.entry import Candidate, Entry
from knowledge_base.features import describe
from knowledge_base.index import Index, Scored
from knowledge_base.restoring import Restorer

SHOWN = 5
"""Candidates that a decision shows to an editor."""


@dataclass(frozen=True, slots=True)
class Found:
    """Candidates for one question, best first; `confidence` is about the first."""

    question: str
    candidates: tuple[Candidate, ...]
    confidence: float
    restored: str = ""
    """The question as it was looked up, where it was held to be misheard."""

    @property
    def best(self) -> Entry | None:
        """The first candidate's entry."""
        return self.candidates[0].entry if self.candidates else None


class Search:
    """The index and the calibration over the entries of one publication. Nothing changes after it is made."""

    def __init__(self, index: Index, calibrator: Calibrator, restorer: Restorer) -> None:
        """Search in `index` for what `restorer` takes a question to be, trusting `calibrator`."""
        self.index = index
        self.restorer = restorer
        self.calibrator = calibrator
        self.number = {entry.id: number for number, entry in enumerate(index.entries)}

    def find(
        self, question: str, today: date | None, only: Collection[str] | None = None, shown: int = SHOWN
    ) -> Found:
        """Return what fits `question` among the entries valid `today`, or among those with an id in `only`."""
        likely = self.restorer.restore(question)
        restored = likely if likely != question else ""
        scored = self.index.score(likely)
        struck = [
            number
            for number, entry in enumerate(self.index.entries)
            if not valid(entry, today) or (only is not None and entry.id not in only)
        ]
        if struck:
            scored = scored.without(np.asarray(struck, dtype=np.intp))
        if not len(self.index) or not scored.core or float(scored.fused.max()) <= 0.0:
            return Found(question, (), 0.0, restored)
        confidence = self.calibrator.confidence(describe(self.index, scored))
        return Found(question, self._candidates(scored, shown), confidence, restored)

    def confidence_in(self, question: str, entry: Entry) -> float:
        """Return how likely `entry`, whether first or not, answers `question`."""
        scored = self.index.score(self.restorer.restore(question))
        return self.calibrator.confidence(describe(self.index, scored, self.number[entry.id]))

    def entries(self, ids: Sequence[str], today: date | None) -> list[Entry]:
        """Return the entries with these ids that are valid `today`."""
        known = (self.index.entries[self.number[name]] for name in ids if name in self.number)
        return [entry for entry in known if valid(entry, today)]

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
