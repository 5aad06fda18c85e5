"""What was read from a sheet: its rows, and all that is wrong with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

MOST_BYTES = 100_000_000
"""Largest file that is read."""
MOST_UNPACKED = 200_000_000
"""Most that an Excel file may unpack to: 20,000 entries of ordinary length have 80 MB."""
MOST_ROWS = 20_000
"""Most rows with something in them: they are saved in one transaction, and calls wait up to 5 s for the database."""
LAST_ROW = 1_048_576
"""Number of the last row that a sheet of Excel can have."""
MOST_COLUMNS = 100
"""Cells beyond this column are not looked at."""
MOST_FAULTS = 10_000
"""Faults kept of one file; an editor needs no more to see what is wrong."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is in all (0: not known)."""

Cell = Any
"""What stands in a cell: text, a number, a date, True, None, or a `Wrong`."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell without a usable value, and why."""

    what: str
    shown: str = ""
    """What the editor sees in the cell."""


@dataclass(frozen=True, slots=True)
class Place:
    """A row of a file. `sheet` is empty where the file has only one, `number` counts from 1 with the headings."""

    number: int
    sheet: str = ""

    def __str__(self) -> str:
        return f"工作表“{self.sheet}”第 {self.number} 行" if self.sheet else f"第 {self.number} 行"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell (`column`: its heading), or with a whole row where `column` is empty."""

    place: Place
    column: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}{f'“{self.column}”' if self.column else ''}:{self.what}"


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as it stands in a file.

    `data` has the fields of an entry that were read; a column that the sheet does not have is no field here, and a
    cell that is empty is one with an empty value. `version` is the one that was exported, None where none is told.
    `shown` are the cells as the editor sees them, by heading.
    """

    place: Place
    data: Mapping[str, Any]
    version: int | None
    shown: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file read: rows, also faulty ones, with what is wrong, and what was passed over (`notes`, for the editor).

    `whole`: each row tells all of its entry, and a field that is not there is empty.
    """

    name: str
    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]
    notes: tuple[str, ...] = ()
    whole: bool = False
