"""`hotline calls …` and `hotline tickets …`: what is on record, for people."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from sqlalchemy import Connection

from core import events
from core.database import Database
from core.errors import HotlineError
from core.settings import load
from hotline.out_file import out_file
from hotline.plain_table import PlainTable
from hotline.records import open_records
from hotline.settings import HotlineSettings
from hotline.story import Number, local_time, masked, redacted, story, table
from hotline.viewing import LookAs, Name, Reason, ReasonMissing, Unit, of_the_centre, viewer_of
from tickets.secrecy.looks import record_list, record_look
from tickets.secrecy.view import Field, Viewer, ViewRole

calls = typer.Typer(no_args_is_help=True)
tickets = typer.Typer(no_args_is_help=True)
Config = Annotated[Path | None, typer.Option("--config", "-c", help="配置文件 hotline.toml")]
Most = Annotated[int, typer.Option("--most", "-n", min=1, help="最多几条")]


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
    """最近的通话,号码不全;看过会被记录。"""
    viewer, now = viewer_of(ViewRole.SUPERVISOR), datetime.now().astimezone()
    with opened(config) as database:
        ended = database.run(lambda c: events.newest(c, "call.ended", most))
        database.run(lambda c: record_list(c, viewer, "calls", "", len(ended), now))
        begun: list[events.Event] = []
        for kind in _BEGINS:
            begun += database.run(partial(events.newest, kind=kind, limit=most * 2))
        offered = {e.stream: e for e in begun}
    out = PlainTable("编号", "时间", "来电号码", "时长", "谁结束", title="通话")
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
    full: Annotated[bool, typer.Option("--full", help="显示完整号码和原话,要写 --reason")] = False,
    role: LookAs = ViewRole.SUPERVISOR,
    name: Name = "",
    unit: Unit = "",
    reason: Reason = "",
    config: Config = None,
) -> None:
    """一次通话的全过程:对话、决定和理由、每轮的时间;号码、姓名等不显示,保密工单的连号码首尾也不显示;查看会被记录。"""
    viewer = of_the_centre(role, name, unit)
    if full and not reason.strip():
        raise ReasonMissing
    with opened(config) as database:
        told = database.run(lambda c: _look(c, id, viewer, full, "show", reason))
        if not told:
            raise CallUnknown(id=id)
        number: Number = "full" if full else "hidden" if _confidential(told, database) else "masked"
    Console().print(table(story(told, number), f"通话 {id}"))


def _look(connection: Connection, id: str, viewer: Viewer, full: bool, how: str, reason: str) -> list[events.Event]:
    """Return what happened in the call; every look at a citizen's call is itself on record."""
    told = events.history(connection, f"call:{id}")
    if told:
        fields = (Field.CONTACT, Field.WORDS) if full else ()
        record_look(connection, f"call:{id}", viewer, fields, how, reason, datetime.now().astimezone())
    return told


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
    full: Annotated[bool, typer.Option("--full", help="画上原话,要写 --reason")] = False,
    role: LookAs = ViewRole.SUPERVISOR,
    name: Name = "",
    reason: Reason = "",
    config: Config = None,
) -> None:
    """把一次通话画成时间线(双轨波形和文字);文字里的号码、姓名等不显示,查看会被记录。"""
    from hotline.picture import draw_file

    viewer = of_the_centre(role, name)
    if full and not reason.strip():
        raise ReasonMissing
    with opened(config) as database:
        told = database.run(lambda c: _look(c, id, viewer, full, "picture", reason))
    if not told:
        raise CallUnknown(id=id)
    recording = settings(config).records.folder / "recordings" / f"{id}.wav"
    if not recording.exists():
        raise RecordingMissing(id=id, path=recording)
    draw_file(told if full else redacted(told), recording, out_file(out))
    Console().print(f"已画到 {out}")
