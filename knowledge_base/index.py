"""The index over entries: characters, sounds and meaning, of titles and of whole texts, scores summed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from knowledge_base.aspects import covered_aspects, names
from knowledge_base.embedding import Embedder
from knowledge_base.entry import Entry
from knowledge_base.grams import GramModel, Postings
from knowledge_base.text import canonical, character_grams, clean, question_core, sound_grams

Vector = npt.NDArray[np.float32]
Columns = npt.NDArray[np.int32]

_WAYS = 3
"""Ways of asking of an entry that count together."""
_MEANT = 12
"""Ways of asking of an entry that are also looked up by meaning. More find no more entries, and each takes 15 ms of a
processor once; by characters and sounds all count."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts in the fused score; they are divided by their sum."""

    character_title: float = 0.7
    character_body: float = 1.0
    sound_title: float = 0.7
    sound_body: float = 1.0
    meaning: float = 2.0


@dataclass(frozen=True, slots=True)
class Grams:
    """The grams of one text under one model: columns, weights of a unit vector, kinds that no entry has."""

    columns: Columns
    weights: Vector
    unknown: int


@dataclass(frozen=True, slots=True)
class Scored:
    """A question against every entry: the parts and their fused score, each float32 [entries]."""

    core: str
    characters: Grams
    sounds: Grams
    parts: dict[str, Vector]
    fused: Vector
    title_row: npt.NDArray[np.intp] | None = None

    def without(self, left_out: npt.NDArray[np.intp]) -> "Scored":
        """Return the same scores as if the entries `left_out` were not in the collection."""
        parts = {name: _struck(values, left_out) for name, values in self.parts.items()}
        return Scored(self.core, self.characters, self.sounds, parts, _struck(self.fused, left_out), self.title_row)


def _struck(values: Vector, left_out: npt.NDArray[np.intp]) -> Vector:
    changed = values.copy()
    changed[left_out] = 0.0
    return changed


def titles(entry: Entry) -> list[str]:
    """Return what an entry may be asked by: its question, its ways of asking, its short name."""
    ways = [entry.question, *entry.asked]
    if entry.subject and entry.aspect:
        ways.append(f"{entry.subject}{entry.aspect}")
    if entry.short:
        ways.append(entry.short)
    return list(dict.fromkeys(question_core(way) for way in ways if clean(way)))


def body(entry: Entry) -> str:
    """Return the whole clean text of an entry."""
    spoken = "" if entry.spoken in entry.text else entry.spoken
    parts = (
        entry.question,
        *entry.asked,
        entry.subject,
        entry.aspect,
        entry.short,
        spoken,
        entry.text,
        *entry.materials,
        entry.place,
        entry.department,
        *entry.areas,
    )
    return canonical(clean(" ".join(part for part in parts if part)))


class Index:
    """Entries ready to be searched. Nothing changes after it is made, so any number of threads may ask."""

    def __init__(
        self,
        entries: Sequence[Entry],
        embedder: Embedder | None = None,
        weights: Weights | None = None,
        longest_embedded: int = 48,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Index `entries`; without an `embedder` by characters and sounds alone.

        Questions longer than `longest_embedded` characters are not embedded: a long one has words enough.
        """
        self.entries = tuple(entries)
        self.weights = weights or Weights()
        self._embedder = embedder
        self._longest_embedded = longest_embedded
        self.title_texts: list[str] = []
        starts: list[int] = []
        for entry in self.entries:
            starts.append(len(self.title_texts))
            self.title_texts += titles(entry) or [""]
        self._starts = np.asarray(starts, dtype=np.intp)
        self.owner = np.repeat(np.arange(len(starts)), np.diff([*starts, len(self.title_texts)]))
        self._ways = _rows_of_each(self._starts, len(self.title_texts))
        self._counted = np.minimum(np.bincount(self.owner, minlength=len(starts)), _WAYS)
        self.bodies = [body(entry) for entry in self.entries]
        self.characters = GramModel(character_grams, self.bodies)
        self.sounds = GramModel(sound_grams, self.bodies)
        self._title_characters = Postings(self.characters, self.title_texts)
        self._title_sounds = Postings(self.sounds, self.title_texts)
        self._body_characters = Postings(self.characters, self.bodies)
        self._body_sounds = Postings(self.sounds, self.bodies)
        self.title_rows = self.sounds.rows(self.title_texts)
        self.body_rows = {
            "characters": self.characters.rows(self.bodies),
            "sounds": self.sounds.rows(self.bodies),
        }
        self.names = [names(text) for text in self.bodies]
        self.title_names = [names(text) for text in self.title_texts]
        self.aspects = [covered_aspects(entry) for entry in self.entries]
        self._meanings: Vector | None = None
        if embedder is not None and self.entries:
            self._meant = np.unique(self._ways[:, :_MEANT])
            self._meant = self._meant[self._meant < len(self.title_texts)]
            self._meanings = embedder.queries([self.title_texts[row] for row in self._meant], progress)

    def __len__(self) -> int:
        return len(self.entries)

    def score(self, question: str, meaning: Vector | None = None) -> Scored:
        """Return how well each entry fits `question`; `meaning` is its vector where it is known already."""
        core = question_core(question)
        characters, sounds = self._query(self.characters, core), self._query(self.sounds, core)
        by_title_characters = self._title_characters.scores(characters.columns, characters.weights)
        by_title_sounds = self._title_sounds.scores(sounds.columns, sounds.weights)
        parts = {
            "character_title": self._best(by_title_characters),
            "character_body": self._body_characters.scores(characters.columns, characters.weights),
            "sound_title": self._best(by_title_sounds),
            "sound_body": self._body_sounds.scores(sounds.columns, sounds.weights),
        }
        if self.embeds(core):
            if meaning is None:
                assert self._embedder is not None
                meaning = self._embedder.query(core)
            assert self._meanings is not None
            rows = np.zeros(len(self.title_texts), dtype=np.float32)
            rows[self._meant] = self._meanings @ meaning
            parts["meaning"] = self._best(rows)
        return Scored(core, characters, sounds, parts, self._fuse(parts))

    def twins(self, number: int, at_least: float) -> npt.NDArray[np.intp]:
        """Return entry `number` and those with a way of asking whose cosine with its question is `at_least` this."""
        grams = self._query(self.characters, question_core(self.entries[number].question))
        alike = np.maximum.reduceat(self._title_characters.scores(grams.columns, grams.weights), self._starts)
        return np.union1d(np.flatnonzero(alike >= at_least), [number]).astype(np.intp)

    def embeds(self, core: str) -> bool:
        """Say whether a question with this core is also looked up by meaning."""
        return self._meanings is not None and 0 < len(core) <= self._longest_embedded

    def _fuse(self, parts: dict[str, Vector]) -> Vector:
        total = np.zeros(len(self.entries), dtype=np.float32)
        weight_sum = 0.0
        for name, values in parts.items():
            weight = getattr(self.weights, name)
            # Any two sentences have an e5 cosine of about 0.8, so what is above it is taken.
            total += weight * (np.clip((values - 0.8) * 5.0, 0.0, 1.0) if name == "meaning" else values)
            weight_sum += weight
        return total / max(weight_sum, 1e-6)

    def _best(self, rows: Vector) -> Vector:
        """The mean of the best ways of asking of each entry: one way alone may be alike by accident."""
        if not len(self.entries):
            return np.zeros(0, dtype=np.float32)
        padded = np.append(rows, np.float32(0.0))[self._ways]
        best = np.partition(padded, -_WAYS, axis=1)[:, -_WAYS:] if padded.shape[1] > _WAYS else padded
        return np.asarray(best.sum(axis=1) / self._counted, dtype=np.float32)

    @staticmethod
    def _query(model: GramModel, core: str) -> Grams:
        columns, times, unknown = model.counts(core)
        weights = (1.0 + np.log(times)) * model.idf[columns]
        length = float(np.sqrt(np.dot(weights, weights) + unknown * model.unknown_idf**2))
        return Grams(columns, (weights / max(length, 1e-6)).astype(np.float32), unknown)


def _rows_of_each(starts: npt.NDArray[np.intp], count: int) -> Columns:
    """Return the rows of each entry [entries, most rows of one], padded with the row `count`, which is no row."""
    lengths = np.diff([*starts, count])
    places = np.arange(int(lengths.max(initial=1)))
    return np.asarray(np.where(places < lengths[:, None], starts[:, None] + places, count), dtype=np.int32)


def columns_of(rows: sparse.csr_array, row: int) -> Columns:
    """Return the columns of one row."""
    return rows.indices[rows.indptr[row] : rows.indptr[row + 1]]
