"""`hotline tickets list|show|search|worklist|looks`, `hotline looks`: tickets for people, as far as each may see."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column
from rich.text import Text

from core.errors import HotlineError
from hotline.cli_records import Config, Most, opened
from hotline.plain_table import PlainTable
from hotline.story import local_time
from hotline.viewing import LookAs, Name, Reason, Unit, viewer_of
from tickets.finding import Due, TicketFinder, Wanted, mark
from tickets.secrecy.looks import Look, looks_at, looks_by, warnings
from tickets.secrecy.reading import TicketReader
from tickets.secrecy.redact import mask_number, redact
from tickets.secrecy.view import CALLED, SECRET, Field, Viewer, ViewRole
from tickets.ticket import Kind, State, Ticket

console = Console(highlight=False)
Before = Annotated[str, typer.Option("--before", help="下一页:上一页最后一张的编号")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="哪一天,如 2026-11-24;默认今天")]
_NEAR = timedelta(hours=4)


class AfterWrong(HotlineError):
    """--after 请照上一页末尾给出的写,例如 2026-11-24T08:00:00.000000+00:00/2611240001;现为“{after}”。"""


def list_tickets(
    role: LookAs = ViewRole.DISPATCHER,
    name: Name = "",
    unit: Unit = "",
    before: Before = "",
    config: Config = None,
    most: Most = 20,
) -> None:
    """最近的工单,不显示个人信息;承办单位只看到自己的。"""
    _found(Wanted(), viewer_of(role, name, unit), before, config, most, "list")


def search(
    words: Annotated[list[str] | None, typer.Argument(help="工单里的词,每个至少两个汉字")] = None,
    role: LookAs = ViewRole.DISPATCHER,
    name: Name = "",
    unit: Unit = "",
    lead: Annotated[str, typer.Option(help="哪个单位主办的")] = "",
    state: Annotated[State | None, typer.Option(help="状态")] = None,
    kind: Annotated[Kind | None, typer.Option(help="诉求类型")] = None,
    district: Annotated[str, typer.Option(help="区县")] = "",
    contact: Annotated[str, typer.Option(help="联系电话或邮箱")] = "",
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="这一天起受理的")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="这一天以前受理的")] = None,
    before: Before = "",
    config: Config = None,
    most: Most = 20,
) -> None:
    """按词、单位、状态、类型、区县、电话和时间查工单,新的在前。"""
    first, last = (at.astimezone() if at else None for at in (since, until))
    wanted = Wanted(" ".join(words or []), contact.strip(), lead, state, kind, "", district, first, last)
    _found(wanted, viewer_of(role, name, unit), before, config, most, "search")


def worklist(
    of: Annotated[str, typer.Argument(metavar="UNIT", help="承办单位或网格;不写就是中心自己的")] = "",
    centre: Annotated[bool, typer.Option("--centre", help="中心自己的")] = False,
    role: LookAs = ViewRole.DISPATCHER,
    name: Name = "",
    unit: Unit = "",
    after: Annotated[str, typer.Option("--after", help="下一页:上一页末尾给出的那一段")] = "",
    config: Config = None,
    most: Most = 50,
) -> None:
    """一个单位(或中心)现在要办的工单,最急的在前;红色已超时,黄色四小时内到期。"""
    viewer, now = viewer_of(role, name, unit), datetime.now().astimezone()
    of = "" if centre else of
    if viewer.role in (ViewRole.UNIT, ViewRole.GRID):
        of = viewer.unit
    last, _, number = after.partition("/")
    if after and not number:
        raise AfterWrong(after=after)
    with opened(config) as database:
        due: list[Due] = TicketFinder(database).worklist(of, most, (last, number))
        listed = TicketReader(database).list(lambda: [one.ticket for one in due], viewer, now, "worklist", of)
    out = PlainTable(
        _whole("到期"), _whole("编号"), "主办", "类型", "标题", "地点", "状态", title=f"{of or '中心'}的待办"
    )
    for one, ticket in zip(due, listed, strict=True):
        out.add_row(_coloured(one.due, now), ticket.number, "主办" if one.lead else "", *_what(ticket), ticket.state)
    console.print(out)
    if len(due) == most:
        console.print(f"下一页:--after {'/'.join(mark(due[-1]))}")


def show(
    number: Annotated[str, typer.Argument(help="工单编号")],
    role: LookAs = ViewRole.DISPATCHER,
    name: Name = "",
    unit: Unit = "",
    reason: Reason = "",
    config: Config = None,
) -> None:
    """一张工单的内容和经过,按身份显示;查看会被记录。"""
    viewer, now = viewer_of(role, name, unit), datetime.now().astimezone()
    with opened(config) as database:
        shown = TicketReader(database).show(number, viewer, now, reason)
    console.print(ticket_table(shown.seen.ticket))
    for event in shown.events:
        console.print(f"{local_time(event.at)} {event.kind}", style="dim")
    if shown.seen.plain:
        fields = "、".join(CALLED[field] for field in shown.seen.plain)
        console.print(f"已记录:{viewer.name}({viewer.os_user})查看了{fields}。", style="dim")


def ticket_looks(number: Annotated[str, typer.Argument(help="工单编号")], config: Config = None) -> None:
    """谁在什么时候、为什么看过一张工单,看到了哪些个人信息。"""
    with opened(config) as database:
        found = database.run(lambda c: looks_at(c, number))
    console.print(_looks(found, f"工单 {number} 的查看记录"))


def looks(
    by: Annotated[str, typer.Option("--by", help="谁:自报的名字或本机用户")] = "",
    day: Day = None,
    config: Config = None,
) -> None:
    """一个人一天里看过哪些工单和通话;不写 --by 就只列出当天的异常查看。"""
    on = (day or datetime.now()).astimezone()
    with opened(config) as database:
        found = database.run(lambda c: looks_by(c, by, on)) if by else []
        warned = database.run(lambda c: warnings(c, on))
    if by:
        console.print(_looks(found, f"{by} {on:%Y-%m-%d} 的查看记录"))
    for event in warned:
        told = f"一小时内查看了 {event.body['count']} 件含个人信息的工单或通话"
        console.print(f"[red]异常[/] {local_time(event.at)} {event.body['who']}({event.body['role']}){told}")
    if not by and not warned:
        console.print(f"{on:%Y-%m-%d} 没有异常查看。")


def ticket_table(ticket: Ticket) -> PlainTable:
    """Return all of a ticket, as it was made ready for whoever sees it (`tickets.secrecy.view`)."""
    matter = ticket.matter
    out = PlainTable(title=f"工单 {ticket.number}", show_header=False)
    for name, value in (
        ("类型", ticket.kind),
        ("标题", ticket.title),
        ("诉求", ticket.what),
        ("地点", str(ticket.place)),
        ("时间", ticket.when),
        (CALLED[Field.NAME], ticket.name),
        (CALLED[Field.CONTACT], ticket.contact),
        ("保密", "是" if ticket.confidential else "否"),
        ("类别", matter.category if matter else ""),
        ("承办单位", matter.unit if matter else ""),
        ("状态", ticket.state),
        ("办理期限", f"{ticket.due:%Y-%m-%d %H:%M}" if ticket.due else ""),
        ("重复件", ticket.repeats_of),
        ("催办", f"{ticket.urged} 次" if ticket.urged else ""),
        ("备注", ticket.note),
        (CALLED[Field.CALL], ticket.call_id),
    ):
        if value:
            out.add_row(name, value)
    return out


def _found(wanted: Wanted, viewer: Viewer, before: str, config: Config, most: int, how: str) -> None:
    now = datetime.now().astimezone()
    if viewer.role in (ViewRole.UNIT, ViewRole.GRID):
        wanted = replace(wanted, unit=viewer.unit)
    with opened(config) as database:
        finder = TicketFinder(database)
        shown = replace(wanted, text=redact(wanted.text), contact=mask_number(wanted.contact))
        asked = " ".join(str(value) for value in asdict(shown).values() if value)
        found = TicketReader(database).list(lambda: finder.search(wanted, now, most, before), viewer, now, how, asked)
    out = PlainTable(_whole("编号"), _whole("受理"), "类型", "标题", "地点", "承办单位", "状态", "期限", title="工单")
    for ticket in found:
        unit = ticket.matter.unit if ticket.matter else ""
        taken = f"{ticket.created.astimezone():%m-%d %H:%M}" if ticket.created else ""
        due = _coloured(ticket.due, now) if ticket.due and not ticket.state.over else ""
        out.add_row(ticket.number, taken, *_what(ticket), unit, ticket.state, due)
    console.print(out)
    if len(found) == most:
        console.print(f"下一页:--before {found[-1].number}")


def _what(ticket: Ticket) -> tuple[str, str, str]:
    place = f"{ticket.place} {SECRET}" if ticket.confidential else str(ticket.place)
    return ticket.kind, ticket.title, place


def _whole(called: str) -> Column:
    """Return a column that a narrow terminal does not cut: numbers are copied from it."""
    return Column(called, no_wrap=True)


def _coloured(due: datetime | None, now: datetime) -> Text:
    if due is None:
        return Text("停表")
    due = due.astimezone()
    shown = f"{due:%m-%d %H:%M}"
    if due < now:
        return Text(f"{shown} 超时", "red")
    return Text(shown, "yellow" if due - now < _NEAR else "")


def _looks(found: Sequence[Look], title: str) -> PlainTable:
    out = PlainTable(
        _whole("时间"), _whole("工单或通话"), "谁", "本机用户", "身份", "方式", "看到的个人信息", "理由", title=title
    )
    for look in found:
        fields = "、".join(CALLED.get(Field(name), name) for name in look.fields) or "无"
        who = f"{look.name}({look.unit})" if look.unit else look.name
        at = local_time(look.at.timestamp())
        out.add_row(at, look.number, who, look.os_user, look.role, look.how, fields, look.reason)
    return out


def add_to(tickets: typer.Typer, app: typer.Typer) -> None:
    """Add the commands."""
    tickets.command("list")(list_tickets)
    tickets.command("show")(show)
    tickets.command("search")(search)
    tickets.command("worklist")(worklist)
    tickets.command("looks")(ticket_looks)
    app.command("looks")(looks)
