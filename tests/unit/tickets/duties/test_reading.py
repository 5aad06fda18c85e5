"""A responsibility list is read as cities write it, and wrong rows are all named at once."""

from datetime import date

import pytest
from hypothesis import given

from tests.unit.tickets.duties.lists import large, lists, sheet, written
from tickets.duties.duty import DutyList, Level, Territory
from tickets.duties.reading import read_duties
from tickets.duties.serial import from_json, to_json
from tickets.duties.sheet import Merged
from tickets.errors import DutiesInvalid
from tickets.life.span import Span
from tickets.life.steps import Handling


@given(lists)
def test_what_is_exported_reads_as_the_same_list(duties: DutyList) -> None:
    again = read_duties(written(duties), "清单.xlsx")
    assert again == duties
    assert from_json(to_json(duties)) == duties


def test_columns_are_known_by_many_names_in_any_order_below_a_title() -> None:
    duties = read_duties(
        [
            sheet(
                ["某市12345热线职责清单"],
                [
                    "配合部门",
                    "时限(工作日)",
                    "责任单位*",
                    "直派网格",
                    "二级事项",
                    "一级事项",
                    "事项",
                    "派单方式",
                    "四办",
                ],
                ["市财政局;市民政局", 3, "市水务局", "√", "供水", "城乡建设", "停水", "双派", "立即"],
            )
        ],
        "清单.xlsx",
    )
    (duty,) = duties.duties
    assert duty.path == ("城乡建设", "供水")
    assert (duty.name, duty.unit, duty.assisting) == ("停水", "市水务局", ("市财政局", "市民政局"))
    assert (duty.limit, duty.grid, duty.territory) == (Span(3, "d"), True, Territory.BOTH)
    assert duty.handling is Handling.AT_ONCE


def test_merged_and_empty_cells_of_the_tree_are_filled_from_above_and_not_across_branches() -> None:
    rows = sheet(
        ["一级", "二级", "事项名称", "主办单位"],
        ["城乡建设", "供水", "停水", "市水务局"],
        [None, None, "水质", "市水务局"],
        [None, "供热", "供暖不热", "市城市管理局"],
        ["民政", None, "低保", "市民政局"],
        merged=[Merged(2, 4, 1, 1)],
    )
    paths = [one.path for one in read_duties([rows], "清单.xlsx").duties]
    assert paths == [("城乡建设", "供水"), ("城乡建设", "供水"), ("城乡建设", "供热"), ("民政",)]


def test_the_lowest_level_is_the_matter_where_no_column_names_it() -> None:
    rows = sheet(["一级事项", "二级事项", "三级事项", "牵头单位"], ["城建", "供水", "停水", "市水务局"])
    (duty,) = read_duties([rows], "清单.xlsx").duties
    assert duty.full_name == "城建/供水/停水"


@pytest.mark.parametrize(
    ("unit", "rule", "territory", "level"),
    [
        ("属地街道", "", Territory.PLACE, Level.STREET),
        ("属地", "属地县区", Territory.PLACE, Level.COUNTY),
        ("市水务局", "区县", Territory.PLACE, Level.COUNTY),
        ("市水务局", "首接负责制", Territory.FIRST, Level.STREET),
        ("市水务局", "", Territory.DEPARTMENT, Level.STREET),
    ],
)
def test_a_place_may_stand_where_a_unit_stands(unit: str, rule: str, territory: Territory, level: Level) -> None:
    rows = sheet(["事项名称", "主办单位", "属地规则"], ["停水", unit, rule])
    (duty,) = read_duties([rows], "清单.xlsx").duties
    assert (duty.territory, duty.level, duty.unit) == (territory, level, unit if "水务" in unit else "")


def test_all_faults_are_told_at_once_with_their_rows_and_nothing_is_read() -> None:
    rows = sheet(
        ["编号", "事项名称", "主办单位", "时限", "直达网格", "属地规则"],
        ["a", "停水", "市水务局", "马上", "也许", "双派"],
        ["a", "水质", "市水务局", "3天", "", ""],
        ["c", None, "市水务局", "0个工作日", "", "看情况"],
        ["d", "水" * 61, "市水务局", "3天", "", ""],
    )
    with pytest.raises(DutiesInvalid) as told:
        read_duties([rows], "清单.xlsx")
    said = str(told.value)
    faults = (
        "第 2 行:“时限”不能是“马上”",
        "第 2 行:“直达网格”不能是“也许”",
        "第 4 行:没有事项名称",
        "第 4 行:“时限”不能是“0个工作日”",
        "第 4 行:“属地规则”不能是“看情况”",
        "第 5 行:“事项名称”有 61 个字",
        "编号“a”在第 2 行已经有了",
    )
    for part in faults:
        assert part in said, part
    assert "有 7 处错误,一条也没有导入" in said


def test_a_file_without_matters_says_what_headings_it_needs() -> None:
    with pytest.raises(DutiesInvalid, match="没有找到事项的表头"):
        read_duties([sheet(["甲", "乙"], ["1", "2"])], "清单.xlsx")
    with pytest.raises(DutiesInvalid, match="一条事项也没有"):
        read_duties([sheet(["事项名称", "主办单位"])], "清单.xlsx")


def test_units_are_read_from_a_sheet_of_their_own() -> None:
    units = sheet(
        ["单位", "曾用名", "辖区", "撤销日期", "并入"],
        ["市城市管理局", "市城管局、城管", "", "", ""],
        ["市爱卫办", "", "", "2026年11月23日", "市城市管理局"],
        ["东关街道办事处", "", "东关街道", "", ""],
        title="单位",
    )
    duties = read_duties([units, sheet(["事项名称", "主办单位"], ["垃圾", "市城管局"])], "清单.xlsx")
    yesterday, today = date(2026, 11, 22), date(2026, 11, 23)
    assert duties.current("市爱卫办", yesterday) == "市爱卫办"
    assert duties.current("市爱卫办", today) == "市城市管理局"
    assert duties.current("城管", today) == "市城市管理局"
    assert duties.current("省里某局", today) == "省里某局"


def test_a_large_list_is_read_whole() -> None:
    duties = large()
    assert len(duties.duties) == 2350
    assert read_duties(written(duties), "清单.xlsx") == duties
