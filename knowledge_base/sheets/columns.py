"""The rows of a table under its headings, whatever file it came from."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from knowledge_base.sheets.cells import shown
from knowledge_base.sheets.errors import SheetUnreadable
from knowledge_base.sheets.sheet import LAST_ROW, MOST_FAULTS, MOST_ROWS, Cell, Fault, Place

Line = tuple[int, Mapping[int, Cell]]
"""Number of a row, and its cells by number of the column, both from 1; cells without anything may be missing."""

NOTE = "#"
"""A row whose first cell begins so is an explanation or an example, and is passed over."""
_HEADINGS_WITHIN = 20
"""Titles and remarks may stand above the headings, but not more lines than these."""


@dataclass(slots=True)
class Table:
    """The rows of one sheet: where each stands, its cells by field, and as the editor sees them by heading."""

    rows: list[tuple[Place, dict[str, Cell], dict[str, str]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    fields: frozenset[str] = frozenset()
    """The fields that the sheet has columns for."""
    passed_over: int = 0
    """Rows of explanation."""
    headed: bool = False


def column_name(number: int) -> str:
    """Return the letters of a column, from 1: A."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def table_of(lines: Iterable[Line], sheet: str, name: str, headings: Mapping[str, str]) -> Table:
    """Return the rows of `lines` (of `sheet` in file `name`); `headings` are the columns: heading → field.

    Raises `SheetUnreadable` where there are more rows than are read at once.
    """
    table = Table()
    columns: dict[int, str] = {}
    above = 0
    for number, all_cells in lines:
        if number > LAST_ROW:
            raise SheetUnreadable(name=name, what=f"写到了第 {number} 行,工作表没有这么多行,文件已损坏")
        cells = {column: cell for column, cell in all_cells.items() if not _blank(cell)}
        if not cells:
            continue
        place = Place(number, sheet)
        if not table.headed:
            columns = _columns(place, cells, headings, table)
            above += 1
            if above > _HEADINGS_WITHIN:
                break
        elif _note(all_cells.get(1)):
            table.passed_over += 1
        else:
            _row(place, cells, columns, headings, table)
        if len(table.rows) > MOST_ROWS:
            raise SheetUnreadable(name=name, what=f"超过 {MOST_ROWS} 行,请分成几个文件")
    if above and not table.headed:
        wanted = "、".join(headings)
        table.faults.append(
            Fault(Place(1, sheet), "", f"没有找到表头({wanted})。不导入的工作表请删除或隐藏;若是乱码,请另存为 UTF-8")
        )
    return table


def _columns(place: Place, cells: Mapping[int, Cell], headings: Mapping[str, str], table: Table) -> dict[int, str]:
    """Return the columns by number where the row has the headings: two that are known, or all that there are."""
    fields = {**headings, **{name: name for name in headings.values()}}
    columns = {column: fields[text] for column, cell in cells.items() if (text := _plain(cell)) in fields}
    if len(columns) < min(2, len(cells)):
        return {}
    table.headed = True
    table.fields = frozenset(columns.values())
    for column, cell in cells.items():
        if column not in columns:
            known = "、".join(headings)
            table.faults.append(Fault(place, shown(cell)[:30], f"没有这一栏;可用的栏:{known}"))
        elif columns[column] in [columns[other] for other in columns if other < column]:
            table.faults.append(Fault(place, shown(cell), f"这一栏出现了两次({column_name(column)} 列)"))
    # A column that is named as unknown has been told once; its cells are not told again.
    return {column: columns.get(column, "") for column in cells}


def _row(
    place: Place, cells: Mapping[int, Cell], columns: Mapping[int, str], headings: Mapping[str, str], table: Table
) -> None:
    found: dict[str, Cell] = {}
    seen: dict[str, str] = {}
    names = {field: heading for heading, field in headings.items()}
    for column, cell in cells.items():
        if column not in columns:
            if len(table.faults) < MOST_FAULTS:
                what = f"“{shown(cell)[:30]}”所在的列没有表头"
                table.faults.append(Fault(place, f"{column_name(column)} 列", what))
        elif columns[column]:
            found[columns[column]] = cell
            seen[names[columns[column]]] = shown(cell)
    table.rows.append((place, found, seen))


def _blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _note(cell: Cell) -> bool:
    return isinstance(cell, str) and cell.lstrip().startswith(NOTE)


def _plain(cell: Cell) -> str:
    return re.sub(r"[\s*]", "", unicodedata.normalize("NFKC", shown(cell)))
