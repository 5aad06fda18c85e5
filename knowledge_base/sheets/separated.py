"""The rows of a CSV file, in UTF-8 or GB18030."""

import csv
import io
from collections.abc import Iterator

from knowledge_base.sheets.cells import unguarded
from knowledge_base.sheets.columns import Line
from knowledge_base.sheets.errors import SheetUnreadable

_LONGEST_LINE = 1_000_000
"""Characters of a line; a longer one is no row of entries."""
_MEANT = 4
"""Characters beyond ASCII that are right UTF-8: with so many before the first wrong one the file was meant to be."""


def text_of(content: bytes, name: str) -> str:
    """Return the text of `content`; raises `SheetUnreadable` where it is neither UTF-8 nor GB18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SheetUnreadable(name=name, what="它是 UTF-16 编码,请另存为“CSV UTF-8(逗号分隔)”")
    if (at := content.find(b"\0")) >= 0:
        raise SheetUnreadable(name=name, what=f"第 {_line(content, at)} 行含有空字符(NUL),文件已损坏或不是文本")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if sum(character > "\x7f" for character in content[: error.start].decode("utf8")) >= _MEANT:
            what = f"第 {_line(content, error.start)} 行有不是 UTF-8 的字节,请另存为“CSV UTF-8(逗号分隔)”"
            raise SheetUnreadable(name=name, what=what) from None
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError as error:
        what = f"编码既不是 UTF-8 也不是 GB18030(第 {_line(content, error.start)} 行),请另存为“CSV UTF-8(逗号分隔)”"
        raise SheetUnreadable(name=name, what=what) from None


def csv_lines(content: bytes, name: str) -> Iterator[Line]:
    """Yield the rows of a CSV file, separated by comma, tab or semicolon as its first line is.

    Raises `SheetUnreadable` with the line where a quotation mark has no other.
    """
    text = text_of(content, name)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    reader = csv.reader(_lines(text, name), delimiter=max(",\t;", key=first.count), strict=True)
    begin = 1
    try:
        for number, cells in enumerate(reader, 1):
            begin = reader.line_num + 1
            yield number, {column: unguarded(cell) for column, cell in enumerate(cells, 1) if cell}
    except csv.Error as error:
        if "field larger" in str(error) or "unexpected end" in str(error):
            what = f"从文件第 {begin} 行起引号没有成对,或一格太长"
        else:
            what = f"文件第 {reader.line_num} 行的引号没有成对"
        raise SheetUnreadable(name=name, what=what) from error


def _lines(text: str, name: str) -> Iterator[str]:
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        if len(line) > _LONGEST_LINE:
            raise SheetUnreadable(name=name, what=f"文件第 {number} 行有 {len(line)} 个字,不是条目的表格")
        yield line


def _line(content: bytes, at: int) -> int:
    return content.count(b"\n", 0, at) + 1
