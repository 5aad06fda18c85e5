"""Learning from letters: right classes, words as reasons, no twin on both sides, a file that can be trusted."""

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.unit.tickets.learning.invented import letters
from tickets.errors import LearnedUnreadable, LearnedUnwritable, LettersTooFew
from tickets.learning.crossing import folds_of
from tickets.learning.drift import drift
from tickets.learning.letters import Letter
from tickets.learning.model import LetterClassifier, measure, train
from tickets.learning.report import covered, report
from tickets.learning.stored import load, save
from tickets.learning.twins import has_twin, twin_groups
from tickets.learning.words import words_of

NEW = {
    "公交车司机绕开站台不停车,害我上班迟到": "交通",
    "工厂往河里排污水,臭味飘得到处都是": "环境",
    "学校老师让家长交补课的学费": "教育",
}


@pytest.fixture(scope="module")
def model() -> LetterClassifier:
    return train(letters(), "label", "2026-01-01T00:00:00+08:00")


def test_new_letters_get_their_class_with_the_words_that_spoke_for_it(model: LetterClassifier) -> None:
    judged = dict(zip(NEW, model.judge(NEW), strict=True))
    assert {text: one.label for text, one in judged.items()} == NEW
    for text, one in judged.items():
        assert one.evidence and all(word in text for word in one.evidence)
        assert one.alternatives[0] == (one.label, one.confidence)
        assert sum(chance for _, chance in one.alternatives) == pytest.approx(1.0, abs=0.001)
    assert "公交车" in next(iter(judged.values())).evidence


def test_the_same_text_without_small_words_and_with_spaces_is_judged_alike(model: LetterClassifier) -> None:
    written, spaced = model.judge(["学校的老师让家长交了补课的学费!", "学校 老师 家长 交 补课 学费"])
    assert (written.label, spaced.label) == ("教育", "教育")
    assert written.confidence == pytest.approx(spaced.confidence, abs=0.15)


def test_words_that_say_nothing_of_the_class_are_no_evidence(model: LetterClassifier) -> None:
    (one,) = model.judge(["姑姑前天路过的时候说,工厂偷排污水,姑姑很生气"])
    assert one.label == "环境" and one.evidence[0] == "排污" and "工厂" in one.evidence
    assert "姑姑" not in one.evidence and "路过" not in one.evidence


def test_confidence_is_as_high_as_the_model_is_often_right() -> None:
    # Many of a third of the labels are wrong by chance, so nobody can be sure.
    noisy = [
        replace(letter, label=("交通", "教育", "环境")[at * 7 % 11 % 3]) if at % 3 == 0 else letter
        for at, letter in enumerate(letters())
    ]
    for known in (letters(), noisy):
        found, _ = measure(known, "label")
        assert found.confidence == pytest.approx(found.accuracy, abs=0.12)


def test_a_text_without_words_is_not_judged(model: LetterClassifier) -> None:
    (nothing,) = model.judge(["……的!"])
    assert (nothing.confidence, nothing.alternatives, nothing.evidence) == (0.0, (), ())


def test_departments_are_learned_in_the_same_way() -> None:
    learned = train(letters(), "department", "")
    assert [one.label for one in learned.judge(NEW)] == ["公交公司", "环保局", "教育局"]
    assert learned.about.field == "department"


def test_the_report_is_of_letters_that_were_not_learned() -> None:
    found, left_out = measure(letters(), "label")
    assert found.letters == 36 and found.accuracy > 0.7 and found.top3 == 1.0 and left_out == ()
    # Labels that mean nothing cannot be foretold; a report on what was learned by heart would say that they can.
    senseless = [replace(letter, label="甲乙"[at * 7 % 13 % 2]) for at, letter in enumerate(letters())]
    assert measure(senseless, "label")[0].accuracy < 0.75


def test_twins_stand_on_one_side_and_so_help_no_report() -> None:
    # Each letter twice, hardly changed, with a class that has nothing to do with its words.
    pairs = [
        Letter(text, "甲乙"[at % 5 % 2])
        for at, letter in enumerate(letters())
        for text in (letter.text, f"{letter.text},请尽快处理")
    ]
    words = [words_of(letter.text) for letter in pairs]
    groups = twin_groups(words)
    assert (groups[::2] == groups[1::2]).all() and len(set(groups)) == 36
    part = folds_of(words, np.arange(len(words)) % 2, 4)
    assert (part[::2] == part[1::2]).all() and set(part) == {0, 1, 2, 3}
    assert measure(pairs, "label")[0].accuracy < 0.75


def test_a_letter_in_another_form_is_known_as_a_twin() -> None:
    words = [words_of(letter.text) for letter in letters()]
    other_form = [words_of(" ".join(words[3])), words_of("路灯坏了三天没有人修")]
    assert has_twin(other_form, words).tolist() == [True, False]
    assert has_twin(words, other_form).nonzero()[0].tolist() == [3]


def test_classes_of_too_few_letters_are_left_out_and_named() -> None:
    more = (*letters(), Letter("路灯不亮", "城管"))
    assert train(more, "label", "").about.left_out == (("城管", 1),)
    with pytest.raises(LettersTooFew, match="8 封"):
        train(letters()[:6], "label", "")
    with pytest.raises(LettersTooFew):
        train([Letter(letter.text, letter.label) for letter in letters()], "department", "")


def test_coverage_is_the_largest_sure_share_that_is_right_often_enough() -> None:
    confidence = np.array([0.9, 0.8, 0.7, 0.6], dtype=np.float32)
    assert covered(confidence, np.array([True, True, False, True]), 0.75) == (1.0, pytest.approx(0.6))
    assert covered(confidence, np.array([True, True, False, False]), 0.95) == (0.5, pytest.approx(0.8))
    assert covered(confidence, np.array([False, True, True, True]), 0.95) == (0.0, None)
    same = np.full(2, 0.9, dtype=np.float32)
    assert covered(same, np.array([True, False]), 0.95) == (0.0, None)


def test_macro_f1_counts_small_classes_as_much_as_large_ones() -> None:
    chances = np.array([[1, 0]] * 9 + [[1, 0]], dtype=np.float32)
    found = report(chances, np.array([0] * 9 + [1]), ("大", "小"))
    assert found.accuracy == 0.9 and found.macro_f1 == pytest.approx(0.4737)
    assert [(one.name, one.letters, one.recall) for one in found.classes] == [("大", 9, 1.0), ("小", 1, 0.0)]


def test_a_stored_model_says_the_same(model: LetterClassifier, tmp_path: Path) -> None:
    save(model, tmp_path / "new" / "model.npz")
    again = load(tmp_path / "new" / "model.npz")
    assert again.about == model.about
    for one, other in zip(again.judge(NEW), model.judge(NEW), strict=True):
        assert (one.label, one.evidence) == (other.label, other.evidence)
        assert one.confidence == pytest.approx(other.confidence, abs=0.01)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["model.npz"]


def test_a_damaged_file_is_a_sentence(model: LetterClassifier, tmp_path: Path) -> None:
    file = tmp_path / "model.npz"
    save(model, file)
    whole = file.read_bytes()
    for at in range(0, len(whole), len(whole) // 60):
        file.write_bytes(whole[:at])
        with pytest.raises(LearnedUnreadable):
            load(file)
    with pytest.raises(LearnedUnreadable):
        load(tmp_path / "nowhere.npz")
    file.write_bytes(whole)
    with np.load(file) as stored:
        arrays = dict(stored)
    for at in range(40, len(whole), len(whole) // 60):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        with suppress(LearnedUnreadable):
            load(file)  # a byte that nobody reads (a date in the archive) may be any
    with file.open("wb") as out:
        np.save(out, np.zeros(3))
    with pytest.raises(LearnedUnreadable):
        load(file)
    arrays["offsets"] = arrays["offsets"] + 1
    np.savez(file, **arrays)
    with pytest.raises(LearnedUnreadable, match="sha256"):
        load(file)


def test_a_file_with_a_pickle_is_refused_unopened(tmp_path: Path) -> None:
    file = tmp_path / "model.npz"
    np.savez(file, meta=np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(LearnedUnreadable):
        load(file)


def test_another_version_is_told(model: LetterClassifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "model.npz"
    monkeypatch.setattr("tickets.learning.stored.VERSION", 99)
    save(model, file)
    monkeypatch.undo()
    with pytest.raises(LearnedUnreadable, match="99"):
        load(file)


def test_a_model_that_cannot_be_written_leaves_the_old_one(model: LetterClassifier, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(LearnedUnwritable):
        save(model, tmp_path / "file" / "model.npz")
    assert (tmp_path / "file").read_text() == "x"


def test_letters_like_those_learned_have_not_drifted_and_others_have(model: LetterClassifier) -> None:
    alike = drift(model, [letter.text for letter in letters()])
    other = drift(model, ["楼道充电桩短路起火,物业拒绝赔偿业主损失", "养老金资格认证手机刷脸总是失败"] * 20)
    assert alike.number < 0.25 and "相近" in alike.sentence
    assert other.number > 0.5 and "重新训练" in other.sentence and other.unknown > alike.unknown
    one_sided = drift(model, [letter.text for letter in letters() if letter.label == "环境"])
    assert one_sided.more == "环境" and one_sided.mix > 0.25 and "环境" in one_sided.sentence
    assert drift(model, []).number == 0.0


def test_the_report_is_plain_json(model: LetterClassifier) -> None:
    from dataclasses import asdict

    assert json.loads(json.dumps(asdict(model.about)))["letters"] == 36
