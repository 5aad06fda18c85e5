"""The index over entries: characters, sounds and meaning, of ways of asking and of whole texts, scores summed.

It is made of parts, and the last may be a small one of entries that came later (see docs/decisions/080): so one entry
changes in a moment, and everything else is shared with the index before.
"""

from collections.abc import Callable, Collection, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from knowledge_base.embedding import Embedder
from knowledge_base.entry import Entry
from knowledge_base.grams import CHARACTERS, SOUNDS, GramModel, Vector
from knowledge_base.groups import FEW
from knowledge_base.part import Asked, Gathered, Models, Part, Query
from knowledge_base.profile import Profile
from knowledge_base.scored import Grams, Numbers, Scored, Weights
from knowledge_base.text import question_core

Progress = Callable[[int, int], None]
Mask = npt.NDArray[np.bool_]

_LIKELY = 500
"""Of more entries than `FEW`, so many are scored in full."""
_PART = 1 << 16
"""Entries of a part at the most: a posting of its texts is then two bytes."""
_WORN_SHARE, _WORN_LEAST, _WORN_MOST = 0.05, 50, 2000
"""Newer entries, as a share of all and in number, from which on the index is to be made anew."""
_PROFILES = 1000


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a question touches in each part, and its vector where it is looked up by meaning."""

    core: str
    grams: tuple[Grams, Grams]
    parts: Sequence[Asked]
    meaning: Vector | None


class Index:
    """Entries ready to be searched. Nothing that is asked changes after it is made: any number of threads may ask.

    An entry is known by its number, its place in `entries`; an entry that was replaced keeps its place there and is
    never found again.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        embedder: Embedder | None = None,
        weights: Weights | None = None,
        longest_embedded: int = 48,
        progress: Progress | None = None,
        models: Models | None = None,
    ) -> None:
        """Index `entries`; without an `embedder` by characters and sounds alone.

        Questions longer than `longest_embedded` characters are not embedded: a long one has words enough. How rare a
        gram is comes from `models`, or where there are none from the entries.
        """
        self.entries = tuple(entries)
        self.number = {entry.id: number for number, entry in enumerate(self.entries)}
        self.weights = weights or Weights()
        self._embedder = embedder
        self._longest_embedded = longest_embedded
        self._live = np.ones(len(self.entries), dtype=np.bool_)
        self._older = len(self.entries)
        gathered = [Gathered(self.entries[at : at + _PART]) for at in range(0, max(1, len(self.entries)), _PART)]
        self.characters, self.sounds = models or _models(gathered, len(self.entries))
        if models:
            for some in gathered:
                self._learn(some)
        self._parts = tuple(Part(gathered.pop(0), self.models, embedder, progress) for _ in range(len(gathered)))
        self._profiles: dict[int, Profile] = {}
        self._last: _Asked | None = None

    def __len__(self) -> int:
        return int(np.count_nonzero(self._live))

    @property
    def models(self) -> Models:
        """How rare each gram is, of characters and of sounds."""
        return self.characters, self.sounds

    @property
    def newer(self) -> int:
        """How many entries came or changed since the index was made anew."""
        return len(self.entries) - self._older

    @property
    def worn(self) -> bool:
        """Say whether so much is newer that the index should be made anew: how rare grams are is out of date."""
        dead = self._older - int(np.count_nonzero(self._live[: self._older]))
        bound = min(max(_WORN_SHARE * self._older, _WORN_LEAST), _WORN_MOST)
        return max(self.newer, dead) > bound

    def changed(self, upserts: Sequence[Entry], removed: Collection[str] = ()) -> "Index":
        """Return an index in which `upserts` are added, or put in the place of those with their ids, and others gone.

        How rare a gram is stays as it was; a new gram weighs as if one entry had it. The work is that of the newer
        entries alone.
        """
        gone = {*removed, *(entry.id for entry in upserts)}
        kept = [entry for entry in self.entries[self._older :] if entry.id not in gone]
        newer = (*kept, *{entry.id: entry for entry in upserts}.values())
        made = copy(self)
        made.entries = self.entries[: self._older] + newer
        made.number = {**self.number}
        made._live = np.append(self._live[: self._older], np.ones(len(newer), dtype=np.bool_))
        for name in gone:
            number = made.number.pop(name, self._older)
            if number < self._older:
                made._live[number] = False
        made.number.update({entry.id: self._older + place for place, entry in enumerate(newer)})
        made._profiles, made._last = {}, None
        older = self._parts if self._older == len(self.entries) else self._parts[:-1]
        made._parts = older
        if newer:
            gathered = Gathered(newer)
            made._learn(gathered)
            made._parts = (*older, Part(gathered, made.models, self._embedder))
        return made

    def renewed(self, entries: Sequence[Entry]) -> "Index":
        """Return an index of `entries` made anew in the same way."""
        return Index(entries, self._embedder, self.weights, self._longest_embedded)

    def score(
        self, question: str, meaning: Vector | None = None, allowed: Mask | None = None, also: int | None = None
    ) -> Scored:
        """Return how well each entry fits `question`; `meaning` is its vector where it is known already.

        Entries that are not `allowed` (bool [entries]) score 0. Of more than `FEW` entries only those are scored
        whose texts make them likely, and the entry with the number `also`.
        """
        asked = self._asked(question_core(question), meaning)
        allowed = self._live if allowed is None else self._live & allowed
        numbers = np.arange(len(self.entries))
        local: list[Numbers | None] = [None] * len(self._parts)
        if len(self.entries) > FEW:
            numbers = self._likely(asked, allowed, also)
            local = self._local(numbers)
        parts = list(zip(self._parts, asked.parts, local, strict=True))
        titles = _joined([part.titles(touched, chosen) for part, touched, chosen in parts])
        bodies = _joined([part.bodies(touched, chosen) for part, touched, chosen in parts])
        scores = {
            "character_title": titles[0],
            "character_body": bodies[0],
            "sound_title": titles[1],
            "sound_body": bodies[1],
        }
        if asked.meaning is not None:
            near = [part.meaning(asked.meaning, chosen) for part, chosen in zip(self._parts, local, strict=True)]
            scores["meaning"] = np.concatenate(near)
        fused = self.weights.fused(scores)
        scored = Scored(asked.core, *asked.grams, numbers, len(self) - 1, scores, fused)
        struck = np.flatnonzero(~allowed[numbers])
        return scored.without(numbers[struck]) if len(struck) else scored

    def twins(self, number: int, at_least: float) -> Numbers:
        """Return entry `number` and those with a way of asking whose cosine with its question is `at_least` this."""
        grams = Grams.of(self.characters, question_core(self.entries[number].question))
        query = _query(self.characters, grams)
        alike = np.concatenate([part.likeness(query) for part in self._parts])
        return np.union1d(np.flatnonzero((alike >= at_least) & self._live), [number])

    def embeds(self, core: str) -> bool:
        """Say whether a question with this core is also looked up by meaning."""
        return self._embedder is not None and len(self.entries) > 0 and 0 < len(core) <= self._longest_embedded

    def holding(self, today: date | None, area: str = "") -> Mask:
        """Return which entries hold `today` (None: any day) in `area` ("": anywhere), bool [entries]."""
        return np.concatenate([part.holding.mask(today, area) for part in self._parts])

    def profile(self, number: int) -> Profile:
        """Return what the features compare a question with; of the entries last asked for it is remembered."""
        found = self._profiles.get(number)
        if found is None:
            found = Profile.of(self.entries[number], self.characters, self.sounds)
            if len(self._profiles) >= _PROFILES:
                self._profiles = {}
            self._profiles[number] = found
        return found

    def _learn(self, gathered: Gathered) -> None:
        characters, sounds = (lists.document_frequency()[0] for lists in gathered.bodies)
        self.characters, self.sounds = self.characters.knowing(characters), self.sounds.knowing(sounds)

    def _asked(self, core: str, meaning: Vector | None) -> _Asked:
        """Return what a question touches. The last one is remembered: a decision often takes several looks at it."""
        last = self._last
        if last is not None and last.core == core:
            return last if meaning is None else replace(last, meaning=meaning)
        grams = Grams.of(self.characters, core), Grams.of(self.sounds, core)
        queries = _query(self.characters, grams[0]), _query(self.sounds, grams[1])
        if self._embedder is not None and self.embeds(core):
            meaning = self._embedder.query(core) if meaning is None else meaning
        else:
            meaning = None
        asked = _Asked(core, grams, [part.ask(queries) for part in self._parts], meaning)
        self._last = asked
        return asked

    def _likely(self, asked: _Asked, allowed: Mask, also: int | None) -> Numbers:
        """Return the numbers of the entries whose whole texts, and meaning, fit best."""
        best = np.flatnonzero(allowed)
        if len(best) > _LIKELY:
            parts = list(zip(self._parts, asked.parts, strict=True))
            fit = self._fit(_joined([part.rare(touched) for part, touched in parts]), asked.meaning)
            if np.count_nonzero(fit[allowed] > 0.0) < _LIKELY:
                fit = self._fit(_joined([part.bodies(touched, None) for part, touched in parts]), asked.meaning)
            best = np.argpartition(np.where(allowed, fit, np.float32(-1.0)), -_LIKELY)[-_LIKELY:]
        return np.union1d(best, [] if also is None else [also]).astype(np.int64)

    def _fit(self, bodies: tuple[Vector, Vector], meaning: Vector | None) -> Vector:
        parts = {"character_body": bodies[0], "sound_body": bodies[1]}
        if meaning is not None:
            parts["meaning"] = np.concatenate([part.nearness(meaning) for part in self._parts])
        return self.weights.fused(parts)

    def _local(self, numbers: Numbers) -> list[Numbers | None]:
        """Return for each part which of its own entries are among `numbers`."""
        bounds = np.cumsum([0, *(len(part.entries) for part in self._parts)])
        places = np.searchsorted(numbers, bounds)
        return [numbers[a:b] - first for a, b, first in zip(places, places[1:], bounds, strict=False)]


def _query(model: GramModel, grams: Grams) -> Query:
    return model.grams(grams.columns), grams.weights * model.idf[grams.columns]


def _joined(of_parts: Sequence[tuple[Vector, Vector]]) -> tuple[Vector, Vector]:
    return np.concatenate([one for one, _ in of_parts]), np.concatenate([other for _, other in of_parts])


def _models(gathered: Sequence[Gathered], documents: int) -> Models:
    characters, sounds = zip(*(part.bodies for part in gathered), strict=True)
    return (
        GramModel.over(CHARACTERS, [lists.document_frequency() for lists in characters], documents),
        GramModel.over(SOUNDS, [lists.document_frequency() for lists in sounds], documents),
    )
