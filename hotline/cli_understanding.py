"""`hotline tickets understand`: what is guessed about an appeal, how surely, and from which words."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from hotline.cli_records import Config, opened, settings
from hotline.plain_table import PlainTable

if TYPE_CHECKING:
    from tickets.understood import Guess, Understood

_TEXT = "诉求的话;或一个 UTF-8 文本文件;- 为标准输入"


def understand(
    text: Annotated[str, typer.Argument(help=_TEXT)] = "-",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    at: Annotated[datetime | None, typer.Option(help="来电时间,默认现在;“昨天”等从它算起")] = None,
    config: Config = None,
) -> None:
    """理解一段诉求:类型、类别、事项、地点、时间、人、紧急程度、标题、摘要,各有置信度和依据。"""
    from hotline.wiring import make_understanding
    from tickets.understood import understood_to_data

    said = _read(text)
    now = (at or datetime.now()).astimezone()
    with opened(config) as database:
        found = make_understanding(settings(config), database, now.date()).understand(said, now)
    if as_json:
        typer.echo(json.dumps(understood_to_data(found), ensure_ascii=False))
        return
    Console().print(_table(found))


def _read(text: str) -> str:
    from hotline.cli_learning import read_text

    is_file = len(text) < 250 and "\n" not in text and Path(text).is_file()
    return sys.stdin.read() if text == "-" else read_text(text) if is_file else text


def _table(found: "Understood") -> PlainTable:
    table = PlainTable("", "判断", "置信度", "依据", title="诉求理解", show_lines=False)
    for name, guess in (
        ("类型", found.kind),
        ("类别", found.category),
        ("事项", found.matter),
        ("地点", found.place),
        ("来电人", found.name),
    ):
        if guess.value:
            table.add_row(name, _with_others(guess), f"{guess.confidence:.2f}", "、".join(guess.evidence))
    for time in found.times:
        table.add_row(f"时间({time.shape})", str(time), f"{time.confidence:.2f}", time.evidence)
    for person in found.people:
        many = f"({person.many} 以上)" if person.many else ""
        table.add_row(person.role, person.who + many, f"{person.confidence:.2f}", person.evidence)
    reasons = f":{';'.join(found.urgency.reasons)}" if found.urgency.reasons else ""
    table.add_row("紧急程度", found.urgency.level + reasons, "", "、".join(found.urgency.evidence))
    table.add_row("标题", found.title, "", "")
    table.add_row("摘要", found.summary, "", "")
    return table


def _with_others(guess: "Guess") -> str:
    others = "、".join(f"{name} {chance:.2f}" for name, chance in guess.alternatives)
    return guess.value + (f"\n[dim]或 {others}[/dim]" if others else "")


def add_to(tickets: typer.Typer) -> None:
    """Add the command to `hotline tickets`."""
    tickets.command("understand")(understand)
