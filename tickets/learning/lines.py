"""Draws a line between each class and the others: a linear SVM on features weighed by naive Bayes.

S. Wang and C. Manning, "Baselines and bigrams", ACL 2012: the log-count ratios of naive Bayes tell which features
speak for a class, the SVM how much they say together. Better than either alone from dozens to thousands of letters.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tickets.learning.features import Floats, Sparse

_SMOOTHING = 0.2
_BAYES_SHARE = 0.5
"""How much the ratios of naive Bayes weigh the features; 0: not at all."""
_COST = 1.0


def draw(numbers: Sparse, classes: npt.NDArray[np.intp], many: int) -> tuple[Floats, Floats]:
    """Return weights [features, many] and offsets [many] that score letters for each of `many` classes."""
    from sklearn.svm import LinearSVC

    weights = np.zeros((numbers.shape[1], many), dtype=np.float32)
    offsets = np.full(many, -1.0, dtype=np.float32)
    for one in range(many):
        inside = classes == one
        if not inside.any() or inside.all():
            continue
        says = 1.0 - _BAYES_SHARE + _BAYES_SHARE * _ratios(numbers, inside)
        model: Any = LinearSVC(C=_COST, random_state=0).fit(_times(numbers, says), inside)
        weights[:, one] = model.coef_[0] * says
        offsets[one] = model.intercept_[0]
    return weights, offsets


def _ratios(numbers: Sparse, inside: npt.NDArray[np.bool_]) -> Floats:
    """Return how far naive Bayes would move for each feature, [features], in nats."""
    with_it = np.asarray(numbers[inside].sum(axis=0)).ravel() + _SMOOTHING
    without = np.asarray(numbers[~inside].sum(axis=0)).ravel() + _SMOOTHING
    ratio = np.log((with_it / with_it.sum()) / (without / without.sum()))
    return np.asarray(np.abs(ratio), dtype=np.float32)


def _times(numbers: Sparse, by: Floats) -> Sparse:
    from scipy.sparse import csr_array

    # scikit-learn takes indices of 32 bits only; stacked matrices have 64.
    places = numbers.indices.astype(np.int32), numbers.indptr.astype(np.int32)
    return csr_array((numbers.data * by[numbers.indices], *places), shape=numbers.shape)


def scores(numbers: Sparse, weights: Floats, offsets: Floats) -> Floats:
    """Return the score of each letter for each class, [letters, classes]."""
    return np.asarray(numbers @ weights, dtype=np.float32) + offsets


def sure(raw: Floats, sharpness: float, shifts: Floats) -> Floats:
    """Return the probabilities [letters, classes] that scores stand for."""
    powers = raw * sharpness + shifts
    powers = np.exp(powers - powers.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def calibrate(raw: Floats, classes: npt.NDArray[np.intp]) -> tuple[float, Floats]:
    """Return the sharpness and the shift of each class that make `sure` true, from scores of letters never learned.

    One sharpness for all classes and held shifts: a full matrix learns the chance of small classes by heart.
    """
    from scipy.optimize import minimize

    many = raw.shape[1]
    true = np.arange(len(raw)), classes

    def wrong(values: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        sharpness, shifts = np.exp(values[0]), values[1:]
        chances = sure(raw, sharpness, shifts.astype(np.float32)).astype(np.float64)
        loss = -np.log(chances[true] + 1e-9).sum() + _HELD * float(shifts @ shifts)
        chances[true] -= 1.0
        slope = np.concatenate([[float((chances * raw).sum()) * sharpness], chances.sum(axis=0) + 2 * _HELD * shifts])
        return float(loss), slope

    start: Sequence[float] = [1.0, *[0.0] * many]
    best = minimize(wrong, np.array(start), jac=True, method="L-BFGS-B", bounds=[(-3.0, 4.0), *[(-5.0, 5.0)] * many])
    return float(np.exp(best.x[0])), best.x[1:].astype(np.float32)


_HELD = 1.0


def sharpen(raw: Floats, classes: npt.NDArray[np.intp]) -> float:
    """Return the sharpness alone that makes `sure` truest, from scores of letters never learned."""
    from scipy.optimize import minimize_scalar

    even, true = np.zeros(raw.shape[1], dtype=np.float32), (np.arange(len(raw)), classes)

    def wrong(power: float) -> float:
        return float(-np.log(sure(raw, float(np.exp(power)), even)[true].astype(np.float64) + 1e-9).sum())

    return float(np.exp(minimize_scalar(wrong, bounds=(-3.0, 4.0), method="bounded").x))
