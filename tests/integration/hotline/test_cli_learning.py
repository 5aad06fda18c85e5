"""`hotline tickets train|classify|dispatch-eval|drift`: from a file of letters to a model and back to a terminal."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.errors import HotlineError
from hotline.cli import app
from hotline.out_file import OutUnwritable
from tests.unit.tickets.learning.invented import rows
from tickets.errors import LearnedUnreadable, LettersInvalid, LettersTooFew


def run(*words: object, said: str | None = None) -> str:
    """Run `hotline tickets …` in this process; an error of ours is raised. Progress is not among what is returned."""
    result = CliRunner().invoke(app, ["tickets", *map(str, words)], input=said, env={"COLUMNS": "200"})
    if isinstance(result.exception, HotlineError):
        raise result.exception
    assert result.exit_code == 0, result.output + repr(result.exception)
    return result.stdout


def written(file: Path, lines: list[dict[str, str]]) -> Path:
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf8")
    return file


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("city") / "letters.jsonl", rows())


@pytest.fixture(scope="module")
def model(letters: Path) -> Path:
    file = letters.with_name("model.npz")
    run("train", "--letters", letters, "--out", file)
    return file


def test_training_shows_how_good_the_model_is(letters: Path, tmp_path: Path) -> None:
    out = run("train", "--letters", letters, "--out", tmp_path / "m.npz", "--field", "department")
    assert "环保局" in out and "共 36 封" in out and "宏 F1" in out and "m.npz" in out
    told = json.loads(run("train", "--letters", letters, "--out", tmp_path / "m.npz", "--json"))
    assert told["field"] == "label" and told["letters"] == 36 and told["report"]["macro_f1"] > 0.7
    assert [one["name"] for one in told["report"]["classes"]] == ["交通", "教育", "环境"]


def test_each_letter_gets_a_line_with_label_confidence_alternatives_and_evidence(model: Path, tmp_path: Path) -> None:
    file = written(tmp_path / "new.jsonl", [{"id": "9", "subject": "公交车不停站", "detail": "司机直接开走"}])
    (line,) = run("classify", file, "--model", model, "--json").splitlines()
    told = json.loads(line)
    assert (told["id"], told["label"]) == ("9", "交通") and "公交车" in told["evidence"]
    assert len(told["alternatives"]) == 3 and told["alternatives"][0]["confidence"] == told["confidence"] > 0.5


def test_plain_text_comes_from_standard_input(model: Path) -> None:
    lines = run("classify", "-", "--model", model, "--json", said="工厂排污水臭\n\n老师补课收学费\n").splitlines()
    assert [json.loads(line)["label"] for line in lines] == ["环境", "教育"]
    assert "环境" in run("classify", "-", "--model", model, said="工厂排污水臭\n")


def test_corrections_in_a_second_file_are_learned(letters: Path, tmp_path: Path) -> None:
    # The people of the city found that complaints about noise and smoke belong to another class.
    moved = [{"id": row["id"], "label": "城管"} for row in rows() if row["label"] == "环境"]
    corrections = written(tmp_path / "corrections.jsonl", moved)
    out = tmp_path / "m.npz"
    run("train", "--letters", letters, "--letters", corrections, "--out", out)
    told = json.loads(run("classify", "-", "--model", out, "--json", said="工厂排污水臭\n"))
    assert told["label"] == "城管"


def test_dispatching_is_measured_by_cross_validation(letters: Path) -> None:
    told = json.loads(run("dispatch-eval", letters, "--folds", 3, "--json"))
    assert told["letters"] == 36 and told["accuracy"] > 0.7 and told["top3"] == 1.0 and 0.0 <= told["coverage"] <= 1.0
    assert "公交公司" in run("dispatch-eval", letters)


def test_drift_is_a_number_and_a_sentence(model: Path, letters: Path) -> None:
    assert "相近" in run("drift", letters, "--model", model)
    told = json.loads(run("drift", "-", "--model", model, "--json", said="充电桩短路起火\n养老金认证失败\n"))
    assert told["number"] > 0.5 and "重新训练" in told["sentence"]


def test_what_cannot_be_done_is_a_sentence_and_leaves_no_file(letters: Path, model: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text(letters.read_text("utf8") + "{\n", "utf8")
    with pytest.raises(LettersInvalid, match="第 37 行"):
        run("train", "--letters", bad, "--out", tmp_path / "m.npz")
    with pytest.raises(LettersTooFew):
        run("train", "--letters", letters, "--out", tmp_path / "m.npz", "--least", 20)
    with pytest.raises(OutUnwritable):
        run("train", "--letters", letters, "--out", letters / "m.npz")
    with pytest.raises(LearnedUnreadable):
        run("classify", letters, "--model", letters)
    with pytest.raises(HotlineError, match="nowhere"):
        run("classify", tmp_path / "nowhere", "--model", model)
    assert not (tmp_path / "m.npz").exists()
