"""Excel files of responsibility lists: read as plain sheets without trust in them, written as text."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter, range_boundaries

from hotline.out_file import OutUnwritable, out_file
from knowledge_base.sheets.workbook import Worksheet, worksheets
from tickets.duties.duty import DutyList
from tickets.duties.reading import read_duties
from tickets.duties.sheet import Merged, Sheet
from tickets.duties.writing import sheets_of
from tickets.errors import DutiesInvalid

_MOST_BYTES = 50_000_000
_WIDTH = 18


def read_file(file: Path) -> DutyList:
    """Return the list in an Excel file. Raises `DutiesInvalid` with every fault, `SheetUnreadable`."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise DutiesInvalid(file=file, count=1, what=f"文件超过 {_MOST_BYTES // 1_000_000} MB,请只留下清单")
        with file.open("rb") as source:
            sheets, _ = worksheets(source, file.name)
            return read_duties([_sheet(each) for each in sheets], file.name)
    except OSError as error:
        raise DutiesInvalid(file=file, count=1, what=f"文件打不开:{error.strerror}") from error


def _sheet(each: Worksheet) -> Sheet:
    rows = list(each.lines())
    areas = [range_boundaries(name) for _, _, name in each.merged]
    return Sheet(each.title, rows, [Merged(top, bottom, left, right) for left, top, right, bottom in areas])


def write_file(duties: DutyList, file: Path) -> None:
    """Write `duties` as an Excel file that reads as the same list. Raises `OutUnwritable`."""
    out_file(file)
    try:
        book_of(sheets_of(duties)).save(file)
    except OSError as error:
        raise OutUnwritable(path=file, what=error.strerror or error) from error


def book_of(sheets: Mapping[str, Sequence[Sequence[str]]]) -> Workbook:
    """Return a workbook of text: what looks like a formula is none."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                if value:
                    cell = sheet.cell(number, column)
                    cell.value, cell.data_type, cell.number_format = value, "s", "@"
                    if number == 1:
                        cell.font = Font(bold=True)
        for column in range(1, len(rows[0]) + 1):
            sheet.column_dimensions[get_column_letter(column)].width = _WIDTH
    return book
