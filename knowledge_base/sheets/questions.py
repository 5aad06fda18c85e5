"""A file of questions for the hit test: text, CSV, Excel or JSON lines."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge_base.sheets.cells import read_cell
from knowledge_base.sheets.errors import SheetUnreadable
from knowledge_base.sheets.reader import opened, read_tables
from knowledge_base.sheets.separated import text_of
from knowledge_base.sheets.sheet import Fault, Place

COLUMNS = {"问题": "question", "期望条目": "expect", "区域": "area"}

_SEPARATORS = re.compile("[\\s,;、\uff0c\uff1b]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the file; `expect` are ids of entries that answer it, empty where nothing is expected."""

    question: str
    expect: tuple[str, ...] = ()
    area: str = ""
    place: Place | None = None


def read_questions(source: Path | bytes, name: str = "") -> tuple[Asked, ...]:
    """Return the questions of a file; raises `SheetUnreadable` with the row and why."""
    content, name = opened(source, name)
    ending = Path(name).suffix.lower()
    if ending in (".jsonl", ".ndjson"):
        asked = tuple(_from_json_lines(text_of(content, name), name))
    elif ending == ".txt":
        lines = enumerate(text_of(content, name).splitlines(), 1)
        asked = tuple(Asked(line.strip(), place=Place(number)) for number, line in lines if line.strip())
    else:
        asked = tuple(_from_tables(content, name))
    if not asked:
        raise SheetUnreadable(name=name, what="里面没有问题")
    return asked


def _from_tables(content: bytes, name: str) -> Iterator[Asked]:
    tables, _ = read_tables(content, name, COLUMNS, lambda _what, _done, _all: None)
    for table in tables:
        if table.faults:
            raise SheetUnreadable(name=name, what=table.faults[0])
        for place, cells, _ in table.rows:
            try:
                question, expect, area = (read_cell(field, cells.get(field)) for field in COLUMNS.values())
            except ValueError as wrong:
                raise SheetUnreadable(name=name, what=Fault(place, "", str(wrong))) from wrong
            if not question:
                raise SheetUnreadable(name=name, what=Fault(place, "问题", "不能为空"))
            yield Asked(question, _ids(expect), area, place)


def _from_json_lines(text: str, name: str) -> Iterator[Asked]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise SheetUnreadable(name=name, what=f"第 {number} 行不是 JSON") from error
        question = row.get("question", row.get("text")) if isinstance(row, dict) else None
        if not isinstance(question, str) or not question.strip():
            raise SheetUnreadable(name=name, what=f"第 {number} 行没有 question(问题)")
        expect = row.get("expect") or ()
        ids = _ids(expect) if isinstance(expect, str) else tuple(map(str, expect)) if isinstance(expect, list) else ()
        yield Asked(question.strip(), ids, str(row.get("area") or ""), Place(number))


def _ids(text: str) -> tuple[str, ...]:
    return tuple(part for part in _SEPARATORS.split(text) if part)
