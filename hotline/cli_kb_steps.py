"""`hotline kb edit|review|publish`: what changes entries."""

import asyncio
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from core.errors import HotlineError
from hotline.acting import acting
from hotline.bars import Bars
from hotline.cli_records import Config
from hotline.kb_context import open_store
from hotline.kb_pages import standing
from hotline.kb_writing import as_text, from_text, with_settings
from knowledge_base.entry import Entry
from knowledge_base.errors import EntryExists
from knowledge_base.life import Step
from knowledge_base.roles import Actor
from knowledge_base.store import EntryStore
from knowledge_base.versions import Version

console = Console(highlight=False)
Id = Annotated[str, typer.Argument(help="条目编号")]
As = Annotated[str, typer.Option("--as", help="以谁的名义([[knowledge.people]] 里的名字)")]
Why = Annotated[str, typer.Option(help="原因,记入经过")]


class FileUnreadable(HotlineError):
    """文件 {path} 读不了:{what}。请检查路径和编码(UTF-8)。"""


class EditorFailed(HotlineError):
    """编辑器 {editor} 没有正常结束:{what}。请用环境变量 EDITOR 指定编辑器,或用 --file、--set 修改。"""


class OneStep(HotlineError):
    """请给出且只给出一步:--submit、--return、--approve、--withdraw 或 --restore。"""


def edit(
    id: Id,
    file: Annotated[Path | None, typer.Option(help="从这个 YAML 文件读内容(kb show --yaml 的格式)")] = None,
    put: Annotated[list[str] | None, typer.Option("--set", help="字段=内容,可重复;多项之间用 | 隔开")] = None,
    new: Annotated[bool, typer.Option("--new", help="新写一个条目")] = False,
    base: Annotated[int, typer.Option(help="文件是照第几版改的;不给就看文件里的 # base,再没有就是现在的一版")] = 0,
    name: As = "",
    why: Why = "",
    config: Config = None,
) -> None:
    """修改或新写一个条目,存为新的一版草稿;不给 --file 和 --set 就打开编辑器($EDITOR)。"""
    with open_store(config) as (settings, store):
        actor = acting(settings, name)
        before, head = _begin(store, id, new, actor)

        def keep(entry: Entry, made_from: int) -> None:
            saved = store.save(entry, 0 if new else made_from, actor, why, _now())
            _tell_saved(saved, head, id)

        if file:
            _in_file(file, id, lambda entry, written: keep(entry, base or (head if written is None else written)))
        elif put:
            keep(with_settings(before, put), head)
        else:
            _in_editor(before, head, lambda entry: keep(entry, head))


def _begin(store: EntryStore, id: str, new: bool, actor: Actor) -> tuple[Entry, int]:
    """Return what is edited and its version, 0 for a new entry."""
    if not new:
        record = store.get(id)
        return record.head.entry, record.life.head
    if id in store.ids():
        raise EntryExists(id=id)
    return Entry(id, "", "", department=actor.department), 0


def _tell_saved(saved: Version, head: int, id: str) -> None:
    if saved.number == head:
        console.print(f"与第 {head} 版没有差别,没有另存。")
    else:
        console.print(f"已存为第 {saved.number} 版(草稿)。下一步:hotline kb review {id} --submit", markup=False)


def _in_file(path: Path, id: str, keep: Callable[[Entry, int | None], None]) -> None:
    """Keep what stands in the file `path`; where that fails, say that it is still there."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(path=path, what=error) from error
    try:
        keep(*from_text(text, id))
    except HotlineError:
        Console(stderr=True, highlight=False).print(f"您写的内容都在 {path}", markup=False, soft_wrap=True)
        raise


def _in_editor(before: Entry, head: int, keep: Callable[[Entry], None]) -> None:
    """Let the user change `before` in his editor and keep it; what cannot be kept stays in a file that is named."""
    folder = Path(tempfile.mkdtemp(prefix="hotline-kb-"))
    path = folder / "entry.yaml"
    path.write_text(shown := as_text(before, head), encoding="utf8")
    try:
        _run_editor(path)
        if path.read_text(encoding="utf8") == shown:
            console.print("没有改动,什么也没有保存。")
        else:
            _in_file(path, before.id, lambda entry, _: keep(entry))
    except EditorFailed:
        if path.read_text(encoding="utf8") == shown:
            shutil.rmtree(folder)
        raise
    shutil.rmtree(folder)


def _run_editor(path: Path) -> None:
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        subprocess.run([*shlex.split(editor), str(path)], check=True)
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        raise EditorFailed(editor=editor, what=error) from error


def review(
    id: Id,
    submit: Annotated[bool, typer.Option("--submit", help="提交审核")] = False,
    return_: Annotated[str, typer.Option("--return", help="退回修改,写明原因")] = "",
    approve: Annotated[bool, typer.Option("--approve", help="审核通过")] = False,
    withdraw: Annotated[str, typer.Option("--withdraw", help="撤下,来电人不再听到,写明原因")] = "",
    restore: Annotated[int, typer.Option("--restore", help="把第几版恢复成新的草稿")] = 0,
    version: Annotated[int, typer.Option(help="您看过的是第几版,不给就是现在的一版")] = 0,
    name: As = "",
    why: Why = "",
    config: Config = None,
) -> None:
    """提交、退回、通过、撤下或恢复一个条目。"""
    asked = {Step.SUBMIT: submit, Step.RETURN: return_, Step.APPROVE: approve, Step.WITHDRAW: withdraw}
    steps = [step for step, wanted in asked.items() if wanted]
    if len(steps) + bool(restore) != 1:
        raise OneStep
    with open_store(config) as (settings, store):
        actor = acting(settings, name)
        if restore:
            store.restore(id, restore, actor, _now(), why)
        else:
            seen = version or store.get(id).life.head
            store.step(id, steps[0], seen, actor, return_ or withdraw or why, _now())
        console.print(f"{id}:{standing(store.get(id).life)}", markup=False)


def publish(
    ids: Annotated[list[str], typer.Argument(help="条目编号,一个或多个,一起发布")],
    name: As = "",
    why: Why = "",
    config: Config = None,
) -> None:
    """发布审核通过的条目:先建索引、合成语音,都成了才让来电人听到;正在运行的热线一秒之内就用上。"""
    with open_store(config) as (settings, store):
        actor = acting(settings, name)
        versions = [(id, store.get(id).life.head) for id in dict.fromkeys(ids)]
        from hotline.publishing import make_publisher  # loads the index, which only this command needs

        begun = time.monotonic()
        publisher = make_publisher(settings, store)
        with Bars(Console(stderr=True)) as bars:
            done = asyncio.run(publisher.publish(versions, actor, why, _now(), bars))
    took = time.monotonic() - begun
    what = "、".join(f"{id} 第 {version} 版" for id, version in done.entries)
    console.print(f"第 {done.number} 号发布:{what},用时 {took:.1f} 秒。", markup=False)


def _now() -> datetime:
    return datetime.now(UTC)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("edit")(edit)
    app.command("review")(review)
    app.command("publish")(publish)
