"""Vectors kept as they are, or in one byte a number."""

import numpy as np
import pytest

from knowledge_base import meanings as meanings_file
from knowledge_base.grams import Vector
from knowledge_base.groups import Groups
from knowledge_base.meanings import Meanings


def _units(count: int) -> Vector:
    made = np.random.default_rng(7).standard_normal((count, 384), dtype=np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True))


@pytest.mark.parametrize(("exact", "within"), [(1000, 1e-6), (10, 0.004)])
def test_cosines_are_those_of_the_vectors(exact: int, within: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meanings_file, "_EXACT", exact)
    monkeypatch.setattr(meanings_file, "_MADE_AT_ONCE", 64)
    monkeypatch.setattr(meanings_file, "_MULTIPLIED_AT_ONCE", 32)
    vectors = _units(200)
    kept = Meanings(len(vectors), lambda some: vectors[some])
    wanted = vectors @ vectors[3]
    assert np.allclose(kept.cosines(vectors[3]), wanted, atol=within)
    chosen = np.asarray([3, 77, 199])
    assert np.allclose(kept.cosines(vectors[3], chosen), wanted[chosen], atol=within)
    assert len(kept.cosines(vectors[3], chosen[:0])) == 0


def test_the_centre_of_a_group_is_its_mean_direction() -> None:
    vectors = _units(7)
    groups = Groups([3, 4], [3, 4])
    centres = groups.centres(Meanings(len(vectors), lambda some: vectors[some]))
    for place, rows in enumerate((slice(0, 3), slice(3, 7))):
        mean = vectors[rows].sum(axis=0)
        assert centres.cosines(mean / np.linalg.norm(mean))[place] == pytest.approx(1.0, abs=1e-5)


def test_chosen_groups_have_the_best_of_their_own_rows() -> None:
    groups, values = (
        Groups([1, 5, 2], [1, 5, 2]),
        np.asarray([0.9, 0.1, 0.8, 0.2, 0.7, 0.3, 0.5, 0.1], dtype=np.float32),
    )
    assert groups.best(values) == pytest.approx([0.9, 0.6, 0.3])
    chosen = np.asarray([0, 2])
    assert groups.rows(chosen).tolist() == [0, 6, 7]
    assert groups.among(chosen).best(values[groups.rows(chosen)]) == pytest.approx([0.9, 0.3])
