"""`hotline tickets measures`: the rates by which the hotline and its units are judged."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer
from rich.console import Console

from core.clock import SystemClock
from hotline.cli_records import Config, opened
from hotline.plain_table import PlainTable
from tickets.assessment import Assessment, Line, assess
from tickets.measures import MEASURES
from tickets.records import Which

console = Console(highlight=False)
Day = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="从哪天受理的算起,含当天")]
LastDay = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="到哪天为止,含当天")]


def measures(
    since: Day = None,
    until: LastDay = None,
    unit: Annotated[str, typer.Option("--unit", help="只算一个承办单位")] = "",
    formulas: Annotated[bool, typer.Option("--formulas", help="说明每个指标怎么算、出处")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    config: Config = None,
) -> None:
    """考核指标:响应率、解决率、满意率、按时办结率、一次办好率、重办率、退单率、平均办理时长,按单位和区县。"""
    which = Which(since.date() if since else None, until.date() if until else None)
    with opened(config) as database:
        found = assess(database, which, SystemClock().now(), unit)
    if as_json:
        typer.echo(json.dumps(as_data(found, formulas), ensure_ascii=False))
        return
    console.print(_table("全部", {"全部": found.whole}))
    console.print(_table("承办单位", found.units), _table("区县", found.districts))
    if formulas:
        about = PlainTable("指标", "怎么算", "出处", title="指标说明")
        for one in MEASURES:
            about.add_row(one.called, one.formula, one.source)
        console.print(about)


def as_data(found: Assessment, formulas: bool = False) -> dict[str, Any]:
    """Return `found` as plain data: shares as part, of and value, times in hours."""
    data: dict[str, Any] = {
        "whole": _data(found.whole),
        "units": {name: _data(line) for name, line in found.units.items()},
        "districts": {name: _data(line) for name, line in found.districts.items()},
    }
    if formulas:
        about = {one.id: {"name": one.called, "formula": one.formula, "source": one.source} for one in MEASURES}
        data["measures"] = about
    return data


def _data(line: Line) -> dict[str, Any]:
    shares = {id: {"part": one.part, "of": one.of, "value": one.value} for id, one in line.shares.items()}
    hours = line.handling / timedelta(hours=1) if line.handling else None
    return {"tickets": line.tickets, **shares, "average_handling_h": hours}


def _table(title: str, lines: Mapping[str, Line]) -> PlainTable:
    table = PlainTable(title, "工单", *(one.called for one in MEASURES), "平均办理时长")
    for name, line in lines.items():
        shares = (line.shares[one.id].value for one in MEASURES)
        shown = ("–" if value is None else f"{value:.1%}" for value in shares)
        hours = "–" if line.handling is None else f"{line.handling / timedelta(hours=1):.1f} 小时"
        table.add_row(name, str(line.tickets), *shown, hours)
    return table


def add_to(tickets: typer.Typer) -> None:
    """Add the command to `hotline tickets`."""
    tickets.command("measures")(measures)
