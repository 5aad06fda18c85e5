"""`hotline kb …`: what the knowledge base answers, and how well."""

import json
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from hotline import (
    cli_kb_calibration,
    cli_kb_care,
    cli_kb_check,
    cli_kb_entries,
    cli_kb_gaps,
    cli_kb_hit,
    cli_kb_sheets,
)
from hotline.out_file import out_file
from hotline.plain_table import PlainTable

app = typer.Typer(no_args_is_help=True)
console = Console()
cli_kb_entries.add_to(app)
cli_kb_check.add_to(app)
cli_kb_calibration.add_to(app)
cli_kb_sheets.add_to(app)
cli_kb_gaps.add_to(app)
cli_kb_care.add_to(app)
cli_kb_hit.add_to(app)


Field = Literal["text", "noisy", "noisier"]
"""Columns of a query: as written, or with 10 % or 20 % of the characters replaced by homophones."""


@app.command("eval")
def evaluate(
    entries: Annotated[Path, typer.Option(help="条目 JSONL:id、question、answer")],
    queries: Annotated[Path, typer.Option(help="问题 JSONL:text、expect、kind")],
    field: Annotated[Field, typer.Option(help="用问题的哪一栏")] = "text",
    out: Annotated[Path | None, typer.Option("--json", help="每个问题一行结果写到这个文件")] = None,
) -> None:
    """用一批问题测知识库:走的就是电话里答或不答的那个函数,只从条目学习。"""
    from knowledge_base.base import KnowledgeBase
    from knowledge_base.evaluate import evaluate as put
    from knowledge_base.evaluate import summarise
    from knowledge_base.loading import entries_from_jsonl, queries_from_jsonl

    if out:
        out_file(out)
    wanted = queries_from_jsonl(queries)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        indexing = bars.add_task("建立索引和校准", total=None)
        base = KnowledgeBase.from_entries(
            entries_from_jsonl(entries),
            progress=lambda done, total: bars.update(indexing, completed=done, total=total),
        )
        asking = bars.add_task("逐个提问", total=len(wanted))
        rows = list(put(base, wanted, field, lambda done, _total: bars.update(asking, completed=done)))
    if out:
        out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf8")
    table = PlainTable("指标", "值", title=f"知识库测评({field})")
    for name, value in summarise(rows).table():
        table.add_row(name, value)
    console.print(table)
