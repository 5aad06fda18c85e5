"""Files as they come: what can be read is read, what cannot is named with its row, its column and why."""

import contextlib
import io
import random
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from knowledge_base.sheets.errors import SheetUnreadable
from knowledge_base.sheets.reader import read_sheet
from knowledge_base.sheets.sheet import MOST_BYTES, Sheet
from knowledge_base.sheets.template import write_template

HEADINGS = ["编号", "问题", "问法", "电话", "生效日期"]
GOOD = ["lamp", "路灯坏了找谁?", "灯不亮\n灯杆倒了", "12345", date(2026, 1, 1)]


def book(*rows: list[Any], change: Callable[[Workbook], None] = lambda _: None) -> bytes:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def read(content: bytes, name: str = "e.xlsx") -> Sheet:
    return read_sheet(content, name)


def csv(text: str, encoding: str = "utf8") -> Sheet:
    return read(text.encode(encoding), "e.csv")


def faults(sheet: Sheet) -> str:
    return "\n".join(map(str, sheet.faults))


def test_a_good_row_is_read_below_titles_notes_and_empty_rows() -> None:
    sheet = read(book(["××局条目表"], [], HEADINGS, ["# 说明", "标准问题"], [], GOOD, [None] * 5))
    (row,) = sheet.rows
    assert not sheet.faults
    assert (row.place.number, row.data["asked"], row.data["valid_from"]) == (
        6,
        ["灯不亮", "灯杆倒了"],
        date(2026, 1, 1),
    )
    assert "spoken" not in row.data


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_the_template_is_no_entry_but_takes_one(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"t{ending}"
    write_template(file)
    with pytest.raises(SheetUnreadable, match="没有条目"):
        read_sheet(file)
    if ending == ".csv":
        file.write_text(file.read_text("utf-8-sig") + "lamp,市政,路灯\n", "utf8")
        assert read_sheet(file).rows[0].data["subject"] == "路灯"


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("电话", "0012", "0012"),
        ("电话", 12345, "12345"),
        ("电话", 12345.0, "12345"),
        ("电话", 8.5, "8.5"),
        ("问法", "一种\uff1b二种;三种", ["一种", "二种", "三种"]),
        ("问法", "一种;不拆\n二种", ["一种;不拆", "二种"]),
        ("问法", None, []),
        ("生效日期", "2026/1/31", date(2026, 1, 31)),
        ("生效日期", "2026年1月31日", date(2026, 1, 31)),
        ("生效日期", "2026.01.31", date(2026, 1, 31)),
        ("生效日期", "20260131", date(2026, 1, 31)),
        ("生效日期", 20260131, date(2026, 1, 31)),
        ("生效日期", "2026-01-31 00:00:00", date(2026, 1, 31)),
        ("生效日期", datetime(2026, 1, 31, 9), date(2026, 1, 31)),
        ("生效日期", "长期", None),
    ],
)
def test_cells_are_read_as_they_are_meant(column: str, cell: Any, expected: Any) -> None:
    row = dict(zip(HEADINGS, GOOD, strict=True)) | {column: cell}
    sheet = read(book(HEADINGS, list(row.values())))
    assert not sheet.faults
    assert expected in sheet.rows[0].data.values()


@pytest.mark.parametrize(
    ("column", "cell", "why"),
    [
        ("电话", "=A1&1", "公式没有结果"),
        ("电话", "#REF!", "公式出错:#REF!"),
        ("电话", True, "TRUE"),
        ("电话", datetime(2026, 9, 12), "日期"),
        ("电话", time(9, 30), "日期或时间"),
        ("电话", 330102199001011234, "Excel 已丢掉末几位"),
        ("生效日期", 45000, "设为日期格式"),
        ("生效日期", "去年", "2026-01-31"),
        ("生效日期", "2026-02-30", "不是日期"),
        ("生效日期", True, "不是日期"),
    ],
)
def test_a_bad_cell_is_named_with_row_column_and_reason(column: str, cell: Any, why: str) -> None:
    row = dict(zip(HEADINGS, GOOD, strict=True)) | {column: cell}
    sheet = read(book(HEADINGS, GOOD, list(row.values())))
    (fault,) = sheet.faults
    assert (fault.place.number, fault.column) == (3, column)
    assert why in fault.what


def test_leading_zeros_that_excel_only_shows_are_kept() -> None:
    def padded(made: Workbook) -> None:
        made.active["D2"].number_format = "0000"

    (row,) = read(book(HEADINGS, ["lamp", "问", None, 12], change=padded)).rows
    assert row.data["telephone"] == "0012"


def test_headings_that_are_unknown_twice_or_missing_are_named() -> None:
    told = faults(read(book(["编号", "问题", "颜色", "问题"], ["a", "b", "c", "d", "e"])))
    assert "第 1 行“颜色”:没有这一栏" in told
    assert "出现了两次(D 列)" in told
    assert "第 2 行“E 列”" in told
    assert "没有找到表头" in faults(read(book(["甲", "乙"], ["a", "b"])))


def test_merged_cells_are_named_where_they_hide_something() -> None:
    def merged(made: Workbook) -> None:
        made.active.merge_cells("A1:C1")
        made.active.merge_cells("D3:D4")

    sheet = read(book(["条目表"], HEADINGS, GOOD, ["b", "问"], change=merged))
    assert [str(fault.place) for fault in sheet.faults] == ["第 3 行"]
    assert "D3:D4 是合并单元格" in faults(sheet)


def test_every_visible_sheet_is_read_and_hidden_ones_are_told() -> None:
    def more(made: Workbook) -> None:
        for title, state in (("二科", "visible"), ("字典", "hidden"), ("空", "visible"), ("备注", "visible")):
            made.create_sheet(title).sheet_state = state
        made["二科"].append(HEADINGS)
        made["二科"].append(["b", "问", None, None, "坏"])
        made["字典"].append(["随便"])
        made["备注"].append(["这是备注"])

    sheet = read(book(HEADINGS, GOOD, change=more))
    assert [row.data["id"] for row in sheet.rows] == ["lamp", "b"]
    assert "跳过隐藏的工作表“字典”" in sheet.notes
    assert "工作表“二科”第 2 行“生效日期”" in faults(sheet)
    assert "工作表“备注”第 1 行:没有找到表头" in faults(sheet)


def rezipped(content: bytes, **parts: str) -> bytes:
    """Return an Excel file with parts (by the end of their name) replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            stem = Path(name).stem
            new.writestr(name, parts[stem] if stem in parts else old.read(name))
    return out.getvalue()


XMLNS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sheet_xml(rows: str, before: str = "") -> bytes:
    return rezipped(book(HEADINGS), sheet1=f"{before}<worksheet {XMLNS}>{rows}</worksheet>")


def cells(number: int, *texts: str) -> str:
    inner = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)
    return f'<row r="{number}">{inner}</row>'


def test_a_sheet_that_claims_a_million_rows_is_read_by_what_is_in_it() -> None:
    rows = f'<dimension ref="A1:XFD1048576"/><sheetData>{cells(1, *HEADINGS)}{cells(1048576, "a", "问")}</sheetData>'
    sheet = read(sheet_xml(rows))
    assert [row.place.number for row in sheet.rows] == [1048576]


LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {b} '{f'&{a};' * 20}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "空文件"),
        (b" \n", "空文件"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "另存为 .xlsx"),
        (book(HEADINGS, GOOD)[:-300], "不完整"),
        (book(HEADINGS, GOOD)[:900], "不完整"),
        (b"PK\x03\x04 and nothing", "不是 Excel"),
        (sheet_xml(f"<sheetData>{cells(9_999_999_999, *HEADINGS)}</sheetData>"), "没有这么多行"),
        (sheet_xml('<sheetData><row r="1"><c t="s"><v>999</v></c></row></sheetData>'), "已损坏"),
        (sheet_xml("<sheetData>"[:-3]), "已损坏"),
        (sheet_xml(f"<sheetData>{cells(1, '&i;')}</sheetData>", LAUGHS + "]>"), "已损坏"),
        (sheet_xml(f"<sheetData>{cells(1, *HEADINGS)}{'<row/>' * 1_100_000}</sheetData>"), "没有这么多行"),
        (sheet_xml(f"<sheetData>{cells(1, *HEADINGS)}{cells(2, 'a', 'b') * 20_001}</sheetData>"), "20000 行"),
        (sheet_xml(" " * 60_000_000), "几乎都是空的"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_in_one_sentence(content: bytes, why: str) -> None:
    with pytest.raises(SheetUnreadable, match=why):
        read(content)


def test_a_zip_of_something_else_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("a.txt", "x")
    with pytest.raises(SheetUnreadable, match="压缩包"):
        read(out.getvalue())


def test_an_excel_file_that_unpacks_to_too_much_is_not_unpacked() -> None:
    out = io.BytesIO(book(HEADINGS, GOOD))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/media/a.png", random.Random(1).randbytes(2_000_000) + bytes(199_000_000))
    with pytest.raises(SheetUnreadable, match="解压后有 201 MB"):
        read(out.getvalue())


def test_200_mb_of_nothing_is_not_even_read(tmp_path: Path) -> None:
    file = tmp_path / "e.csv"
    with file.open("wb") as out:
        out.truncate(2 * MOST_BYTES)
    with pytest.raises(SheetUnreadable, match="200 MB"):
        read_sheet(file)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 5000), st.binary(min_size=1, max_size=8))
def test_a_damaged_file_is_read_or_refused_but_nothing_else(at: int, garbage: bytes) -> None:
    content = bytearray(book(HEADINGS, GOOD))
    content[at : at + len(garbage)] = garbage
    with contextlib.suppress(SheetUnreadable):
        read(bytes(content))


CSV = "编号,问题,电话\nlamp,路灯坏了找谁?,0012\n"


@pytest.mark.parametrize("encoding", ["utf8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_csv_in_each_encoding_is_read(encoding: str, separator: str) -> None:
    (row,) = csv(CSV.replace(",", separator), encoding).rows
    assert row.data == {"id": "lamp", "question": "路灯坏了找谁?", "telephone": "0012"}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (CSV.encode("utf-16"), "UTF-16"),
        (CSV.encode() + b"b,\0", "第 3 行含有空字符"),
        (CSV.encode() + b"b,\xff\xff,", "第 3 行有不是 UTF-8"),
        (b"\x81\x20\xff\n" + CSV.encode("gb18030"), "既不是 UTF-8 也不是 GB18030"),
        (CSV.encode() + b'b,"not closed,\nc,d\n', "第 3 行起引号没有成对"),
        (CSV.encode() + b'b,"a"b,c\n', "第 3 行的引号没有成对"),
        (CSV.encode() + b"," * 2_000_000, "第 3 行有 2000000 个字"),
    ],
)
def test_a_csv_that_cannot_be_read_says_where(content: bytes, why: str) -> None:
    with pytest.raises(SheetUnreadable, match=why):
        read(content, "e.csv")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for name in ("e.csv", "e.xlsx", "e.json"):
        try:
            read(content, name)
            read(CSV.encode() + content, name)
        except SheetUnreadable:
            pass


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "不是完整的 JSON"),
        ("[" * 100_000, "不是完整的 JSON"),
        ("[]", "不是知识库的导出文件"),
        ('{"format": "hotline-knowledge-entries", "version": 2, "entries": []}', "第 2 版格式"),
    ],
)
def test_json_that_is_no_export_is_refused(text: str, why: str) -> None:
    with pytest.raises(SheetUnreadable, match=why):
        read(text.encode(), "e.json")


def test_each_wrong_entry_of_a_json_is_named() -> None:
    wrong = '[5, {"id": "a", "asked": 1}, {"id": "b", "colour": "红"}, {"version": "x"}, {"id": "good"}]'
    sheet = read(f'{{"format": "hotline-knowledge-entries", "version": 1, "entries": {wrong}}}'.encode(), "e.json")
    assert [fault.place.number for fault in sheet.faults] == [1, 2, 3, 4]
    assert [row.data for row in sheet.rows] == [{"id": "good"}]
