"""`hotline kb care` and `hotline kb report`: what entries need, and how each department's answers do."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from core.clock import SystemClock
from hotline.cli_records import Config
from hotline.kb_context import open_store
from hotline.out_file import out_file
from hotline.plain_table import PlainTable
from knowledge_base.care.findings import CARE_NAMES
from knowledge_base.care.page import page
from knowledge_base.care.reminders import RecordedNotices, Reminders
from knowledge_base.care.report import report

console = Console(highlight=False)
Department = Annotated[str, typer.Option(help="只看这个责任部门的")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


def add_to(app: typer.Typer) -> None:
    """Add the commands to `hotline kb`."""
    app.command("care")(care)
    app.command("report")(quality)


def care(department: Department = "", as_json: Json = False, config: Config = None) -> None:
    """要照管的条目:即将到期、从未答过、常被否定、答后常转人工。"""
    with open_store(config) as (settings, store):
        reminders = Reminders(store.database, RecordedNotices(store.database), settings.knowledge)
        found = reminders.found(SystemClock().now().date())
    found = tuple(one for one in found if not department or one.department == department)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        return
    table = PlainTable("为什么", "条目", "问题", "说明", "责任部门", title="要照管的条目")
    for one in found:
        table.add_row(CARE_NAMES[one.kind], one.entry, one.question, one.why, one.department)
    console.print(table)


def quality(
    department: Department = "",
    days: Annotated[int, typer.Option(min=1, help="最近多少天")] = 30,
    html: Annotated[Path | None, typer.Option(help="写成网页文件")] = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """各部门的知识质量:条目、覆盖率、被否定、到期、没答上来的问题和用时。"""
    if html:
        out_file(html)
    now = SystemClock().now()
    with open_store(config) as (_, store):
        lines = report(store.database, now, days, department)
    if html:
        html.write_text(page(lines, now, days), encoding="utf8")
    if as_json:
        rows = [asdict(one) | {"coverage": one.coverage, "rejected_share": one.rejected_share} for one in lines]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    columns = (
        "部门",
        "条目",
        "已到期",
        "答复",
        "覆盖率",
        "被否定",
        "答后转人工",
        "没答上来",
        "逾期",
        "最久",
        "已答上",
        "平均用时",
    )
    table = PlainTable(*columns, title=f"知识库质量报告(最近 {days} 天)")
    for one in lines:
        taken = "—" if one.days_to_close is None else f"{one.days_to_close:.1f} 天"
        counts = (
            one.entries,
            one.expired,
            one.answered,
            _share(one.coverage),
            _share(one.rejected_share),
            one.to_human,
        )
        gaps = (one.gaps_open, one.gaps_overdue, f"{one.oldest_days} 天", one.gaps_closed, taken)
        table.add_row(one.department, *map(str, (*counts, *gaps)))
    console.print(table)
    if html:
        console.print(f"网页已写到 {html}")


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.0%}"
