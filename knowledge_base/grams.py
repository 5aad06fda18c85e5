"""Grams of characters or sounds as numbers, and how rare each is in a collection."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge_base.text import syllable

Vector = npt.NDArray[np.float32]
Columns = npt.NDArray[np.int64]
Symbols = npt.NDArray[np.uint16]

_SPACE = ord(" ")
_BITS = 16
"""A symbol takes so many bits of a gram, the first one the lowest; 0 is no symbol."""
_ROW_BITS = 15
AT_ONCE = 1 << _ROW_BITS
"""Texts that `cells` counts at once: row and gram of three symbols share 63 bits."""


class _Sounds:
    """The sound of every character as a number, learnt as characters come."""

    def __init__(self) -> None:
        self._of_code = np.zeros(1 << _BITS, dtype=np.uint16)
        self._numbers: dict[str, int] = {}
        self._lock = threading.Lock()

    def __call__(self, codes: Symbols) -> Symbols:
        found = self._of_code[codes]
        new = np.unique(codes[(found == 0) & (codes != 0)])
        if not len(new):
            return found
        with self._lock:
            for code in new.tolist():
                self._of_code[code] = self._numbers.setdefault(syllable(chr(code)), len(self._numbers) + 1)
        return self._of_code[codes]


@dataclass(frozen=True, slots=True)
class Alphabet:
    """What a text is cut into: runs of 1 to `longest` symbols, none across a space."""

    longest: int
    symbols: Callable[[Symbols], Symbols]
    """Turns the codes of characters into symbols; 0 stays 0."""


CHARACTERS = Alphabet(3, lambda codes: codes)
SOUNDS = Alphabet(2, _Sounds())


@dataclass(frozen=True, slots=True)
class Cells:
    """Which gram stands how many times in which row; ordered by gram, then by row."""

    grams: Columns
    rows: Columns
    times: Columns


def cells(alphabet: Alphabet, texts: Sequence[str]) -> Cells:
    """Count the grams of at most `AT_ONCE` clean `texts`."""
    joined = np.frombuffer(" ".join([*texts, ""]).encode("utf-32-le"), dtype=np.uint32)
    codes = np.where((joined == _SPACE) | (joined >> _BITS > 0), 0, joined).astype(np.uint16)
    symbols = alphabet.symbols(codes).astype(np.int64)
    rows = np.repeat(np.arange(len(texts), dtype=np.int64), [len(text) + 1 for text in texts])
    run, keys = symbols, []
    for length in range(1, alphabet.longest + 1):
        if length > 1:
            following = symbols[length - 1 :]
            run = np.where((run[:-1] != 0) & (following != 0), run[:-1] | (following << _BITS * (length - 1)), 0)
        whole = np.flatnonzero(run)
        keys.append((run[whole] << _ROW_BITS) | rows[whole])
    every = np.concatenate(keys)
    every.sort()
    first = beginnings(every)
    kept = every[first]
    return Cells(kept >> _ROW_BITS, kept & (AT_ONCE - 1), lengths(first, len(every)))


def beginnings(ordered: Columns) -> Columns:
    """Return where each run of one number begins."""
    return np.flatnonzero(np.concatenate([ordered[:1] == ordered[:1], ordered[1:] != ordered[:-1]]))


def lengths(first: Columns, end: int) -> Columns:
    """Return how long each run is: they begin at `first`, and the last is over at `end`."""
    return np.concatenate([first[1:], [end]])[: len(first)] - first


def distinct(keys: Sequence[Columns]) -> Columns:
    """Return every number of `keys` once, ascending."""
    every = np.concatenate([np.zeros(0, np.int64), *keys])
    every.sort()
    return every[beginnings(every)]


class GramModel:
    """The grams that a collection knows, and how rare each is. Nothing changes after it is made."""

    def __init__(self, alphabet: Alphabet, grams: Columns, frequency: Columns, documents: int) -> None:
        """Know the ordered `grams`, each of which `frequency` of so many `documents` have."""
        self.alphabet = alphabet
        self._grams = grams
        self._documents = documents
        rarity = np.log((1.0 + documents) / (1.0 + np.asarray(frequency, dtype=np.float64))) + 1.0
        self.idf: Vector = rarity.astype(np.float32)
        self.unknown_idf = float(np.log(1.0 + documents) + 1.0)
        """Weight of a gram that no text has."""

    @classmethod
    def of(cls, alphabet: Alphabet, texts: Sequence[str]) -> "GramModel":
        """Return the model of at most `AT_ONCE` clean `texts`."""
        grams, frequency = np.unique(cells(alphabet, texts).grams, return_counts=True)
        return cls(alphabet, grams, frequency, len(texts))

    @classmethod
    def over(cls, alphabet: Alphabet, counted: Sequence[tuple[Columns, Columns]], documents: int) -> "GramModel":
        """Return the model of so many `documents`, of which parts were `counted`: grams, and how many have each."""
        grams = distinct([of_part for of_part, _ in counted])
        frequency = np.zeros(len(grams), dtype=np.int64)
        for of_part, times in counted:
            frequency[np.searchsorted(grams, of_part)] += times
        return cls(alphabet, grams, frequency, documents)

    def __len__(self) -> int:
        return len(self._grams)

    def knowing(self, grams: Columns) -> "GramModel":
        """Return a model that knows `grams` too. What is new weighs as if one text had it; nothing else changes."""
        new = np.unique(grams[self.columns(grams) < 0])
        if not len(new):
            return self
        more = GramModel.__new__(GramModel)
        more.alphabet, more._documents, more.unknown_idf = self.alphabet, self._documents, self.unknown_idf
        places = np.searchsorted(self._grams, new)
        once = np.float32(np.log((1.0 + self._documents) / 2.0) + 1.0)
        more._grams, more.idf = np.insert(self._grams, places, new), np.insert(self.idf, places, once)
        return more

    def columns(self, grams: Columns) -> Columns:
        """Return the column of each of `grams`; -1 where it is not known."""
        if not len(self._grams):
            return np.full(len(grams), -1, dtype=np.int64)
        places = np.minimum(np.searchsorted(self._grams, grams), len(self._grams) - 1)
        return np.where(self._grams[places] == grams, places, -1)

    def grams(self, columns: Columns) -> Columns:
        """Return the grams of `columns`."""
        return self._grams[columns]

    def counts(self, text: str) -> tuple[Columns, Vector, int]:
        """Return columns and counts of the grams of `text` that are known, and how many kinds are not."""
        found = cells(self.alphabet, [text])
        columns = self.columns(found.grams)
        known = columns >= 0
        return columns[known], found.times[known].astype(np.float32), int(np.count_nonzero(~known))

    def columns_of(self, texts: Sequence[str]) -> list[Columns]:
        """Return the columns of the known grams of each of `texts`, ordered."""
        found = cells(self.alphabet, texts)
        columns = self.columns(found.grams)
        return [columns[(found.rows == row) & (columns >= 0)] for row in range(len(texts))]
