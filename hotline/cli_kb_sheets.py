"""`hotline kb import|export`: entries as Excel, CSV and JSON."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from core.errors import HotlineError
from hotline.acting import acting
from hotline.bars import Bars
from hotline.cli_records import Config
from hotline.kb_context import open_store
from hotline.out_file import OutUnwritable, out_file
from hotline.plain_table import PlainTable
from hotline.settings import HotlineSettings
from knowledge_base.life import State, Step
from knowledge_base.roles import Actor
from knowledge_base.sheets.errors import SheetFaulty
from knowledge_base.sheets.export import exported
from knowledge_base.sheets.planning import Plan, plan
from knowledge_base.sheets.reader import read_sheet
from knowledge_base.sheets.report import write_report
from knowledge_base.sheets.sheet import Fault, Sheet
from knowledge_base.sheets.template import write_template
from knowledge_base.sheets.writer import write_entries
from knowledge_base.store import EntryStore

console = Console(highlight=False)
_MOST_SHOWN = 200
_MOST_HINTS = 20


class ReachesTo(StrEnum):
    """How far imported entries go at once."""

    DRAFT = "draft"
    SUBMIT = "submit"
    APPROVE = "approve"
    PUBLISH = "publish"


_STEPS: dict[ReachesTo, tuple[Step, ...]] = {
    ReachesTo.DRAFT: (),
    ReachesTo.SUBMIT: (Step.SUBMIT,),
    ReachesTo.APPROVE: (Step.SUBMIT, Step.APPROVE),
    ReachesTo.PUBLISH: (Step.SUBMIT, Step.APPROVE),
}


class EndingUnknown(HotlineError):
    """不能写成 {path}:文件名应以 {endings} 结尾。"""


def import_entries(
    file: Annotated[Path, typer.Argument(help="Excel(.xlsx)、CSV、本系统导出的 JSON,或 YAML 文件夹")],
    template: Annotated[bool, typer.Option("--template", help="不导入,而是把空白模板写到这个文件")] = False,
    check: Annotated[bool, typer.Option("--check", help="只检查,不导入")] = False,
    report: Annotated[Path | None, typer.Option(help="有问题的行和原因写到这个 Excel 文件")] = None,
    state: Annotated[ReachesTo, typer.Option(help="导入后到哪一步:草稿、提交审核、审核通过、发布")] = ReachesTo.DRAFT,
    name: Annotated[str, typer.Option("--as", help="以谁的名义([[knowledge.people]] 里的名字)")] = "",
    why: Annotated[str, typer.Option(help="原因,记入经过")] = "",
    config: Config = None,
) -> None:
    """导入条目:先查完每一行,有一行不对就一条也不导入;表里没有的栏保持原样。"""
    if template:
        write_template(_writable(file, (".xlsx", ".csv")))
        console.print(f"模板已写到 {file}", markup=False)
        return
    if report:
        _writable(report, (".xlsx", ".csv"))
    with open_store(config) as (settings, store):
        actor = acting(settings, name)
        with Bars(Console(stderr=True)) as bars:
            sheet = read_sheet(file, progress=bars)
            planned = plan(sheet, store, actor, _STEPS[state], bars)
        _tell(sheet, planned)
        if report and (found := planned.faults or planned.hints):
            write_report(report, sheet, found)
            console.print(f"有问题的行已写到 {report}", markup=False)
        if planned.faults:
            raise SheetFaulty(name=sheet.name, count=len(planned.faults))
        if check:
            console.print("检查完毕,没有导入。去掉 --check 即可导入。")
            return
        changed = store.save_all(planned.entries, actor, why or f"从 {sheet.name} 导入", _now(), _STEPS[state])
        console.print(f"已导入:{changed} 条有改动,{len(planned.entries) - changed} 条与原来相同。")
        if state is ReachesTo.PUBLISH:
            _publish(settings, store, [entry.id for entry in planned.entries], actor, why)


def export_entries(
    file: Annotated[Path, typer.Argument(help="以 .xlsx、.csv 或 .json 结尾的文件")],
    department: Annotated[str, typer.Option(help="只要这个责任部门的")] = "",
    state: Annotated[State | None, typer.Option(help="只要这个状态的")] = None,
    live: Annotated[bool, typer.Option("--live", help="来电人听得到的那一版,而不是正在改的")] = False,
    config: Config = None,
) -> None:
    """导出条目:Excel 和 CSV 改好后可以原样导回;JSON 给别的系统(docs/schemas 里有它的 JSON Schema)。"""
    _writable(file, (".xlsx", ".csv", ".json"))
    with open_store(config) as (_, store):
        entries = exported(store, department, state, live)
    part = file.with_name(f".part-{file.name}")
    try:
        with Bars(Console(stderr=True)) as bars:
            write_entries(entries, part, _now(), bars)
        part.replace(file)
    except OSError as error:
        raise OutUnwritable(path=file, what=error.strerror or error) from error
    finally:
        part.unlink(missing_ok=True)
    console.print(f"已导出 {len(entries)} 条到 {file}", markup=False)


def _tell(sheet: Sheet, planned: Plan) -> None:
    for note in sheet.notes:
        console.print(note, style="dim", markup=False)
    if planned.faults:
        _list("不能导入的原因", planned.faults, _MOST_SHOWN)
        return
    console.print(f"{len(planned.entries)} 行都可以导入,其中新条目 {planned.new} 条。")
    if planned.hints:
        _list("可以存为草稿,但提交审核前还要补上", planned.hints, _MOST_HINTS)


def _list(title: str, faults: Sequence[Fault], most: int) -> None:
    table = PlainTable("行", "栏", "原因", title=title)
    for fault in faults[:most]:
        table.add_row(str(fault.place), escape(fault.column), escape(fault.what))
    console.print(table)
    if len(faults) > most:
        console.print(f"共 {len(faults)} 处,这里只列出 {most} 处;加 --report 文件.xlsx 看全部。")


def _publish(settings: HotlineSettings, store: EntryStore, ids: Sequence[str], actor: Actor, why: str) -> None:
    lives = [store.get(id).life for id in ids]
    versions = [(life.id, life.head) for life in lives if life.state is State.APPROVED]
    if not versions:
        return
    from hotline.publishing import make_publisher  # loads the index, which only this step needs

    with Bars(Console(stderr=True)) as bars:
        done = asyncio.run(make_publisher(settings, store).publish(versions, actor, why, _now(), bars))
    console.print(f"第 {done.number} 号发布:{len(done.entries)} 条。")


def _writable(file: Path, endings: tuple[str, ...]) -> Path:
    if file.suffix.lower() not in endings:
        raise EndingUnknown(path=file, endings="、".join(endings))
    return out_file(file)


def _now() -> datetime:
    return datetime.now(UTC)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("import")(import_entries)
    app.command("export")(export_entries)
