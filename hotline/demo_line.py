"""The line of the demonstration: the embedded one, or a real Asterisk with an agent's telephone."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from rich.console import Console

from hotline.cli_asterisk import write_sounds
from hotline.demo_human import demo_agent, demo_human
from hotline.settings import HealthSettings, HotlineSettings, RecordsSettings
from ivr.settings import IvrSettings
from telephony.asterisk.install import install
from telephony.asterisk.runner import Asterisk
from telephony.asterisk.settings import AsteriskSettings, NodeSettings
from telephony.settings import LineSettings


@asynccontextmanager
async def demo_line(keep: Path, behind_asterisk: bool, console: Console) -> AsyncIterator[HotlineSettings]:
    """Yield settings for a hotline whose calls can be handed over to somebody."""
    own = HotlineSettings(health=HealthSettings(port=0), records=RecordsSettings(folder=keep))
    if behind_asterisk:
        async with _asterisk(own, keep, console) as settings:
            yield settings
        return
    async with demo_human() as human:
        yield own.model_copy(update={"line": LineSettings(port=0), "ivr": IvrSettings(human=human)})


@asynccontextmanager
async def _asterisk(own: HotlineSettings, keep: Path, console: Console) -> AsyncIterator[HotlineSettings]:
    install(progress=console.print)
    ami, sip, web, audio = free_ports(4)
    behind = AsteriskSettings(
        folder=keep / "asterisk", ami_port=ami, sip_port=sip, web_port=web, nodes=(NodeSettings(port=audio),)
    )
    settings = own.model_copy(update={"line": LineSettings(kind="asterisk"), "asterisk": behind})
    await write_sounds(settings)
    asterisk = Asterisk(behind, settings.line.number)
    await asterisk.start()
    try:
        async with demo_agent(behind) as agent:
            console.print(f"Asterisk 已启动(SIP 端口 {sip}),坐席 {agent} 已签入")
            yield settings
    finally:
        await asterisk.stop()


def free_ports(count: int) -> list[int]:
    """Return TCP ports of this machine that nobody uses."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
