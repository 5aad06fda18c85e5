"""`hotline duties` and `hotline tickets dispatch` as a dispatcher uses them: files, sentences, exit codes."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from typer.testing import CliRunner

from core.database import Database
from hotline.cli import app
from hotline.dispatching import _asked, make_dispatcher
from hotline.duty_files import read_file, write_file
from hotline.records import open_records
from hotline.settings import HotlineSettings
from hotline.wiring import make_understanding
from tests.unit.tickets.duties.lists import large
from tests.unit.tickets.learning.invented import rows
from tickets.duties.duty import Duty, DutyList, Territory, Unit
from tickets.duties.store import DutyStore
from tickets.errors import DutiesInvalid, DutyUnknown, ModelNotOfThis
from tickets.life.span import Span
from tickets.settings import TicketSettings
from tickets.store import TicketStore
from tickets.understanding import Understanding

NOW = datetime.now().astimezone()


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")


def run(*args: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(arg) for arg in args])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.output


def database() -> Database:
    return open_records(HotlineSettings().records)


def book(*rows: list[object], merge: str = "") -> Path:
    made = Workbook()
    sheet = made.active
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    made.save("清单.xlsx")
    return Path("清单.xlsx")


def test_a_large_list_goes_through_excel_unchanged_formulas_included(tmp_path: Path) -> None:
    odd = Duty("=1+1", ("供水/供电",), "=SUM(A1:A9)", "市水务局", limit=Span(3, "d"), words=("+1", "@x"))
    duties = DutyList([*large().duties, odd], [Unit("市水务局", ("水务",)), Unit("=局")])
    write_file(duties, tmp_path / "大.xlsx")
    assert read_file(tmp_path / "大.xlsx") == duties
    sheet = load_workbook(tmp_path / "大.xlsx")["职责清单"]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2350) for cell in row if cell.value} == {"s"}


def test_an_imported_list_is_what_calls_are_understood_by_from_its_day_on() -> None:
    file = book(
        ["一级事项", "二级事项", "事项名称", "主办单位", "时限", "关键词"],
        ["共享出行", "单车", "共享单车乱停", "市单车办", "2个工作日", "共享单车"],
        [None, None, "单车押金", "市单车办", "3天", "押金"],
        merge="A2:A3",
    )
    said = run("duties", "import", file, "--from", "2026-01-01", "--by", "张三")
    assert "第 1 版:2 个事项" in said and "没有发现漏洞" in said
    run("duties", "import", file, "--from", "2099-01-01", "--by", "李四")
    assert "待生效" in run("duties", "versions") and "在用" in run("duties", "versions")
    records = database()
    try:
        mind = make_understanding(HotlineSettings(), records, NOW.date())
        told = DutyStore(records).versions()
    finally:
        records.close()
    found = mind.match_matter("共享单车堆在路口过不去")
    assert (found.matter.name, found.matter.unit, found.matter.category) == (
        "共享单车乱停",
        "市单车办",
        "共享出行/单车",
    )
    assert [one.by for one in told] == ["李四", "张三"]
    assert "单车押金" in run("duties", "list", "押金") and "共享单车乱停" not in run("duties", "list", "押金")
    assert "单车" in run("duties", "tree")
    assert "2个工作日" in run("duties", "show", read_file(file).duties[0].id)
    with pytest.raises(DutyUnknown, match="没有事项“nobody”"):
        run("duties", "show", "nobody")


def test_a_wrong_row_keeps_the_whole_file_out() -> None:
    file = book(["事项名称", "主办单位", "时限"], ["停水", "市水务局", "3天"], ["停电", "供电公司", "随便"])
    with pytest.raises(DutiesInvalid, match="第 3 行:“时限”不能是“随便”"):
        run("duties", "import", file, "--from", "2026-01-01", "--by", "张三")
    assert "还没有生效的清单" in run("duties", "versions")
    with pytest.raises(DutiesInvalid, match="文件打不开"):
        run("duties", "import", "nowhere.xlsx", "--from", "2026-01-01", "--by", "张三")


def test_check_says_what_is_wrong_and_what_vanished() -> None:
    assert "没有发现漏洞" in run("duties", "check")
    file = book(["事项名称", "主办单位", "时限"], ["停水", None, None])
    said = run("duties", "check", file, code=1)
    assert "没有主办单位" in said and "没有办理时限" in said and "这一版没有了" in said


def test_the_template_is_a_list_that_can_be_imported() -> None:
    run("duties", "template", "样表.xlsx")
    said = run("duties", "import", "样表.xlsx", "--from", "2026-01-01", "--by", "张三")
    assert "第 1 版" in said and "没有发现漏洞" in said
    run("duties", "export", "现行.xlsx")
    assert read_file(Path("现行.xlsx")) == read_file(Path("样表.xlsx"))


def test_tickets_are_dispatched_with_the_reason_shown_and_only_with_go() -> None:
    records = database()
    try:
        store, mind = TicketStore(records), Understanding()
        numbers = [
            store.save_now(mind.make_ticket(what, NOW), NOW).number
            for what in ("城东区东关街道东关新村路灯坏了好几天没人修,整条街路灯都不亮", "有件事你们看着办")
        ]
    finally:
        records.close()
    said = run("tickets", "dispatch")
    assert "待派 2 张" in said and "先属责,主办市城市管理局" in said and "请派单员定" in said
    assert "待派 2 张" in run("tickets", "dispatch")
    assert "待签收" in run("tickets", "dispatch", numbers[0], "--go", "--name", "李派单")
    assert "李派单" in run("tickets", "life", numbers[0])
    assert "系统派出 0 张,改派 0 张;还有 1 张等派单员定" in run("tickets", "dispatch", "--go")
    assert "0 张" in run("tickets", "bounces")
    assert "退单没有提示清单要改" in run("duties", "suggestions")


def test_a_unit_dissolved_by_a_new_list_loses_its_unsigned_tickets_to_the_successor() -> None:
    lamp = Duty("lamp", ("城建",), "路灯不亮", "市路灯所", limit=Span(2, "d"), words=("路灯",))
    write_file(DutyList([lamp], [Unit("市路灯所")]), Path("旧.xlsx"))
    gone = Unit("市路灯所", dissolved=NOW.date(), successor="市照明中心")
    write_file(DutyList([lamp], [gone, Unit("市照明中心")]), Path("新.xlsx"))
    run("duties", "import", "旧.xlsx", "--from", "2026-01-01", "--by", "张三")
    records = database()
    try:
        mind = make_understanding(HotlineSettings(), records, NOW.date())
        number = TicketStore(records).save_now(mind.make_ticket("东关新村路灯坏了", NOW), NOW).number
    finally:
        records.close()
    assert "市路灯所" in run("tickets", "dispatch", number, "--go")
    said = run("duties", "import", "新.xlsx", "--from", NOW.date().isoformat(), "--by", "张三")
    assert "“市路灯所”已于" in said and "已并入市照明中心" in said
    said = run("tickets", "dispatch", "--go")
    assert "改派给承接单位市照明中心" in said and "改派 1 张" in said
    assert Territory.DEPARTMENT.value in run("duties", "show", "lamp")


def test_a_version_of_departments_in_force_is_asked_and_a_model_of_something_else_refused() -> None:
    lines = (json.dumps(row, ensure_ascii=False) for row in rows())
    Path("来信.jsonl").write_text("\n".join(lines), encoding="utf8")
    train = ("tickets", "train", "--letters", "来信.jsonl", "--least", 4)
    records = database()
    try:
        assert _asked(HotlineSettings()) is None
        told = json.loads(run(*train, "--field", "department", "--json").splitlines()[-1])
        assert told["verdict"]["in_force"] and told["field"] == "department"
        ask = _asked(HotlineSettings())
        assert ask and ask("等了一个钟头公交都不见影子").units[0][0] == "公交公司"
        run(*train, "--field", "label", "--out", "类别.npz")
        wrong = HotlineSettings(tickets=TicketSettings(dispatch_model=Path("类别.npz")))
        with pytest.raises(ModelNotOfThis, match="承办部门"):
            make_dispatcher(wrong, records, NOW)
    finally:
        records.close()
