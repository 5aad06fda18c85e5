"""Reads letters (来信) to learn from or to classify: JSON lines, corrected by later lines about the same letter."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from tickets.errors import LettersInvalid

Field = Literal["label", "department", "kind", "category"]
"""What a human may have said of a letter; `kind` and `category` are those of the tree, `label` the city's own."""

CALLED: dict[Field, str] = {"label": "标签", "department": "承办部门", "kind": "类型", "category": "类别"}
FIELDS: tuple[Field, ...] = ("label", "department", "kind", "category")
_TEXTS = ("text", "subject", "detail")
_NAMED = 5
"""Bad lines that an error names; of more it gives the number."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter; its fields are empty where nobody has said them."""

    text: str
    label: str = ""
    department: str = ""
    id: str = ""
    kind: str = ""
    category: str = ""
    corrected: bool = False
    """A human put right what this hotline had guessed."""

    def answer(self, field: Field) -> str:
        """Return what a human said of this letter's `field`."""
        return str(getattr(self, field))


def read_letters(files: Iterable[Path]) -> tuple[Letter, ...]:
    """Return the letters of JSON-lines `files`, each with a label, a department, a kind or a category.

    A later line with the `id` of an earlier one replaces what it says anew, in the earlier one's place: a
    correction may be `{"id", "label"}` alone. Raises `LettersInvalid` with every bad line; then nothing is read.
    """
    letters: dict[object, Letter] = {}
    for file in files:
        bad: list[str] = []
        for number, line in _lines(file):
            try:
                row = _row(line)
                letter = _letter(row, letters.get(_id(row)) if _id(row) else None)
                if not any(letter.answer(field) for field in FIELDS):
                    raise _Bad("label、department、kind、category 一个都没有")
            except _Bad as wrong:
                bad.append(f"第 {number} 行{wrong}")
                continue
            letters[letter.id or (file, number)] = letter
        _refuse(file, bad)
    return tuple(letters.values())


def read_texts(content: str, file: Path | str) -> tuple[Letter, ...]:
    """Return the letters of `content`: JSON lines where its first line is an object, else one text a line.

    Raises `LettersInvalid`; `file` is the name that it tells.
    """
    lines = [(number, line) for number, line in enumerate(content.split("\n"), 1) if line.strip()]
    if not lines or not lines[0][1].lstrip("\ufeff ").startswith("{"):
        return tuple(Letter(line.strip()) for _, line in lines)
    letters: list[Letter] = []
    bad: list[str] = []
    for number, line in lines:
        try:
            letters.append(_letter(_row(line), None))
        except _Bad as wrong:
            bad.append(f"第 {number} 行{wrong}")
    _refuse(file, bad)
    return tuple(letters)


class _Bad(Exception):
    """What is wrong with one line, in Chinese."""


def _lines(file: Path) -> list[tuple[int, str]]:
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError:
        raise LettersInvalid(file=file, what="不是 UTF-8 编码的文本") from None
    except OSError as error:
        raise LettersInvalid(file=file, what=error.strerror or error) from error
    return [(number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _row(line: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        raise _Bad("不是 JSON") from None
    if not isinstance(row, dict):
        raise _Bad("不是 JSON 对象")
    return row


def _letter(row: Mapping[str, Any], earlier: Letter | None) -> Letter:
    said = {name: _said(row, name) for name in (*_TEXTS, *FIELDS)}
    text = said["text"] or "\n".join(part for part in (said["subject"], said["detail"]) if part)
    told: dict[str, Any] = {name: said[name] for name in FIELDS if said[name]} | ({"text": text} if text else {})
    letter = replace(earlier or Letter("", id=_id(row)), **told)
    if not letter.text:
        raise _Bad("没有 text,也没有 subject 或 detail")
    return letter


def _said(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _Bad(f"的 {name} 不是文字")
    return value.strip()


def _id(row: Mapping[str, Any]) -> str:
    value = row.get("id")
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _Bad("的 id 不是文字或整数")
    return str(value).strip()


def _refuse(file: Path | str, bad: list[str]) -> None:
    if bad:
        more = f" 等共 {len(bad)} 行" if len(bad) > _NAMED else ""
        raise LettersInvalid(file=file, what=";".join(bad[:_NAMED]) + more)
