"""From features to the probability that the best entry answers the question, learnt from the entries alone."""

import hashlib
import math
import os
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.models import cache_folder
from knowledge_base import pseudo
from knowledge_base.curve import Curve, curve
from knowledge_base.embedding import Embedder
from knowledge_base.entry import Entry
from knowledge_base.features import SIGNS, describe
from knowledge_base.index import Index
from knowledge_base.restoring import Restorer
from knowledge_base.scored import Weights
from knowledge_base.text import DATA, question_core
from knowledge_base.trees import Trees

Vector = npt.NDArray[np.float32]

VERSION = 5
"""Raise it when features or pseudo-questions change by code: what is on disk is then made anew."""
_DUPLICATE = 0.8
"""Title cosine from which two entries are held to answer the same question."""
_FOLDS = 4
_COMPARED = 200
"""Rows on which the quick trees must say what the model says."""
_ASKED_OF = 4000
"""Of more entries than these a part, chosen by chance, is calibrated on: it says as much about them all."""
_LARGE, _ASKED_OF_LARGE = 20_000, 1500
"""A base of more entries takes long to index as it is; so many questions are asked of it."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Features of pseudo-questions [n, len(SIGNS)], whether the best entry was right, and the entry each is from."""

    features: Vector
    right: npt.NDArray[np.bool_]
    owner: npt.NDArray[np.int64]
    """Entry that the question was made from; -1 where it was made from none (far)."""
    held_out: npt.NDArray[np.bool_]
    """The true entry was left out, so that nothing was right."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How entries are indexed and how many pseudo-questions are asked of them."""

    weights: Weights = field(default_factory=Weights)
    longest_embedded: int = 48
    pseudo_questions: int = 2500


def examples(
    entries: Sequence[Entry],
    embedder: Embedder | None,
    recipe: Recipe,
    progress: Callable[[int, int], None] | None = None,
) -> Examples:
    """Ask pseudo-questions of `entries`, with and without the entry that they were made from.

    A small collection is asked in several rounds, each with other things taken out of its entries; of a large one a
    part is asked.
    """
    limit = min(recipe.pseudo_questions, _ASKED_OF_LARGE) if len(entries) > _LARGE else recipe.pseudo_questions
    entries = _asked_of(entries)
    rounds = max(1, min(4, limit // max(1, 2 * len(entries))))
    found = [
        _one_round(entries, embedder, recipe, 12345 + number, limit // rounds, progress) for number in range(rounds)
    ]
    return Examples(*(np.concatenate([getattr(part, one.name) for part in found]) for one in fields(Examples)))


def _asked_of(entries: Sequence[Entry]) -> Sequence[Entry]:
    """The entries to calibrate on, in their order; the same for the same number of entries."""
    if len(entries) <= _ASKED_OF:
        return entries
    return [entries[number] for number in sorted(random.Random(12345).sample(range(len(entries)), _ASKED_OF))]


def _one_round(
    entries: Sequence[Entry],
    embedder: Embedder | None,
    recipe: Recipe,
    seed: int,
    limit: int,
    progress: Callable[[int, int], None] | None,
) -> Examples:
    made = pseudo.make(entries, limit, seed)
    index = Index(made.entries, embedder, recipe.weights, recipe.longest_embedded)
    restorer = Restorer(made.entries)  # it knows what is left of the entries, as it knows nothing of a caller's words
    questions = [replace(question, text=restorer.restore(question.text)) for question in made.questions]
    meanings = _meanings(index, questions, embedder, progress)
    rows: list[tuple[Vector, bool, int, bool]] = []
    for question in questions:
        scored = index.score(question.text, meanings.get(question.text))
        if question.owner < 0:
            rows.append((describe(index, scored), False, -1, False))
            continue
        twins = index.twins(question.owner, _DUPLICATE)
        rows.append((describe(index, scored), scored.best in twins, question.owner, False))
        if len(index) > len(twins):
            rows.append((describe(index, scored.without(twins)), False, question.owner, True))
    return Examples(
        np.asarray([row[0] for row in rows], dtype=np.float32).reshape(-1, len(SIGNS)),
        np.asarray([row[1] for row in rows], dtype=np.bool_),
        np.asarray([row[2] for row in rows], dtype=np.int64),
        np.asarray([row[3] for row in rows], dtype=np.bool_),
    )


def _meanings(
    index: Index,
    questions: Sequence[pseudo.Pseudo],
    embedder: Embedder | None,
    progress: Callable[[int, int], None] | None,
) -> dict[str, Vector]:
    if embedder is None:
        return {}
    cores = {question.text: question_core(question.text) for question in questions}
    cores = {text: core for text, core in cores.items() if index.embeds(core)}
    return dict(zip(cores, embedder.queries(list(cores.values()), progress), strict=True))


class Calibrator:
    """Says how likely the best entry answers, and from which probability on to answer."""

    def __init__(self, known: Examples, wanted_near: float, wanted_far: float) -> None:
        """Learn from `known`; see `KnowledgeBaseSettings` for the wanted risks."""
        from sklearn.ensemble import HistGradientBoostingClassifier
        from sklearn.linear_model import LogisticRegression
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

        # One question is one row of work: a second thread would only spin beside it.
        threadpool_limits(limits=1, user_api="openmp")
        self._used: npt.NDArray[np.bool_] = np.asarray(~np.isnan(known.features).all(axis=0))

        def boosted() -> Any:
            return HistGradientBoostingClassifier(
                max_iter=150,
                learning_rate=0.06,
                max_leaf_nodes=8,
                min_samples_leaf=20,
                monotonic_cst=[sign for sign, used in zip(SIGNS.values(), self._used, strict=True) if used],
                early_stopping=False,
                random_state=0,
            )

        features = known.features[:, self._used]
        raw = np.zeros(len(features))
        folds = np.where(known.owner < 0, np.arange(len(features)), known.owner) % _FOLDS
        for fold in range(_FOLDS):
            inside = folds == fold
            model = boosted().fit(features[~inside], known.right[~inside])
            raw[inside] = model.decision_function(features[inside])
        self._trees = Trees(boosted().fit(features, known.right), features[:_COMPARED])
        scale = LogisticRegression(C=1e3).fit(raw[:, None], known.right)
        self._slope, self._offset = float(scale.coef_[0, 0]), float(scale.intercept_[0])
        self._confidence = scale.predict_proba(raw[:, None])[:, 1]
        self._right, self._near, self._far = known.right, known.held_out, known.owner < 0
        self.threshold = _threshold(known, self._confidence, wanted_near, wanted_far)

    def confidence(self, features: Vector) -> float:
        """Return the probability that the entry described by `features` answers the question."""
        raw = self._trees.decision(features[self._used])
        return 1.0 / (1.0 + math.exp(-(self._slope * raw + self._offset)))

    def curve(self, answer_from: float) -> Curve:
        """Return how good the calibration is where questions are answered from the confidence `answer_from` on."""
        return curve(self._confidence, self._right, self._near, self._far, answer_from)


def _threshold(known: Examples, confidence: npt.NDArray[np.float64], wanted_near: float, wanted_far: float) -> float:
    """The lowest confidence at which the wanted risks hold among the pseudo-questions."""
    at = 0.0
    for unanswerable, wanted in ((known.held_out, wanted_near), (known.owner < 0, wanted_far)):
        if unanswerable.any():
            at = max(at, float(np.quantile(confidence[unanswerable], 1.0 - wanted)))
    return min(at, 0.99)


def remembered_examples(
    entries: Sequence[Entry],
    embedder: Embedder | None,
    recipe: Recipe,
    progress: Callable[[int, int], None] | None = None,
) -> Examples:
    """Return `examples`, from the cache folder where the same entries were asked the same way before."""
    asked = repr((VERSION, _words(), recipe, embedder is None, len(entries) > _LARGE, tuple(_asked_of(entries))))
    key = hashlib.sha256(asked.encode()).hexdigest()[:32]
    file = cache_folder() / "calibration" / f"{key}.npz"
    try:
        with np.load(file) as stored:
            return Examples(*(stored[one.name] for one in fields(Examples)))
    except (OSError, ValueError, KeyError):
        pass
    known = examples(entries, embedder, recipe, progress)
    _store(file, known)
    return known


def _words() -> str:
    """What the word lists (synonyms, aspects …) say, in short: features change with them."""
    lists = (file.read_bytes() for file in sorted(DATA.glob("*.yaml")))
    return hashlib.sha256(b"\0".join(lists)).hexdigest()


def _store(file: Path, known: Examples) -> None:
    """Keep `known` for the next start; a full or read-only disk only makes that start slower."""
    part = file.with_suffix(f".{os.getpid()}.part.npz")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(part, **{one.name: getattr(known, one.name) for one in fields(Examples)})
        part.replace(file)
    except OSError:
        part.unlink(missing_ok=True)
