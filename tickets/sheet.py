"""Tickets as an Excel sheet: written row by row, nothing calculated, who called masked unless it is asked for."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from tickets.secrecy.redact import mask_name, mask_number, redact
from tickets.ticket import Ticket

HEADINGS = (
    "编号", "受理时间", "类型", "标题", "诉求", "区县", "街道", "小区", "详细地点", "发生时间", "类别", "事项",
    "承办单位", "状态", "办理期限", "催办次数", "重复件", "保密", "称呼", "联系电话", "备注",
)  # fmt: skip
_WIDTH = {"标题": 28, "诉求": 60, "受理时间": 17, "办理期限": 17, "承办单位": 20, "小区": 18, "类别": 18}
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_MOST_IN_A_CELL = 32_767
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_HIDDEN = "(隐去)"

Cell = str | int | datetime | None


def row_of(ticket: Ticket, unit: str, zone: tzinfo, personal: bool) -> list[Cell]:
    """Return a ticket's cells, times in `zone`.

    Without `personal` nobody who called can be told from them: no name, no number, no door; of a confidential
    ticket there are no words either.
    """
    hidden = not personal and ticket.confidential
    matter, place = ticket.matter, ticket.place

    def words(text: str) -> str:
        if personal or not text:
            return text
        return _HIDDEN if hidden else redact(text, ticket.name)

    return [
        ticket.number,
        _local(ticket.created, zone),
        ticket.kind.value,
        words(ticket.title),
        words(ticket.what),
        place.district,
        place.street,
        _HIDDEN if hidden and place.community else place.community,
        place.detail if personal or not place.detail else _HIDDEN,
        words(ticket.when),
        matter.category if matter else "",
        matter.name if matter else "",
        unit or (matter.unit if matter else ""),
        ticket.state.value,
        _local(ticket.due, zone),
        ticket.urged,
        ticket.repeats_of,
        "是" if ticket.confidential else "否",
        ticket.name if personal else mask_name(ticket.name),
        ticket.contact if personal else mask_number(ticket.contact),
        words(ticket.note),
    ]


def write_sheet(rows: Iterable[Sequence[Cell]], file: Path) -> int:
    """Write `rows` under `HEADINGS` to the .xlsx `file` and return how many; memory does not grow with them.

    Raises OSError.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("工单")
    sheet.freeze_panes = "B2"
    for number, heading in enumerate(HEADINGS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH.get(heading, 12)
    head = [_cell(sheet, heading) for heading in HEADINGS]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    count = 0
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
        count += 1
    book.save(file)
    return count


def _cell(sheet: Any, value: Cell) -> Any:
    """Return a cell: times and counts as such, every text as text, also what begins like a formula."""
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, datetime):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = "yyyy-mm-dd hh:mm"
        return cell
    text = _NO_XML.sub("", value)[:_MOST_IN_A_CELL]
    if not text:
        return None
    cell = WriteOnlyCell(sheet)
    cell._value, cell.data_type = text, "s"  # openpyxl would take "=1+1" for a formula and "#N/A" for an error
    if text.startswith(_FORMULA):
        cell.quotePrefix = True  # stays text when somebody edits the cell
    return cell


def _local(at: datetime | None, zone: tzinfo) -> datetime | None:
    """Return `at` in `zone` without saying so: Excel knows no zones."""
    return at.astimezone(zone).replace(tzinfo=None) if at else None
