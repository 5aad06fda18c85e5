"""`hotline asterisk`: set Asterisk up, write its configuration, run it."""

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from hotline.cli_records import settings
from hotline.plain_table import PlainTable
from hotline.settings import HotlineSettings
from telephony.asterisk.config import write
from telephony.asterisk.install import install, modules_of, program, share_of
from telephony.asterisk.prompts import missing, write_prompts
from telephony.asterisk.runner import Asterisk
from telephony.asterisk.settings import AsteriskSettings

app = typer.Typer(no_args_is_help=True)
console = Console()

Config = Annotated[Path | None, typer.Option("--config", "-c", help="配置文件 hotline.toml")]


@app.command("install")
def install_asterisk() -> None:
    """下载并解开 Asterisk(Debian 软件包,不需要管理员权限,约 241 MB、15 秒)。"""
    script = install(progress=console.print)
    console.print(f"Asterisk 已装好:{script}")


@app.command("config")
def config_asterisk(
    config: Config = None,
    phones: Annotated[bool, typer.Option("--phones", help="列出坐席话机的账号和密码")] = False,
) -> None:
    """按 hotline.toml 生成 Asterisk 的全部配置和提示音。"""
    made = settings(config)
    asyncio.run(_write(made))
    console.print(f"配置已写到 {made.asterisk.folder / 'etc'},改了 hotline.toml 以后再运行一次")
    if phones:
        console.print(phone_table(made.asterisk))


@app.command("run")
def run_asterisk(config: Config = None) -> None:
    """生成配置并在前台运行 Asterisk;Ctrl-C 停止。"""
    asyncio.run(_run(settings(config)))


def phone_table(made: AsteriskSettings) -> PlainTable:
    """Return the agents' accounts, which is what their phones need to register."""
    table = PlainTable("分机", "姓名", "队列", "方式", "密码", title="坐席话机")
    for agent in made.agents:
        way = f"ws://{made.web_host}:{made.web_port}/ws" if agent.webrtc else f"UDP {made.sip_host}:{made.sip_port}"
        table.add_row(agent.number, agent.name, "、".join(agent.queues), way, made.password(agent.number))
    return table


async def write_sounds(made: HotlineSettings) -> None:
    """Speak what Asterisk says by itself, as far as it is not there yet."""
    if not missing(made.asterisk.folder):
        return
    from tts.voice import Voice  # brings scipy, and every command would wait for it

    voice = Voice(made.tts)
    await voice.start()
    try:
        await write_prompts(made.asterisk.folder, voice.whole)
    finally:
        await voice.stop()


async def _write(made: HotlineSettings) -> None:
    binary = program()
    write(made.asterisk, made.line.number, modules_of(binary), share_of(binary))
    await write_sounds(made)


async def _run(made: HotlineSettings) -> None:
    install(progress=console.print)
    await write_sounds(made)
    asterisk = Asterisk(made.asterisk, made.line.number)
    await asterisk.start()
    line = made.asterisk
    console.print(f"[green]Asterisk 已启动[/green]:sip:{made.line.number}@{line.sip_host}:{line.sip_port}(UDP)")
    console.print('再开一个窗口运行 hotline serve([line] kind = "asterisk")。停止:Ctrl-C', markup=False)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    ended, stopping = asyncio.create_task(asterisk.ended()), asyncio.create_task(stop.wait())
    await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    await asterisk.stop()
