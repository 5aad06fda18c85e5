"""`hotline kb gaps …`: the inbox of questions that callers asked and the hotline could not answer."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from core.clock import SystemClock
from core.database import Database
from core.errors import HotlineError
from core.events import history
from hotline.acting import acting
from hotline.bars import Bars
from hotline.cli_records import Config, Most
from hotline.kb_context import open_store
from hotline.plain_table import PlainTable
from hotline.settings import HotlineSettings
from hotline.story import local_time
from knowledge_base.gaps.gap import GAP_STATES, PENDING, Gap, GapState, Question, distinct
from knowledge_base.gaps.listening import SOURCE_NAMES
from knowledge_base.gaps.store import GapStore
from knowledge_base.store import EntryStore

gaps = typer.Typer(invoke_without_command=True, help="没答上来的问题:来电人问了、没有答上或答得不对的")
console = Console(highlight=False)
Number = Annotated[int, typer.Argument(help="编号")]
As = Annotated[str, typer.Option("--as", help="以谁的身份([[knowledge.people]] 里的名字)")]
Why = Annotated[str, typer.Option("--why", help="原因,记入经过")]
_EVENTS = {
    "gap.opened": "收到",
    "gap.assigned": "交办",
    "gap.drafted": "起草",
    "gap.dismissed": "不处理",
    "gap.merged": "并入别的问题",
    "gap.joined": "并来一个问题",
    "gap.split": "拆出一部分",
    "gap.closed": "已答上",
    "gap.reopened": "又没答上",
}


class DayUnreadable(HotlineError):
    """日期 {given} 读不懂。请写成 2026-01-31 这样。"""


def add_to(app: typer.Typer) -> None:
    """Add the commands to `hotline kb`."""
    app.add_typer(gaps, name="gaps")


@gaps.callback()
def inbox(context: typer.Context) -> None:
    """没答上来的问题。"""
    if context.invoked_subcommand is None:
        list_gaps()


@gaps.command("list")
def list_gaps(
    department: Annotated[str, typer.Option(help="只看交给这个部门的")] = "",
    state: Annotated[GapState | None, typer.Option(help="只看这个状态的,不给就看待处理的")] = None,
    read: Annotated[bool, typer.Option("--read", help="先读进新的通话(平时由 hotline serve 自动做)")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    who: As = "",
    config: Config = None,
    most: Most = 50,
) -> None:
    """问得最多的在前:问了几次、为什么没答上、归谁、期限。"""
    with open_store(config) as (settings, store):
        if read:
            _read(settings, store.database)
        wanted = (state,) if state else PENDING
        found = GapStore(store.database).list(acting(settings, who), wanted, department, most)
    if as_json:
        typer.echo(json.dumps([_data(gap) for gap in found], ensure_ascii=False))
        return
    table = PlainTable(
        "编号", "问题", "次数", "原因", "最近一次", "状态", "部门", "期限", "草稿", title="没答上来的问题"
    )
    table.columns[1].min_width, table.columns[1].overflow = 20, "fold"  # what it is about is read first
    for gap in found:
        table.add_row(
            str(gap.id),
            gap.title,
            str(gap.times),
            gap.sources,
            f"{gap.last_at.astimezone():%m-%d %H:%M}",
            GAP_STATES[gap.state],
            gap.department,
            gap.due.isoformat() if gap.due else "",
            gap.entry,
        )
    console.print(table)


@gaps.command("show")
def show_gap(
    id: Number,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    who: As = "",
    config: Config = None,
) -> None:
    """一个问题的各种问法、坐席怎么答、可以听的通话和处理经过。"""
    with open_store(config) as (settings, store):
        inbox = GapStore(store.database)
        gap, questions = inbox.get(id, acting(settings, who))
        folder = settings.records.folder / "recordings"
        calls = {one.call: _recording(store.database, one.call, folder) for one in questions}
        past = inbox.history(id)
    if as_json:
        told = [_question(one) | {"recording": calls[one.call]} for one in questions]
        typer.echo(json.dumps(_data(gap) | {"questions": told}, ensure_ascii=False))
        return
    due = f",期限 {gap.due}" if gap.due else ""
    console.print(
        f"[bold]{gap.id}[/bold] {GAP_STATES[gap.state]},{gap.sources},{gap.department or '还没有交给部门'}{due}"
    )
    if gap.near:
        console.print(f"最接近的条目:{gap.near}")
    table = PlainTable("问法编号", "时间", "问法", "原因", "被否定的条目", "坐席的答复", "通话", "录音")
    for one in questions:
        at, recorded = f"{one.at.astimezone():%m-%d %H:%M}", "有" if calls[one.call] else "没有"
        source = SOURCE_NAMES.get(one.source, one.source)
        table.add_row(str(one.id), at, one.question, source, one.entry, one.reply, one.call, recorded)
    console.print(table)
    console.print(f"不重复的问法 {len(distinct(questions))} 种。听录音、看全过程:hotline calls show 通话")
    for event in past:
        facts = {name: value for name, value in event.body.items() if name not in ("who", "role", "why") and value}
        told_why = f",{event.body['why']}" if event.body.get("why") else ""
        more = "".join(f",{name} {value}" for name, value in facts.items())
        what = f"{event.body.get('who', '')} {_EVENTS.get(event.kind, event.kind)}"
        console.print(f"{local_time(event.at)} {what}{told_why}{more}", style="dim")


@gaps.command("assign")
def assign_gap(
    id: Number,
    department: Annotated[str, typer.Argument(help="交给哪个部门")],
    by: Annotated[str, typer.Option("--by", help="期限,如 2026-01-31")] = "",
    why: Why = "",
    who: As = "",
    config: Config = None,
) -> None:
    """交给一个部门去答,可以定期限。"""
    try:
        due = datetime.strptime(by, "%Y-%m-%d").date() if by else None
    except ValueError as error:
        raise DayUnreadable(given=by) from error
    with open_store(config) as (settings, store):
        gap = GapStore(store.database).assign(id, department, due, acting(settings, who), SystemClock().now(), why)
    console.print(f"第 {id} 号问题已交给{gap.department}" + (f",{gap.due} 前答复。" if gap.due else "。"))


@gaps.command("draft")
def draft_gap(id: Number, who: As = "", config: Config = None) -> None:
    """用来电人的各种问法生成一个条目草稿。"""
    with open_store(config) as (settings, store):
        entry = GapStore(store.database).draft(id, store, acting(settings, who), SystemClock().now())
    console.print(f"草稿 {entry.id} 已保存,有 {len(entry.asked) + 1} 种问法。接着写答复:hotline kb edit {entry.id}")


@gaps.command("dismiss")
def dismiss_gap(id: Number, why: Why, who: As = "", config: Config = None) -> None:
    """标为不处理,要写原因。"""
    with open_store(config) as (settings, store):
        GapStore(store.database).dismiss(id, acting(settings, who), why, SystemClock().now())
    console.print(f"第 {id} 号问题不再处理:{why}")


@gaps.command("merge")
def merge_gap(
    id: Number,
    into: Annotated[int, typer.Argument(help="并入哪一号")],
    why: Why = "",
    who: As = "",
    config: Config = None,
) -> None:
    """把两个意思相同的问题并成一个。"""
    with open_store(config) as (settings, store):
        gap = GapStore(store.database).merge(id, into, acting(settings, who), SystemClock().now(), why)
    console.print(f"第 {id} 号已并入第 {gap.id} 号,共问过 {gap.times} 次。")


@gaps.command("split")
def split_gap(
    id: Number,
    questions: Annotated[list[int], typer.Argument(help="要拆出去的问法编号(见 kb gaps show)")],
    why: Why = "",
    who: As = "",
    config: Config = None,
) -> None:
    """把意思不同的问法拆成另一个问题。"""
    with open_store(config) as (settings, store):
        gap = GapStore(store.database).split(id, questions, acting(settings, who), SystemClock().now(), why)
    console.print(f"已拆成第 {gap.id} 号:{gap.title}")


def _read(settings: HotlineSettings, database: Database) -> None:
    """Read what the hotline has not read yet."""
    from hotline.knowledge_care import KnowledgeCare
    from knowledge_base.base import KnowledgeBase
    from knowledge_base.care.reminders import RecordedNotices
    from knowledge_base.live import LiveKnowledge

    heard = EntryStore(database).live()
    with Bars() as bars:
        base = KnowledgeBase(
            heard.entries, settings.knowledge, None, lambda done, all_: bars("读取知识库", done, all_)
        )
        live = LiveKnowledge(base, heard.number)
        care = KnowledgeCare(settings, database, live, SystemClock(), RecordedNotices(database))
        total = 0

        def told(count: int) -> None:
            nonlocal total
            total += count
            bars("读取通话", total, total)

        care.catch_up(told)


def _recording(database: Database, call: str, folder: Path) -> bool:
    """Whether there is a recording of a call to listen to."""
    ended = [event for event in database.run(lambda c: history(c, f"call:{call}")) if event.kind == "call.ended"]
    name = ended[-1].body.get("recording") if ended else ""
    return bool(name) and (folder / str(name)).exists()


def _data(gap: Gap) -> dict[str, object]:
    return {
        "id": gap.id,
        "state": gap.state.value,
        "question": gap.title,
        "times": gap.times,
        "sources": dict(gap.counts),
        "department": gap.department,
        "due": gap.due.isoformat() if gap.due else None,
        "entry": gap.entry,
        "near": gap.near,
        "first_at": gap.first_at.isoformat(),
        "last_at": gap.last_at.isoformat(),
        "closed_at": gap.closed_at.isoformat() if gap.closed_at else None,
    }


def _question(one: Question) -> dict[str, object]:
    return {
        "id": one.id,
        "at": one.at.isoformat(),
        "question": one.question,
        "source": one.source,
        "rejected_entry": one.entry,
        "reply": one.reply,
        "call": one.call,
    }
