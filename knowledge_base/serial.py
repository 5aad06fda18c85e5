"""An entry as plain data (JSON, YAML, the cells of a sheet) and back."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from knowledge_base.entry import Entry

LISTS = frozenset({"asked", "materials", "related", "areas", "tags", "attachments"})
DATES = frozenset({"valid_from", "valid_to"})
NAMES = tuple(field.name for field in fields(Entry))
"""The fields of an entry, in order."""


class FieldWrong(ValueError):
    """A value that cannot stand in its field; `field` names it, the text says why, for an editor."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__(what)
        self.field, self.what = field, what


def to_data(entry: Entry) -> dict[str, Any]:
    """Return `entry` as JSON data, fields that are empty left out."""
    data: dict[str, Any] = {}
    for name in NAMES:
        value = getattr(entry, name)
        if value:
            data[name] = list(value) if isinstance(value, tuple) else value.isoformat() if name in DATES else value
    return data


def from_data(data: Mapping[str, Any]) -> Entry:
    """Return the entry that `data` describes, text stripped; raises `FieldWrong`, also for a field nobody knows."""
    values: dict[str, Any] = {"id": "", "question": "", "spoken": ""}
    for name, value in data.items():
        if name not in NAMES:
            raise FieldWrong(str(name), "没有这个字段")
        if value is not None:
            values[name] = _read(name, value)
    return Entry(**values)


def _read(name: str, value: Any) -> Any:
    if name in LISTS:
        if not isinstance(value, list | tuple) or not all(isinstance(item, str | int | float) for item in value):
            raise FieldWrong(name, "应是文字的列表")
        return tuple(text for item in value if (text := str(item).strip()))
    if name in DATES:
        return _date(name, value)
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise FieldWrong(name, "应是文字")
    return str(value).strip()


def _date(name: str, value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip()) if str(value).strip() else None
    except ValueError:
        raise FieldWrong(name, f"应是日期(如 2026-01-31),现为 {value!r}") from None
