"""How good the calibration is: of questions with such a confidence, how many were right."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """The held-out questions whose confidence lies from `low` to `high`; `confidence` and `right` are their means."""

    low: float
    high: float
    questions: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Curve:
    """The calibration of one publication, on questions made from its entries; shares from 0 to 1.

    Each confidence comes from a model that has not seen the question's entry.
    """

    bins: tuple[Bin, ...]
    questions: int
    off: float
    """Mean distance of confidence from what was right, weighted by questions (expected calibration error)."""
    answer_from: float
    answered: float
    """Share of the questions that an entry answers which are answered at once."""
    right: float
    """Share of these answers that are right."""
    near: float
    """Share of the questions whose entry was taken away that are answered all the same."""
    far: float
    """Share of the foreign questions that are answered."""


def curve(
    confidence: npt.NDArray[np.float64],
    right: npt.NDArray[np.bool_],
    near: npt.NDArray[np.bool_],
    far: npt.NDArray[np.bool_],
    answer_from: float,
) -> Curve:
    """Return the curve over questions: `confidence` [n] and whether each was right, near or far."""
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    bins = [
        Bin(
            n / BINS, (n + 1) / BINS, int(inside.sum()), float(confidence[inside].mean()), float(right[inside].mean())
        )
        for n in range(BINS)
        if (inside := place == n).any()
    ]
    answered = confidence >= answer_from
    known = ~near & ~far
    off = sum(part.questions * abs(part.confidence - part.right) for part in bins) / max(len(confidence), 1)
    return Curve(
        tuple(bins),
        len(confidence),
        off,
        answer_from,
        _share(answered, known),
        _share(right, known & answered),
        _share(answered, near),
        _share(answered, far),
    )


def _share(what: npt.NDArray[np.bool_], among: npt.NDArray[np.bool_]) -> float:
    return float(what[among].mean()) if among.any() else 0.0
