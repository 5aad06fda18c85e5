"""Reads entries from a file that somebody hands in: Excel, CSV, our JSON, or a folder of YAML files."""

import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from knowledge_base.headings import HEADINGS, heading
from knowledge_base.loading import from_folder
from knowledge_base.serial import NAMES, FieldWrong, to_data
from knowledge_base.sheets.cells import read_cell, shown
from knowledge_base.sheets.columns import Line, Table, table_of
from knowledge_base.sheets.errors import SheetUnreadable
from knowledge_base.sheets.exchange import read_document
from knowledge_base.sheets.separated import csv_lines
from knowledge_base.sheets.sheet import MOST_BYTES, MOST_FAULTS, Cell, Fault, Place, Progress, Row, Sheet
from knowledge_base.sheets.workbook import worksheets

COLUMNS = {heading: field for field, heading in HEADINGS.items()} | {"版本": "version", "状态": "state"}
"""Heading → field. The version guards against overwriting what somebody changed since; the state is not read."""

_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def read_sheet(source: Path | bytes, name: str = "", progress: Progress = lambda _what, _done, _all: None) -> Sheet:
    """Return the entries of a file (a path, or its content with its `name`), with all faults of its cells.

    Raises `SheetUnreadable` where the file as a whole cannot be read, and `EntryInvalid` for a folder of YAML.
    """
    if isinstance(source, Path) and source.is_dir():
        return _folder(source)
    content, name = opened(source, name)
    if name.lower().endswith(".json"):
        return read_document(content, name)
    tables, notes = read_tables(content, name, COLUMNS, progress)
    if tables and not any(table.rows or table.faults for table in tables):
        raise SheetUnreadable(name=name, what="里面没有条目")
    rows: list[Row] = []
    faults = [fault for table in tables for fault in table.faults]
    for table in tables:
        rows += [_row(table, *row, faults) for row in table.rows]
        if table.passed_over:
            notes.append(f"跳过以 # 开头的说明 {table.passed_over} 行")
    return Sheet(name, tuple(rows), tuple(faults[:MOST_FAULTS]), tuple(notes))


def opened(source: Path | bytes, name: str = "") -> tuple[bytes, str]:
    """Return the content of a file and its name; raises `SheetUnreadable` where it is too large or cannot be read."""
    if isinstance(source, bytes):
        size, content = len(source), source
    else:
        name = name or source.name
        try:
            size = source.stat().st_size
            content = source.read_bytes() if size <= MOST_BYTES else b""
        except OSError as error:
            raise SheetUnreadable(name=name, what=error.strerror or error) from error
    if size > MOST_BYTES:
        what = f"有 {size // 1_000_000} MB,最多 {MOST_BYTES // 1_000_000} MB,请分成几个文件"
        raise SheetUnreadable(name=name, what=what)
    if not content.strip():
        raise SheetUnreadable(name=name, what="是空文件")
    if content.startswith(_OLD_EXCEL):
        raise SheetUnreadable(name=name, what="是旧版 Excel(.xls)或有密码,请在 Excel 里另存为 .xlsx 并去掉密码")
    return content, name


def read_tables(
    content: bytes, name: str, columns: Mapping[str, str], progress: Progress
) -> tuple[list[Table], list[str]]:
    """Return the tables of an Excel or CSV file under the headings `columns`, and notes for the editor."""
    if not content.startswith(b"PK"):
        return [table_of(_counted(csv_lines(content, name), progress), "", name, columns)], []
    file: BinaryIO = io.BytesIO(content)
    sheets, hidden = worksheets(file, name)
    notes = [f"跳过隐藏的工作表“{title}”" for title in hidden]
    tables: list[Table] = []
    for sheet in sheets:
        title = sheet.title if len(sheets) > 1 else ""
        table = table_of(_counted(sheet.lines(), progress), title, name, columns)
        for first, last, range_name in sheet.merged:
            place = next((place for place, _, _ in table.rows if first <= place.number <= last), None)
            if place:
                table.faults.append(Fault(place, "", f"{range_name} 是合并单元格,请取消合并,每行都写上内容"))
        tables.append(table)
    return tables, notes


def _counted(lines: Iterable[Line], progress: Progress) -> Iterator[Line]:
    for line in lines:
        if line[0] % 200 == 0:
            progress("读取", line[0], 0)
        yield line


def _row(table: Table, place: Place, cells: dict[str, Cell], seen: dict[str, str], faults: list[Fault]) -> Row:
    data = {}
    for field in NAMES:
        if field in table.fields:
            try:
                data[field] = read_cell(field, cells.get(field))
            except FieldWrong as wrong:
                faults.append(Fault(place, heading(field), wrong.what))
    version = shown(cells.get("version")).strip()
    if version and not (version.isascii() and version.isdigit()):
        faults.append(Fault(place, "版本", "应是导出时的数字,或留空"))
        version = ""
    return Row(place, data, int(version) if version else None, seen)


def _folder(folder: Path) -> Sheet:
    rows = [
        Row(Place(number), to_data(entry), None, {"编号": entry.id})
        for number, entry in enumerate(from_folder(folder), 1)
    ]
    return Sheet(folder.name, tuple(rows), (), whole=True)
