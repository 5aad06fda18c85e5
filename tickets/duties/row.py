"""Reads the cells of one row of a responsibility list; what is wrong is noted, and reading goes on."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from tickets.data_files import read
from tickets.duties.duty import Level
from tickets.duties.sheet import Head, text, unmarked

_SEVERAL = re.compile(r"[、;;,,\n]+")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `faults` are sentences about its cells."""

    number: int
    cells: Mapping[int, Any]
    head: Head
    faults: list[str] = field(default_factory=list)

    def value(self, name: str) -> Any:
        """Return the cell of a field as it is, None where the sheet has no such column."""
        column = self.head.fields.get(name)
        return None if column is None else self.cells.get(column)

    def text(self, name: str, longest: int = 2000) -> str:
        """Return a field of at most so many characters."""
        return self.short(name, text(self.value(name)), longest)

    def short(self, name: str, said: str, longest: int) -> str:
        """Note what is longer than `longest` characters."""
        if len(said) > longest:
            self.faults.append(f"“{self.called(name)}”有 {len(said)} 个字,最多 {longest} 个,请缩短")
        return said

    def several(self, name: str, longest: int = 2000) -> tuple[str, ...]:
        """Return the parts of a field, each once."""
        parts = (part.strip() for part in _SEVERAL.split(text(self.value(name))))
        return tuple(self.short(name, part, longest) for part in dict.fromkeys(parts) if part)

    def read(self, name: str, how: Callable[[Any], T]) -> T | None:
        """Return a field as `how` reads it, None where it is empty; its `ValueError` is noted."""
        value = self.value(name)
        if not text(value):
            return None
        try:
            return how(value)
        except ValueError as wrong:
            self.faults.append(f"“{self.called(name)}”{wrong}")
            return None

    def note_broken(self) -> None:
        """Note the cells that have no usable value: formulas without a result."""
        for column in (*self.head.fields.values(), *self.head.tree):
            if what := getattr(self.cells.get(column), "what", ""):
                self.faults.append(f"第 {column} 列{what}")

    def called(self, name: str) -> str:
        """Return what the city calls a field."""
        return self.head.headings.get(name) or str(read("duty_columns")[self.head.kind][name][0])


def one_of(name: str, kind: Callable[[str], T]) -> Callable[[Any], T]:
    """Return what reads a cell that says one of a few things, in any of the ways of `duty_columns.yaml`."""

    def meant(value: Any) -> T:
        said = meanings(name).get(unmarked(text(value)))
        if said is None:
            raise ValueError(f"不能是“{text(value)}”,请写成{'、'.join(read('duty_columns')[name])}之一")
        return kind(said)

    return meant


def level_called(said: Any) -> Level | None:
    """Return who governs a place where a cell, or a department in a letter, says so: 街镇, 属地区县."""
    found = meanings("level").get(unmarked(text(said)))
    return Level(found) if found else None


@cache
def meanings(name: str) -> Mapping[str, str]:
    """Return what each way of writing means."""
    return {unmarked(way): meaning for meaning, ways in read("duty_columns")[name].items() for way in ways}


def day(value: Any) -> date:
    """Return the day that a cell names. Raises `ValueError`."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found = _DATE.fullmatch(text(value))
    if not found:
        raise ValueError(f"不能是“{text(value)}”,请写成 2026-11-23 这样的日期")
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        raise ValueError(f"没有 {text(value)} 这一天,请核对") from None
