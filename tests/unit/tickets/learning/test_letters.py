"""Reading letters: all or nothing, bad lines by number, corrections by id."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.errors import LettersInvalid
from tickets.learning.letters import Letter, read_letters, read_texts


def file(folder: Path, *lines: object, name: str = "letters.jsonl") -> Path:
    path = folder / name
    path.write_text("".join((x if isinstance(x, str) else json.dumps(x)) + "\n" for x in lines), encoding="utf8")
    return path


def test_subject_and_detail_are_one_text(tmp_path: Path) -> None:
    read = read_letters([file(tmp_path, {"subject": "路灯", "detail": "不亮", "label": "城管"}, "")])
    assert read == (Letter("路灯\n不亮", "城管"),)


def test_a_later_line_corrects_an_earlier_one_and_keeps_what_it_does_not_say(tmp_path: Path) -> None:
    first = file(
        tmp_path,
        {"id": 7, "text": "路灯不亮", "label": "交通", "department": "城管局"},
        {"text": "另一封", "label": "x"},
    )
    second = file(tmp_path, {"id": "7", "label": "城管"}, name="corrections.jsonl")
    assert read_letters([first, second]) == (Letter("路灯不亮", "城管", "城管局", "7"), Letter("另一封", "x"))
    assert read_letters([first])[0].label == "交通"


def test_letters_without_an_id_never_replace_each_other(tmp_path: Path) -> None:
    line = {"text": "路灯不亮", "label": "城管"}
    assert len(read_letters([file(tmp_path, line, line), file(tmp_path, line, name="b")])) == 3


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "不是 JSON"),
        ("[1]", "不是 JSON 对象"),
        ('{"label": "x"}', "没有 text"),
        ('{"text": "  ", "label": "x"}', "没有 text"),
        ('{"text": "x"}', "label、department、kind、category 一个都没有"),
        ('{"text": 5, "label": "x"}', "text 不是文字"),
        ('{"text": "x", "label": ["x"]}', "label 不是文字"),
        ('{"text": "x", "label": "x", "id": {}}', "id 不是文字或整数"),
        ("[" * 100_000, "不是 JSON"),
    ],
)
def test_a_bad_line_is_named_with_its_number_and_the_reason(tmp_path: Path, line: str, why: str) -> None:
    path = file(tmp_path, {"text": "好的", "label": "x"}, "", line)
    with pytest.raises(LettersInvalid) as told:
        read_letters([path])
    assert "第 3 行" in str(told.value) and why in str(told.value) and str(path) in str(told.value)


def test_of_many_bad_lines_the_first_are_named_and_all_are_counted(tmp_path: Path) -> None:
    with pytest.raises(LettersInvalid, match=r"第 5 行不是 JSON 等共 9 行"):
        read_letters([file(tmp_path, *["?"] * 9)])


def test_a_file_that_is_not_there_or_not_text_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LettersInvalid, match="nowhere"):
        read_letters([tmp_path / "nowhere"])
    (tmp_path / "gbk").write_bytes("路灯".encode("gbk"))
    with pytest.raises(LettersInvalid, match="UTF-8"):
        read_letters([tmp_path / "gbk"])


def test_texts_to_classify_need_no_label_and_may_be_plain_lines() -> None:
    assert read_texts("路灯不亮\n\n 井盖没了 \n", "-") == (Letter("路灯不亮"), Letter("井盖没了"))
    assert read_texts('\ufeff{"id": 1, "text": "路灯"}\n', "-") == (Letter("路灯", id="1"),)
    with pytest.raises(LettersInvalid, match="第 2 行"):
        read_texts('{"text": "路灯"}\n井盖没了', "-")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_sentence(content: str) -> None:
    try:
        letters = read_texts(content, "-")
    except LettersInvalid:
        return
    assert all(letter.text for letter in letters)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=2)
)


@given(
    st.lists(st.dictionaries(st.sampled_from(["id", "text", "subject", "detail", "label", "x"]), _JSON), max_size=6)
)
def test_what_is_read_is_whole(tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, object]]) -> None:
    path = file(tmp_path_factory.mktemp("letters"), *rows)
    try:
        letters = read_letters([path])
    except LettersInvalid as wrong:
        assert "第 " in str(wrong)
        return
    assert len(letters) <= len(rows)
    assert all(letter.text and letter.label for letter in letters)
