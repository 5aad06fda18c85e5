"""One cell of a sheet ↔ one field of an entry."""

import re
from datetime import date, datetime, time
from typing import Any

from knowledge_base.serial import DATES, LISTS, FieldWrong
from knowledge_base.sheets.sheet import Cell, Wrong

FORMULA = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
"""What makes a spreadsheet take a text for a formula when it begins a cell, also full-width (OWASP on CSV)."""
WHOLE_NUMBER = 10**15
"""Excel keeps 15 figures of a number; of a longer one (an identity or card number) the last have become zeros."""

_SEPARATORS = re.compile("[;\uff1b]")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\Z|(\d{4})(\d{2})(\d{2})\Z")
_MIDNIGHT = re.compile(r"[ T]0?0:00(:00)?\Z")
_FOR_EVER = {"长期", "长期有效", "永久", "永久有效"}


def read_cell(field: str, cell: Cell) -> Any:
    """Return what `cell` means as the value of `field`, text stripped; raises `FieldWrong`."""
    if isinstance(cell, Wrong):
        raise FieldWrong(field, cell.what)
    if field in DATES:
        return _date(field, cell)
    text = _text(field, cell)
    return _items(text) if field in LISTS else text.strip()


def write_cell(field: str, value: Any) -> str | date | None:
    """Return the content of the cell for `value` of `field`, such that `read_cell` gives `value` back."""
    if field in DATES:
        assert value is None or isinstance(value, date)
        return value
    if field in LISTS:
        # A single item with a separator in it gets a line break, so that it is not taken apart.
        return "\n".join(value) + ("\n" if len(value) == 1 and _SEPARATORS.search(value[0]) else "")
    return str(value)


def shown(cell: Cell) -> str:
    """Return `cell` about as an editor sees it."""
    if cell is None:
        return ""
    if isinstance(cell, Wrong):
        return cell.shown
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    return str(cell)


def guarded(text: str) -> str:
    """Return `text` such that a spreadsheet that opens it from CSV shows it and does not calculate it."""
    return f"'{text}" if text.startswith((*FORMULA, "'")) else text


def unguarded(text: str) -> str:
    """Return `text` without the apostrophe that `guarded` puts before it."""
    return text[1:] if text.startswith("'") and text[1:].startswith((*FORMULA, "'")) else text


def _text(field: str, cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        raise FieldWrong(field, f"是 {str(cell).upper()},应是文字")
    if isinstance(cell, datetime | date | time):
        raise FieldWrong(field, f"是日期或时间 {shown(cell)}(可能是 Excel 自动改的),请把单元格设为“文本”后重写")
    if isinstance(cell, int | float):
        return _number(field, cell)
    if not isinstance(cell, str):
        raise FieldWrong(field, "应是文字")
    return cell.replace("\r\n", "\n").replace("\r", "\n")


def _number(field: str, number: float) -> str:
    if abs(number) >= WHOLE_NUMBER:
        raise FieldWrong(field, "数字太长,Excel 已丢掉末几位,请把单元格设为“文本”后重写")
    return str(int(number)) if number == int(number) else str(number)


def _items(text: str) -> list[str]:
    return [item.strip() for item in (text.split("\n") if "\n" in text else _SEPARATORS.split(text)) if item.strip()]


def _date(field: str, cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if cell is None:
        return None
    text = _MIDNIGHT.sub("", shown(cell).strip())
    if not text or text in _FOR_EVER:
        return None
    found = _DATE.match(text)
    try:
        if found and not isinstance(cell, bool | float):
            year, month, day = (int(part) for part in found.groups() if part)
            return date(year, month, day)
    except ValueError:
        pass
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        raise FieldWrong(field, f"是数字 {text},请把单元格设为日期格式")
    raise FieldWrong(field, f"“{text[:30]}”不是日期,请写成 2026-01-31")
