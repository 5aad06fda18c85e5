"""Reads entries from a folder of YAML files, and evaluation entries and queries from JSON lines."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, Literal

import yaml

from knowledge_base.entry import Entry
from knowledge_base.errors import EntryInvalid

CHARACTERS_A_SECOND = 4.6
"""Speed of the bot's voice, characters without punctuation, as measured on its prompts."""
SPOKEN_SECONDS = 15.0
"""A spoken answer should not be longer, or the caller has forgotten its beginning."""
WAYS_ASKED = 3

_LISTS = {"asked", "materials", "related"}
_DATES = {"valid_from", "valid_to"}
_KNOWN = {field.name for field in fields(Entry)}
_REQUIRED = ("id", "question", "spoken", "topic", "subject", "aspect", "short", "text", "department")

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Ten times as fast where PyYAML was built with its C part, and as safe."""


def spoken_seconds(text: str) -> float:
    """Return about how long `text` takes to speak, in seconds; a pause at punctuation counts as half a character."""
    said = sum(1.0 if character.isalnum() else 0.5 for character in text if not character.isspace())
    return said / CHARACTERS_A_SECOND


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
        rows = yaml.load(file.read_text(encoding="utf8"), _LOADER)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise EntryInvalid(file=file, where="—", what=error) from error
    if not isinstance(rows, list):
        raise EntryInvalid(file=file, where="—", what="应是条目的列表")
    for number, row in enumerate(rows, 1):
        yield _entry(file, number, row)


def _entry(file: Path, number: int, row: Any) -> Entry:
    where = str(row.get("id") or number) if isinstance(row, dict) else str(number)

    def bad(field: str, what: str) -> EntryInvalid:
        return EntryInvalid(file=file, where=where, what=f"{field}:{what}")

    if not isinstance(row, dict):
        raise bad("—", "应是字段和值的对照")
    values: dict[str, Any] = {}
    for name, value in row.items():
        if name not in _KNOWN:
            raise bad(str(name), "没有这个字段")
        if value is None:
            continue
        if name in _LISTS:
            if not isinstance(value, list) or not all(isinstance(item, str | int | float) for item in value):
                raise bad(name, "应是文字的列表")
            values[name] = tuple(str(item).strip() for item in value if str(item).strip())
        elif name in _DATES:
            values[name] = _date(value, bad, name)
        elif isinstance(value, str | int | float):
            values[name] = str(value).strip()
        else:
            raise bad(name, "应是文字")
    for name in _REQUIRED:
        if not values.get(name):
            raise bad(name, "不能为空")
    entry = Entry(**values)
    if len(entry.asked) < WAYS_ASKED:
        raise bad("asked", f"至少写 {WAYS_ASKED} 种问法,现有 {len(entry.asked)} 种")
    if (seconds := spoken_seconds(entry.spoken)) > SPOKEN_SECONDS:
        raise bad("spoken", f"约要说 {seconds:.1f} 秒,请缩短到 {SPOKEN_SECONDS:.0f} 秒以内")
    if entry.valid_from and entry.valid_to and entry.valid_to < entry.valid_from:
        raise bad("valid_to", "早于 valid_from")
    return entry


def _date(value: Any, bad: Any, name: str) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        raise bad(name, f"应是日期(如 2026-01-31),现为 {value!r}") from None


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
