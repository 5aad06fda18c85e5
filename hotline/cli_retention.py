"""`hotline retention`, `hotline tickets erase|hold`: personal data goes when its time is over, or is kept by law."""

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from core.database import Database
from hotline.bars import Bars
from hotline.cli_records import Config, opened, settings
from hotline.retaining import drop_recordings, make_attachments, old_recordings, retain
from hotline.viewing import LookAs, Name, viewer_of
from tickets.secrecy.retention import Retention
from tickets.secrecy.view import ViewRole

console = Console(highlight=False)
Number = Annotated[str, typer.Argument(help="工单编号")]
Why = Annotated[str, typer.Option("--reason", help="为什么", prompt="为什么")]
_CALLED = {"ticket_years": "办结的工单", "draft_days": "草稿", "call_days": "通话和回拨的记录"}


def retention(
    config: Config = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看有多少到期,不删除")] = False,
) -> None:
    """删除到期的个人信息([retention]):工单、草稿、通话记录、录音;步骤、时间、状态和统计不变。"""
    chosen, now = settings(config), datetime.now().astimezone()
    with opened(config) as database:
        if dry_run:
            due, files = (
                Retention(database, chosen.retention).due(now),
                len(list(old_recordings(chosen, database, now))),
            )
        else:
            with Bars() as bars:
                due, files = retain(chosen, database, now, lambda what, done: bars(_CALLED[what], done, 0))
    told = f"工单 {due.tickets} 张、草稿 {due.drafts} 张、通话和回拨事件 {due.events} 条、录音 {files} 个"
    console.print(f"到期未删:{told}。" if dry_run else f"已删除个人信息:{told}。")


def erase(number: Number, reason: Why, role: LookAs = ViewRole.AGENT, name: Name = "", config: Config = None) -> None:
    """应本人要求删除一张工单里的个人信息,连同它的附件、通话和回访的记录和录音;未办结或依法留存的不能删。"""
    chosen, now = settings(config), datetime.now().astimezone()
    with opened(config) as database:
        calls = _retention(config, database).erase(number, viewer_of(role, name), reason, now)
        drop_recordings(chosen, calls)
        make_attachments(chosen, database).sweep()
    with_call = ",连同它的通话记录和录音" if calls else ""
    console.print(f"工单 {number} 的个人信息已删除{with_call}。")


def hold(
    number: Number,
    reason: Why,
    release: Annotated[bool, typer.Option("--release", help="解除留存")] = False,
    role: LookAs = ViewRole.SUPERVISOR,
    name: Name = "",
    config: Config = None,
) -> None:
    """依法留存一张工单(诉讼、纪检等):留存期间任何规则都不删除它和它的通话、回访、录音;--release 解除。"""
    now = datetime.now().astimezone()
    with opened(config) as database:
        records, by = _retention(config, database), viewer_of(role, name)
        (records.release if release else records.hold)(number, by, reason, now)
    console.print(f"工单 {number} 已解除留存。" if release else f"工单 {number} 已留存,不会被删除。")


def add_to(tickets: typer.Typer, app: typer.Typer) -> None:
    """Add the commands."""
    tickets.command("erase")(erase)
    tickets.command("hold")(hold)
    app.command("retention")(retention)


def _retention(config: Config, database: Database) -> Retention:
    return Retention(database, settings(config).retention)
