"""Boosted trees that are asked about one question at a time: all of them at once, and not one after the other."""

from typing import Any

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]


class Trees:
    """What `HistGradientBoostingClassifier.decision_function` says of a row, in a tenth of its time.

    scikit-learn goes through its trees in a loop, which a thousand rows do not feel and one does. Its trees are no
    public part of it, so that they are only believed where they say of `rows` what the model says.
    """

    def __init__(self, model: Any, rows: npt.NDArray[np.float32]) -> None:
        self._model = model
        self._nodes: npt.NDArray[Any] | None = None
        try:
            self._flatten(model)
            same = np.allclose([self._walk(row) for row in rows], model.decision_function(rows), atol=1e-6)
        except (AttributeError, KeyError, IndexError, ValueError):
            same = False
        if not same:
            self._nodes = None

    @property
    def quick(self) -> bool:
        """Whether the trees could be read."""
        return self._nodes is not None

    def decision(self, row: Vector) -> float:
        """Return the log odds for one row of features."""
        if self._nodes is None:
            return float(self._model.decision_function(row[None])[0])
        return self._walk(row)

    def _flatten(self, model: Any) -> None:
        trees = [tree.nodes for (tree,) in model._predictors]
        most = max(len(nodes) for nodes in trees)
        nodes = np.zeros(len(trees) * most, dtype=trees[0].dtype)
        for number, tree in enumerate(trees):
            first = number * most
            nodes[first : first + len(tree)] = tree
            for side in ("left", "right"):  # a leaf leads to itself
                own = np.arange(first, first + len(tree))
                nodes[side][own] = np.where(tree["is_leaf"], own, tree[side] + first)
        self._roots = np.arange(0, len(nodes), most)
        self._deep = max(int(tree["depth"].max()) for tree in trees)
        self._base = float(model._baseline_prediction[0, 0])
        self._feature = nodes["feature_idx"].astype(np.intp)
        self._threshold, self._value = nodes["num_threshold"].copy(), nodes["value"].copy()
        self._unknown_left = nodes["missing_go_to_left"].astype(np.bool_)
        self._left, self._right = nodes["left"].astype(np.intp), nodes["right"].astype(np.intp)
        self._nodes = nodes

    def _walk(self, row: Vector) -> float:
        at, values = self._roots, row.astype(np.float64)
        for _ in range(self._deep):
            found = values[self._feature[at]]
            left = (found <= self._threshold[at]) | (np.isnan(found) & self._unknown_left[at])
            at = np.where(left, self._left[at], self._right[at])
        return self._base + float(self._value[at].sum())
