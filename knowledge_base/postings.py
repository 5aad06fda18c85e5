"""Rows of text by gram: a query touches only the rows that share a gram with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from knowledge_base.grams import Alphabet, Columns, GramModel, Vector, beginnings, cells, distinct, lengths

_TIMES_BITS = 12
_MOST_TIMES = (1 << _TIMES_BITS) - 1
_AT_ONCE = 1 << 20
"""Postings weighed at once, so that no other thread waits long."""

_COMMON = 16
"""What more than one row in so many says is common."""

Rows = npt.NDArray[np.uint16 | np.int32]


@dataclass(frozen=True, slots=True)
class Joined:
    """The lists of `size` rows one behind the other, ordered by key; `starts` says where each begins, and the end."""

    keys: Columns
    starts: Columns
    rows: Rows
    size: int

    def document_frequency(self) -> tuple[Columns, Columns]:
        """Return the ordered grams, and in how many rows each stands."""
        grams = self.keys >> _TIMES_BITS
        first = beginnings(grams)
        return grams[first], lengths(self.starts[:-1][first], int(self.starts[-1]))


class Lists:
    """Which rows have a gram, one list for each gram and number of times that it is said, in the making.

    As the number of times is part of the key, a posting is a row number and nothing else.
    """

    def __init__(self, alphabet: Alphabet) -> None:
        """Begin without a text."""
        self.alphabet = alphabet
        self.size = 0
        self._runs: list[tuple[int, Columns, Columns, npt.NDArray[np.uint16]]] = []

    def add(self, texts: Sequence[str]) -> None:
        """Append the rows of at most `grams.AT_ONCE` clean `texts`."""
        found = cells(self.alphabet, texts)
        for chosen in (np.flatnonzero(found.times == 1), np.flatnonzero(found.times > 1)):
            keys = (found.grams[chosen] << _TIMES_BITS) | np.minimum(found.times[chosen], _MOST_TIMES)
            order = np.argsort(keys, kind="stable") if len(keys) and found.times[chosen[0]] > 1 else slice(None)
            keys, rows = keys[order], found.rows[chosen][order]
            first = beginnings(keys)
            self._runs.append((self.size, keys[first], lengths(first, len(keys)), rows.astype(np.uint16)))
        self.size += len(texts)

    def joined(self) -> Joined:
        """Return all lists, and forget them here."""
        keys = distinct([run[1] for run in self._runs])
        totals = np.zeros(len(keys), dtype=np.int64)
        for _, of_run, counts, _ in self._runs:
            totals[np.searchsorted(keys, of_run)] += counts
        starts = np.concatenate([[0], np.cumsum(totals)])
        kind: type[np.uint16 | np.int32] = np.uint16 if self.size <= 1 << 16 else np.int32
        rows: Rows = np.empty(int(starts[-1]), dtype=kind)
        free = starts[:-1].copy()
        self._runs.reverse()
        while self._runs:
            offset, of_run, counts, of_texts = self._runs.pop()
            places = np.searchsorted(keys, of_run)
            begun = np.cumsum(counts) - counts
            at = np.repeat(free[places] - begun, counts) + np.arange(len(of_texts))
            rows[at] = of_texts.astype(np.int32) + offset
            free[places] += counts
        return Joined(keys, starts, rows, self.size)


@dataclass(frozen=True, slots=True)
class Touched:
    """What a query touches: the sum for each row by the grams that are not common, and the common ones, as bits."""

    rare: Vector
    common: npt.NDArray[np.int32]
    weights: Vector


class Postings:
    """Unit vectors of texts, (1 + log times) · idf, turned round. Nothing changes after it is made."""

    def __init__(self, joined: Joined, model: GramModel, many: bool = False) -> None:
        """Weigh the rows of `joined`; grams that `model` does not know do not count.

        Where there are `many`, long lists become a bit for each row: smaller, and quick to ask of a few rows.
        """
        keys, starts, self._rows, self.size = joined.keys, joined.starts, joined.rows, joined.size
        known = model.columns(keys >> _TIMES_BITS) >= 0
        self._keys, self._begin, self._end = keys[known], starts[:-1][known], starts[1:][known]
        self._said = (1.0 + np.log(self._keys & _MOST_TIMES)).astype(np.float32)
        squares = (self._said * model.idf[model.columns(self._keys >> _TIMES_BITS)]).astype(np.float64) ** 2
        squared = np.zeros(self.size)
        ends = np.cumsum(self._end - self._begin)
        at = 0
        while at < len(ends):
            until = max(at + 1, int(np.searchsorted(ends, (ends[at - 1] if at else 0) + _AT_ONCE)))
            squared += self._product(np.arange(at, until), squares[at:until])
            at = until
        self._scale = (1.0 / np.sqrt(np.where(squared > 0.0, squared, 1.0))).astype(np.float32)
        counts = self._end - self._begin
        self._keep_as_bits(np.flatnonzero(counts * _COMMON > self.size) if many else np.zeros(0, dtype=np.int64))

    @classmethod
    def of(cls, model: GramModel, texts: Sequence[str], many: bool = False) -> "Postings":
        """Return the postings of at most `grams.AT_ONCE` clean `texts`."""
        lists = Lists(model.alphabet)
        lists.add(texts)
        return cls(lists.joined(), model, many)

    def touched(self, grams: Columns, weights: Vector) -> Touched:
        """Return what a query touches; `weights` are those of its unit vector × idf."""
        first = np.searchsorted(self._keys, grams << _TIMES_BITS)
        several = np.searchsorted(self._keys, (grams + 1) << _TIMES_BITS) - first
        lists = np.repeat(first - np.cumsum(several) + several, several) + np.arange(int(several.sum()))
        weights = self._said[lists] * np.repeat(weights, several)
        bits = self._bits_of[lists]
        return Touched(self._product(lists, weights), bits[bits >= 0], weights[bits >= 0])

    def scores(self, touched: Touched, chosen: Columns | None = None) -> Vector:
        """Return the cosine of a query with every row, or the `chosen`, float32."""
        if chosen is not None:
            bits = self._bits[np.ix_(touched.common, chosen >> 3)] >> (7 - (chosen & 7)).astype(np.uint8) & 1
            found = touched.rare[chosen] + touched.weights @ bits.astype(np.float32)
            return np.asarray(found * self._scale[chosen], dtype=np.float32)
        found = touched.rare
        for row, weight in zip(touched.common, touched.weights, strict=True):
            found = found + weight * np.unpackbits(self._bits[row], count=self.size)
        return np.asarray(found * self._scale, dtype=np.float32)

    def rare(self, touched: Touched) -> Vector:
        """Return what `scores` does of every row, by the grams that are not common alone: much faster."""
        return touched.rare * self._scale

    def _keep_as_bits(self, common: Columns) -> None:
        """Take the lists `common` out of the rows, and keep them as bits."""
        counts = self._end - self._begin
        self._bits_of = np.full(len(counts), -1, dtype=np.int32)
        self._bits_of[common] = np.arange(len(common))
        self._bits = np.zeros((len(common), (self.size + 7) // 8), dtype=np.uint8)
        if not len(common):
            return
        kept = np.ones(len(self._rows), dtype=np.bool_)
        for number, place in enumerate(common):
            one = slice(self._begin[place], self._end[place])
            there = np.zeros(self.size, dtype=np.bool_)
            there[self._rows[one]] = True
            self._bits[number], kept[one] = np.packbits(there), False
        self._rows = self._rows[kept]
        taken = np.zeros_like(counts)
        taken[common] = counts[common]
        self._begin = self._begin - np.cumsum(taken) + taken
        self._end = self._begin + counts - taken

    def _product(self, lists: Columns, weights: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return for every row the sum of the `weights` of those of `lists` that it stands in."""
        begin, end = self._begin[lists], self._end[lists]
        parts = [self._rows[b:e] for b, e in zip(begin.tolist(), end.tolist(), strict=True)]
        if not parts:
            return np.zeros(self.size, dtype=weights.dtype)
        rows = np.concatenate(parts, dtype=np.int32, casting="unsafe")
        bounds = np.concatenate([[0], np.cumsum(end - begin)]).astype(np.int32)
        table = sparse.csc_array((np.ones(len(rows), weights.dtype), rows, bounds), shape=(self.size, len(lists)))
        return np.asarray(table @ weights)
