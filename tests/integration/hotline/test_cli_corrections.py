"""`hotline tickets understand|correct|train --corrections|models|hot|drift` as people use them."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.events import newest
from hotline.cli import app
from hotline.cli_records import opened
from tickets.store import TicketStore
from tickets.understanding import Understanding

SAID = ("阳光花园五号楼暖气三天不热了没人管", "阳光花园三号楼暖气不热", "阳光花园暖气冰凉打电话没人接", "路灯坏了")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "hotline.toml"
    file.write_text(f'[records]\nfolder = "{tmp_path}"\n', encoding="utf8")
    return file


@pytest.fixture
def numbers(config: Path) -> list[str]:
    now, understanding = datetime.now().astimezone(), Understanding()
    with opened(config) as database:
        store = TicketStore(database)
        return [store.save_now(understanding.make_ticket(said, now), now).number for said in SAID]


def run(config: Path, *words: str) -> str:
    done = CliRunner().invoke(app, ["tickets", *words, "--config", str(config)], env={"COLUMNS": "200"})
    return done.output + str(done.exception or "")


def test_an_appeal_is_understood(config: Path, tmp_path: Path) -> None:
    shown = run(config, "understand", SAID[0])
    assert "城乡建设/供热" in shown and "三天" in shown and "没人管" in shown
    file = tmp_path / "said.txt"
    file.write_text(SAID[0], encoding="utf8")
    told = json.loads(run(config, "understand", str(file), "--json"))
    assert told["kind"]["value"] == "投诉" and told["times"][0]["shape"] == "持续"


def test_a_correction_changes_the_ticket_and_is_learned_from(config: Path, numbers: list[str]) -> None:
    assert "已更正为“投诉”" in run(config, "correct", numbers[3], "--field", "kind", "--to", "投诉", "--by", "小王")
    run(config, "correct", numbers[3], "--field", "title", "--to", "路灯不亮", "--by", "小王")
    run(config, "correct", numbers[3], "--field", "unit", "--to", "市路灯所", "--by", "小王")
    run(config, "correct", numbers[3], "--field", "place", "--to", "阳光花园", "--by", "小王")
    run(config, "correct", numbers[3], "--field", "category", "--to", "城乡建设/供电", "--by", "小李")
    with opened(config) as database:
        ticket = TicketStore(database).find_now(numbers[3])
        event = database.run(lambda c: newest(c, "ticket.corrected", 9))[-1]
    assert ticket and (ticket.kind, ticket.title, ticket.place.community) == ("投诉", "路灯不亮", "阳光花园")
    assert ticket.matter and ticket.matter.category == "城乡建设/供电"
    assert event.body["field"] == "kind" and event.body["guessed"] == "求助" and event.body["by"].startswith("小王(")
    assert 0 < event.body["confidence"] < 1
    trained = json.loads(run(config, "train", "--corrections", "--field", "kind", "--json").splitlines()[-1])
    assert trained["verdict"]["version"] == 1 and trained["letters"] > 500
    listed = json.loads(run(config, "models", "--json"))
    assert [(one["field"], one["version"], one["in_force"]) for one in listed] == [("kind", 1, True)]
    assert "类型 25.0%" in run(config, "drift", "records")


@pytest.mark.parametrize(
    ("field", "to", "told"),
    [
        ("kind", "骂人", "只有咨询"),
        ("category", "供热", "相近的有:城乡建设/供热"),
        ("title", "长" * 31, "最多 30 个字"),
        ("unit", " ", "没有写改成什么"),
        ("colour", "红", "可以更正的有"),
    ],
)
def test_a_wrong_correction_changes_nothing(config: Path, numbers: list[str], field: str, to: str, told: str) -> None:
    assert told in run(config, "correct", numbers[3], "--field", field, "--to", to, "--by", "小王")
    with opened(config) as database:
        assert database.run(lambda c: newest(c, "ticket.corrected", 9)) == []


def test_an_unknown_ticket_is_a_sentence(config: Path) -> None:
    assert "没有编号为 9" in run(config, "correct", "9", "--field", "kind", "--to", "投诉", "--by", "小王")


def test_hot_topics_of_the_records_and_of_a_file(config: Path, numbers: list[str], tmp_path: Path) -> None:
    (topic,) = json.loads(run(config, "hot", "--json"))
    assert len(topic["letters"]) == 3 and any("暖气" in what for what in topic["what"])
    file = tmp_path / "letters.jsonl"
    rows = [{"subject": said, "time": "2026/11/2 8:00"} for said in SAID]
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf8")
    assert "暖气" in run(config, "hot", str(file))
    file.write_text('{"subject": "x"}', encoding="utf8")
    assert "第 1 行不是 JSON,或没有日期" in run(config, "hot", str(file))
