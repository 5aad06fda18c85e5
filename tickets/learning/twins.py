"""Twins (孪生来信): letters that are nearly the same, known by the rare runs of characters that they share."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tickets.learning.features import Sparse
from tickets.learning.reading import Words

_RUN = 4
"""Characters of a run; shorter ones are shared by chance."""
_RARE = 200
"""Letters that a run may stand in to say something; more is a way of speaking (强烈要求有关部门)."""
_SHARED = 0.3
"""Share of the shorter letter's runs that twins have in common."""


def twin_groups(letters: Sequence[Words]) -> npt.NDArray[np.intp]:
    """Return a number for each of `letters` (as words), the same for all that are twins, twins of twins included."""
    from scipy.sparse.csgraph import connected_components

    texts: dict[str, int] = {}
    same = [texts.setdefault("".join(words), len(texts)) for words in letters]
    if not texts:
        return np.zeros(0, dtype=np.intp)
    runs = _runs(list(texts))
    groups = connected_components(_shared(runs, runs) >= _SHARED, directed=False)[1]
    return np.asarray(groups[same], dtype=np.intp)


def has_twin(letters: Sequence[Words], among: Sequence[Words]) -> npt.NDArray[np.bool_]:
    """Return for each of `letters` whether one of `among` is its twin."""
    runs = _runs(["".join(words) for words in (*letters, *among)])
    shared = _shared(runs[: len(letters)], runs[len(letters) :])
    found = np.zeros(len(letters), dtype=np.bool_)
    found[np.unique((shared >= _SHARED).nonzero()[0])] = True
    return found


def _runs(texts: Sequence[str]) -> Sparse:
    """Return which runs each text has, [texts, runs] of 0 and 1."""
    from scipy.sparse import csr_array

    index: dict[str, int] = {}
    columns: list[int] = []
    ends = [0]
    for text in texts:
        size = min(_RUN, max(len(text), 1))
        columns += [
            index.setdefault(run, len(index))
            for run in dict.fromkeys(text[i : i + size] for i in range(len(text) - size + 1))
        ]
        ends.append(len(columns))
    ones = np.ones(len(columns), dtype=np.float32)
    return csr_array((ones, np.array(columns, np.int32), np.array(ends)), shape=(len(texts), len(index)))


def _shared(some: Sparse, others: Sparse) -> Sparse:
    """Return the share of the shorter one's runs that each pair has in common, [some, others]."""
    often = some.sum(axis=0) + (0 if others is some else others.sum(axis=0))
    rare = (often >= 2) & (often <= _RARE)
    pairs = (some[:, rare] @ others[:, rare].T).tocoo()
    lengths = np.maximum(some.sum(axis=1), 1), np.maximum(others.sum(axis=1), 1)
    pairs.data = pairs.data / np.minimum(lengths[0][pairs.row], lengths[1][pairs.col])
    return pairs.tocsr()
