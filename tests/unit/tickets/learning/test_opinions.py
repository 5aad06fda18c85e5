"""Judging letters by their words and their meaning together, with hints of another field."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hotline.meaning import meaning_of
from tests.unit.tickets.learning.invented import letters
from tickets.errors import LearnedUnreadable
from tickets.learning.letters import Letter
from tickets.learning.model import JointClassifier, LetterClassifier, measure, train
from tickets.learning.opinions import Joint, meant, vectors
from tickets.learning.reading import SPOKEN
from tickets.learning.stored import load, load_for, save
from tickets.learning.versions import ModelShelf

MEANING = meaning_of()
LETTERS = letters()
NO_LABEL = tuple(replace(letter, label="") for letter in LETTERS)
NEW = ["等了一个钟头巴士都不见影子", "作坊的烟熏得邻居睡不好", "娃娃升初中要哪些手续"]
"""Hardly a word of these stands in the letters that were learned from."""


@pytest.fixture(scope="module")
def model() -> LetterClassifier:
    half = [replace(one, department="") if at % 2 else replace(one, label="") for at, one in enumerate(LETTERS)]
    return train(half, "department", "2026-01-01T00:00:00+08:00", meaning=MEANING, least=4)


def test_meaning_is_understood_where_no_word_is_known() -> None:
    found, _ = measure(NO_LABEL, "department", meaning=MEANING)
    words, _ = measure(NO_LABEL, "department")
    assert found.accuracy > words.accuracy
    model = train(NO_LABEL, "department", "", meaning=MEANING)
    assert [one.label for one in model.judge(NEW)] == ["公交公司", "环保局", "教育局"]
    assert model.judge([]) == ()


def test_letters_with_only_the_other_field_give_hints_and_their_twins_do_not(model: LetterClassifier) -> None:
    assert isinstance(model, JointClassifier) and model.hinter
    assert (model.hinter.about.field, model.hinter.about.letters) == ("label", 18)
    twins = train([*NO_LABEL, *(Letter(one.text, one.label) for one in LETTERS)], "department", "", meaning=MEANING)
    assert isinstance(twins, JointClassifier) and twins.hinter is None


def test_what_was_stored_judges_alike_and_needs_the_meaning(model: LetterClassifier, tmp_path: Path) -> None:
    save(model, tmp_path / "model.npz")
    again = load(tmp_path / "model.npz", MEANING)
    for one, other in zip(again.judge(NEW), model.judge(NEW), strict=True):
        assert (one.label, one.evidence) == (other.label, other.evidence)
        assert one.confidence == pytest.approx(other.confidence, abs=0.01)
    with pytest.raises(LearnedUnreadable, match="这里没有语义模型"):
        load(tmp_path / "model.npz")


def test_the_chances_of_one_text_are_those_that_it_is_judged_by(model: LetterClassifier) -> None:
    for text, one in zip(NEW, model.judge(NEW), strict=True):
        chances = model.chances_of(text)
        assert max(chances, key=chances.__getitem__) == one.label
        assert chances[one.label] == pytest.approx(one.confidence, abs=0.001)


def test_a_version_on_the_shelf_may_judge_by_meaning(model: LetterClassifier, tmp_path: Path) -> None:
    shelf = ModelShelf(tmp_path, MEANING)
    assert shelf.offer(model, LETTERS, None).in_force
    again = shelf.offer(model, LETTERS, None)
    assert again.in_force and again.letters == 36 and again.old == again.new
    assert [one.in_force for one in shelf.versions("department")] == [False, True]
    assert isinstance(shelf.in_force("department"), JointClassifier)
    assert isinstance(load_for("department", tmp_path / "department-0001.npz", MEANING), JointClassifier)


def test_what_is_said_may_be_judged_by_meaning_with_texts_that_are_given(tmp_path: Path) -> None:
    given = [("巴士", "公交公司"), ("扬尘", "环保局"), ("学籍", "教育局"), ("海关", "没有这个单位")]
    half = [replace(one, department="") if at % 2 else replace(one, label="") for at, one in enumerate(LETTERS)]
    made = train(half, "department", "", meaning=MEANING, least=4, reading=SPOKEN, given=given)
    assert isinstance(made, JointClassifier) and made.hinter and made.about.letters == 18
    assert made.features.reading is made.hinter.features.reading is SPOKEN
    assert made.judge(["巴士"])[0].label == "公交公司"
    save(made, tmp_path / "model.npz")
    again = load(tmp_path / "model.npz", MEANING)
    assert isinstance(again, JointClassifier) and again.hinter
    assert again.features.reading is again.hinter.features.reading is SPOKEN
    assert [one.label for one in again.judge(NEW)] == [one.label for one in made.judge(NEW)]


def test_a_class_that_was_not_learned_from_is_never_chosen() -> None:
    generator = np.random.default_rng(0)
    numbers = generator.normal(size=(30, 4)).astype(np.float32)
    for known in ([0, 2, 3], [1, 3]):
        classes = np.array([known[at % len(known)] for at in range(30)])
        chosen = meant(numbers, classes, 5).scores(numbers).argmax(axis=1)
        assert set(chosen.tolist()) <= set(known)


def test_of_two_opinions_the_surer_and_truer_decides() -> None:
    true = np.array([0, 1] * 50)
    right = np.where(np.arange(2) == true[:, None], 2.0, -2.0)
    noise = np.random.default_rng(1).normal(size=(100, 2))
    raw = np.stack([noise, right]).astype(np.float32)
    joint = Joint.of(raw, true)
    assert joint.each[1] > joint.each[0]
    assert (joint.chances(raw).argmax(axis=1) == true).all()


def test_the_rest_of_a_long_letter_counts_and_a_short_one_is_its_own_rest() -> None:
    short, long = "路灯坏了", "路灯坏了。" * 44 + "孩子上小学要什么材料" * 10
    made = vectors([short, long], MEANING)
    assert made.shape[0] == 2 and np.allclose(made[0, :384], made[0, 384:])
    assert not np.allclose(made[1, :384], made[1, 384:], atol=0.05)
    assert vectors([short], MEANING, np.ones((1, 7), np.float32)).shape == (1, made.shape[1] + 7)
