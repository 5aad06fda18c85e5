"""What people wrote is shown as they wrote it, and whole."""

from rich.console import Console
from rich.text import Text

from hotline.plain_table import PlainTable

LONG = "小区门口的垃圾堆放了一个多星期没有人来清理气味很大老人和孩子都不敢开窗户"


def _shown(*cells: str | Text, width: int = 40) -> str:
    table = PlainTable("诉求", title="标题[/]")
    for cell in cells:
        table.add_row(cell)
    console = Console(width=width, record=True, file=open("/dev/null", "w", encoding="utf8"))
    console.print(table)
    return console.export_text()


def test_long_chinese_is_folded_and_not_cut() -> None:
    shown = _shown(LONG)
    assert "…" not in shown
    assert LONG in "".join(char for char in shown if "\u4e00" <= char <= "\u9fff")


def test_brackets_are_no_markup() -> None:
    shown = _shown("[/]漏水[abc]", Text("超时", "red"))
    assert "[/]漏水[abc]" in shown and "超时" in shown and "标题[/]" in shown
