"""Two opinions of a letter's class – by its words and by its meaning – and how they are joined."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tickets.learning.features import Floats
from tickets.learning.lines import calibrate, scores, sharpen, sure

Meaning = Callable[[Sequence[str]], Floats]
"""Turns texts into vectors [texts, size] of length 1; texts of like meaning have like vectors."""

_COST = 20.0
"""Of the lines in the space of meaning: the best of 3, 10, 20, 30 on other folds than those that are reported."""
_HINT_SHARE = 0.25
"""How much the scores for another field weigh beside the vectors."""
_UNSEEN = -30.0
"""Score of a class that was not learned from."""
_WINDOW, _MOST = 220, 880
"""Characters that a vector is made of, and of a letter that are read."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Linear scores: `weights` [numbers, classes] and `offsets` [classes]."""

    weights: Floats
    offsets: Floats

    def scores(self, numbers: Floats) -> Floats:
        """Return the score of each letter for each class, [letters, classes]."""
        return scores(numbers, self.weights, self.offsets)


@dataclass(frozen=True, slots=True)
class Joint:
    """How the scores of opinions become one probability: each as sharp as it is right, their product made true."""

    each: tuple[float, ...]
    """Sharpness of each opinion; a single one is left as it is."""
    sharpness: float
    shifts: Floats

    @classmethod
    def of(cls, raw: Floats, classes: npt.NDArray[np.intp]) -> "Joint":
        """Learn it from scores [opinions, letters, classes] of letters that were not learned from."""
        each = tuple(sharpen(one, classes) for one in raw) if len(raw) > 1 else ()
        return cls(each, *calibrate(_joined(raw, each), classes))

    def chances(self, raw: Floats) -> Floats:
        """Return the probabilities [letters, classes] of scores [opinions, letters, classes]."""
        return sure(_joined(raw, self.each), self.sharpness, self.shifts)


def _joined(raw: Floats, each: Sequence[float]) -> Floats:
    if not each:
        return np.asarray(raw[0], dtype=np.float32)
    even = np.zeros(raw.shape[2], dtype=np.float32)
    logs = [np.log(sure(one, sharpness, even) + 1e-9) for one, sharpness in zip(raw, each, strict=True)]
    return np.asarray(np.sum(logs, axis=0), dtype=np.float32)


def meant(vectors: Floats, classes: npt.NDArray[np.intp], many: int) -> Lines:
    """Return logistic regression in the space of meaning as lines; `vectors` are [letters, size]."""
    from sklearn.linear_model import LogisticRegression

    middle = vectors.mean(axis=0)
    model: Any = LogisticRegression(C=_COST, max_iter=1500).fit(vectors - middle, classes)
    if len(model.classes_) == 2:  # it draws one line for two classes
        weights = np.hstack([-model.coef_.T, model.coef_.T]) / 2
        offsets = np.array([-model.intercept_[0], model.intercept_[0]]) / 2
    else:
        weights, offsets = model.coef_.T, model.intercept_
    return _lines(model.classes_, weights, offsets - middle @ weights, many)


def _lines(known: npt.NDArray[np.intp], weights: Any, offsets: Any, many: int) -> Lines:
    """Give the classes that were not learned from a line far below the others."""
    all_weights = np.zeros((weights.shape[0], many), dtype=np.float32)
    all_offsets = np.full(many, _UNSEEN, dtype=np.float32)
    all_weights[:, known], all_offsets[known] = weights, offsets
    return Lines(all_weights, all_offsets)


def vectors(texts: Sequence[str], meaning: Meaning, hints: Floats | None = None) -> Floats:
    """Return what `texts` mean, [texts, 2 × size]: how each begins, and the rest of it (its beginning, if short).

    `hints` [texts, n] are scores for another field that are put beside it.
    """
    beginnings = meaning([text[:_WINDOW] for text in texts])
    windows = [
        [text[at : at + _WINDOW] for at in range(_WINDOW, min(len(text), _MOST), _WINDOW) if len(text) - at > 40]
        for text in texts
    ]
    flat = [window for each in windows for window in each]
    made = iter(meaning(flat)) if flat else iter(())
    rest = [np.mean([next(made) for _ in each], axis=0) if each else None for each in windows]
    tails = [own if tail is None else tail for own, tail in zip(beginnings, rest, strict=True)]
    parts = [beginnings, np.array(tails, dtype=np.float32).reshape(beginnings.shape)]
    if hints is not None:
        parts.append(hints * _HINT_SHARE)
    return np.hstack(parts).astype(np.float32)
