"""Rows of a sheet under headings that cities name in many ways; merged and empty cells of the tree written out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tickets.data_files import read

HEAD_ROWS = 8
"""A title and notes may stand above the headings."""
_NUMERALS = "一二三四五六七八九"
_TREE = re.compile(rf"([{_NUMERALS}1-9])级(.*)")
_MARKS = re.compile(r"[\s*＊]|[((].*?[))]")


@dataclass(frozen=True, slots=True)
class Merged:
    """Merged cells: first and last row and column, counted from 1."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as it stands: its rows with their numbers, cells by column, both counted from 1."""

    title: str
    rows: Sequence[tuple[int, Mapping[int, Any]]]
    merged: Sequence[Merged] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """The headings of a sheet. `kind` is `duties` or `units`."""

    kind: str
    row: int
    fields: Mapping[str, int]
    """Field → column."""
    headings: Mapping[str, str]
    """Field → heading as the city writes it."""
    tree: tuple[int, ...]
    """Columns of the levels (一级, 二级 …), first level first."""


def head_of(sheet: Sheet) -> Head | None:
    """Return the headings: the first row that names a matter with its unit, or a unit with something about it."""
    for number, cells in sheet.rows[:HEAD_ROWS]:
        shown = {column: value.strip() for column, value in cells.items() if isinstance(value, str)}
        named = {column: unmarked(name) for column, name in shown.items()}
        tree = tuple(column for _, column in sorted((_level(name), at) for at, name in named.items() if _level(name)))
        duties, units = _columns("duties", named), _columns("units", named)
        if ("name" in duties or tree) and {"unit", "territory"} & set(duties):
            return _head("duties", number, duties, shown, tree)
        if "name" in units and len(units) > 1:
            return _head("units", number, units, shown, ())
    return None


def _head(kind: str, row: int, fields: Mapping[str, int], shown: Mapping[int, str], tree: tuple[int, ...]) -> Head:
    return Head(kind, row, fields, {field: shown[column] for field, column in fields.items()}, tree)


def _columns(kind: str, named: Mapping[int, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for field, names in read("duty_columns")[kind].items():
        for name in names:
            column = next((column for column, text in named.items() if text == name), None)
            if column is not None and column not in found.values():
                found[field] = column
                break
    return found


def _level(name: str) -> int:
    """Return the level of a tree's column, 0 for any other."""
    found = _TREE.fullmatch(name)
    if not found or found[2] not in ("", *read("duty_columns")["levels"]):
        return 0
    return _NUMERALS.find(found[1]) + 1 or int(found[1])


def filled(sheet: Sheet, head: Head) -> list[tuple[int, dict[int, Any]]]:
    """Return the rows below the headings that have something in them: merged cells written out, the tree filled down.

    An empty cell of the tree is filled from above only where every level above it is the same as there.
    """
    rows = {number: dict(cells) for number, cells in sheet.rows if number > head.row}
    for area in sheet.merged:
        value = rows.get(area.top, {}).get(area.left)
        for number in range(area.top, area.bottom + 1):
            for column in range(area.left, area.right + 1):
                if number in rows and rows[number].get(column) is None:
                    rows[number][column] = value
    rows = {number: cells for number, cells in rows.items() if any(text(value) for value in cells.values())}
    upper = head.tree if "name" in head.fields else head.tree[:-1]
    above: dict[int, Any] = {}
    for cells in rows.values():
        changed = False
        for column in upper:
            if text(cells.get(column)):
                changed = changed or text(cells[column]) != text(above.get(column))
            elif not changed and column in above:
                cells[column] = above[column]
        above = {column: cells.get(column) for column in upper}
    return list(rows.items())


def unmarked(name: str) -> str:
    """Return a heading or a word of a list without spaces, stars and what stands in brackets."""
    return _MARKS.sub("", name)


def text(value: Any) -> str:
    """Return a cell as text: whole numbers without a point, dates as 2026-11-23."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(getattr(value, "shown", value)).strip()
