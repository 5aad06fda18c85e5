"""Reads entries from a folder of YAML files, and evaluation entries and queries from JSON lines."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from core.yaml_file import read_yaml
from knowledge_base.entry import Entry
from knowledge_base.errors import EntryInvalid
from knowledge_base.reading import problems
from knowledge_base.serial import FieldWrong, from_data


def from_folder(folder: Path) -> tuple[Entry, ...]:
    """Return the entries of every YAML file in or below `folder`, by file name.

    Raises `EntryInvalid` with the file, the entry and the field.
    """
    files = sorted([*folder.rglob("*.yaml"), *folder.rglob("*.yml")])
    if not files:
        raise EntryInvalid(file=folder, where="—", what="文件夹里没有 YAML 文件")
    entries: list[Entry] = []
    homes: dict[str, Path] = {}
    for file in files:
        for entry in _entries_of(file):
            if entry.id in homes:
                raise EntryInvalid(file=file, where=entry.id, what=f"id:与 {homes[entry.id].name} 里的重复")
            homes[entry.id] = file
            entries.append(entry)
    for entry in entries:
        for other in entry.related:
            if other not in homes:
                raise EntryInvalid(file=homes[entry.id], where=entry.id, what=f"related:没有 id 为 {other} 的条目")
    return tuple(entries)


def _entries_of(file: Path) -> Iterator[Entry]:
    try:
        rows = read_yaml(file)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise EntryInvalid(file=file, where="—", what=error) from error
    if not isinstance(rows, list):
        raise EntryInvalid(file=file, where="—", what="应是条目的列表")
    for number, row in enumerate(rows, 1):
        yield _entry(file, number, row)


def _entry(file: Path, number: int, row: Any) -> Entry:
    where = str(row.get("id") or number) if isinstance(row, dict) else str(number)

    try:
        if not isinstance(row, dict):
            raise FieldWrong("—", "应是字段和值的对照")
        entry = from_data(row)
    except FieldWrong as wrong:
        raise EntryInvalid(file=file, where=where, what=f"{wrong.field}:{wrong.what}") from None
    for problem in problems(entry):
        raise EntryInvalid(file=file, where=where, what=f"{problem.field}:{problem.what}")
    return entry


@dataclass(frozen=True, slots=True)
class Query:
    """One question of an evaluation set; `expect` are the ids of entries that answer it, none for near and far."""

    text: str
    kind: Literal["in", "near", "far"]
    expect: tuple[str, ...] = ()
    noisy: str = ""
    noisier: str = ""


def entries_from_jsonl(file: Path) -> tuple[Entry, ...]:
    """Return the entries of an evaluation set, one `{"id", "question", "answer"}` a line; raises `EntryInvalid`."""
    return tuple(
        Entry(id=str(row["id"]), question=str(row["question"]), spoken=str(row["answer"]), text=str(row["answer"]))
        for row in _rows(file, ("id", "question", "answer"))
    )


def queries_from_jsonl(file: Path) -> tuple[Query, ...]:
    """Return the queries of an evaluation set; raises `EntryInvalid`."""
    return tuple(
        Query(
            text=str(row["text"]),
            kind=row["kind"],
            expect=tuple(str(name) for name in row.get("expect") or ()),
            noisy=str(row.get("noisy") or ""),
            noisier=str(row.get("noisier") or ""),
        )
        for row in _rows(file, ("text", "kind"))
    )


def _rows(file: Path, required: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    try:
        lines = file.read_text(encoding="utf8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EntryInvalid(file=file, where="—", what=error) from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise EntryInvalid(file=file, where=f"第 {number} 行", what=error) from error
        if not isinstance(row, dict) or any(name not in row for name in required):
            raise EntryInvalid(file=file, where=f"第 {number} 行", what=f"缺少 {'、'.join(required)} 之一")
        yield row
