"""The quick trees say what scikit-learn's say, or leave it to it."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier

from knowledge_base.trees import Trees

COLUMNS = 4


@pytest.fixture(scope="module")
def learnt() -> tuple[Any, Any]:
    chance = np.random.default_rng(7)
    rows = chance.normal(size=(600, COLUMNS)).astype(np.float32)
    rows[chance.random(rows.shape) < 0.2] = np.nan
    right = np.nan_to_num(rows[:, 0] * rows[:, 1]) + np.isnan(rows[:, 2]) > 0.3
    return HistGradientBoostingClassifier(max_iter=40, max_leaf_nodes=8, random_state=0).fit(rows, right), rows


@settings(deadline=None)
@given(
    row=st.lists(st.floats(width=32, allow_infinity=True, allow_nan=True), min_size=COLUMNS, max_size=COLUMNS),
)
def test_every_row_is_judged_as_by_the_model(learnt: tuple[Any, Any], row: list[float]) -> None:
    model, rows = learnt
    trees = Trees(model, rows[:50])
    assert trees.quick
    one = np.asarray(row, dtype=np.float32)
    if not np.isinf(one).any():  # the model refuses what is not finite, or not missing
        assert trees.decision(one) == pytest.approx(float(model.decision_function(one[None])[0]), abs=1e-6)


class Reworked:
    """A model whose trees look different inside, as a later scikit-learn's may."""

    def __init__(self, model: Any, **inside: Any) -> None:
        self._model, self.__dict__ = model, {"_model": model, **inside}

    def decision_function(self, rows: Any) -> Any:
        return self._model.decision_function(rows)


def test_a_model_that_cannot_be_read_is_asked_itself(learnt: tuple[Any, Any]) -> None:
    model, rows = learnt
    hidden = Trees(Reworked(model), rows[:20])
    shifted = Trees(
        Reworked(model, _predictors=model._predictors, _baseline_prediction=model._baseline_prediction + 1), rows[:20]
    )
    for trees in (hidden, shifted):
        assert not trees.quick
        assert trees.decision(rows[3]) == pytest.approx(float(model.decision_function(rows[3:4])[0]))
