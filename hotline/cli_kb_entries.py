"""`hotline kb list|show|edit|review|publish`: entries through their life, at the command line."""

import json
from typing import Annotated, Any

import typer
from rich.console import Console

from core.errors import HotlineError
from hotline import cli_kb_steps
from hotline.cli_records import Config, Most
from hotline.kb_context import open_store
from hotline.kb_pages import changes, course, listed, page
from hotline.kb_writing import as_text
from knowledge_base.differences import differences
from knowledge_base.life import State
from knowledge_base.reading import problems, spoken_seconds
from knowledge_base.serial import to_data
from knowledge_base.versions import Listed, Record, Version

console = Console(highlight=False)
Id = Annotated[str, typer.Argument(help="条目编号")]


class VersionsUnreadable(HotlineError):
    """--diff {given} 读不懂。请写一个版本号(与现在的一版比),或两个,中间用冒号隔开,例如 --diff 2:5。"""


def list_entries(
    department: Annotated[str, typer.Option(help="只看这个责任部门的")] = "",
    state: Annotated[State | None, typer.Option(help="只看这个状态的")] = None,
    search: Annotated[str, typer.Option(help="编号、领域或问题里有这些字的")] = "",
    live: Annotated[bool | None, typer.Option("--live/--not-live", help="来电人听得到的,或听不到的")] = None,
    after: Annotated[str, typer.Option(help="从这个编号之后开始(翻页)")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    config: Config = None,
    most: Most = 50,
) -> None:
    """知识库的条目:谁管、什么状态、来电人听到第几版。"""
    with open_store(config) as (_, store):
        found = store.list(department, state, search, live, most + 1, after)
    shown = found[:most]
    if as_json:
        typer.echo(json.dumps([_row(one) for one in shown], ensure_ascii=False))
        return
    console.print(listed(shown, "知识库条目"))
    if len(found) > most:
        console.print(f"还有更多:加 --after {shown[-1].life.id} 看下一页,或用 --most 多看几条。")


def show_entry(
    id: Id,
    version: Annotated[int, typer.Option(help="看第几版,不给就看现在的一版")] = 0,
    history: Annotated[bool, typer.Option("--history", help="所有版本(含旁存的)和经过")] = False,
    diff: Annotated[str, typer.Option(help="第 N 版与现在的一版的差异;N:M 是第 N 版与第 M 版的")] = "",
    as_yaml: Annotated[bool, typer.Option("--yaml", help="输出可以修改的文字,改后用 kb edit --file 保存")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    config: Config = None,
) -> None:
    """一个条目的全部内容、状态、版本、差异和经过。"""
    with open_store(config) as (_, store):
        record = store.get(id)
        shown = store.version(id, version) if version else record.head
        if diff:
            old, new = _two(diff)
            later = store.version(id, new) if new else record.head
            console.print(changes(differences(store.version(id, old).entry, later.entry)))
        elif history:
            for table in course(store.history(id), store.versions(id), id):
                console.print(table)
        elif as_yaml:
            typer.echo(as_text(shown.entry, record.life.head))
        elif as_json:
            typer.echo(json.dumps(_whole(record, shown), ensure_ascii=False))
        else:
            console.print(page(shown, record.life, problems(shown.entry, store.ids())))


def _two(given: str) -> tuple[int, int]:
    """Return the numbers in `given`, 0 for one that is not there."""
    old, _, new = given.partition(":")
    if not old.isdecimal() or not (new.isdecimal() or not new):
        raise VersionsUnreadable(given=given)
    return int(old), int(new or 0)


def _row(one: Listed) -> dict[str, Any]:
    life = one.life
    return {
        "id": life.id,
        "department": life.department,
        "state": life.state.value,
        "version": life.head,
        "live": life.live,
        "topic": one.topic,
        "question": one.question,
        "changed": one.changed.isoformat(),
    }


def _whole(record: Record, version: Version) -> dict[str, Any]:
    life = record.life
    return {
        "state": life.state.value,
        "head": life.head,
        "live": life.live,
        "version": version.number,
        "at": version.at.isoformat(),
        "who": version.who,
        "why": version.why,
        "aside": version.aside,
        "spoken_seconds": round(spoken_seconds(version.entry.spoken), 1),
        "entry": to_data(version.entry),
    }


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("list")(list_entries)
    app.command("show")(show_entry)
    cli_kb_steps.add_to(app)
