"""`hotline kb check` on a small city."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from core.errors import HotlineError
from hotline.cli import app
from tests.small_city import small_city


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("check")
    small_city(folder / "kb")
    file = folder / "hotline.toml"
    file.write_text(
        f'[knowledge]\nfolder = "{folder / "kb"}"\nembedding = false\npseudo_questions = 400\n'
        f'[records]\nfolder = "{folder}"\n',
        encoding="utf8",
    )
    return file


def check(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["kb", "check", *arguments, "--config", str(config)])


def test_a_draft_in_a_file_is_checked_against_what_callers_hear(config: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    draft.write_text(
        "id: card-lost-again\nquestion: 社保卡丢了怎么补办？\nsubject: 社保卡\naspect: 补办\n"
        "spoken: 打开APP补办，收费五十元。\nasked: [社保卡丢了怎么办]\n",
        encoding="utf8",
    )
    asked = tmp_path / "asked.txt"
    asked.write_text("社保卡掉了咋个补\n", encoding="utf8")
    done = check(config, "--file", str(draft), "--unanswered", str(asked), "--json")
    assert done.exit_code == 1, done.output
    remarks = json.loads(done.stdout)["remarks"]
    kinds = {remark["kind"] for remark in remarks}
    assert kinds >= {"problem", "speech", "duplicate"}
    assert "shebao-card-lost" in {remark["other"] for remark in remarks}
    shown = check(config, "--file", str(draft), "--quick")
    assert "必须改" in shown.stdout and "重复" in shown.stdout


def test_a_live_entry_passes(config: Path) -> None:
    done = check(config, "gongnuan-temperature", "--quick")
    assert done.exit_code == 0, done.output
    assert "gongnuan-temperature" in done.stdout


@pytest.mark.parametrize(
    "arguments", [(), ("gongnuan-temperature", "--file", "x.yaml"), ("--file", "nowhere.yaml"), ("nobody",)]
)
def test_what_cannot_be_checked_is_said_in_a_sentence(config: Path, arguments: tuple[str, ...]) -> None:
    done = check(config, *arguments)
    assert done.exit_code and isinstance(done.exception, HotlineError)
    assert str(done.exception).endswith("。")
