"""`hotline calls …` and `hotline tickets …`: what is on record, for people."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from core import events
from core.database import Database
from core.errors import HotlineError
from core.settings import load
from hotline.out_file import out_file
from hotline.records import open_records
from hotline.settings import HotlineSettings
from hotline.story import Number, local_time, masked, story, table
from tickets.ticket import Ticket

calls = typer.Typer(no_args_is_help=True)
tickets = typer.Typer(no_args_is_help=True)
Config = Annotated[Path | None, typer.Option("--config", "-c", help="配置文件 hotline.toml")]
Most = Annotated[int, typer.Option("--most", "-n", help="最多几条")]


_BEGINS = ("call.offered", "call.placed")


class CallUnknown(HotlineError):
    """没有编号为 {id} 的通话。请用 hotline calls list 查看。"""


class RecordingMissing(HotlineError):
    """通话 {id} 没有录音文件 {path}。录音可能被关闭,或磁盘当时已满。"""


def settings(config: Path | None) -> HotlineSettings:
    """Read `config`, or hotline.toml in the working directory where there is one."""
    default = Path("hotline.toml")
    return load(HotlineSettings, config or (default if default.exists() else None))


@contextmanager
def opened(config: Path | None) -> Iterator[Database]:
    """Yield the database of `config`."""
    database = open_records(settings(config).records)
    try:
        yield database
    finally:
        database.close()


@calls.command("list")
def list_calls(config: Config = None, most: Most = 20) -> None:
    """最近的通话。"""
    with opened(config) as database:
        ended = database.run(lambda c: events.newest(c, "call.ended", most))
        begun: list[events.Event] = []
        for kind in _BEGINS:
            begun += database.run(partial(events.newest, kind=kind, limit=most * 2))
        offered = {e.stream: e for e in begun}
    out = Table("编号", "时间", "来电号码", "时长", "谁结束", title="通话")
    for event in ended:
        begin = offered.get(event.stream)
        caller = _whom(begin) if begin else ""
        seconds = f"{event.body['seconds']:.0f} 秒"
        at = local_time(begin.at if begin else event.at)
        out.add_row(event.stream.removeprefix("call:"), at, caller, seconds, event.body["by"])
    Console().print(out)


def _whom(begin: events.Event) -> str:
    """Return the other side's number, masked, and which way the call went."""
    ours = begin.kind == "call.placed"
    return ("外呼 " if ours else "") + masked(begin.body["number" if ours else "caller"])


@calls.command("show")
def show_call(
    id: Annotated[str, typer.Argument(help="通话编号")],
    full: Annotated[bool, typer.Option("--full", help="显示完整号码,查看会被记录")] = False,
    config: Config = None,
) -> None:
    """一次通话的全过程:对话、决定和理由、每轮的时间;号码中间几位不显示,保密工单的不显示号码。"""
    with opened(config) as database:
        told = database.run(lambda c: events.history(c, f"call:{id}"))
        if not told:
            raise CallUnknown(id=id)
        # Every look at a citizen's call is itself on record.
        seen = events.Event(_now(), f"call:{id}", "call.viewed", {"by": "cli", "full": full})
        database.run(lambda c: events.append(c, seen))
        number: Number = "full" if full else "hidden" if _confidential(told, database) else "masked"
    Console().print(table(story(told, number), f"通话 {id}"))


def _confidential(told: Sequence[events.Event], database: Database) -> bool:
    """Whether a ticket of this call is confidential."""
    from tickets.store import TicketStore

    store = TicketStore(database)
    saved = (store.find_now(event.body["number"]) for event in told if event.kind == "ticket.saved")
    return any(ticket.confidential for ticket in saved if ticket)


@calls.command("picture")
def picture(
    id: Annotated[str, typer.Argument(help="通话编号")],
    out: Annotated[Path, typer.Option(help="SVG 文件")] = Path("call.svg"),
    config: Config = None,
) -> None:
    """把一次通话画成时间线(双轨波形和文字)。"""
    from hotline.picture import draw_file

    with opened(config) as database:
        told = database.run(lambda c: events.history(c, f"call:{id}"))
    if not told:
        raise CallUnknown(id=id)
    recording = settings(config).records.folder / "recordings" / f"{id}.wav"
    if not recording.exists():
        raise RecordingMissing(id=id, path=recording)
    draw_file(told, recording, out_file(out))
    Console().print(f"已画到 {out}")


def _now() -> float:
    import time

    return time.time()


@tickets.command("list")
def list_tickets(config: Config = None, most: Most = 20) -> None:
    """最近的工单。"""
    from tickets.store import TicketStore

    with opened(config) as database:
        found = TicketStore(database).list_now(limit=most)
    out = Table("编号", "类型", "标题", "地点", "承办单位", "状态", "期限", title="工单")
    for ticket in found:
        due = f"{ticket.due:%m-%d %H:%M}" if ticket.due else ""
        unit = ticket.matter.unit if ticket.matter else ""
        place = "(保密)" if ticket.confidential else str(ticket.place)
        out.add_row(ticket.number, ticket.kind, ticket.title, place, unit, ticket.state, due)
    Console().print(out)


@tickets.command("show")
def show_ticket(number: Annotated[str, typer.Argument(help="工单编号")], config: Config = None) -> None:
    """一张工单的全部内容和经过;查看会被记录。"""
    from tickets.errors import TicketUnknown
    from tickets.store import TicketStore

    with opened(config) as database:
        store = TicketStore(database)
        ticket = store.find_now(number)
        if ticket is None:
            raise TicketUnknown(number=number)
        past = store.history_now(number)
        database.run(
            lambda c: events.append(
                c, events.Event(_now(), f"ticket:{ticket.number}", "ticket.viewed", {"by": "cli"})
            )
        )
    Console().print(ticket_table(ticket))
    for event in past:
        Console().print(f"{local_time(event.at)} {event.kind}", style="dim", highlight=False)


def ticket_table(ticket: Ticket) -> Table:
    """Return all of a ticket for the terminal; a confidential one hides who called."""
    hidden = ticket.confidential
    matter = ticket.matter
    out = Table(title=f"工单 {ticket.number}", show_header=False)
    for name, value in (
        ("类型", ticket.kind),
        ("标题", ticket.title),
        ("诉求", ticket.what),
        ("地点", str(ticket.place)),
        ("时间", ticket.when),
        ("称呼", "(保密)" if hidden and ticket.name else ticket.name),
        ("联系电话", "(保密)" if hidden else masked(ticket.contact) if ticket.contact else ""),
        ("保密", "是" if hidden else "否"),
        ("类别", matter.category if matter else ""),
        ("承办单位", matter.unit if matter else ""),
        ("状态", ticket.state),
        ("办理期限", f"{ticket.due:%Y-%m-%d %H:%M}" if ticket.due else ""),
        ("重复件", ticket.repeats_of),
        ("催办", f"{ticket.urged} 次" if ticket.urged else ""),
        ("备注", ticket.note),
        ("通话", ticket.call_id),
    ):
        if value:
            out.add_row(name, value)
    return out
