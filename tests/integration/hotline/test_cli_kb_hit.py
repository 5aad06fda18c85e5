"""`hotline kb hit-test` as an editor runs it, in a process of its own, over entries in a real store."""

import csv
import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.kb_city import LOST, QUESTION, KbCity, kb_city


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> KbCity:
    return kb_city(tmp_path_factory.mktemp("city"))


def test_one_question_is_shown_with_its_scores_and_why(city: KbCity) -> None:
    shown = city.kb("hit-test", QUESTION)
    for word in ("答", "置信度", "原因", "会说", "字面·问法", "读音·全文", LOST[:8]):
        assert word in shown


def test_a_follow_up_is_asked_after_what_was_asked_before(city: KbCity) -> None:
    hit = json.loads(city.kb("hit-test", "在哪儿办", "--after", QUESTION, "--area", "城东", "--json"))
    assert hit["before"] == [LOST] and hit["entry"] == LOST
    assert hit["area"] == "城东区" and 0 < hit["threshold"] < 1
    assert {one["entry"] for one in hit["candidates"]} or hit["says"]


def test_a_file_of_questions_is_judged_by_what_was_expected(city: KbCity, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("问题", "期望条目"), (QUESTION, LOST), ("居住证怎么办", LOST), ("红烧肉怎么做", None)):
        sheet.append(row)
    book.save(tmp_path / "asked.xlsx")
    shown = city.kb("hit-test", "--file", str(tmp_path / "asked.xlsx"), "--out", str(tmp_path / "hits.csv"))
    assert "不对" in shown and "答对" in shown
    with (tmp_path / "hits.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [row["结果"] for row in rows] == ["答", "不对", "不答"]
    assert rows[0]["条目"] == LOST and rows[0]["会说"]


def test_lines_of_text_and_of_json_are_read_too(city: KbCity, tmp_path: Path) -> None:
    (tmp_path / "asked.txt").write_text(f"{QUESTION}\n\n红烧肉怎么做\n", encoding="utf8")
    out = tmp_path / "hits.jsonl"
    city.kb("hit-test", "--file", str(tmp_path / "asked.txt"), "--out", str(out))
    assert [json.loads(line)["verdict"] for line in out.read_text("utf8").splitlines()] == ["答", "不答"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "没有要测的问题"),
        (("问题", "--file", "x.txt"), "两样选一样"),
        (("问题", "--area", "火星"), "没有叫“火星”的区县"),
        (("问题", "--out", "x.pdf"), ".jsonl"),
    ],
)
def test_what_cannot_be_tested_is_said_in_one_sentence(city: KbCity, words: tuple[str, ...], told: str) -> None:
    assert told in city.kb("hit-test", *words, status=2)
