"""`hotline intake|collect`, `hotline qr …` and `hotline tickets repeats|merge|clusters`."""

import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from core import events
from core.database import Database
from core.errors import HotlineError
from hotline.cli_records import Config, opened, settings
from hotline.out_file import out_file
from hotline.plain_table import PlainTable
from hotline.settings import HotlineSettings
from hotline.story import local_time
from hotline.supervising import make_intake, what_follows
from hotline.viewing import LookAs, Name, of_the_centre
from tickets.errors import MailboxClosed, TicketUnknown
from tickets.intake.channels import channel_ways
from tickets.intake.clusters import Cluster, Clusters
from tickets.intake.inbox import Inbox
from tickets.intake.intake import Intake
from tickets.intake.mail_settings import MailSettings
from tickets.life.roles import Actor, Role
from tickets.life.rules import load_city
from tickets.secrecy.looks import record_looks
from tickets.secrecy.reading import TicketReader
from tickets.secrecy.view import ViewRole
from tickets.ticket import Ticket

qr = typer.Typer(no_args_is_help=True)
_EVERY_S = 5.0
_console = Console(highlight=False)


class SubmissionUnreadable(HotlineError):
    """{file} 不是一件诉求:{what}。格式见 docs/intake.md。"""


def intake(
    file: Annotated[str, typer.Argument(help="一件诉求的 JSON 文件,- 为标准输入")],
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """提交一件诉求,显示回执;同一渠道的同一编号再次提交,得到同一张回执。"""
    from tickets.intake.submission import Submission

    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        submission = Submission.model_validate_json(data)
    except OSError as error:
        raise SubmissionUnreadable(file=file, what=error.strerror) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "内容"
        raise SubmissionUnreadable(file=file, what=f"{where}:{first['msg']}") from None
    chosen = settings(config)
    with opened(config) as database:
        receipt = _intake(chosen, database).submit_now(submission, _now())
    if as_json:
        typer.echo(receipt.model_dump_json(indent=2))
        return
    standing = {"new": "新登记", "again": "已经提交过", "merged": f"并入工单 {receipt.into}"}[receipt.standing]
    _console.print(f"工单编号 [bold]{receipt.said}[/bold]({standing})")
    _console.print(receipt.told, markup=False)
    for warning in receipt.warnings:
        _console.print(f"注意:{warning}", style="yellow", markup=False)


def collect(
    watch: Annotated[bool, typer.Option("--watch", help="每隔一会儿收一次;Ctrl-C 结束")] = False,
    config: Config = None,
) -> None:
    """收邮箱和短信里的诉求([mail] 里配置);收过的不会重复登记。"""
    from hotline.collecting import keep_collecting
    from tickets.intake.inbox import Aside
    from tickets.intake.inbox import collect as take_in

    chosen = settings(config)
    with opened(config) as database:
        intake = _intake(chosen, database)

        def look() -> None:
            for inbox in _inboxes(chosen.mail):
                for found in take_in(inbox, intake, _now):
                    if isinstance(found, Aside):
                        _told(found.sentence)
                    else:
                        _console.print(f"{channel_ways()[found.channel].called} 工单 {found.said}")

        if watch:
            keep_collecting(look, chosen.mail.every_s, time.sleep, _told)
        else:
            look()


def _told(sentence: str) -> None:
    _console.print(sentence, style="yellow", markup=False)


def _inboxes(chosen: MailSettings) -> Iterator[Inbox]:
    from tickets.intake.inbox import SmsFolder
    from tickets.intake.mailboxes import ImapBox, MaildirBox

    if chosen.sms_folder:
        yield SmsFolder(chosen.sms_folder)
    if chosen.maildir:
        yield MaildirBox(chosen.maildir)
    if chosen.host:
        box = ImapBox(chosen, _password(chosen))
        try:
            yield box
        finally:
            box.close()


def _password(chosen: MailSettings) -> str:
    if chosen.password_file is None:
        return ""
    try:
        return chosen.password_file.read_text(encoding="utf8").partition("\n")[0].strip()
    except OSError as error:
        raise MailboxClosed(where=chosen.host, what=f"{chosen.password_file} {error.strerror}") from None


def _intake(chosen: HotlineSettings, database: Database) -> Intake:
    from hotline.wiring import make_understanding

    return make_intake(chosen, database, make_understanding(chosen, database, _now().date()))


@qr.command("make")
def make_code(
    place: Annotated[str, typer.Option(help="地点,如 城东区解放路街道阳光花园5号楼")],
    out: Annotated[Path, typer.Option(help="SVG 或 PNG 文件")] = Path("qr.svg"),
    config: Config = None,
) -> None:
    """为一个地点做二维码(有事码上说):扫码打开的页面已经填好地点。"""
    import segno

    from hotline.wiring import make_understanding
    from tickets.intake.checks import placed
    from tickets.intake.codes import PlaceCodes
    from tickets.intake.submission import Content

    chosen = settings(config)
    with opened(config) as database:
        where, doubts = placed(Content(detail=place), make_understanding(chosen, database, _now().date()))
        code = PlaceCodes(database).make(where, _now())
    address = f"{chosen.desk.public_url.rstrip('/')}/qr/{code}"
    kind = "png" if out.suffix.lower() == ".png" else "svg"
    # M stands a seventh of the picture being scratched or dirty, as on a wall.
    segno.make(address, error="m", micro=False).save(str(out_file(out)), kind=kind, scale=8, border=4)
    _console.print(f"{address}\n地点:{where}\n已存到 {out}")
    for doubt in doubts:
        _console.print(doubt.officer, style="yellow", markup=False)


@qr.command("retire")
def retire_code(code: Annotated[str, typer.Argument(help="二维码里的编号")], config: Config = None) -> None:
    """停用一个二维码:再扫就提示直接写明地点。"""
    from tickets.intake.codes import PlaceCodes

    with opened(config) as database:
        PlaceCodes(database).retire(code, _now())
    _console.print(f"{code} 已停用")


def repeats(
    number: Annotated[str, typer.Argument(help="工单编号")],
    role: LookAs = ViewRole.DISPATCHER,
    name: Name = "",
    config: Config = None,
) -> None:
    """可能与它是同一件事的工单:同一诉求人、同一地点同一事项、同一事件;合并用 hotline tickets merge,查看会被记录。"""
    from tickets.intake.repeats import likely_same
    from tickets.intake.rules import repeat_rules

    viewer = of_the_centre(role, name)
    with opened(config) as database:
        ticket = _ticket(database, number)
        found = database.run(lambda c: likely_same(c, ticket, _now(), repeat_rules()))
        listed = TicketReader(database).list(
            lambda: [one.ticket for one in found], viewer, _now(), "repeats", ticket.number
        )
        # That two tickets are one caller's is told of them both.
        numbers = [ticket.number, *(one.number for one in listed)]
        database.run(lambda c: record_looks(c, numbers, viewer, (), "repeats", "", _now()))
    out = PlainTable(
        "编号", "为什么", "文字相似", "同地点同事项", "标题", "状态", "时间", title=f"与工单 {number} 可能相同"
    )
    for one, other in zip(found, listed, strict=True):
        same = "是" if one.same_matter else ""
        at = f"{other.created:%m-%d %H:%M}" if other.created else ""
        out.add_row(other.number, one.why, f"{one.likeness:.0%}", same, other.title, other.state, at)
    Console().print(out)


def merge(
    number: Annotated[str, typer.Argument(help="并掉的工单")],
    into: Annotated[str, typer.Argument(help="并入的工单")],
    reason: Annotated[str, typer.Option(help="为什么是同一件事")],
    name: Annotated[str, typer.Option("--name", help="谁")] = "命令行",
    config: Config = None,
) -> None:
    """并单:两张工单是同一件事;次数保留,被并工单的诉求人会得到通知。"""
    from tickets.holidays import calendar_of
    from tickets.intake import merging

    chosen, by = settings(config), Actor(name, Role.DISPATCHER)
    rules = load_city(chosen.tickets.rules)
    follows, calendar = what_follows(chosen, rules), calendar_of(chosen.tickets.holidays)
    with opened(config) as database:
        case = database.run(
            lambda c: merging.merge(c, number, into, reason, by, _now(), rules, calendar, follows), exclusive=True
        )
    _console.print(f"{number} 已并入 {into},共并入 {len(case.joined)} 件。")


def clusters(
    watch: Annotated[bool, typer.Option("--watch", help="一直看,新的预警随时显示;Ctrl-C 结束")] = False,
    config: Config = None,
) -> None:
    """正在发生的事件:同一事项在相近的地点和时间反映的人多了。"""
    with opened(config) as database:
        found = Clusters(database)
        Console().print(_table(found.going_on(_now())))
        seen = {(event.stream, event.body["level"]) for event in _warnings(database)}
        while watch:
            time.sleep(_EVERY_S)
            for event in reversed(_warnings(database)):
                body = event.body
                if (event.stream, body["level"]) not in seen:
                    seen.add((event.stream, body["level"]))
                    where = f"{body['place']} {body['called']}"
                    _console.print(f"{local_time(event.at)} [red]{where}[/]:{body['members']}人")


def _warnings(database: Database) -> list[events.Event]:
    return database.run(lambda c: events.newest(c, "cluster.grew", 200))


def _table(found: list[Cluster]) -> PlainTable:
    out = PlainTable("地点", "事项", "人数", "级别", "开始", "最近", "编号", title="正在发生的事件")
    for one in found:
        began, last = f"{one.began:%m-%d %H:%M}", f"{one.last:%m-%d %H:%M}"
        out.add_row(str(one.place), one.called, str(one.members), str(one.level), began, last, one.id)
    return out


def _ticket(database: Database, number: str) -> Ticket:
    from tickets.store import TicketStore

    found = TicketStore(database).find_now(number)
    if found is None:
        raise TicketUnknown(number=number)
    return found


def _now() -> datetime:
    return datetime.now().astimezone()


def add_to(app: typer.Typer, tickets: typer.Typer) -> None:
    """Add the commands to `hotline` and `hotline tickets`."""
    app.command("intake")(intake)
    app.command("collect")(collect)
    app.add_typer(qr, name="qr", help="二维码:有事码上说")
    tickets.command("repeats")(repeats)
    tickets.command("merge")(merge)
    tickets.command("clusters")(clusters)
