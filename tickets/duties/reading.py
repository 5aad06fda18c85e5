"""Reads a responsibility list from sheets: every fault at once, each with its row and what to do."""

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from tickets.data_files import read
from tickets.duties.duty import Duty, DutyList, Level, Territory, Unit, made_id
from tickets.duties.row import Row, day, level_called, meanings, one_of
from tickets.duties.sheet import HEAD_ROWS, Head, Sheet, filled, head_of, text, unmarked
from tickets.duties.spans import read_span
from tickets.errors import DutiesInvalid
from tickets.life.steps import Handling

PATH_MARK = ">"
"""Between the levels of 所属目录; a list may write / instead."""
_MOST_FAULTS = 50
"""Faults that one error tells; of more it gives the number."""
_LONGEST_NAME, _LONGEST_ID, _MOST_ASSISTING = 60, 40, 10
"""What a step of a ticket and its table can keep."""
T = TypeVar("T")


def read_duties(sheets: Sequence[Sheet], file: str) -> DutyList:
    """Return the list in `sheets`: those with matters, and those with units where there are any.

    A matter without an id gets one made of its name. Raises `DutiesInvalid` with every fault and its row.
    """
    faults: list[str] = []
    duties: list[Duty] = []
    units: list[Unit] = []
    heads = [(sheet, head) for sheet in sheets if (head := head_of(sheet))]
    for sheet, head in heads:
        if head.kind == "duties":
            duties += _each(sheet, head, _duty, faults)
        else:
            units += _each(sheet, head, _unit, faults)
    if not any(head.kind == "duties" for _, head in heads):
        names = "、".join(read("duty_columns")["duties"][name][0] for name in ("name", "unit", "limit"))
        faults.append(f"没有找到事项的表头:前 {HEAD_ROWS} 行里要有一行写着{names}这样的列名,请补上")
    elif not duties and not faults:
        faults.append("表头下面一条事项也没有,请写上事项")
    faults += _twice(duties, units)
    if faults:
        more = [f"……还有 {len(faults) - _MOST_FAULTS} 处"] if len(faults) > _MOST_FAULTS else []
        raise DutiesInvalid(file=file, count=len(faults), what="\n".join(faults[:_MOST_FAULTS] + more))
    return DutyList(duties, units)


def _each(sheet: Sheet, head: Head, read_row: Callable[[Row], T], faults: list[str]) -> list[T]:
    found = []
    for number, cells in filled(sheet, head):
        row = Row(number, cells, head)
        row.note_broken()
        found.append(read_row(row))
        faults += [f"工作表“{sheet.title}”第 {number} 行:{fault}" for fault in row.faults]
    return found


def _duty(row: Row) -> Duty:
    path, name = _named(row)
    territory, level = row.read("territory", _territory), row.read("level", one_of("level", Level))
    unit = row.text("unit", _LONGEST_NAME)
    level = level or level_called(row.value("territory"))
    if _is_place(unit):  # 属地街道 where others name a unit
        territory, level, unit = territory or Territory.PLACE, level or level_called(unit), ""
    assisting = tuple(other for other in row.several("assisting", _LONGEST_NAME) if other != unit)
    if len(assisting) > _MOST_ASSISTING:
        row.faults.append(f"协办单位有 {len(assisting)} 个,最多 {_MOST_ASSISTING} 个,请只留下真正要办的")
    return Duty(
        id=row.text("id", _LONGEST_ID) or made_id(path, name),
        path=path,
        name=name,
        unit=unit,
        assisting=assisting,
        standard=row.text("standard"),
        limit=row.read("limit", lambda value: read_span(text(value), row.called("limit"))),
        territory=territory or Territory.DEPARTMENT,
        level=level or Level.STREET,
        grid=bool(row.read("grid", lambda value: one_of("grid", str)(value) == "是")),
        handling=row.read("handling", one_of("handling", Handling)) or Handling.BY_LAW,
        words=row.several("words"),
        examples=row.several("examples"),
        row=row.number,
    )


def _named(row: Row) -> tuple[tuple[str, ...], str]:
    """Return the path and the name of a matter; where no column has the name, the lowest level is it."""
    levels = [text(row.cells.get(column)) for column in row.head.tree]
    name = row.text("name")
    while levels and not levels[-1]:
        levels.pop()
    if "" in levels:
        row.faults.append(f"第 {levels.index('') + 1} 级是空的,下一级却有内容,请补上")
    written = row.text("path")
    path = levels or re.split(PATH_MARK if PATH_MARK in written else "[/／]", written)
    path = [part.strip() for part in path if part.strip()]
    if not name and path:
        name = path.pop()
    if not name:
        row.faults.append("没有事项名称,请写上,或删去这一行")
    for part in (*path, name):
        row.short("name", part, _LONGEST_NAME)
    if any(PATH_MARK in part for part in path):
        row.faults.append(f"目录的名称里不能有“{PATH_MARK}”,请换一个字")
    return tuple(path), name


def _territory(value: Any) -> Territory:
    return Territory.PLACE if level_called(value) else one_of("territory", Territory)(value)


def _is_place(unit: str) -> bool:
    """Whether the cell of a unit says that the place decides."""
    return level_called(unit) is not None or meanings("territory").get(unmarked(unit)) == Territory.PLACE


def _unit(row: Row) -> Unit:
    name = row.text("name", _LONGEST_NAME)
    if not name:
        row.faults.append("没有单位名称,请写上,或删去这一行")
    return Unit(
        name=name,
        also=tuple(other for other in row.several("also", _LONGEST_NAME) if other != name),
        governs=row.several("governs"),
        dissolved=row.read("dissolved", day),
        successor=row.text("successor", _LONGEST_NAME),
        row=row.number,
    )


def _twice(duties: Sequence[Duty], units: Sequence[Unit]) -> list[str]:
    """Return the ids and the names of units that stand twice: nobody could say which one holds."""
    faults = []
    ids: dict[str, Duty] = {}
    for duty in duties:
        first = ids.setdefault(duty.id, duty)
        if first is not duty:
            same = "事项" if first.full_name == duty.full_name else "编号"
            what = duty.full_name if same == "事项" else duty.id
            faults.append(f"第 {duty.row} 行:{same}“{what}”在第 {first.row} 行已经有了,请删去一行或改正")
    names: dict[str, Unit] = {}
    for unit in units:
        faults += [
            f"第 {unit.row} 行:单位“{name}”在第 {one.row} 行已经有了,请删去一行或改正"
            for name in (unit.name, *unit.also)
            if (one := names.setdefault(name, unit)) is not unit
        ]
    return faults
