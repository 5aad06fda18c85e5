"""The rows of an Excel file (.xlsx), without trust in it: what it unpacks to, merged cells, formulas, errors."""

import re
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from openpyxl import load_workbook
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

from knowledge_base.sheets.columns import Line
from knowledge_base.sheets.errors import SheetUnreadable
from knowledge_base.sheets.sheet import MOST_COLUMNS, MOST_UNPACKED, Cell, Wrong

_MOST_PARTS = 10_000
_SUSPICIOUS, _MOST_TIMES = 50_000_000, 200
"""A file that unpacks to more bytes than this, and to more times its size, has next to nothing in it: sheets of text
unpack to 5 to 50 times their size."""
_ZEROS = re.compile(r"0{2,}\Z")
"""A number format that shows 12 as 0012."""

# It warns of looks (styles, validations) that it leaves out when reading.
warnings.filterwarnings("ignore", module=r"openpyxl\.")


class Worksheet:
    """One visible sheet; read `lines` to the end, then ask for `merged`."""

    def __init__(self, sheet: Any, name: str) -> None:
        self.title: str = sheet.title
        self._sheet, self._name = sheet, name
        self.merged: list[tuple[int, int, str]] = []
        """First row, last row and name (A3:A5) of each merged range."""

    def lines(self) -> Iterator[Line]:
        """Yield the rows; raises `SheetUnreadable`."""
        with _named(self._name):
            book = self._sheet.parent
            with book._archive.open(self._sheet._worksheet_path) as source:
                # openpyxl's own loop fills gaps with cells up to the size that the file claims; its parser does not.
                parser = _Parser(
                    source,
                    self._sheet._shared_strings,
                    data_only=True,
                    epoch=book.epoch,
                    date_formats=book._date_formats,
                    timedelta_formats=book._timedelta_formats,
                )
                for number, cells in parser.parse():
                    yield (
                        number,
                        {cell["column"]: self._cell(cell) for cell in cells if cell["column"] <= MOST_COLUMNS},
                    )
            if parser.merged_cells:
                self.merged = [(each.min_row, each.max_row, each.coord) for each in parser.merged_cells.mergeCell]

    def _cell(self, cell: dict[str, Any]) -> Cell:
        value, kind = cell["value"], cell["data_type"]
        if kind == "e":
            return Wrong(f"公式出错:{value}", str(value))
        if kind == "f":
            return Wrong("公式没有结果,请在 Excel 里打开并保存一次,或直接写成文字", "(公式)")
        if kind == "n" and isinstance(value, int) and cell["style_id"]:
            pattern = ReadOnlyCell(self._sheet, **cell).number_format
            if _ZEROS.match(pattern):
                return str(value).zfill(len(pattern))
        return value


def worksheets(file: BinaryIO, name: str) -> tuple[list[Worksheet], list[str]]:
    """Return the visible sheets of an Excel file and the titles of the hidden ones; raises `SheetUnreadable`."""
    with _named(name):
        _check_parts(file, name)
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
        return [Worksheet(sheet, name) for sheet in book.worksheets if sheet.sheet_state == "visible"], hidden


def _check_parts(file: BinaryIO, name: str) -> None:
    with zipfile.ZipFile(file) as parts:
        listed = parts.infolist()
    unpacked = sum(part.file_size for part in listed)  # zipfile reads no more of a part than this
    packed = sum(part.compress_size for part in listed)
    nothing = unpacked > _SUSPICIOUS and unpacked > _MOST_TIMES * packed
    if unpacked > MOST_UNPACKED or nothing or len(listed) > _MOST_PARTS:
        most = f"最多 {MOST_UNPACKED // 1_000_000} MB,且不能几乎都是空的;请删去空行、图片和格式,或分成几个文件"
        what = f"解压后有 {unpacked // 1_000_000} MB,{most}"
        raise SheetUnreadable(name=name, what=what)
    if any(part.flag_bits & 1 for part in listed):
        raise SheetUnreadable(name=name, what="文件有密码,请去掉密码后另存")
    if "[Content_Types].xml" not in {part.filename for part in listed}:
        raise SheetUnreadable(name=name, what="它是压缩包,不是 Excel 文件")


class _named:  # noqa: N801  a context manager reads as a word
    """Turns whatever a damaged file makes zip, XML and openpyxl raise into one sentence."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, SheetUnreadable):
            what = f"文件已损坏、不完整或不是 Excel 文件(.xlsx):{type(error).__name__}"
            raise SheetUnreadable(name=self._name, what=what) from error


class _Parser(WorkSheetParser):  # type: ignore[misc]  # openpyxl has no types
    """Tells a formula that was never calculated from an empty cell."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """Return the cell; kind `f` where it is a formula without a result."""
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["value"] is None and element.find(FORMULA_TAG) is not None:
            cell["data_type"] = "f"
        return cell
