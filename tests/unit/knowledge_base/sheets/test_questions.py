"""Questions for the hit test, from whatever file an editor keeps them in."""

import io
import json

import pytest
from openpyxl import Workbook

from knowledge_base.sheets.errors import SheetUnreadable
from knowledge_base.sheets.questions import Asked, read_questions


def asked(content: str | bytes, name: str) -> list[tuple[str, tuple[str, ...], str]]:
    read = read_questions(content.encode() if isinstance(content, str) else content, name)
    return [(one.question, one.expect, one.area) for one in read]


def test_text_has_one_question_a_line() -> None:
    assert asked("路灯坏了\n\n 水费多少 \r\n", "q.txt") == [("路灯坏了", (), ""), ("水费多少", (), "")]


def test_columns_are_question_expected_entries_and_area() -> None:
    expected = [("路灯坏了", ("lamp", "light"), "东城区"), ("水费多少", (), "")]
    assert asked("问题,期望条目,区域\n路灯坏了,lamp、light,东城区\n水费多少,,\n", "q.csv") == expected
    made, out = Workbook(), io.BytesIO()
    for row in (["问题", "区域", "期望条目"], ["路灯坏了", "东城区", "lamp\uff0clight"], ["水费多少"]):
        made.active.append(row)
    made.save(out)
    assert asked(out.getvalue(), "q.xlsx") == expected


def test_json_lines_are_read_as_evaluation_sets_are_written() -> None:
    rows = [{"text": "路灯坏了", "expect": ["lamp"]}, {"question": "水费多少", "area": "东城区"}]
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    assert asked(lines, "q.jsonl") == [("路灯坏了", ("lamp",), ""), ("水费多少", (), "东城区")]


def test_the_row_of_a_question_is_kept() -> None:
    (one,) = read_questions("\n\n路灯坏了".encode(), "q.txt")
    assert isinstance(one, Asked) and one.place is not None and one.place.number == 3


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        ("\n", "q.txt", "空文件"),
        ("问题\n", "q.csv", "没有问题"),
        ("问题,区域\n,东城区\n", "q.csv", "第 2 行“问题”"),
        ("甲,乙\n1,2\n", "q.csv", "没有找到表头"),
        ('{"text": "a"}\n{', "q.jsonl", "第 2 行"),
        ('{"text": 5}', "q.jsonl", "第 1 行"),
        ("[1]", "q.jsonl", "第 1 行"),
    ],
)
def test_a_file_without_questions_says_where(content: str, name: str, why: str) -> None:
    with pytest.raises(SheetUnreadable, match=why):
        asked(content, name)
