"""`hotline tickets life` and `hotline tickets step`, as a dispatcher and a unit use them."""

from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hotline.cli import app
from hotline.records import open_records
from hotline.settings import RecordsSettings
from hotline.viewing import os_user
from tests.integration.tickets.test_store import TICKET
from tickets.life.rules import load_city
from tickets.store import TicketStore


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "hotline.toml"
    file.write_text(f'[records]\nfolder = "{tmp_path}"\n[tickets]\nrules = "linyi"\n', encoding="utf8")
    return file


@pytest.fixture
def number(tmp_path: Path) -> str:
    database = open_records(RecordsSettings(folder=tmp_path))
    made = TicketStore(database, rules=load_city("linyi")).save_now(TICKET, datetime.now().astimezone())
    database.close()
    return made.number


def test_a_ticket_is_walked_to_its_unit_and_back(config: Path, number: str) -> None:
    def run(*words: str) -> str:
        done = CliRunner().invoke(app, ["tickets", *words, "--config", str(config)], env={"COLUMNS": "200"})
        return done.output + str(done.exception or "")

    assert "3分钟派单" in run("life", number) and "派发(dispatch)" in run("life", number)
    to = ("--set", "lead=市水务局", "--set", "within=3d", "--set", "reason=清单")
    assert "现在是“待签收”" in run("step", number, "dispatch", *to)
    unit = ("--as", "承办单位", "--unit", "市水务局")
    assert "现在可以:签收" in run("step", number, "feedback", "--set", "reply=好了", "--set", "solved=true", *unit)
    assert "现在是“办理中”" in run("step", number, "sign", "--name", "老赵", *unit)
    assert f"老赵({os_user()})" in run("life", number)
    assert "别人已经处理过" in run("step", number, "arrive", "--seen", "1", *unit)
    shown = run("life", number)
    assert "2小时到场" in shown and "市水务局" in shown and "办理中" in shown
    assert "没有步骤“finish”" in run("step", number, "finish") and "sign(签收)" in run("step", number, "finish")
    assert "要写的有:reply、solved" in run("step", number, "feedback", *unit)


def test_a_wrong_city_is_a_sentence(config: Path, number: str, tmp_path: Path) -> None:
    wrong = tmp_path / "city.yaml"
    wrong.write_text("name: 某市\nlimits: {一般: 5天}\nusual: 一般\nclocks: []\n", encoding="utf8")
    config.write_text(f'[records]\nfolder = "{tmp_path}"\n[tickets]\nrules = "{wrong}"\n', encoding="utf8")
    done = CliRunner().invoke(app, ["tickets", "life", number, "--config", str(config)])
    assert "limits.一般" in str(done.exception) and "5d(工作日)" in str(done.exception)
    config.write_text(f'[records]\nfolder = "{tmp_path}"\n[tickets]\nrules = "beijing"\n', encoding="utf8")
    done = CliRunner().invoke(app, ["tickets", "life", number, "--config", str(config)])
    assert "城市规则 beijing 有误" in str(done.exception)
