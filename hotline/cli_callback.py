"""`hotline callback …`: the calls that the hotline owes, for people."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console

from core.clock import SystemClock
from core.database import Database
from core.events import Event, append
from hotline.cli_records import Config, Most, settings
from hotline.plain_table import PlainTable
from hotline.records import open_records
from hotline.settings import HotlineSettings
from hotline.story import CALL_BACKS, local_time, masked
from hotline.supervising import make_lives
from hotline.viewing import os_user
from tickets.callback_life import SETTLED
from tickets.callback_store import CallBackStore
from tickets.callbacks import DO_NOT_CALL, CallBackTask, Stage
from tickets.secrecy.redact import redact

app = typer.Typer(no_args_is_help=True)
_STAGES = {
    Stage.WAITING: "待拨",
    Stage.DIALLING: "正在拨",
    Stage.DONE: "完成",
    Stage.GIVEN_UP: "放弃",
    Stage.WITHDRAWN: "撤销",
}
_REASONS = {
    "tries": "次数用完",
    "age": "过时",
    "got_through": "已打通热线",
    "ticket_open_again": "工单重新办理",
    SETTLED: "工单已另行回访或办结",
    "number_refused": "不再打",
    DO_NOT_CALL: "不再打",
    "wrong_number": "打错了",
    "void": "空号",
}


@contextmanager
def _store(chosen: HotlineSettings) -> Iterator[tuple[CallBackStore, Database]]:
    database = open_records(chosen.records)
    try:
        yield CallBackStore(database, chosen.callback, lives=make_lives(chosen, database)), database
    finally:
        database.close()


@app.command("list")
def list_tasks(
    over: Annotated[bool, typer.Option("--over", help="最近一周已结束的")] = False,
    config: Config = None,
    most: Most = 50,
) -> None:
    """待拨的回拨和回访,最先该打的在前。"""
    now = SystemClock().now()
    with _store(settings(config)) as (store, _):
        tasks = store.list_now(now, over)
    out = PlainTable("编号", "类型", "号码", "工单", "阶段", "已拨", "下次可拨", title="回拨和回访")
    for task, at in tasks[:most]:
        reason = _REASONS.get(task.reason, task.reason)
        stage = _STAGES[task.stage] + (f"({reason})" if reason else "")
        due = f"{at:%m-%d %H:%M}" if at else ""
        out.add_row(
            task.id, CALL_BACKS[task.kind], masked(task.number), task.ticket, stage, f"{len(task.tries)} 次", due
        )
    Console().print(out)


@app.command("plan")
def plan(config: Config = None) -> None:
    """从记录中找出漏接的来电和已办结待回访的工单;运行多少次结果都一样。"""
    with _store(settings(config)) as (store, _):
        planned = store.plan_now(SystemClock().now())
    new, gone, up = len(planned.new), len(planned.withdrawn), len(planned.given_up)
    Console().print(f"新增 {new} 个,撤销 {gone} 个,放弃 {up} 个。", highlight=False)


@app.command("run")
def run(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会打给谁、什么时候打,什么都不改")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="打完不退出,到点接着打,直到 Ctrl-C")] = False,
    config: Config = None,
) -> None:
    """拨打现在该打的回拨和回访,边打边显示,最后列出结果。Ctrl-C 后等通话结束再退出。"""
    from hotline.calling_back import call_back
    from hotline.wiring import make_dialer

    chosen = settings(config)
    if dry_run:
        _preview(chosen)
        return
    raise typer.Exit(call_back(chosen, make_dialer(chosen), Console(), keep))


def _preview(chosen: HotlineSettings) -> None:
    now = SystemClock().now()
    with _store(chosen) as (store, _):
        due = store.preview_now(now)
    out = PlainTable("什么时候", "类型", "号码", "工单", "第几次", title="会打给谁")
    for task, at in due:
        when = "现在" if at <= now else f"{at:%m-%d %H:%M}"
        out.add_row(when, CALL_BACKS[task.kind], masked(task.number), task.ticket, str(len(task.tries) + 1))
    Console().print(out)


@app.command("show")
def show(id: Annotated[str, typer.Argument(help="任务编号")], config: Config = None) -> None:
    """一个回拨任务的经过;查看会被记录。"""
    with _store(settings(config)) as (store, database):
        task, told = store.find_now(id), store.history_now(id)
        seen = Event(SystemClock().now().timestamp(), task.stream, "callback.viewed", {"os_user": os_user()})
        database.run(lambda c: append(c, seen))
    console = Console()
    console.print(_task_table(task))
    for event in told:
        facts = ",".join(
            f"{name} {redact(str(value))}" for name, value in event.body.items() if value and name != "number"
        )
        console.print(f"{local_time(event.at)} {event.kind} {facts}", style="dim", highlight=False)


def _task_table(task: CallBackTask) -> PlainTable:
    out = PlainTable(title=f"{CALL_BACKS[task.kind]} {task.id}", show_header=False)
    result = task.result or {}
    for name, value in (
        ("号码", masked(task.number)),
        ("工单", task.ticket),
        ("来电", ",".join(filter(None, (task.call_id, *task.joined)))),
        ("阶段", _STAGES[task.stage]),
        ("原因", _REASONS.get(task.reason, task.reason)),
        ("已拨", ",".join(f"{each.at:%m-%d %H:%M} {each.outcome or '正在拨'}" for each in task.tries)),
        ("约定时间", f"{task.not_before:%m-%d %H:%M}" if task.not_before else ""),
        ("解决", str(result.get("solved", ""))),
        ("满意", str(result.get("satisfied", ""))),
        ("不满意的原因", str(result.get("reason", ""))),
    ):
        if value:
            out.add_row(name, value)
    return out
