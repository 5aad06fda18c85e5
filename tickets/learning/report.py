"""How good a classifier is: right ones, F1 of every class, and how much it can do alone at a wanted precision."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tickets.learning.features import Floats

WANTED_PRECISION = 0.95
"""Precision at which a human need not look at every letter."""


@dataclass(frozen=True, slots=True)
class ClassReport:
    """One class: how many letters, how many of those called so are (precision), how many of it are found (recall)."""

    name: str
    letters: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Report:
    """Shares from 0 to 1, of letters that were not learned from."""

    letters: int
    accuracy: float
    top3: float
    macro_f1: float
    """Mean of the classes' F1, small classes counting as much as large ones."""
    coverage: float
    """Share of the letters, the surest first, that can be decided with `WANTED_PRECISION`."""
    sure_from: float | None
    """Confidence of the last of them; None where even the surest are not right often enough."""
    confidence: float
    """Mean confidence; well calibrated where it is near the accuracy."""
    classes: tuple[ClassReport, ...]


def report(chances: Floats, true: npt.NDArray[np.intp], names: Sequence[str]) -> Report:
    """Compare probabilities [letters, classes] with the `true` classes, whose names are `names`."""
    if not len(true):
        return Report(0, 0.0, 0.0, 0.0, 0.0, None, 0.0, ())
    said = chances.argmax(axis=1)
    right = said == true
    surest = chances.max(axis=1)
    coverage, sure_from = covered(surest, right)
    classes = tuple(_class(name, said == at, true == at) for at, name in enumerate(names))
    present = [one.f1 for one in classes if one.letters]
    return Report(
        letters=len(true),
        accuracy=_round(right.mean()),
        top3=_round((np.argsort(-chances, axis=1, kind="stable")[:, :3] == true[:, None]).any(axis=1).mean()),
        macro_f1=_round(np.mean(present)),
        coverage=_round(coverage),
        sure_from=sure_from,
        confidence=_round(surest.mean()),
        classes=classes,
    )


def covered(
    confidence: Floats, right: npt.NDArray[np.bool_], precision: float = WANTED_PRECISION
) -> tuple[float, float | None]:
    """Return the largest share of letters, the surest first, that is right with `precision`, and its confidence.

    Letters of the same confidence are taken together or not at all.
    """
    order = np.argsort(-confidence, kind="stable")
    sorted_ = confidence[order]
    precisions = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    last = np.append(sorted_[1:] < sorted_[:-1], True)
    good = np.flatnonzero((precisions >= precision) & last)
    if not len(good):
        return 0.0, None
    return float(good[-1] + 1) / len(order), float(sorted_[good[-1]])


def _class(name: str, said: npt.NDArray[np.bool_], true: npt.NDArray[np.bool_]) -> ClassReport:
    both = int((said & true).sum())
    precision = both / max(int(said.sum()), 1)
    recall = both / max(int(true.sum()), 1)
    f1 = 2 * both / max(int(said.sum() + true.sum()), 1)
    return ClassReport(name, int(true.sum()), _round(precision), _round(recall), _round(f1))


def _round(value: float | np.floating) -> float:
    return round(float(value), 4)
