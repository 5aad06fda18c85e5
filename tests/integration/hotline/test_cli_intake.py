"""`hotline intake`, `hotline qr` and what a dispatcher does about repeats and clusters."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hotline.cli import app


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "hotline.toml"
    file.write_text(
        f'[records]\nfolder = "{tmp_path}"\n[desk]\npublic_url = "https://12345.example"\n', encoding="utf8"
    )
    return file


def _run(config: Path, *words: str, given: str | None = None) -> str:
    done = CliRunner().invoke(app, [*words, "--config", str(config)], input=given, env={"COLUMNS": "200"})
    return done.output + str(done.exception or "")


def _submit(config: Path, key: str, **given: str) -> str:
    body = {"channel": "web", "key": key, "text": "暖气三天不热了", "district": "城东区", "community": "阳光花园"}
    return _run(config, "intake", "-", given=json.dumps({**body, **given}))


def test_one_submission_from_the_command_line(config: Path, tmp_path: Path) -> None:
    out = _submit(config, "k1", contact="13800001234")
    assert "新登记" in out
    assert "已经提交过" in _submit(config, "k1", contact="13800001234")
    assert "内容不一样" in _submit(config, "k1", contact="13800009999")
    (tmp_path / "wrong.json").write_text('{"channel": "fax", "key": "1"}')
    assert "channel" in _run(config, "intake", str(tmp_path / "wrong.json"))
    assert "不是一件诉求" in _run(config, "intake", str(tmp_path / "none.json"))


def test_repeats_are_shown_and_merged_and_events_listed(config: Path) -> None:
    numbers = []
    for at in range(5):
        out = json.loads(_run(
            config, "intake", "--json", "-",
            given=json.dumps({
                "channel": "web", "key": f"k{at}", "text": "暖气三天不热了", "contact": f"1390000000{at}",
                "district": "城东区", "community": "阳光花园",
            }),
        ))  # fmt: skip
        numbers.append(out["number"])
    shown = _run(config, "tickets", "repeats", numbers[0])
    assert all(number in shown for number in numbers[1:])
    assert "repeats" in _run(config, "tickets", "looks", numbers[0])
    assert "不给“领导”看" in _run(config, "tickets", "repeats", numbers[0], "--as", "领导")
    assert "共并入 1 件" in _run(config, "tickets", "merge", numbers[1], numbers[0], "--reason", "同一小区")
    assert numbers[1] not in _run(config, "tickets", "repeats", numbers[0])
    assert "不能“并单”" in _run(config, "tickets", "merge", numbers[1], numbers[0], "--reason", "再来")
    assert "城东区阳光花园" in _run(config, "tickets", "clusters")


@pytest.mark.parametrize(("name", "begins"), [("code.svg", b"<?xml"), ("code.png", b"\x89PNG")])
def test_a_code_for_a_place(config: Path, tmp_path: Path, name: str, begins: bytes) -> None:
    out = _run(config, "qr", "make", "--place", "城东区阳光花园5号楼", "--out", str(tmp_path / name))
    assert (tmp_path / name).read_bytes().startswith(begins)
    assert "https://12345.example/qr/" in out
    code = out.partition("/qr/")[2].split()[0]
    assert "已停用" in _run(config, "qr", "retire", code)
    assert "没有二维码" in _run(config, "qr", "retire", code)
