"""How often short runs of characters occur, in sorted arrays: small, quick to look up, cheap to add to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.int64]
Times = npt.NDArray[np.float32]

ORDERS = (1, 2, 3)
SPACE = 32
"""Stands for everything between words."""
BITS = 16
"""Bits of a character in the key of a run: three fit into one number."""

_CHUNK = 2_000_000
"""Characters counted at once, which bounds the memory that counting takes (about 100 MB)."""
_MOST = 1_000_000
"""Runs of one length that are kept of a large collection; the rarest go."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Runs of one length with how often each occurs: keys ascending, no key twice."""

    keys: Keys
    times: Times

    def of(self, keys: Keys) -> Times:
        """Return how often each of `keys` occurs, in the same shape."""
        if not len(self.keys):
            return np.zeros(keys.shape, dtype=np.float32)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, self.times[at], np.float32(0.0))

    def plus(self, *others: "Counts") -> "Counts":
        """Return the sums of these counts and `others`."""
        keys = np.concatenate([self.keys, *(other.keys for other in others)])
        times = np.concatenate([self.times, *(other.times for other in others)])
        order = np.argsort(keys)
        keys = keys[order]
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        return Counts(keys[first], np.add.reduceat(times[order], first) if len(first) else times)

    def frequent(self, most: int) -> "Counts":
        """Return at most `most` runs: those that occur once go first."""
        kept, seldom = self, 1.0
        while len(kept.keys) > most:
            often = kept.times > seldom
            kept, seldom = Counts(kept.keys[often], kept.times[often]), 2 * seldom
        return kept


NONE = Counts(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))


def code_points(text: str) -> Keys:
    """Return the Chinese characters, lower-case letters and figures of `text`, one SPACE for each run of others."""
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), dtype="<u4").astype(np.int64)
    codes[(codes >= 0xFF01) & (codes <= 0xFF5E)] -= 0xFEE0  # full width
    codes[(codes >= ord("A")) & (codes <= ord("Z"))] += 32
    word = (codes >= 0x4E00) & (codes <= 0x9FFF)
    word |= (codes >= ord("a")) & (codes <= ord("z")) | (codes >= ord("0")) & (codes <= ord("9"))
    codes[~word] = SPACE
    kept: Keys = codes[word | np.append(True, word[:-1])[: len(codes)]]
    return kept


def runs(codes: Keys, order: int) -> Keys:
    """Return the keys of all runs of `order` characters of `codes`."""
    whole = len(codes) - order + 1
    keys = np.zeros(max(whole, 0), dtype=np.int64)
    for place in range(order):
        keys = (keys << BITS) | codes[place : place + len(keys)]
    return keys


def count(texts: Iterable[str], weight: float) -> tuple[Counts, ...]:
    """Return how often runs of 1, 2 and 3 characters occur in `texts`, times `weight`; of very many the frequent."""
    counted = [NONE for _ in ORDERS]
    for chunk in _chunks(texts):
        codes = code_points(chunk)
        for number, order in enumerate(ORDERS):
            keys, times = np.unique(runs(codes, order), return_counts=True)
            new = Counts(keys, (times * weight).astype(np.float32))
            counted[number] = counted[number].plus(new).frequent(_MOST)
    return tuple(counted)


def _chunks(texts: Iterable[str]) -> Iterator[str]:
    """The texts joined, with a gap before, between and after them, in pieces of about `_CHUNK` characters."""
    held: list[str] = []
    size = 0
    for text in texts:
        held.append(text)
        size += len(text)
        if size >= _CHUNK:
            yield f" {' '.join(held)} "
            held, size = [], 0
    if held:
        yield f" {' '.join(held)} "
