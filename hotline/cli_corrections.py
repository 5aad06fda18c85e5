"""`hotline tickets correct|models|hot`: what humans put right, the models in force, what many tickets are about."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from core.errors import HotlineError
from hotline.cli_records import Config, opened, settings
from hotline.plain_table import PlainTable
from hotline.viewing import LookAs, Reason, Unit, named, viewer_of
from tickets.secrecy.reading import TicketReader
from tickets.secrecy.redact import redact
from tickets.secrecy.view import Field, Seen, ViewRole

if TYPE_CHECKING:
    from tickets.corrections import Part
    from tickets.learning.hot import Said

console = Console(highlight=False)
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON")]
_SOURCE = "来信 JSONL(subject、date、supports),或 records:已登记的工单"
_HEADS = ("判断", "版本", "训练时间", "来信", "其中更正", "首选对", "前三有", "95 % 准时的覆盖", "在用")
_MOST = 5000
"""Tickets looked at: joining them takes memory with the square of their number."""


class FieldUnknown(HotlineError):
    """没有“{field}”这个可以更正的内容。可以更正的有:kind(类型)、category(类别)、unit(承办单位)、place(地点)、title(标题)。"""


class DayUnreadable(HotlineError):
    """来信文件 {file} 第 {line} 行{what}。每行要有 subject 或 text,以及 date 或 time(2026-11-24)。"""


def correct(
    number: Annotated[str, typer.Argument(help="工单编号")],
    field: Annotated[str, typer.Option(help="更正什么:kind、category、unit、place、title")],
    to: Annotated[str, typer.Option(help="改成什么")],
    by: Annotated[str, typer.Option(help="谁更正的;本机用户总会一并记录")],
    role: LookAs = ViewRole.DISPATCHER,
    unit: Unit = "",
    reason: Reason = "",
    config: Config = None,
) -> None:
    """更正系统对一张工单的判断;工单同时改过来,下一版模型会从中学习;看到原来的内容会被记录。"""
    from hotline.wiring import make_understanding
    from tickets.corrections import CALLED, Corrections
    from tickets.store import TicketStore

    part = _part(field)
    now, viewer = datetime.now().astimezone(), viewer_of(role, by, unit)
    with opened(config) as database:
        shown = TicketReader(database).show(number, viewer, now, reason, "correct", (Field.TEXT, Field.DETAIL))
        understanding = make_understanding(settings(config), database, now.date())
        made = Corrections(database, TicketStore(database), understanding).correct(number, part, to, named(by), now)
    sure = "" if made.confidence is None else f"(置信度 {made.confidence:.2f})"
    before, after = (_shown(text, part, shown.seen) for text in (made.guessed, made.to))
    console.print(f"{number}:{CALLED[part]}“{before}”{sure}已更正为“{after}”。", markup=False)


def _shown(text: str, part: "Part", seen: Seen) -> str:
    """Return what the viewer may read of a place or a title; the other parts name nobody."""
    cell = {"title": Field.TEXT, "place": Field.DETAIL}.get(part)
    return text if cell is None or seen.cells[cell] == "plain" else redact(text, *seen.names)


def _part(field: str) -> "Part":
    from tickets.corrections import CALLED

    part = next((one for one in CALLED if one == field), None)
    if part is None:
        raise FieldUnknown(field=field)
    return part


def models(as_json: AsJson = False, config: Config = None) -> None:
    """本市各版模型:学了多少、多准、哪一版在用。"""
    from hotline.wiring import model_shelf
    from tickets.learning.letters import CALLED, FIELDS
    from tickets.learning.shipped import shipped_categories

    shelf = model_shelf(settings(config))
    found = [(field, one) for field in FIELDS for one in shelf.versions(field)]
    if as_json:
        rows = [
            {"field": field, "version": one.number, "in_force": one.in_force, **asdict(one.about)}
            for field, one in found
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = PlainTable(
        "判断", "版本", "训练时间", "来信", "其中更正", "首选对", "前三有", "95 % 准时的覆盖", "在用", title="模型"
    )
    for field, one in found:
        about, told = one.about, one.about.report
        figures = (f"{told.accuracy:.1%}", f"{told.top3:.1%}", f"{told.coverage:.1%}")
        used = "✓" if one.in_force else ""
        table.add_row(
            CALLED[field],
            str(one.number),
            about.trained[:16],
            str(about.letters),
            str(about.corrections),
            *figures,
            used,
        )
    told = shipped_categories().about.report
    if not any(field == "category" and one.in_force for field, one in found):
        figures = (f"{told.accuracy:.1%}", f"{told.top3:.1%}", f"{told.coverage:.1%}")
        table.add_row("类别", "随程序", shipped_categories().about.trained, str(told.letters), "0", *figures, "✓")
    console.print(table)


def hot(
    source: Annotated[
        str, typer.Argument(help="来信 JSONL(subject、date、supports),或 records:已登记的工单")
    ] = "records",
    days: Annotated[int, typer.Option(min=1, help="records:看最近多少天")] = 30,
    least: Annotated[int, typer.Option(min=2, help="至少几件才算热点")] = 3,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """热点:许多人在同一段时间为同一个地方的同一件事来电来信。"""
    from tickets.learning.hot import hot_topics

    said = _recorded(config, days) if source == "records" else _written(Path(source))
    topics = hot_topics(said, least)
    if as_json:
        typer.echo(json.dumps([asdict(topic) for topic in topics], ensure_ascii=False, default=str))
        return
    if not topics:
        console.print(f"{len(said)} 件里没有 {least} 件以上说同一件事的。")
        return
    table = PlainTable("地方", "什么事", "件数", "热度", "从", "到", "每周", title=f"热点({len(said)} 件中)")
    for topic in topics:
        weeks = " ".join(map(str, topic.weeks))
        days_ = (f"{topic.first:%m-%d}", f"{topic.last:%m-%d}")
        table.add_row(topic.where, "、".join(topic.what), str(len(topic.letters)), f"{topic.heat:.1f}", *days_, weeks)
    console.print(table)


def _recorded(config: Path | None, days: int) -> "Sequence[Said]":
    from tickets.learning.hot import Said
    from tickets.store import TicketStore

    since = datetime.now().astimezone() - timedelta(days=days)
    with opened(config) as database:
        found = TicketStore(database).list_now(limit=_MOST)
    return [Said(one.title, one.created.date(), one.urged) for one in found if one.created and one.created >= since]


def _written(file: Path) -> "Sequence[Said]":
    from hotline.cli_learning import read_text
    from tickets.learning.hot import Said

    said = []
    for number, line in enumerate(read_text(str(file)).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            subject = str(row.get("subject") or row.get("text") or "").strip()
            year, month, day = re.split(r"[-/年月]", re.split(r"[日 T]", str(row.get("date") or row["time"]))[0])
            said.append(Said(subject, date(int(year), int(month), int(day)), int(row.get("supports") or 0)))
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise DayUnreadable(file=file, line=number, what="不是 JSON,或没有日期") from error
        if not subject:
            raise DayUnreadable(file=file, line=number, what="没有 subject 或 text")
    return said


def add_to(tickets: typer.Typer) -> None:
    """Add the commands to `hotline tickets`."""
    tickets.command("correct")(correct)
    tickets.command("models")(models)
    tickets.command("hot")(hot)
