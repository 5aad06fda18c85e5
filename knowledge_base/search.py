"""One question looked up: its candidates, and how likely the best of them answers."""

from collections.abc import Collection, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date

import numpy as np

from knowledge_base.calibration import Calibrator
from knowledge_base.entry import Candidate, Entry
from knowledge_base.families import Families
from knowledge_base.features import describe
from knowledge_base.index import Index
from knowledge_base.restoring import Restorer
from knowledge_base.scored import Scored

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
        self._families = Families.of(index.entries)
        self._limited = frozenset(entry.id for entry in index.entries if entry.areas)
        self._overruled: dict[str, list[int]] = {}
        self.area = ""

    @property
    def limited(self) -> bool:
        """Whether any answer depends on the area."""
        return bool(self._limited)

    def within(self, area: str) -> "Search":
        """Return this search for a caller in `area`: only what holds there, its own rule before the city's."""
        made = copy(self)
        made.area = area
        return made

    def variants(self, entry: Entry) -> list[Entry]:
        """Return `entry` and those that answer the same in other areas; none where it holds in the whole city."""
        family = [one for one in self.matter(entry.subject) if one.aspect == entry.aspect]
        return family if any(one.areas for one in family) else [entry] if entry.areas else []

    def changed(self, upserts: Sequence[Entry], removed: Collection[str] = ()) -> "Search":
        """Return a search in which `upserts` are added or replaced, and others gone; see `Index.changed`."""
        made = copy(self)
        made.index = self.index.changed(upserts, removed)
        made.restorer = self.restorer.changed(upserts)
        gone = {*removed, *(entry.id for entry in upserts)} & self.index.number.keys()
        before = [self.index.entries[self.index.number[name]] for name in gone]
        made._limited = (self._limited - gone - set(removed)) | {entry.id for entry in upserts if entry.areas}
        made._overruled = {}
        made._families = self._families.changed(list({entry.id: entry for entry in upserts}.values()), before)
        return made

    def recalibrated(self, calibrator: Calibrator) -> "Search":
        """Return the same search, trusting `calibrator`."""
        made = copy(self)
        made.calibrator = calibrator
        return made

    def find(
        self,
        question: str,
        today: date | None,
        only: Collection[str] | None = None,
        shown: int = SHOWN,
        area: str = "",
    ) -> Found:
        """Return what fits `question` among the entries that hold `today` in `area` ("": any), or of these `only`."""
        area = area or self.area
        allowed = self.index.holding(today, area)
        allowed[self._overruled_in(area)] = False
        if only is not None:
            chosen = np.zeros(len(allowed), dtype=np.bool_)
            chosen[[self.index.number[name] for name in only if name in self.index.number]] = True
            allowed &= chosen
        likely = self.restorer.restore(question)
        restored = likely if likely != question else ""
        scored = self.index.score(likely, allowed=allowed)
        if not scored.core or float(scored.fused.max(initial=0.0)) <= 0.0:
            return Found(question, (), 0.0, restored)
        confidence = self.calibrator.confidence(describe(self.index, self._alone_of_its_kind(scored)))
        return Found(question, self._candidates(scored, shown), confidence, restored)

    def confidence_in(self, question: str, entry: Entry) -> float:
        """Return how likely `entry`, whether first or not, answers `question`."""
        number = self.index.number[entry.id]
        scored = self.index.score(self.restorer.restore(question), also=number)
        return self.calibrator.confidence(describe(self.index, scored, number))

    def entries(self, ids: Iterable[str], today: date | None, area: str = "") -> list[Entry]:
        """Return the entries with these ids that hold `today` in `area`."""
        numbers = self.index.number
        known = (numbers[name] for name in ids if name in numbers)
        area = area or self.area
        held = (number for number in known if number not in self._overruled_in(area))
        return [entry for number in held if valid(entry := self.index.entries[number], today, area)]

    def _overruled_in(self, area: str) -> list[int]:
        """The numbers of the entries for the whole city that have another for `area`."""
        if not area or not self._limited:
            return []
        if area not in self._overruled:
            own = (self.index.entries[self.index.number[name]] for name in self._limited)
            others = (one for entry in own if area in entry.areas for one in self.variants(entry))
            self._overruled[area] = [self.index.number[one.id] for one in others if not one.areas]
        return self._overruled[area]

    def _alone_of_its_kind(self, scored: Scored) -> Scored:
        """The best entry's variants for other areas are its answer elsewhere, no rivals that make it doubtful."""
        family = [self.index.number[entry.id] for entry in self.variants(self.index.entries[scored.best])]
        others = [number for number in family if number != scored.best]
        return scored.without(np.asarray(others, dtype=np.int64)) if others else scored

    def matter(self, subject: str) -> list[Entry]:
        """Return the entries of the matter `subject`, none where it is empty."""
        return self._numbered(self._families.subjects.get(subject, ()))

    def field(self, topic: str) -> list[Entry]:
        """Return the entries of the field `topic`, none where it is empty."""
        return self._numbered(self._families.topics.get(topic, ()))

    def ordered(self, entries: Iterable[Entry]) -> list[Entry]:
        """Return `entries` in the order of the index, each once."""
        return self._numbered({entry.id for entry in entries})

    def _numbered(self, ids: Iterable[str]) -> list[Entry]:
        return [self.index.entries[number] for number in sorted(self.index.number[name] for name in ids)]

    def _candidates(self, scored: Scored, shown: int) -> tuple[Candidate, ...]:
        order = np.argsort(-scored.fused, kind="stable")[:shown]
        return tuple(
            Candidate(
                self.index.entries[scored.numbers[place]],
                round(float(scored.fused[place]), 4),
                {name: round(float(part[place]), 4) for name, part in scored.parts.items()},
            )
            for place in order
            if scored.fused[place] > 0
        )


def valid(entry: Entry, today: date | None, area: str = "") -> bool:
    """Say whether `entry` holds `today` (None: any day) in `area` ("": anywhere)."""
    if area and entry.areas and area not in entry.areas:
        return False
    if today is None:
        return True
    return not (entry.valid_from and today < entry.valid_from) and not (entry.valid_to and today > entry.valid_to)
