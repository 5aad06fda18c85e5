"""Rows in groups of one entry each, and what the best of a group come to."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from knowledge_base.grams import Vector
from knowledge_base.meanings import Meanings
from knowledge_base.scored import Numbers

FEW = 5000
"""So many entries are all scored in full; of more only those that the words of their texts make likely."""
_WAYS = 3
"""Ways of asking of an entry that count together."""
_AT_ONCE = 1024


class Groups:
    """Rows in groups of one entry each."""

    def __init__(self, lengths: Sequence[int] | Numbers, counted: Sequence[int] | Numbers) -> None:
        self._lengths = np.asarray(lengths, dtype=np.int64)
        self._starts = np.cumsum(self._lengths) - self._lengths
        self._counted = np.minimum(np.asarray(counted, dtype=np.int64), _WAYS)
        self._kept = self._table() if len(self._lengths) <= FEW else None

    def rows(self, numbers: Numbers) -> Numbers:
        """Return the rows of the groups `numbers`, one group after the other."""
        lengths = self._lengths[numbers]
        return np.repeat(self._starts[numbers] - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())

    def among(self, numbers: Numbers) -> "Groups":
        """Return the groups of `rows(numbers)`."""
        return Groups(self._lengths[numbers], self._counted[numbers])

    def best(self, values: Vector) -> Vector:
        """Return the mean of the best values of each group: one way alone may be alike by accident."""
        if not len(self._lengths):
            return np.zeros(0, dtype=np.float32)
        padded = np.append(values, np.float32(0.0))[self._table() if self._kept is None else self._kept]
        best = np.partition(padded, -_WAYS, axis=1)[:, -_WAYS:] if padded.shape[1] > _WAYS else padded
        return np.asarray(best.sum(axis=1) / self._counted, dtype=np.float32)

    def most(self, values: Vector) -> Vector:
        """Return the greatest value of each group."""
        return np.asarray(np.maximum.reduceat(values, self._starts), dtype=np.float32)

    def centres(self, meanings: Meanings) -> Meanings:
        """Return the mean vector of each group."""
        made = []
        for at in range(0, len(self._starts), _AT_ONCE):
            some = slice(at, at + _AT_ONCE)
            first, lengths = int(self._starts[at]), self._lengths[some]
            vectors = meanings.vectors(slice(first, first + int(lengths.sum())))
            sums = np.add.reduceat(vectors, self._starts[some] - first, axis=0)
            made.append(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9))
        every = np.concatenate(made)
        return Meanings(len(every), lambda rows: every[rows])

    def _table(self) -> npt.NDArray[np.int32]:
        """Return the rows of each group, padded with a row behind the last."""
        starts, lengths = self._starts[:, None], self._lengths[:, None]
        places = np.arange(int(lengths.max(initial=1)))
        return np.where(places < lengths, starts + places, int(self._lengths.sum())).astype(np.int32)
