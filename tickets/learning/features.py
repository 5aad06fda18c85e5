"""Letters as numbers: TF-IDF of characters, of longer runs of them, of words, and of how the letter begins."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tickets.learning.reading import WRITTEN, Reading, Words

Sparse = Any
"""A scipy.sparse.csr_array; its stubs cannot say float32 throughout."""
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Counted:
    """How often each gram stands in each letter: one matrix [letters, grams] for each block."""

    grams: tuple[tuple[str, ...], ...]
    counts: tuple[Sparse, ...]
    reading: Reading = WRITTEN

    def rows(self, which: npt.NDArray[np.intp]) -> "Counted":
        """Return the letters `which`."""
        return Counted(self.grams, tuple(count[which] for count in self.counts), self.reading)


def count(letters: Sequence[Words], reading: Reading = WRITTEN) -> Counted:
    """Count the grams of `letters`, each given as its words (`reading.parts`)."""
    grams, counts = [], []
    for of in reading.blocks.values():
        index: dict[str, int] = {}
        counts.append(_counts([of(words) for words in letters], index, grow=True))
        grams.append(tuple(index))
    return Counted(tuple(grams), tuple(counts), reading)


def _counts(letters: Sequence[Sequence[str]], index: dict[str, int], grow: bool) -> Sparse:
    from scipy.sparse import csr_array

    data: list[int] = []
    columns: list[int] = []
    ends = [0]
    for grams in letters:
        for gram, times in Counter(grams).items():
            column = index.setdefault(gram, len(index)) if grow else index.get(gram)
            if column is not None:
                columns.append(column)
                data.append(times)
        ends.append(len(columns))
    shape = (len(letters), max(len(index), 1))
    return csr_array((np.array(data, dtype=np.float32), np.array(columns, np.int32), np.array(ends)), shape=shape)


class Features:
    """The grams that are features and how rare each is, learned from some letters."""

    def __init__(self, grams: Sequence[Sequence[str]], rarity: Sequence[Floats], reading: Reading = WRITTEN) -> None:
        """`grams` and their `rarity` (inverse document frequency) for each block of `reading`, in that order."""
        self.reading = reading
        self.grams = tuple(tuple(block) for block in grams)
        self.rarity = tuple(rarity)
        self._index: tuple[dict[str, int], ...] = ()

    @classmethod
    def learn(cls, counted: Counted) -> tuple["Features", Sparse]:
        """Return the features of the letters of `counted`, and these letters as numbers [letters, features]."""
        from scipy.sparse import hstack

        kept_grams, rarity, numbers = [], [], []
        for grams, counts in zip(counted.grams, counted.counts, strict=True):
            letters_with = counts.astype(bool).sum(axis=0)
            kept = np.flatnonzero(letters_with >= counted.reading.least)
            kept_grams.append([grams[i] for i in kept])
            rare = np.log((1.0 + counts.shape[0]) / (1.0 + letters_with[kept])) + 1.0
            rarity.append(rare.astype(np.float32))
            numbers.append(_weighed(counts[:, kept], rarity[-1]))
        return cls(kept_grams, rarity, counted.reading), hstack(numbers, format="csr")

    def of(self, letters: Sequence[Words]) -> Sparse:
        """Return `letters` as numbers [letters, features]; grams that were never learned count nothing."""
        from scipy.sparse import hstack

        if not self._index:
            self._index = tuple({gram: i for i, gram in enumerate(block)} for block in self.grams)
        blocks = zip(self.reading.blocks.values(), self._index, self.rarity, strict=True)
        return hstack(
            [
                _weighed(_counts([of(words) for words in letters], index, grow=False)[:, : len(rare)], rare)
                for of, index, rare in blocks
            ],
            format="csr",
        )

    def of_counted(self, counted: Counted) -> Sparse:
        """Return the letters of `counted` as numbers, as `of` does, from grams counted before."""
        from scipy.sparse import hstack

        numbers = []
        for grams, counts, kept, rare in zip(counted.grams, counted.counts, self.grams, self.rarity, strict=True):
            place = {gram: i for i, gram in enumerate(grams)}
            numbers.append(_weighed(counts[:, np.array([place[gram] for gram in kept], dtype=np.intp)], rare))
        return hstack(numbers, format="csr")

    def knows(self, word: str) -> bool:
        """Whether `word` stood in the letters that were learned from."""
        if not self._index:
            self._index = tuple({gram: i for i, gram in enumerate(block)} for block in self.grams)
        blocks = list(self.reading.blocks)
        return word in self._index[blocks.index("words" if "words" in blocks else "characters")]

    def names(self) -> tuple[tuple[str, str], ...]:
        """Return the block and the gram of each feature."""
        return tuple(
            (name, gram) for name, block in zip(self.reading.blocks, self.grams, strict=True) for gram in block
        )


def _weighed(counts: Sparse, rarity: Floats) -> Sparse:
    """Return (1 + log count) × rarity, each row of length 1."""
    from scipy.sparse import diags_array

    numbers = counts.copy()
    numbers.data = 1.0 + np.log(numbers.data)
    numbers = numbers @ diags_array(rarity, dtype=np.float32)
    length = np.sqrt(numbers.multiply(numbers).sum(axis=1))
    length[length == 0] = 1.0
    return (diags_array(1.0 / length, dtype=np.float32) @ numbers).astype(np.float32).tocsr()
