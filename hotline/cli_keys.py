"""`hotline keys …`: the keys that personal data is sealed with: shown, changed, put to use, dropped, backed up."""

import time
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from core.database import Database
from core.errors import HotlineError, KeysStillUsed
from core.key_file import KeyFile, save_keys
from core.key_table import (
    known_keys,
    lookup_under_way,
    note_dropped,
    note_keys,
    note_lookup_begun,
    note_lookup_made,
)
from core.resealing import reseal, stale, used
from hotline.all_tables import metadata
from hotline.bars import Bars
from hotline.cli_records import Config, opened, settings
from hotline.out_file import out_file
from hotline.plain_table import PlainTable
from hotline.story import local_time
from tickets.holidays import calendar_of
from tickets.life.rules import load_city
from tickets.projection import rebuild

app = typer.Typer(no_args_is_help=True)
console = Console(highlight=False)
Sure = Annotated[bool, typer.Option("--yes", help="不再询问")]

RETIRED_S = 600.0
"""How long a key has sealed nothing before it may go: by then every process has noticed the changed file."""


class BackupThere(HotlineError):
    """{file} 已经存在,没有覆盖。请换一个文件名。"""


@app.command()
def show(
    config: Config = None, count: Annotated[bool, typer.Option("--count", help="还有多少内容要重新封存")] = False
) -> None:
    """有哪些钥匙、何时启用、哪一把在封存;钥匙本身从不显示。"""
    with opened(config) as database:
        keys = _file(config).current()
        known = database.run(known_keys)
        under_way = database.run(lookup_under_way)
        old = database.run(lambda c: stale(c, metadata, keys)) if count else None
    out = PlainTable("钥匙", "启用", "用途", "指纹", title=f"钥匙文件 {keys.file}")
    for key in known:
        uses = [*(["封存"] if key.name == keys.newest else []), *(["查找"] if key.name == keys.lookup else [])]
        rest = f"{local_time(key.dropped)} 已丢弃" if key.dropped else "只用来打开旧内容"
        out.add_row(key.name, local_time(key.made), "、".join(uses) or rest, key.fingerprint[:8])
    console.print(out)
    if under_way:
        console.print(
            "[red]换查找钥匙没有做完[/],按号码和词会查不到工单。请停止全部热线,运行 hotline keys rotate --lookup。"
        )
    if old is not None:
        console.print(f"还有 {old} 项内容没有用现在的钥匙封存" + (",请运行 hotline keys reseal。" if old else "。"))


@app.command()
def rotate(
    config: Config = None,
    lookup: Annotated[bool, typer.Option("--lookup", help="连同查找用的钥匙(须先停止全部热线进程)")] = False,
    yes: Sure = False,
) -> None:
    """换一把新钥匙封存今后的内容;旧内容仍用旧钥匙打开,直到 hotline keys reseal。

    带 --lookup 的中断了,再运行一次就接着做完。
    """
    if lookup and not yes:
        typer.confirm("换查找用的钥匙时,不能有热线进程在运行。全部停止了吗?", abort=True)
    with opened(config) as database:
        file = _file(config)
        before = _begin_lookup(database, file) if lookup else ""
        if not lookup or file.current().lookup == before:
            keys = file.change(lambda known: known.with_new_key(lookup))
            database.run(lambda c: note_keys(c, keys, time.time()))
            console.print(
                f"今后用 {keys.newest} 封存,运行中的进程一两秒内跟上。请备份钥匙文件(hotline keys export)。"
            )
    if lookup:
        console.print("正在重做查找用的内容:做完之前,按号码和词会查不到工单;若中断,请再运行一次本命令。")
        with opened(config) as database:
            damaged = _reseal(database, config)
            _rebuild(database, config)
            database.run(lambda c: note_lookup_made(c, time.time()))
        _end(damaged)


def _begin_lookup(database: Database, file: KeyFile) -> str:
    """Return the key of lookups before the change that is under way, or begins now."""
    before = database.run(lookup_under_way)
    if not before:
        before = file.current().lookup
        database.run(lambda c: note_lookup_begun(c, before, time.time()))
    return before


@app.command("reseal")
def reseal_all(config: Config = None) -> None:
    """用现在的钥匙重新封存全部旧内容,也封存从前没有封存的;可以中断后再来,不必停止热线。"""
    with opened(config) as database:
        damaged = _reseal(database, config)
    _end(damaged)


@app.command()
def drop(config: Config = None, yes: Sure = False) -> None:
    """丢弃已经没有内容使用的旧钥匙;备份的数据库若还用它,就再也打不开了。"""
    with opened(config) as database:
        file, now = _file(config), time.time()
        keys = file.current()
        known = {key.name: key for key in database.run(known_keys)}
        old = [name for name in keys.keys if name not in (keys.newest, keys.lookup)]
        if not old:
            console.print("没有可以丢弃的旧钥匙。")
            return
        early = [name for name in old if now - known[name].retired < RETIRED_S]
        if early:
            why = f"停用还不到 {RETIRED_S / 60:.0f} 分钟,可能有进程还在用它封存"
            raise KeysStillUsed(names="、".join(early), why=why)
        needed = database.run(lambda c: used(c, metadata, old))
        if needed:
            raise KeysStillUsed(names="、".join(sorted(needed)), why="还有内容是用它封存的")
        if not yes:
            typer.confirm(f"丢弃 {'、'.join(old)}?用它们封存的旧备份将无法打开。", abort=True)
        # First the note: a key that the file has and the database thinks dropped harms nobody.
        database.run(lambda c: note_dropped(c, old, now))
        file.change(lambda known: known.without(old))
    console.print(f"已丢弃 {'、'.join(old)}。")


@app.command()
def export(
    out: Annotated[Path, typer.Argument(help="备份到这个文件")],
    config: Config = None,
    yes: Sure = False,
) -> None:
    """把钥匙备份到一个文件(仅本人可读);有了它和数据库就能读出全部内容,请与数据库备份分开保存。"""
    if out.exists():
        raise BackupThere(file=out)
    if not yes:
        typer.confirm("备份文件里是全部钥匙,请与数据库备份分开保存。继续吗?", abort=True)
    with opened(config):
        keys = _file(config).current()
    save_keys(keys, out_file(out))
    console.print(f"已备份 {len(keys.keys)} 把钥匙到 {out}。")


def rebuild_tickets(config: Config = None) -> None:
    """重做工单的待办清单和检索词(都由工单和它的经过得出);恢复备份、换查找钥匙或改了督办规则之后用。"""
    with opened(config) as database:
        _rebuild(database, config)


def add_to(tickets: typer.Typer) -> None:
    """Add `rebuild` to `hotline tickets`."""
    tickets.command("rebuild")(rebuild_tickets)


def _file(config: Path | None) -> KeyFile:
    return KeyFile(settings(config).records.keys_file)


def _reseal(database: Database, config: Path | None) -> int:
    """Seal all anew and return how many could not be opened."""
    with Bars() as bars:
        done, damaged = reseal(
            database, metadata, _file(config).current(), lambda name, part, of: bars(name, part, of)
        )
    console.print(f"重新封存了 {done} 项内容。")
    return damaged


def _end(damaged: int) -> None:
    if damaged:
        console.print(f"[red]有 {damaged} 项内容已损坏,打不开,原样留着[/](是哪些见警告)。请从数据库备份恢复它们。")
        raise typer.Exit(1)


def _rebuild(database: Database, config: Path | None) -> None:
    with Bars() as bars:
        chosen = settings(config).tickets
        rules, calendar = load_city(chosen.rules).supervision, calendar_of(chosen.holidays)
        done = rebuild(database, datetime.now().astimezone(), partial(bars, "工单"), calendar, rules)
    console.print(f"重做了 {done} 张工单的清单和检索词。")
