"""`hotline tickets attach|attachments|attachment`: photos, sound and documents of a ticket."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from core.clock import SystemClock
from core.errors import HotlineError
from hotline.cli_records import Config, opened, settings
from hotline.out_file import OutUnwritable, out_file
from hotline.plain_table import PlainTable
from hotline.retaining import make_attachments
from hotline.viewing import LookAs, Name, Reason, Unit, viewer_of
from tickets.attachments.store import AttachmentStore
from tickets.secrecy.reading import TicketReader
from tickets.secrecy.view import Field, ViewRole

console = Console(highlight=False)
Number = Annotated[str, typer.Argument(help="工单编号")]
Id = Annotated[int, typer.Argument(help="附件编号,1、2、3……")]
By = Annotated[str, typer.Option("--by", help="谁")]


class FileUnreadable(HotlineError):
    """读不了文件 {file}:{what}。请核对文件名和权限。"""


@contextmanager
def _store(config: Path | None) -> Iterator[AttachmentStore]:
    with opened(config) as database:
        yield make_attachments(settings(config), database)


def attach(
    number: Number,
    file: Annotated[Path, typer.Argument(help="照片、录音或文档")],
    by: By = "命令行",
    config: Config = None,
) -> None:
    """给工单添加附件;照片里的位置、时间和机型会去掉,位置和时间显示出来供核对地点。"""
    with _store(config) as store:
        most = int(settings(config).tickets.attachment_mb * 1_000_000)
        try:
            with file.open("rb") as opened_file:
                content = opened_file.read(most + 1)
        except OSError as error:
            raise FileUnreadable(file=file, what=error.strerror or error) from error
        made, seen = store.put(number, file.name, content, by, SystemClock().now())
    console.print(f"已添加附件 {made.id}:{made.name},{made.size / 1000:.0f} KB", markup=False)
    if seen.latitude is not None:
        console.print(f"照片拍摄位置:北纬 {seen.latitude},东经 {seen.longitude},可用来核对地点")
    if seen.taken:
        console.print(f"拍摄时间:{seen.taken:%Y-%m-%d %H:%M}")


def attachments(
    number: Number,
    role: LookAs = ViewRole.DISPATCHER,
    name: Name = "",
    unit: Unit = "",
    reason: Reason = "",
    config: Config = None,
) -> None:
    """一张工单的附件,删掉的也列出是谁删的、为什么;查看会被记录。"""
    now, viewer = SystemClock().now(), viewer_of(role, name, unit)
    with opened(config) as database:
        shown = TicketReader(database).show(number, viewer, now, reason, "attachments", (Field.WORDS,))
        found = make_attachments(settings(config), database).list(shown.seen.ticket.number, now)
    table = PlainTable("编号", "名称", "类型", "大小", "时间", "谁", "", title=f"工单 {number} 的附件")
    for one in found:
        gone = f"{one.removed:%m-%d %H:%M} {one.removed_by}删除:{one.removed_why}" if one.removed else ""
        size = f"{one.size / 1000:.0f} KB"
        table.add_row(
            str(one.id), shown.seen.words(one.name), one.kind.called, size, f"{one.at:%m-%d %H:%M}", one.who, gone
        )
    console.print(table)


def attachment(
    number: Number,
    id: Id,
    out: Annotated[Path | None, typer.Option("--out", help="存到这个文件;查看会被记录")] = None,
    remove: Annotated[str, typer.Option("--remove", help="删除,写明原因")] = "",
    by: Annotated[str, typer.Option("--by", help="您是谁,默认为本机用户;查看时本机用户总会一并记录")] = "",
    role: LookAs = ViewRole.DISPATCHER,
    unit: Unit = "",
    reason: Reason = "",
    config: Config = None,
) -> None:
    """取出一个附件(--out),或删除它(--remove 原因)。"""
    now, viewer = SystemClock().now(), viewer_of(role, by, unit)
    if (out is None) == (not remove):
        raise typer.BadParameter("--out 和 --remove 选一个")
    with _store(config) as store:
        if out is None:
            store.remove(number, id, viewer.name, remove, now)
            console.print(f"已删除工单 {number} 的附件 {id},留有删除记录", markup=False)
            return
        out_file(out)
        found, content = store.read(number, id, viewer, now, reason)
    try:
        out.write_bytes(content)
    except OSError as error:
        raise OutUnwritable(path=out, what=error.strerror or error) from error
    console.print(f"{found.name} 已存到 {out}", markup=False)


def add_to(tickets: typer.Typer) -> None:
    """Add the commands to `hotline tickets`."""
    tickets.command("attach")(attach)
    tickets.command("attachments")(attachments)
    tickets.command("attachment")(attachment)
