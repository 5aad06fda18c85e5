"""Entries as JSON for other systems: the document, its JSON Schema made from the fields, and back."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from knowledge_base.headings import HEADINGS
from knowledge_base.life import State
from knowledge_base.reading import ITEM_FITS, MOST_ITEMS, fits
from knowledge_base.serial import DATES, LISTS, NAMES, FieldWrong, from_data, to_data
from knowledge_base.sheets.errors import SheetUnreadable
from knowledge_base.sheets.export import Exported
from knowledge_base.sheets.separated import text_of
from knowledge_base.sheets.sheet import MOST_FAULTS, MOST_ROWS, Fault, Place, Row, Sheet

FORMAT = "hotline-knowledge-entries"
VERSION = 1
"""Number of the format; a change that a reader of the old one would not survive makes the next."""

_ABOUT = ("version", "state", "live")


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the document, made from the fields of an entry."""
    entry: dict[str, Any] = {name: {"title": HEADINGS[name], **_kind(name)} for name in NAMES}
    entry["version"] = {"title": "版本", "type": "integer", "minimum": 1}
    entry["state"] = {"title": "状态", "enum": [state.value for state in State]}
    entry["live"] = {"title": "来电人是否听到这一版", "type": "boolean"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "12345 热线知识库条目",
        "type": "object",
        "required": ["format", "version", "exported", "entries"],
        "properties": {
            "format": {"const": FORMAT},
            "version": {"const": VERSION},
            "exported": {"title": "导出时间", "type": "string", "format": "date-time"},
            "entries": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["id", "question", *_ABOUT],
                    "properties": entry,
                    "additionalProperties": False,
                },
            },
        },
        "additionalProperties": False,
    }


def _kind(name: str) -> dict[str, Any]:
    if name in LISTS:
        return {"type": "array", "maxItems": MOST_ITEMS, "items": {"type": "string", "maxLength": ITEM_FITS}}
    if name in DATES:
        return {"type": "string", "format": "date"}
    pattern = {"pattern": "^[a-z0-9][a-z0-9._-]*$"} if name == "id" else {}
    return {"type": "string", "maxLength": fits(name), **pattern}


def document(entries: Sequence[Exported], now: datetime) -> Iterator[str]:
    """Yield the text of the document, an entry a line, so that two exports can be compared line by line."""
    head = json.dumps({"format": FORMAT, "version": VERSION, "exported": now.isoformat(timespec="seconds")})
    yield f'{head[:-1]}, "entries": ['
    for number, each in enumerate(entries):
        data = {
            "id": each.entry.id,
            "question": each.entry.question,
            **to_data(each.entry),
            "version": each.version,
            "state": each.state.value,
            "live": each.live,
        }
        yield (",\n" if number else "\n") + json.dumps(data, ensure_ascii=False)
    yield "\n]}\n"


def read_document(content: bytes, name: str) -> Sheet:
    """Return the entries of a document; `Place.number` is that of the entry. Raises `SheetUnreadable`."""
    try:
        found = json.loads(text_of(content, name))
    except (ValueError, RecursionError) as error:
        raise SheetUnreadable(name=name, what=f"不是完整的 JSON:{str(error)[:200]}") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT or not isinstance(found.get("entries"), list):
        raise SheetUnreadable(name=name, what=f"不是知识库的导出文件(format 应为 {FORMAT},entries 应为列表)")
    if found.get("version") != VERSION:
        raise SheetUnreadable(name=name, what=f"是第 {found.get('version')} 版格式,这里能读第 {VERSION} 版")
    if len(found["entries"]) > MOST_ROWS:
        raise SheetUnreadable(name=name, what=f"超过 {MOST_ROWS} 条,请分成几个文件")
    rows: list[Row] = []
    faults: list[Fault] = []
    for number, data in enumerate(found["entries"], 1):
        place = Place(number)
        try:
            rows.append(_row(place, data))
        except FieldWrong as wrong:
            faults.append(Fault(place, HEADINGS.get(wrong.field, wrong.field), wrong.what))
    return Sheet(name, tuple(rows), tuple(faults[:MOST_FAULTS]), whole=True)


def _row(place: Place, data: Any) -> Row:
    if not isinstance(data, dict):
        raise FieldWrong("", "应是字段和值的对照")
    version = data.get("version")
    if version is not None and (not isinstance(version, int) or isinstance(version, bool)):
        raise FieldWrong("version", "应是整数")
    entry = from_data({name: value for name, value in data.items() if name not in _ABOUT})
    told = to_data(entry)
    return Row(place, told, version, {HEADINGS[field]: str(value) for field, value in told.items()})
