"""`hotline agents`: how the agents' seats stand, and orders to them; each order is on record."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from core.events import EventLog
from hotline.cli_records import settings
from hotline.plain_table import PlainTable
from hotline.records import open_records
from hotline.story import local_time
from telephony.asterisk.control import Control
from telephony.asterisk.exchange import Exchange
from telephony.asterisk.settings import AgentSettings
from telephony.asterisk.talks import Talk

app = typer.Typer(no_args_is_help=True)
console = Console()

Config = Annotated[Path | None, typer.Option("--config", "-c", help="配置文件 hotline.toml")]
Agent = Annotated[str, typer.Argument(help="坐席的分机号")]
Supervisor = Annotated[str, typer.Argument(help="班长的分机号")]
BY = "cli"

STAGES = {"ringing": "振铃", "talking": "通话", "held": "保持", "transferring": "转接中", "conference": "三方通话"}
IDLE = "空闲"


@app.command("list")
def list_agents(config: Config = None) -> None:
    """每个坐席的状态、所在队列和起始时间,以及各队列的情况。"""
    asyncio.run(_with(config, _show))


@app.command()
def pause(agent: Agent, reason: Annotated[str, typer.Argument(help="原因,如 吃饭")], config: Config = None) -> None:
    """示忙:不再给这个坐席派来电。"""
    _do(config, lambda control: control.pause(agent, reason, BY), f"{agent} 已示忙:{reason}")


@app.command()
def unpause(agent: Agent, config: Config = None) -> None:
    """示闲:恢复派来电。"""
    _do(config, lambda control: control.unpause(agent, BY), f"{agent} 已示闲")


@app.command()
def ready(agent: Agent, config: Config = None) -> None:
    """提前结束话后整理。"""
    _do(config, lambda control: control.ready(agent, BY), f"{agent} 话后整理已结束")


@app.command("more-time")
def more_time(
    agent: Agent, seconds: Annotated[int, typer.Argument(help="延长的秒数")], config: Config = None
) -> None:
    """延长话后整理。"""
    _do(config, lambda control: control.more_time(agent, seconds, BY), f"{agent} 话后整理延长 {seconds} 秒")


@app.command()
def listen(supervisor: Supervisor, agent: Agent, config: Config = None) -> None:
    """监听:班长的话机振铃,接起后听到双方,双方听不到班长。"""
    _do(config, lambda control: control.listen(supervisor, agent, BY), f"{supervisor} 正在监听 {agent}")


@app.command()
def whisper(supervisor: Supervisor, agent: Agent, config: Config = None) -> None:
    """耳语:班长说话只有坐席听得到。"""
    _do(config, lambda control: control.whisper(supervisor, agent, BY), f"{supervisor} 正在对 {agent} 耳语")


@app.command()
def barge(supervisor: Supervisor, agent: Agent, config: Config = None) -> None:
    """强插:班长加入通话,三方都听得到。"""
    _do(config, lambda control: control.barge(supervisor, agent, BY), f"{supervisor} 已加入 {agent} 的通话")


@app.command("stop-listening")
def stop_listening(supervisor: Supervisor, config: Config = None) -> None:
    """结束监听、耳语或强插。"""
    _do(config, lambda control: control.stop_listening(supervisor), f"{supervisor} 已退出")


@app.command()
def hold(agent: Agent, config: Config = None) -> None:
    """保持:来电人听音乐。"""
    _do(config, lambda control: control.hold(agent, BY), f"{agent} 的通话已保持")


@app.command()
def resume(agent: Agent, config: Config = None) -> None:
    """取回保持的通话。"""
    _do(config, lambda control: control.resume(agent, BY), f"{agent} 的通话已恢复")


@app.command()
def transfer(
    agent: Agent, target: Annotated[str, typer.Argument(help="另一个分机号,或队列名")], config: Config = None
) -> None:
    """转接:没有人接就回到原坐席;原坐席已挂机则优先排队。"""
    _do(
        config,
        lambda control: control.transfer(agent, target, BY),
        lambda taken: f"已转给 {target}" if taken else f"{target} 没有接听,来电已退回",
    )


@app.command("three-party")
def three_party(
    agent: Agent, number: Annotated[str, typer.Argument(help="部门电话或分机号")], config: Config = None
) -> None:
    """三方通话:把部门接进来;接不通时通话照常继续。"""
    _do(config, lambda control: control.three_party(agent, number, BY), f"{number} 已加入通话")


def _do(config: Path | None, order: Callable[[Control], Awaitable[Any]], done: str | Callable[[Any], str]) -> None:
    number = settings(config).line.number

    async def run(exchange: Exchange, log: EventLog) -> None:
        told = await order(Control(exchange, log.append, number))
        console.print(done if isinstance(done, str) else done(told), highlight=False)

    asyncio.run(_with(config, run))


async def _with(config: Path | None, work: Callable[[Exchange, EventLog], Awaitable[None]]) -> None:
    made = settings(config)
    exchange = Exchange(made.asterisk)
    await exchange.start()
    try:
        database = await asyncio.to_thread(open_records, made.records)
        log = EventLog(database)
        try:
            await work(exchange, log)
        finally:
            await asyncio.to_thread(log.close)
            await asyncio.to_thread(database.close)
    finally:
        await exchange.stop()


async def _show(exchange: Exchange, _: EventLog) -> None:
    channels = await exchange.ami.list("CoreShowChannels")
    durations = {channel.get("Channel"): _seconds(channel.get("Duration")) for channel in channels}
    now = time.time()
    console.print(agents_table(exchange, durations, now))
    console.print(queues_table(exchange, now))


def agents_table(exchange: Exchange, durations: Mapping[str, float], now: float) -> PlainTable:
    """Return every seat; `durations` are the seconds since each channel began, `now` is seconds since 1970."""
    table = PlainTable("分机", "姓名", "状态", "队列", "自何时", title="坐席")
    for agent in exchange.settings.agents:
        talk = exchange.talks.of_agent(agent.number)
        state, since = seat_state(exchange, agent, talk, durations, now)
        queue = talk.queue if talk else "、".join(agent.queues)
        table.add_row(agent.number, agent.name, state, queue, local_time(since) if since else "")
    return table


def seat_state(
    exchange: Exchange, agent: AgentSettings, talk: Talk | None, durations: Mapping[str, float], now: float
) -> tuple[str, float]:
    """Return what an agent does, and since when in seconds since 1970; 0 where that is not known."""
    members = list(exchange.queues.of_agent(agent.number).values())
    if talk:
        third = f"({talk.third})" if talk.third else ""
        return STAGES[talk.stage] + third, now - durations.get(talk.agent_channel, 0.0)
    member = members[0] if members else None
    if member is None:
        return "不在队列", 0.0
    if not member.logged_in:
        return "未登录", 0.0
    if member.paused:
        return member.reason.partition(" ")[0] if member.wrapping_up else f"示忙:{member.reason}", member.last_pause
    return (IDLE if member.status in ("1",) else "占线"), member.last_call


def queues_table(exchange: Exchange, now: float) -> PlainTable:
    """Return how every queue stands at `now`, in seconds since 1970."""
    table = PlainTable("队列", "名称", "在岗", "空闲", "排队", "预计等候", title="队列")
    for queue in exchange.settings.queues:
        found = exchange.queues.standing(queue.name, now)
        wait = "无人在岗" if found.expected_wait_s is None else f"{found.expected_wait_s:.0f} 秒"
        table.add_row(queue.name, queue.title, str(found.logged_in), str(found.free), str(found.waiting), wait)
    return table


def _seconds(text: str) -> float:
    """Return 00:01:05 in seconds."""
    total = 0
    for part in text.split(":"):
        total = total * 60 + (int(part) if part.isdigit() else 0)
    return float(total)
