"""`hotline kb check`: what an editor should look at in an entry before it is reviewed."""

import asyncio
import json
import re
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from core.errors import HotlineError
from hotline.bars import Bars
from hotline.cli_records import Config
from hotline.cli_speech import spoken_to_file
from hotline.kb_context import open_store
from hotline.kb_writing import from_text
from hotline.out_file import out_file
from hotline.plain_table import PlainTable
from knowledge_base.advice.remarks import KIND_NAMES, SEVERITY_NAMES, Advice, Severity
from knowledge_base.entry import Entry
from knowledge_base.reading import tidied
from knowledge_base.store import EntryStore

console = Console(highlight=False)

_ID = re.compile(r"^id:\s*['\"]?([^\s'\"]+)", re.MULTILINE)
_UNNAMED = "new"
"""Stands for the id of an entry in a file that has none yet."""
_STYLES = {Severity.BLOCKS: "red", Severity.LOOK: "yellow", Severity.HINT: ""}


class NothingToCheck(HotlineError):
    """要检查什么?请写一个条目编号,或用 --file 给一个条目的 YAML 文件,两者只给一个。"""


class FileUnreadable(HotlineError):
    """读不了文件 {path}:{what}。请检查路径,文件应是 UTF-8 编码的文字。"""


def check(
    id: Annotated[str, typer.Argument(help="条目编号,检查它现在的一版")] = "",
    file: Annotated[Path | None, typer.Option(help="还没有保存的条目,YAML,格式同 kb show --yaml")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="只做不用试问的检查")] = False,
    unanswered: Annotated[Path | None, typer.Option(help="没答上来的问题,一行一个,从中建议问法")] = None,
    recent: Annotated[Path | None, typer.Option(help="来电人最近问过的问题,一行一个,看会不会被抢答")] = None,
    listen: Annotated[Path | None, typer.Option(help="把口语答复说成 WAV 存到这个文件")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    config: Config = None,
) -> None:
    """检查一个条目:错漏、难念的字句、重复和矛盾、会抢走哪些问题、可以加哪些问法。有必须改的,退出码为 1。"""
    from knowledge_base.advice.advising import advise
    from knowledge_base.base import KnowledgeBase

    questions, asked = _lines(unanswered), _lines(recent)
    with open_store(config) as (settings, store):
        entry = _entry(store, id, file)
        live = store.live().entries
    with Bars(Console(stderr=True)) as bars:
        base = KnowledgeBase.from_entries(
            live, settings=settings.knowledge, progress=lambda done, all_: bars("建立索引和校准", done, all_)
        )
        advice = advise(entry, base, questions, asked, quick, bars)
    if as_json:
        typer.echo(json.dumps(advice.to_data() | {"id": entry.id}, ensure_ascii=False))
    else:
        _print(entry, advice)
    if listen:
        asyncio.run(spoken_to_file(entry.spoken, out_file(listen), "", False, config))
    if advice.blocks:
        raise typer.Exit(1)


def _entry(store: EntryStore, id: str, file: Path | None) -> Entry:
    if bool(id) == bool(file):
        raise NothingToCheck
    if file is None:
        return store.get(id).head.entry
    text = _text(file)
    named = _ID.search(text)
    return tidied(from_text(text, named[1] if named else _UNNAMED)[0])


def _lines(file: Path | None) -> list[str]:
    return [line.strip() for line in _text(file).splitlines() if line.strip()] if file else []


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(path=file, what=error) from error


def _print(entry: Entry, advice: Advice) -> None:
    title = Text(f"{entry.id} {entry.question}(口语答复约 {advice.seconds:.1f} 秒)")
    if not advice.remarks:
        console.print(title, Text("没有发现问题。", style="green"))
        return
    out = PlainTable("轻重", "方面", "意见", title=title, title_justify="left")
    for remark in advice.remarks:
        style = _STYLES[remark.severity]
        shown = "".join(f"\n  · {one}" for one in remark.shown if one not in remark.what)
        out.add_row(Text(SEVERITY_NAMES[remark.severity], style), KIND_NAMES[remark.kind], Text(f"{remark}{shown}"))
    console.print(out)


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("check")(check)
