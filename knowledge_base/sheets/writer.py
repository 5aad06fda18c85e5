"""Writes tables as Excel and CSV files that open as text: nothing in them is calculated."""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from knowledge_base.headings import HEADINGS
from knowledge_base.life import STATE_NAMES
from knowledge_base.sheets.cells import FORMULA, guarded, write_cell
from knowledge_base.sheets.errors import TooLongForSheet
from knowledge_base.sheets.exchange import document
from knowledge_base.sheets.export import Exported
from knowledge_base.sheets.sheet import Progress

MOST_IN_A_CELL = 32_767
"""UTF-16 units that Excel keeps of a cell."""
EXPORT_HEADINGS = (*HEADINGS.values(), "版本", "状态")

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_FIRST_DATE = date(1900, 3, 1)
"""Excel takes 1900 for a leap year, and knows nothing before."""
_WIDE = {"问题": 32, "问法": 40, "口语答复": 50, "正文": 60, "材料": 30, "办理地点": 30, "原因": 50}

Out = str | date | int | None


def write_entries(entries: Sequence[Exported], file: Path, now: datetime, progress: Progress) -> None:
    """Write `entries` to `file` in the format that its ending names: .xlsx, .csv or .json.

    Raises `TooLongForSheet` where Excel would cut a cell off, and OSError.
    """
    if file.suffix.lower() == ".json":
        with file.open("w", encoding="utf8") as out:
            out.writelines(document(entries, now))
        return
    if file.suffix.lower() == ".xlsx":
        _check_lengths(entries)
    write_table(file, EXPORT_HEADINGS, (_cells(each) for each in entries), progress, len(entries))


def write_table(
    file: Path,
    headings: Sequence[str],
    rows: Iterable[Sequence[Out]],
    progress: Progress = lambda _what, _done, _all: None,
    count: int = 0,
) -> None:
    """Write `rows` under `headings` to `file`, as CSV where it ends so, else as Excel; raises OSError."""
    counted = _counted(rows, progress, count)
    if file.suffix.lower() == ".csv":
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(headings)
            writer.writerows([guarded(_text(cell)) for cell in row] for row in counted)
        return
    book = Workbook(write_only=True)
    sheet = book.create_sheet("条目")
    sheet.freeze_panes = "B2"
    for number, heading in enumerate(headings, 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDE.get(heading, 14)
    head = [_cell(sheet, heading) for heading in headings]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for row in counted:
        sheet.append([_cell(sheet, value) for value in row])
    book.save(file)


def _cells(each: Exported) -> list[Out]:
    cells = [write_cell(field, getattr(each.entry, field)) for field in HEADINGS]
    return [*cells, each.version, STATE_NAMES[each.state]]


def _check_lengths(entries: Iterable[Exported]) -> None:
    for each in entries:
        for field in HEADINGS:
            cell = write_cell(field, getattr(each.entry, field))
            length = len(cell.encode("utf-16-le", "surrogatepass")) // 2 if isinstance(cell, str) else 0
            if length > MOST_IN_A_CELL:
                raise TooLongForSheet(id=each.entry.id, column=HEADINGS[field], length=length, most=MOST_IN_A_CELL)


def _cell(sheet: Any, value: Out) -> Any:
    """Return a cell of type text, also for what looks like a formula, an error or a number; dates stay dates."""
    if isinstance(value, date) and value >= _FIRST_DATE:
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = "yyyy-mm-dd"
        return cell
    if value is None or isinstance(value, int):
        return value
    text = _NO_XML.sub("", _text(value))
    if not text:
        return None
    cell = WriteOnlyCell(sheet)
    cell._value, cell.data_type = text[:MOST_IN_A_CELL], "s"
    cell.number_format = "@"
    if text.startswith(FORMULA):
        cell.quotePrefix = True  # stays text when somebody edits the cell
    return cell


def _text(value: Out) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def _counted(rows: Iterable[Sequence[Out]], progress: Progress, count: int) -> Iterable[Sequence[Out]]:
    for number, row in enumerate(rows, 1):
        if number % 200 == 0 or number == count:
            progress("写入", number, count)
        yield row
