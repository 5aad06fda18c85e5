"""Entries from YAML: what is right is read, what is wrong is named."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge_base.errors import EntryInvalid
from knowledge_base.loading import entries_from_jsonl, from_folder, queries_from_jsonl
from knowledge_base.reading import spoken_seconds

GOOD: dict[str, Any] = {
    "id": "lamp",
    "topic": "市政",
    "subject": "路灯",
    "aspect": "投诉",
    "short": "路灯报修",
    "question": "路灯坏了找谁?",
    "asked": ["路灯不亮", "灯杆倒了", "晚上没路灯"],
    "spoken": "请告诉我路灯在哪条路。",
    "text": "路灯由市政设施中心维修。",
    "department": "市城管局",
    "telephone": 12345,
    "valid_from": "2026-01-01",
    "related": [],
}

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(*rows: Any) -> Path:
        (tmp_path / "lamps.yaml").write_text(yaml.safe_dump(list(rows), allow_unicode=True), encoding="utf8")
        return tmp_path

    return to_file


def test_a_good_entry_is_read_whole(write: Write) -> None:
    (entry,) = from_folder(write(GOOD))
    assert entry.asked == ("路灯不亮", "灯杆倒了", "晚上没路灯")
    assert entry.telephone == "12345"
    assert entry.valid_from == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("spoken", "很长的答复" * 30),
        ("spoken", ""),
        ("asked", ["只有一种"]),
        ("asked", "不是列表"),
        ("valid_to", "2025-01-01"),
        ("valid_from", "去年"),
        ("colour", "红"),
        ("related", ["nobody"]),
        ("question", ["列表"]),
    ],
)
def test_a_wrong_field_is_named_with_its_file_and_entry(write: Write, field: str, value: Any) -> None:
    with pytest.raises(EntryInvalid) as caught:
        from_folder(write({**GOOD, field: value}))
    assert field in str(caught.value)
    assert "lamps.yaml" in str(caught.value)
    assert "lamp" in str(caught.value)


def test_two_entries_of_one_id_are_refused(write: Write) -> None:
    with pytest.raises(EntryInvalid, match="id"):
        from_folder(write(GOOD, GOOD))


@pytest.mark.parametrize("content", ["- [", "just text", "- just text"])
def test_a_file_that_is_no_list_of_entries_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "bad.yaml").write_text(content, encoding="utf8")
    with pytest.raises(EntryInvalid, match=r"bad\.yaml"):
        from_folder(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EntryInvalid):
        from_folder(tmp_path)


def test_evaluation_sets_are_read_line_by_line(tmp_path: Path) -> None:
    entries, queries = tmp_path / "entries.jsonl", tmp_path / "queries.jsonl"
    odd = "一行里有\u2028奇怪的换行"
    entries.write_text(json.dumps({"id": 7, "question": odd, "answer": ""}, ensure_ascii=False) + "\n", "utf8")
    queries.write_text(json.dumps({"text": "问", "kind": "far", "expect": []}) + "\n\n", "utf8")
    assert [(entry.id, entry.question) for entry in entries_from_jsonl(entries)] == [("7", odd)]
    assert [(query.text, query.expect, query.noisy) for query in queries_from_jsonl(queries)] == [("问", (), "")]


@pytest.mark.parametrize("line", ["{", "[]", '{"id": 1}'])
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "entries.jsonl"
    file.write_text('{"id": "a", "question": "问", "answer": "答"}\n' + line, encoding="utf8")
    with pytest.raises(EntryInvalid, match="2"):
        entries_from_jsonl(file)


def test_longer_answers_take_longer_to_speak() -> None:
    assert 0 < spoken_seconds("请稍等。") < spoken_seconds("请稍等,我帮您查一下。") < 15
