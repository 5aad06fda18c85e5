"""`hotline tickets supervise|notices|reply|measures|export`, as a centre uses them on a kept database."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from core.clock import SystemClock
from core.events import history, newest
from core.settings import load
from hotline.cli import app
from hotline.records import open_records
from hotline.settings import HotlineSettings, RecordsSettings
from hotline.supervising import supervise_threads
from hotline.viewing import os_user
from tests.integration.tickets.supervision.town import WATER_OUT, Town
from tests.unit.tickets.life.walking import BOT
from tickets.life import steps as s
from tickets.secrecy.looks import looks_at
from tickets.sheet import HEADINGS
from tickets.ticket import Kind, State, Ticket


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "hotline.toml"
    contacts = tmp_path / "contacts.yaml"
    contacts.write_text("市水务局: {sms: [13900000001]}\n督办员: {sms: [13900000002]}\n", encoding="utf8")
    file.write_text(
        f'[records]\nfolder = "{tmp_path}"\n[tickets]\nrules = "jinchang"\n'
        f'[tickets.notices]\ncontacts = "{contacts}"\n',
        encoding="utf8",
    )
    return file


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    database = open_records(RecordsSettings(folder=tmp_path))
    yield Town(database, now=datetime.now().astimezone() - timedelta(days=30))
    database.close()


@pytest.fixture
def run(config: Path) -> "Run":
    return Run(config)


class Run:
    def __init__(self, config: Path) -> None:
        self.config = config

    def __call__(self, *words: str) -> str:
        done = CliRunner().invoke(app, ["tickets", *words, "--config", str(self.config)], env={"COLUMNS": "300"})
        return done.output + str(done.exception or "")


def test_supervision_is_run_and_its_notices_are_seen(run: Run, town: Town) -> None:
    number = town.handled()
    shown = run("supervise", "--once")
    assert "督办 1 次" in shown
    assert "督办 0 次" in run("supervise")
    assert town.case(number).rungs == ("日常督办",)
    listed = run("notices", "--to", "市水务局")
    assert "日常督办" in listed and "工作台" in listed
    id = next(line.split("│")[1].strip() for line in listed.splitlines() if "工作台" in line)
    assert "已读" in run("notices", "--read", id)
    assert "没有编号为" in run("notices", "--read", id)
    assert "只能选一个" in run("supervise", "--once", "--watch")


def test_what_serves_and_the_desk_look_by_themselves(config: Path, town: Town) -> None:
    number = town.handled()
    for thread in supervise_threads(load(HotlineSettings, config), SystemClock()):
        thread.look()
        thread.look()
        thread.close()
    assert town.case(number).rungs == ("日常督办",)


def test_a_reply_is_drafted_from_the_ticket(run: Run, town: Town) -> None:
    number = town.handled()
    shown = run("reply", number)
    assert f"“家中停水”({number}),市水务局已到现场查看" in shown and "【原因】" in shown and "模板 water" in shown
    assert "您反映的“家中停水”" in run("reply", number, "--template", "general")
    assert "已受理" in run("reply", number, "--for", "sms", "--template", "sms_sent")
    assert "没有模板“none”" in run("reply", number, "--template", "none")
    assert "没有编号为 99 的工单" in run("reply", "99")


def test_measures_are_computed_from_the_records(run: Run, town: Town) -> None:
    first, second = town.verified(), town.verified()
    town.does(first, BOT, s.CallBack(reached=True, solved=True, contacted=True, satisfaction=s.Satisfaction.VERY))
    town.does(second, BOT, s.CallBack(reached=True, solved=False, contacted=True, satisfaction=s.Satisfaction.NOT))
    town.opens(place=replace(WATER_OUT.place, district="城西区"))
    found = json.loads(run("measures", "--json", "--formulas"))
    whole = found["whole"]
    assert whole["tickets"] == 3
    assert whole["satisfaction"] == {"part": 1, "of": 2, "value": 0.5}
    assert whole["response"]["value"] == 1.0 and whole["redone"] == {"part": 1, "of": 2, "value": 0.5}
    assert found["units"]["市水务局"]["tickets"] == 2 and found["units"]["(未派单)"]["tickets"] == 1
    assert found["districts"]["城西区"]["tickets"] == 1
    assert "÷" in found["measures"]["solved"]["formula"]
    assert json.loads(run("measures", "--json", "--unit", "市水务局"))["whole"]["tickets"] == 2
    assert json.loads(run("measures", "--json", "--from", "2100-01-01"))["whole"]["tickets"] == 0
    day = f"{town.now:%Y-%m-%d}"
    assert json.loads(run("measures", "--json", "--from", "2000-01-01", "--to", day))["whole"]["tickets"] == 3
    assert "满意率" in run("measures", "--formulas")


def cells(file: Path) -> list[dict[str, object]]:
    rows = list(load_workbook(file).active.values)
    assert rows[0] == HEADINGS
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_an_export_tells_nobody_who_called(run: Run, town: Town, tmp_path: Path) -> None:
    number = town.handled(what="我是王女士,电话幺三八零零零零幺二三四,邻居叫张伟,家里没水", when="张伟叫人那天")
    town.opens(confidential=True, what="举报隔壁王老板偷水", place=WATER_OUT.place)
    assert "已导出 2 张工单" in run("export", str(tmp_path / "out.xlsx"))
    plain, secret = cells(tmp_path / "out.xlsx")
    assert plain["编号"] == number and plain["承办单位"] == "市水务局" and plain["联系电话"] == "138****1234"
    assert plain["称呼"] == "王**" and plain["详细地点"] == "(隐去)"
    assert plain["诉求"] == "我是(姓名),电话(号码),邻居叫(姓名),家里没水"
    assert secret["诉求"] == secret["标题"] == secret["小区"] == "(隐去)"
    assert "ticket.viewed" not in town.kinds(number)


def test_personal_data_need_a_name_and_a_reason_and_are_on_record(run: Run, town: Town, tmp_path: Path) -> None:
    number = town.handled()
    out = str(tmp_path / "out.xlsx")
    assert "要写明谁导出、为什么" in run("export", out, "--personal", "--by", "赵督办")
    assert not (tmp_path / "out.xlsx").exists()
    assert "已导出 1 张" in run("export", out, "--personal", "--by", "赵督办", "--reason", "市政府抽查")
    (row,) = cells(tmp_path / "out.xlsx")
    assert (row["称呼"], row["联系电话"], row["详细地点"]) == ("王女士", "138 0000 1234", "5号楼")
    (seen,) = town.database.run(lambda c: newest(c, "tickets.exported", 5))
    assert seen.body["by"] == "赵督办" and seen.body["reason"] == "市政府抽查"
    viewed = [event.body for event in town.events(number) if event.kind == "ticket.viewed"]
    assert [body["by"] for body in viewed] == ["赵督办"]
    (look,) = town.database.run(lambda c: looks_at(c, number))
    assert (look.name, look.os_user, look.how, look.reason) == ("赵督办", os_user(), "export", "市政府抽查")
    assert {"name", "contact", "detail"} <= set(look.fields)
    assert seen.body["os_user"] == os_user()
    assert "不给“领导”看" in run("export", out, "--personal", "--as", "领导", "--by", "甲", "--reason", "看")
    assert town.database.run(lambda c: history(c, seen.stream))


def test_what_looks_like_a_formula_stays_text(run: Run, town: Town, tmp_path: Path) -> None:
    for words in ("=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "#N/A", "\x01坏字符"):
        town.opens(what=words, contact="")
    run("export", str(tmp_path / "out.xlsx"))
    book = load_workbook(tmp_path / "out.xlsx").active
    told = [book.cell(row, HEADINGS.index("诉求") + 1) for row in range(2, 8)]
    assert {cell.data_type for cell in told} == {"s"}
    assert [cell.value for cell in told] == ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "#N/A", "坏字符"]
    assert told[0].quotePrefix


def test_an_export_is_narrowed(run: Run, town: Town, tmp_path: Path) -> None:
    number = town.handled()
    town.opens(matter=None)
    town.tickets.save_now(Ticket(Kind.HELP, "草稿", "没说完", state=State.DRAFT), town.now)
    for words, count in (
        (("--unit", "市水务局"), 1),
        (("--state", "办理中"), 1),
        (("--state", "已办结"), 0),
        (("--from", "2000-01-01", "--to", "2001-01-01"), 0),
        ((), 2),
    ):
        assert f"已导出 {count} 张" in run("export", str(tmp_path / "out.xlsx"), *words)
    assert "只能导出 .xlsx" in run("export", str(tmp_path / "out.csv"))
    assert "写不到" in run("export", "/proc/out.xlsx")
    assert number
