"""`hotline tickets export`: tickets as an Excel file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from core.clock import SystemClock
from core.database import Database
from core.errors import HotlineError
from core.events import Event, append
from core.ids import new_id
from hotline.cli_measures import Day, LastDay
from hotline.cli_records import Config, opened
from hotline.out_file import OutUnwritable, out_file
from hotline.viewing import LookAs, of_the_centre
from tickets.life.case import fold
from tickets.records import Which, steps_of_many, tickets_of
from tickets.secrecy.looks import record_looks
from tickets.secrecy.view import Field, Viewer, ViewRole
from tickets.sheet import Cell, row_of, write_sheet
from tickets.ticket import State, Ticket

console = Console(highlight=False)
MOST = 1_048_575
"""Rows that a sheet has under its headings."""
_SHOWN = (Field.NAME, Field.CONTACT, Field.TEXT, Field.DETAIL)


class ReasonMissing(HotlineError):
    """导出姓名、电话和地址要写明谁导出、为什么:--by 姓名 --reason 原因。导出会被记录。"""


class NotExcel(HotlineError):
    """只能导出 .xlsx 文件,不能导出 {file}。"""


class TooMany(HotlineError):
    """符合条件的工单超过 {most} 张,一个 Excel 工作表放不下。请用 --from 和 --to 分段导出。"""


def export(
    file: Annotated[Path, typer.Argument(help="写到这个 .xlsx 文件")],
    since: Day = None,
    until: LastDay = None,
    unit: Annotated[str, typer.Option("--unit", help="只要一个承办单位的")] = "",
    state: Annotated[State | None, typer.Option("--state", help="只要一种状态的")] = None,
    personal: Annotated[bool, typer.Option("--personal", help="带姓名、电话和门牌;要写 --by 和 --reason")] = False,
    role: LookAs = ViewRole.DISPATCHER,
    by: Annotated[str, typer.Option("--by", help="谁导出")] = "",
    reason: Annotated[str, typer.Option("--reason", help="为什么导出个人信息")] = "",
    config: Config = None,
) -> None:
    """把工单导出成 Excel;个人信息默认隐去,带个人信息的导出会被记录。"""
    if file.suffix.lower() != ".xlsx":
        raise NotExcel(file=file)
    if personal and not (by.strip() and reason.strip()):
        raise ReasonMissing
    viewer = of_the_centre(role, by)
    now = SystemClock().now()
    look = _Look(now, viewer, reason, personal, new_id(now))
    which = Which(since.date() if since else None, until.date() if until else None, state)
    out_file(file)
    with opened(config) as database:
        look.begin(database, which, unit)
        try:
            count = write_sheet(_rows(database, which, unit, look), file)
        except OSError as error:
            raise OutUnwritable(path=file, what=error.strerror or error) from error
    console.print(f"已导出 {count} 张工单到 {file}" + ("" if personal else ",个人信息已隐去"), markup=False)


def _rows(database: Database, which: Which, unit: str, look: "_Look") -> Iterator[list[Cell]]:
    zone, count = look.at.tzinfo, 0
    assert zone is not None
    for page in tickets_of(database, which, zone):
        steps = steps_of_many(database, [ticket.number for ticket in page], zone)
        leads = {number: lead.unit for number, taken in steps.items() if (lead := fold(taken).lead)}
        wanted = [ticket for ticket in page if unit in ("", leads.get(ticket.number) or _listed(ticket))]
        count += len(wanted)
        if count > MOST:
            raise TooMany(most=MOST)
        look.note(database, wanted)
        for ticket in wanted:
            yield row_of(ticket, leads.get(ticket.number, ""), zone, look.personal)


def _listed(ticket: Ticket) -> str:
    return ticket.matter.unit if ticket.matter else ""


@dataclass(frozen=True, slots=True)
class _Look:
    """Who looks at the tickets, and why; each look is on record before its row is written."""

    at: datetime
    viewer: Viewer
    reason: str
    personal: bool
    id: str

    def begin(self, database: Database, which: Which, unit: str) -> None:
        facts = {"from": which.since, "to": which.until, "state": which.state, "unit": unit}
        by = {"by": self.viewer.name, "role": self.viewer.role.value, "os_user": self.viewer.os_user}
        body = by | {"reason": self.reason, "personal": self.personal}
        body |= {name: str(value) for name, value in facts.items() if value}
        event = Event(self.at.timestamp(), f"export:{self.id}", "tickets.exported", body)
        database.run(lambda c: append(c, event))

    def note(self, database: Database, tickets: Sequence[Ticket]) -> None:
        if not self.personal:
            return
        numbers = [ticket.number for ticket in tickets]
        database.run(lambda c: record_looks(c, numbers, self.viewer, _SHOWN, "export", self.reason, self.at))


def add_to(tickets: typer.Typer) -> None:
    """Add the command to `hotline tickets`."""
    tickets.command("export")(export)
