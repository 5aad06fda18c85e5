"""A question against the entries of an index: its grams, the scores of each part, and the fused one."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from knowledge_base.grams import Columns, GramModel, Vector

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts in the fused score; they are divided by their sum."""

    character_title: float = 0.7
    character_body: float = 1.0
    sound_title: float = 0.7
    sound_body: float = 1.0
    meaning: float = 2.0

    def fused(self, parts: dict[str, Vector]) -> Vector:
        """Return the weighted mean of `parts`, each float32 [entries]."""
        total = np.zeros(len(next(iter(parts.values()))), dtype=np.float32)
        weight_sum = 0.0
        for name, values in parts.items():
            weight = getattr(self, name)
            # Any two sentences have an e5 cosine of about 0.8, so what is above it is taken.
            total += weight * (np.clip((values - 0.8) * 5.0, 0.0, 1.0) if name == "meaning" else values)
            weight_sum += weight
        return total / max(weight_sum, 1e-6)


@dataclass(frozen=True, slots=True)
class Grams:
    """The grams of one text under one model: columns, weights of a unit vector, kinds that no entry has."""

    columns: Columns
    weights: Vector
    unknown: int

    @classmethod
    def of(cls, model: GramModel, core: str) -> "Grams":
        """Return the grams of `core`; those that no entry has make the vector longer too."""
        columns, times, unknown = model.counts(core)
        weights = (1.0 + np.log(times)) * model.idf[columns]
        length = float(np.sqrt(np.dot(weights, weights) + unknown * model.unknown_idf**2))
        return cls(columns, (weights / max(length, 1e-6)).astype(np.float32), unknown)


@dataclass(frozen=True, slots=True)
class Scored:
    """A question against all entries, or those that may fit: parts and fused score, each float32 [numbers]."""

    core: str
    characters: Grams
    sounds: Grams
    numbers: Numbers
    """Which entries of the index were scored, ascending."""
    rivals: int
    """How many entries there are besides the best, scored or not."""
    parts: dict[str, Vector]
    fused: Vector

    @property
    def best(self) -> int:
        """The number of the entry that fits best."""
        return int(self.numbers[self.fused.argmax()])

    def place(self, number: int) -> int:
        """Return where entry `number` stands in the scores; raises `KeyError` where it was not scored."""
        place = int(np.searchsorted(self.numbers, number))
        if place == len(self.numbers) or self.numbers[place] != number:
            raise KeyError(number)
        return place

    def without(self, left_out: Numbers) -> "Scored":
        """Return the same scores as if the entries with the numbers `left_out` were not in the collection."""
        kept = ~np.isin(self.numbers, left_out)
        parts = {name: np.where(kept, values, np.float32(0.0)) for name, values in self.parts.items()}
        return replace(self, parts=parts, fused=np.where(kept, self.fused, np.float32(0.0)))
