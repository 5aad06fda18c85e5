"""The commands of a new user, as real processes against a real hotline."""

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import Served, served
from tests.small_city import small_city


def hotline(*arguments: str, cwd: Path, status: int = 0) -> str:
    """Run the command line; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "hotline", *arguments], cwd=cwd, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + (done.stderr if status else "")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    small_city(folder / "kb")
    return folder


def quiet(city: Path) -> str:
    """Return the configuration of a small city that renders nothing in the background."""
    return f'[serve]\nrender_ahead = false\n[knowledge]\nfolder = "{city / "kb"}"\n'


@pytest.fixture(scope="module")
def running(city: Path) -> Iterator[Served]:
    with served(city / "var", quiet(city)) as service:
        yield service


def test_a_call_is_answered_and_read_back(running: Served, city: Path) -> None:
    config = str(running.folder / "hotline.toml")
    out = hotline(
        "call", running.uri, "--say", "我社保卡丢了怎么补", "--say", "没有了谢谢",
        "--json", "--record", str(city / "call.wav"), cwd=city,
    )  # fmt: skip
    report = json.loads(out)
    assert [turn["who"] for turn in report["turns"]][:3] == ["bot", "caller", "bot"]
    assert "社保" in report["turns"][2]["text"] or "身份证" in report["turns"][2]["text"]
    assert report["first_sound_ms"] is not None
    assert report["frames"]["received"] > 100
    assert (city / "call.wav").stat().st_size > 100_000
    listed = hotline("calls", "list", "--config", config, cwd=city)
    call_id = re.search(r"\d{8}-\d{6}-[0-9a-f]{6}", listed)
    assert call_id
    shown = hotline("calls", "show", call_id.group(), "--config", config, cwd=city)
    assert "社保卡" in shown and "138****0001" in shown and "13800000001" not in shown
    assert "13800000001" in hotline(
        "calls", "show", call_id.group(), "--full", "--reason", "复核", "--config", config, cwd=city
    )
    hotline("calls", "picture", call_id.group(), "--out", str(city / "call.svg"), "--config", config, cwd=city)
    assert "<svg" in (city / "call.svg").read_text("utf8")
    assert running.health()["status"] == "ok"
    assert "hotline_calls_total" in running.metrics()


def test_key_zero_leaves_a_call_back_ticket(running: Served, city: Path) -> None:
    config = str(running.folder / "hotline.toml")
    hotline("call", running.uri, "--digits", "0", "--caller", "13800009999", "--json", cwd=city)
    listed = hotline("tickets", "list", "--config", config, cwd=city)
    number = re.search(r"\b\d{10}\b", listed)
    assert number, listed
    shown = hotline("tickets", "show", number.group(), "--config", config, cwd=city)
    assert "138****9999" in shown
    assert re.search(r"\d{8}-\d{6}-[0-9a-f]{6}", shown), "the ticket does not say which call it is from"
    assert "13800009999" not in shown
    looked = hotline("tickets", "show", number.group(), "--reason", "回电", "--config", config, cwd=city)
    assert "13800009999" in looked and "已记录" in looked


def test_nothing_that_the_hotline_writes_in_the_clear_says_who_called(running: Served) -> None:
    """After the calls above: the log, the console and the records; recordings are sound."""
    for file in running.folder.rglob("*"):
        if file.is_file() and file.suffix != ".wav":
            content = file.read_bytes()
            told = [word for word in ("13800009999", "13800000001") if word.encode() in content]
            assert not told, file


def test_speech_round_trip(city: Path) -> None:
    hotline("tts", "公积金怎么提取?", "--out", str(city / "q.wav"), "--voice", "zm_yunjian", cwd=city)
    row = json.loads(hotline("asr", str(city / "q.wav"), "--json", cwd=city))
    assert set(row) == {"file", "text", "confidence", "seconds"}
    assert "提取" in row["text"]
    assert 0 <= row["confidence"] <= 1


def test_kb_eval_writes_one_row_a_query(city: Path) -> None:
    entries = [
        {"id": "a", "question": "社保卡怎么补办", "answer": "带身份证到社保窗口补办。"},
        {"id": "b", "question": "公积金怎么提取", "answer": "在网上办事大厅提取公积金。"},
        {"id": "c", "question": "居住证怎么办理", "answer": "到派出所申领居住证。"},
        {"id": "d", "question": "暖气不热找谁", "answer": "先联系供热公司测温。"},
    ]
    queries = [
        {"text": "社保卡丢了怎么补办", "noisy": "射保卡丢了怎么补办", "expect": ["a"], "kind": "in"},
        {"text": "今天天气怎么样", "noisy": "今天天气怎么样", "expect": [], "kind": "far"},
    ]
    for name, rows in (("e", entries), ("q", queries)):
        (city / f"{name}.jsonl").write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf8")
    for field in ("text", "noisy"):
        out = city / f"{field}.jsonl"
        hotline(
            "kb", "eval", "--entries", str(city / "e.jsonl"), "--queries", str(city / "q.jsonl"),
            "--field", field, "--json", str(out), cwd=city,
        )  # fmt: skip
        rows = [json.loads(line) for line in out.read_text("utf8").splitlines()]
        assert len(rows) == 2
        assert set(rows[0]) == {"text", "kind", "expect", "answered", "entry", "confidence", "ms"}
        assert rows[0]["entry"] == "a"
        assert rows[1]["answered"] is False


def test_talk_fails_where_an_expectation_fails(city: Path) -> None:
    script = city / "script.yaml"
    (city / "hotline.toml").write_text(f'[knowledge]\nfolder = "{city / "kb"}"\n', "utf8")
    script.write_text("scene: 试\nturns:\n  - {say: 转人工, expect: {transfer: true}}\n", "utf8")
    hotline("talk", str(script), cwd=city)
    script.write_text("scene: 试\nturns:\n  - {say: 转人工, expect: {transfer: false}}\n", "utf8")
    assert "不应转人工" in hotline("talk", str(script), cwd=city, status=1)


def test_a_taken_port_stops_the_start_with_its_name(city: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        config = city / "taken.toml"
        config.write_text(
            f'[line]\nport = {port}\n[health]\nport = 0\n[knowledge]\nfolder = "{city / "kb"}"\n'
            f'[records]\nfolder = "{city / "taken"}"\n',
            "utf8",
        )
        said = hotline("serve", "--config", str(config), cwd=city, status=2)
    assert str(port) in said
    assert "占用" in said
    assert "[line]" in said, "the section's name is no markup"


def test_sigterm_lets_the_running_call_end(city: Path) -> None:
    with served(city / "drained", quiet(city)) as service:
        call = subprocess.Popen(
            [sys.executable, "-m", "hotline", "call", service.uri, "--say", "我社保卡丢了怎么补", "--json"],
            cwd=city, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        while "hotline_calls_running 1.0" not in service.metrics():
            assert call.poll() is None, "the call ended before it was drained"
        service.process.send_signal(signal.SIGTERM)
        out, _ = call.communicate(timeout=120)
        assert service.process.wait(60) == 0
    turns = json.loads(out)["turns"]
    assert [turn["who"] for turn in turns][:3] == ["bot", "caller", "bot"], "the call was cut by the stop"
