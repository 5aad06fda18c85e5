"""The shelf of models: numbered, with figures, and never worse than before."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.tickets.learning.invented import letters
from tickets.errors import LearnedUnreadable, ModelNotOfThis
from tickets.learning.letters import Letter
from tickets.learning.model import LetterClassifier, train
from tickets.learning.stored import load_for
from tickets.learning.versions import ModelShelf, split


@pytest.fixture(scope="module")
def good() -> LetterClassifier:
    return train(letters(), "label", "2026-11-24T00:00:00+08:00")


@pytest.fixture(scope="module")
def bad() -> LetterClassifier:
    turned = {"交通": "教育", "教育": "环境", "环境": "交通"}
    return train([replace(one, label=turned[one.label]) for one in letters()], "label", "2026-11-25T00:00:00+08:00")


def test_the_first_version_is_in_force_and_says_what_it_is(tmp_path: Path, good: LetterClassifier) -> None:
    shelf = ModelShelf(tmp_path / "models")
    assert shelf.in_force("label") is None and shelf.versions("label") == []
    verdict = shelf.offer(good, letters(), None)
    assert (verdict.version, verdict.in_force, verdict.old) == (1, True, None)
    (version,) = shelf.versions("label")
    assert version.in_force and version.about.letters == 36 and version.about.report.accuracy > 0.7


def test_a_worse_version_is_kept_and_not_put_in_force(
    tmp_path: Path, good: LetterClassifier, bad: LetterClassifier
) -> None:
    shelf = ModelShelf(tmp_path)
    shelf.offer(good, letters(), None)
    verdict = shelf.offer(bad, letters(), None)
    assert not verdict.in_force and verdict.old is not None and verdict.new < verdict.old and verdict.letters == 36
    assert [one.in_force for one in shelf.versions("label")] == [True, False]
    assert shelf.offer(good, letters(), None).in_force
    assert [one.in_force for one in shelf.versions("label")] == [False, False, True]


def test_the_same_letters_are_always_held_out() -> None:
    many = [Letter(f"第{at}封信说路灯坏了", label="路灯") for at in range(200)]
    learn, held = split(many)
    assert 20 < len(held) < 70 and not set(learn) & set(held)
    assert split(list(reversed(many)))[1] == list(reversed(held))


def test_a_model_of_something_else_is_refused(tmp_path: Path, good: LetterClassifier) -> None:
    shelf = ModelShelf(tmp_path)
    shelf.offer(good, [], None)
    with pytest.raises(ModelNotOfThis, match="标签"):
        load_for("kind", tmp_path / "label-0001.npz")
    (tmp_path / "in_force.json").write_text("[", encoding="utf8")
    with pytest.raises(LearnedUnreadable, match="哪一版"):
        shelf.in_force("label")
