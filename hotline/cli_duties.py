"""`hotline duties`: the responsibility list (职责清单): import, check, look up, export, what returns suggest."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.tree import Tree

from core.database import Database
from hotline.cli_records import Config, opened
from hotline.plain_table import PlainTable
from tickets.duties.default import lanjiang_duties
from tickets.duties.duty import Duty, DutyList
from tickets.duties.store import DutyStore
from tickets.errors import DutyUnknown

app = typer.Typer(no_args_is_help=True)
console = Console(highlight=False)
_MOST_SHOWN = 100
Day = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="看哪一天生效的,默认今天")]


def in_force(database: Database, day: date) -> DutyList:
    """Return the list that holds on `day`: the city's, or that of the invented 澜江 until one is imported."""
    return DutyStore(database).at(day) or lanjiang_duties()


@app.command("import")
def import_list(
    file: Annotated[Path, typer.Argument(help="Excel 文件(.xlsx)")],
    holds_from: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="从哪一天起生效")],
    by: Annotated[str, typer.Option("--by", help="谁导入")],
    config: Config = None,
) -> None:
    """导入一版职责清单;有一行错就一行也不导入,并一次说出全部错误。旧版本不会被覆盖。"""
    from hotline.duty_files import read_file

    duties, now = read_file(file), datetime.now().astimezone()
    with opened(config) as database:
        store = DutyStore(database)
        found = _findings(duties, store.at(holds_from.date()), holds_from.date())
        made = store.add(duties, holds_from.date(), by, file.name, now)
    when = "即日起生效" if made.holds_from <= now.date() else "到那天自动生效"
    console.print(f"第 {made.number} 版:{made.matters} 个事项,{made.holds_from} 起,{when};{by}导入。", markup=False)
    _show_findings(found)


@app.command()
def check(
    file: Annotated[Path | None, typer.Argument(help="Excel 文件;不给就检查现行的清单")] = None,
    config: Config = None,
) -> None:
    """找职责清单的漏洞和重叠,并与现行的一版比较;有问题则退出码为 1。"""
    from hotline.duty_files import read_file

    today = date.today()
    with opened(config) as database:
        now = in_force(database, today)
    found = _findings(read_file(file), now, today) if file else _findings(now, None, today)
    _show_findings(found)
    raise typer.Exit(1 if found else 0)


@app.command("list")
def list_duties(
    words: Annotated[str, typer.Argument(help="名称、目录或单位里的字")] = "",
    on: Day = None,
    config: Config = None,
) -> None:
    """事项一览。"""
    with opened(config) as database:
        duties = in_force(database, _day(on))
    found = [one for one in duties.duties if words in one.full_name or words in one.unit]
    table = PlainTable("编号", "事项", "主办", "时限", "规则", "网格", title=f"职责清单:{len(found)} 个事项")
    for one in found[:_MOST_SHOWN]:
        limit = one.limit.spoken if one.limit else "按规则"
        lead = one.unit or f"属地{one.level}"
        table.add_row(one.id, one.full_name, lead, limit, one.territory, "直达" if one.grid else "")
    console.print(table)
    if len(found) > _MOST_SHOWN:
        console.print(f"只显示前 {_MOST_SHOWN} 个,请写上名称里的字,或用 hotline duties export 导出。")


@app.command()
def tree(on: Day = None, config: Config = None) -> None:
    """事项的目录树。"""
    with opened(config) as database:
        duties = in_force(database, _day(on))
    root = Tree(f"职责清单({len(duties.duties)} 个事项)")
    branches: dict[tuple[str, ...], Tree] = {(): root}
    for one in duties.duties:
        for depth in range(1, len(one.path) + 1):
            if one.path[:depth] not in branches:
                branches[one.path[:depth]] = branches[one.path[: depth - 1]].add(one.path[depth - 1])
        branches[one.path].add(f"{one.name}({one.unit or f'属地{one.level}'})")
    console.print(root, markup=False)


@app.command()
def show(
    id: Annotated[str, typer.Argument(help="事项编号")],
    on: Day = None,
    config: Config = None,
) -> None:
    """一个事项的全部内容。"""
    with opened(config) as database:
        duties = in_force(database, _day(on))
    if (duty := duties.by_id.get(id)) is None:
        raise DutyUnknown(id=id)
    console.print(_table(duty))


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="写到这个 Excel 文件")],
    version: Annotated[int, typer.Option(help="第几版;0 是现行的")] = 0,
    config: Config = None,
) -> None:
    """把职责清单导出成 Excel;改好后可以原样导入。"""
    from hotline.duty_files import write_file

    with opened(config) as database:
        duties = DutyStore(database).version(version) if version else in_force(database, date.today())
    write_file(duties, file)
    console.print(f"{len(duties.duties)} 个事项已写到 {file}", markup=False)


@app.command()
def versions(config: Config = None) -> None:
    """导入过的各版:从哪天起、谁导入的、现在用哪版。"""
    today = date.today()
    with opened(config) as database:
        found = DutyStore(database).versions()
    held = [one for one in found if one.holds_from <= today]
    current = max(held, key=lambda one: (one.holds_from, one.number)) if held else None
    table = PlainTable("版", "生效", "事项", "导入时间", "谁", "文件", "现在", title="职责清单的版本")
    for one in found:
        now = "在用" if one is current else "待生效" if one.holds_from > today else ""
        at = f"{one.imported.astimezone():%Y-%m-%d %H:%M}"
        table.add_row(str(one.number), str(one.holds_from), str(one.matters), at, one.by, one.file, now)
    console.print(table)
    if current is None:
        console.print("还没有生效的清单,用的是示例城市澜江市的清单。")


@app.command()
def template(file: Annotated[Path, typer.Argument(help="写到这个 Excel 文件")]) -> None:
    """写一份样表:示例城市澜江市的清单,列名和写法都可以照着来。"""
    from hotline.duty_files import write_file

    write_file(lanjiang_duties(), file)
    console.print(f"样表已写到 {file}", markup=False)


def _day(on: datetime | None) -> date:
    return on.date() if on else date.today()


def _findings(duties: DutyList, before: DutyList | None, today: date) -> list[str]:
    from tickets.duties.checks import check as find

    return [str(one) for one in find(duties, today, before)]


def _show_findings(found: list[str]) -> None:
    for one in found[:_MOST_SHOWN]:
        console.print(f"· {one}", markup=False, soft_wrap=True)
    more = f",只显示前 {_MOST_SHOWN} 处" if len(found) > _MOST_SHOWN else ""
    console.print(f"检查:{len(found)} 处要看{more}。" if found else "检查:没有发现漏洞和重叠。")


def _table(duty: Duty) -> PlainTable:
    table = PlainTable(title=duty.full_name, show_header=False)
    for name, value in (
        ("编号", duty.id),
        ("主办", duty.unit or f"属地{duty.level}"),
        ("协办", "、".join(duty.assisting)),
        ("属地规则", duty.territory),
        ("时限", duty.limit.spoken if duty.limit else "按城市规则"),
        ("办结标准", duty.standard),
        ("办理方式", duty.handling),
        ("网格", "直达网格员(一派到底)" if duty.grid else "逐级转派"),
        ("关键词", "、".join(duty.words)),
        ("示例", "、".join(duty.examples)),
    ):
        if value:
            table.add_row(name, str(value))
    return table
