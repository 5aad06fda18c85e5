"""`hotline serve`: starts the service, shows progress, and drains it when it is told to stop."""

import asyncio
import signal

import uvloop
from rich.console import Console

from hotline.bars import Bars
from hotline.service import Service
from hotline.settings import HotlineSettings

console = Console()


def serve_until_stopped(settings: HotlineSettings) -> None:
    """Run the hotline until SIGTERM or Ctrl-C; the second signal does not wait for running calls."""
    # The embedded line's SIP library needs asyncio's own loop; AudioSocket takes half the processor time on uvloop.
    factory = uvloop.new_event_loop if settings.line.kind == "asterisk" else None
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(_serve(settings))


async def _serve(settings: HotlineSettings) -> None:
    with Bars(console) as bars:
        service = Service(settings, bars)
        await service.start()
    console.print(f"[green]热线已接通[/green]:{service.uri}(UDP)")
    health = settings.health
    console.print(f"健康页 http://{health.host}:{service.health_port}/healthz,指标 /metrics")
    console.print("试打一个电话:hotline call --say 我社保卡丢了怎么补。停止:Ctrl-C")
    stop, again = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, lambda: again.set() if stop.is_set() else stop.set())
    await stop.wait()
    talking = service.reception.talking
    if talking:
        console.print(f"正在等 {talking} 个通话结束,最多 {settings.ivr.drain_s} 秒(再按一次立即停止)……")
    stopping = asyncio.create_task(service.stop())
    hurry = asyncio.create_task(again.wait())
    await asyncio.wait({stopping, hurry}, return_when=asyncio.FIRST_COMPLETED)
    if not stopping.done():
        await service.line.stop(0)
    hurry.cancel()
    await stopping
    console.print("热线已停止,记录已写完。")
