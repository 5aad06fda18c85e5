"""`hotline tickets supervise|notices|reply`: the ladder at work, what was told to whom, drafts of replies."""

import time
from datetime import datetime
from functools import partial
from typing import Annotated, Literal

import typer
from rich.console import Console

from core.clock import SystemClock
from core.database import Database
from hotline.cli_records import Config, Most, opened, settings
from hotline.plain_table import PlainTable
from hotline.settings import HotlineSettings
from hotline.supervising import LOOK_S, Looked, Supervising, make_lives
from tickets.callback_planning import ticket_of
from tickets.errors import NoticeUnknown, TicketUnknown
from tickets.holidays import calendar_of
from tickets.life.case import fold
from tickets.life.clocks import deadlines
from tickets.notices import outbox
from tickets.notices.outbox import Standing
from tickets.replies.facts import facts_of
from tickets.replies.library import load_library

console = Console(highlight=False)
_STANDING = {
    Standing.WAITING: "待发",
    Standing.SENT: "已发",
    Standing.READ: "已读",
    Standing.FAILED: "没送到",
    Standing.WITHDRAWN: "已撤销",
}
_WAYS = {"desk": "工作台", "sms": "短信", "mail": "邮件"}


def supervise(
    watch: Annotated[bool, typer.Option("--watch", help="不退出,一直看下去,直到 Ctrl-C")] = False,
    once: Annotated[bool, typer.Option("--once", help="看一遍就退出(默认)")] = False,
    config: Config = None,
) -> None:
    """督办:把到点的工单升一级督办,挂账到期的恢复办理,发出该发的通知;多个进程可以同时运行。"""
    if watch and once:
        raise typer.BadParameter("--once 和 --watch 只能选一个")
    chosen, clock = settings(config), SystemClock()
    with opened(config) as database:
        supervising = Supervising(chosen, database)
        try:
            _show(supervising.look(clock))
            while watch:
                time.sleep(LOOK_S)
                _show(supervising.look(clock), quiet=True)
        finally:
            supervising.close()


def notices(
    to: Annotated[str, typer.Option("--to", help="只看给某个单位、岗位或诉求人的")] = "",
    failed: Annotated[bool, typer.Option("--failed", help="只看没送到的")] = False,
    read: Annotated[str, typer.Option("--read", help="把这个编号的工作台通知记为已读")] = "",
    again: Annotated[str, typer.Option("--again", help="把这个编号没送到的通知重发")] = "",
    config: Config = None,
    most: Most = 50,
) -> None:
    """通知:给谁、什么方式、发出没有、为什么没送到。"""
    now = SystemClock().now()
    with opened(config) as database:
        if read and database.run(partial(outbox.read, id=read, by="cli", now=now)) is None:
            raise NoticeUnknown(id=read)
        if again and not database.run(partial(outbox.again, id=again, now=now)):
            raise NoticeUnknown(id=again)
        state = Standing.FAILED if failed else None
        found = database.run(partial(outbox.listed, now=now, recipient=to, state=state, most=most))
    table = PlainTable("编号", "时间", "工单", "给谁", "方式", "内容", "现在", title="通知")
    for one in found:
        standing = _STANDING[one.state]
        if one.state is Standing.WAITING and one.due > now:
            standing += f",{one.due:%m-%d %H:%M} 发"
        if one.trouble:
            standing += f":{one.trouble}"
        at = f"{one.created:%m-%d %H:%M}"
        table.add_row(one.id, at, one.ticket, one.recipient, _WAYS[one.way], one.words, standing)
    console.print(table)


def reply(
    number: Annotated[str, typer.Argument(help="工单编号")],
    template: Annotated[str, typer.Option("--template", help="模板编号;不给就用最合适的")] = "",
    use: Annotated[Literal["reply", "sms"], typer.Option("--for", help="reply 答复,sms 给诉求人的短信")] = "reply",
    config: Config = None,
) -> None:
    """按模板起草答复,工单里有的内容都已填好,没有的写成【…】。"""
    chosen = settings(config)
    library, now = load_library(chosen.tickets.replies), SystemClock().now()
    with opened(config) as database:
        ticket = database.run(partial(ticket_of, number=number))
        if ticket is None:
            raise TicketUnknown(number=number)
        facts = _facts(chosen, database, number, now)
    fitting = library.for_ticket(ticket) if use == "reply" else library.all(use)
    one = library.get(use, template) if template else fitting[0]
    words, missing = one.fill(facts)
    console.print(words, markup=False, soft_wrap=True)
    others = "、".join(f"{each.id}({each.name})" for each in fitting if each.id != one.id)
    note = f"模板 {one.id}({one.name})" + (f";还可用:{others}" if others else "")
    console.print(note + (f";缺少 {len(missing)} 项" if missing else ""), style="dim", markup=False)


def _facts(chosen: HotlineSettings, database: Database, number: str, now: datetime) -> dict[str, str]:
    ticket = database.run(partial(ticket_of, number=number))
    assert ticket is not None
    taken = make_lives(chosen, database).steps(number, now)
    running = [one for one in deadlines(taken, calendar_of(chosen.tickets.holidays), now) if one.ended is None]
    return facts_of(ticket, fold(taken), now, running[-1] if running else None)


def _show(looked: Looked, quiet: bool = False) -> None:
    watched, sent = looked.watched, looked.delivered
    if quiet and not (watched.climbed or watched.resumed or sent != type(sent)()):
        return
    console.print(
        f"看了 {watched.looked} 张工单,督办 {watched.climbed} 次,恢复挂账 {watched.resumed} 张;"
        f"发出通知 {sent.sent} 条,待重发 {sent.again} 条,没送到 {sent.failed} 条,不必再发 {sent.withdrawn} 条。"
    )


def add_to(tickets: typer.Typer) -> None:
    """Add the commands to `hotline tickets`."""
    tickets.command("supervise")(supervise)
    tickets.command("notices")(notices)
    tickets.command("reply")(reply)
