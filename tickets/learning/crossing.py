"""Cross-validation: every letter judged by a model that has seen neither it nor a twin of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tickets.learning.features import Features, Floats, count
from tickets.learning.lines import draw, scores
from tickets.learning.opinions import Joint, meant
from tickets.learning.reading import WRITTEN, Reading, Words
from tickets.learning.twins import twin_groups

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


def quiet(what: str, done: int, all_: int) -> None:
    """Take no notice of progress."""


@dataclass(frozen=True, slots=True)
class Crossed:
    """What models said of the letters that they had not seen."""

    raw: Floats
    """Scores, [opinions, letters, classes]."""
    chances: Floats
    """Probabilities, [letters, classes], calibrated on the letters of the other folds."""
    unknown: Floats
    """Share of each letter's words that the model had never seen, [letters]."""


@dataclass(frozen=True, slots=True)
class Given:
    """Texts (as words) with their classes that every model learns and none is asked about: word lists, examples."""

    letters: Sequence[Words] = ()
    classes: Sequence[int] = ()


def cross(
    letters: Sequence[Words],
    classes: npt.NDArray[np.intp],
    many: int,
    folds: int,
    progress: Progress = quiet,
    vectors: Floats | None = None,
    reading: Reading = WRITTEN,
    given: Given = Given(),
) -> Crossed:
    """Judge `letters` (as words) of `classes` (0 to `many` - 1) in `folds` parts; twins are never parted.

    Where `vectors` [letters and given, size] tell what they mean, there are two opinions instead of one. A model's
    features, rarities and lines come from its own part, and what is `given` to all. Deterministic.
    """
    counted = count([*letters, *given.letters], reading)
    always = np.arange(len(letters), len(letters) + len(given.letters))
    learned = np.concatenate([classes, np.array(given.classes, dtype=np.intp)])
    part = folds_of(letters, classes, folds)
    raw = np.zeros((1 if vectors is None else 2, len(letters), many), dtype=np.float32)
    unknown = np.zeros(len(letters), dtype=np.float32)
    for fold in range(folds):
        progress("交叉检验", fold, folds)
        inside = np.concatenate([np.flatnonzero(part != fold), always])
        outside = np.flatnonzero(part == fold)
        features, numbers = Features.learn(counted.rows(inside))
        asked = features.of_counted(counted.rows(outside))
        raw[0, outside] = scores(asked, *draw(numbers, learned[inside], many))
        if vectors is not None:
            raw[1, outside] = meant(vectors[inside], learned[inside], many).scores(vectors[outside])
        unknown[outside] = [unknown_share(letters[at], features) for at in outside.tolist()]
    progress("交叉检验", folds, folds)
    chances = np.zeros(raw.shape[1:], dtype=np.float32)
    for fold in range(folds):
        inside, outside = np.flatnonzero(part != fold), np.flatnonzero(part == fold)
        chances[outside] = Joint.of(raw[:, inside], classes[inside]).chances(raw[:, outside])
    return Crossed(raw, chances, unknown)


def folds_of(letters: Sequence[Words], classes: npt.NDArray[np.intp], folds: int) -> npt.NDArray[np.intp]:
    """Return the fold (0 to `folds` - 1) of each letter: classes spread evenly, twins together."""
    import warnings

    from sklearn.model_selection import StratifiedGroupKFold

    groups = twin_groups(letters)
    part = np.zeros(len(letters), dtype=np.intp)
    with warnings.catch_warnings():  # a class of fewer letters than folds stands in some folds only, as it must
        warnings.simplefilter("ignore", UserWarning)
        split = StratifiedGroupKFold(folds, shuffle=True, random_state=0).split(groups, classes, groups)
        for fold, (_, outside) in enumerate(split):
            part[outside] = fold
    return part


def unknown_share(words: Words, features: Features) -> float:
    """Return the share of `words` that `features` never saw; 0 where there are none."""
    units = features.reading.units(words)
    return sum(not features.knows(unit) for unit in units) / len(units) if units else 0.0
