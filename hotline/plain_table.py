"""A table for the terminal that shows what people wrote as they wrote it, and all of it."""

from typing import Any

from rich.console import RenderableType
from rich.table import Column, Table
from rich.text import Text


class PlainTable(Table):
    """A table in which words are words and no markup, and long Chinese is folded where it would be cut.

    Chinese has no blanks to break at, so rich would cut a long sentence; and an appeal may have brackets.
    """

    def __init__(self, *headers: Column | str, title: str | Text | None = None, **options: Any) -> None:
        columns = [Column(header, overflow="fold") if isinstance(header, str) else header for header in headers]
        super().__init__(*columns, title=Text(title) if isinstance(title, str) else title, **options)

    def add_column(self, header: RenderableType = "", *args: Any, **options: Any) -> None:
        """Add a column that folds."""
        super().add_column(header, *args, **({"overflow": "fold"} | options))

    def add_row(self, *cells: RenderableType | None, **options: Any) -> None:
        """Add a row; a cell that is to have a colour is a `Text`."""
        super().add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in cells), **options)
