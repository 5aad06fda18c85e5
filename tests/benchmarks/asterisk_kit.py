"""For benchmarks behind a real Asterisk: a line in a process of its own, and sipp as a crowd of callers."""

import asyncio
import json
import multiprocessing
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import uvloop

from telephony.asterisk.call import AsteriskCall
from telephony.asterisk.line import AsteriskLine
from telephony.asterisk.runner import Asterisk
from telephony.asterisk.settings import AsteriskSettings
from telephony.codecs import PCMA
from telephony.collector import spare_what_is_loaded
from telephony.line import Audio, Call, HungUp
from telephony.timeliness import Timeliness
from tests.benchmarks.call_process import cpu_s
from tests.serving import Served, served
from tests.sipp import start

SCENARIO = Path(__file__).with_name("sipp_load.xml").absolute()
MEASURED = "1380000"
"""What the numbers of measured callers begin with; sipp's begin with 1390000."""
TONE_S = 0.2
RATE = 8000


def tone(seconds: float) -> bytes:
    """A loud tone, 16-bit mono PCM at 8 kHz."""
    return (8000 * np.sin(np.arange(int(seconds * RATE)) * 0.3)).astype("<i2").tobytes()


@dataclass(slots=True)
class Seen:
    """What the line saw of the measured callers, and what it is made of."""

    frames: int = 0
    very_late: int = 0
    worst_ms: float = 0.0
    calls: int = 0
    crowd_heard: int = 0
    """Callers of the crowd who could be heard."""
    tasks: int = 0
    running: int = 0
    cpu_s: float = 0.0


async def echo(call: Call, seen: Seen) -> None:
    """Say everything back; measured callers' frames are held against the clock on their way in."""
    await call.answer()
    measured, arrived, heard = (call.caller or "").startswith(MEASURED), Timeliness(), False
    async for event in call.events():
        if isinstance(event, Audio):
            call.play(event.pcm)
            if measured:
                arrived.add(arrived.received & 0xFFFF, event.at)
            elif not heard and event.pcm.strip(b"\0\x08\xf8\xff"):
                heard = True
                seen.crowd_heard += 1
    if measured:
        seen.frames += arrived.received
        seen.very_late += arrived.very_late
        seen.worst_ms = max(seen.worst_ms, arrived.worst_s * 1000)


async def short(call: Call, seen: Seen) -> None:
    """Speak for a second; then, by the caller's number, they leave, we leave, or a queue is tried."""
    assert isinstance(call, AsteriskCall)
    await call.answer()
    call.play(tone(1.0))
    way = int((call.caller or "0")[-1]) % 3
    if way:
        await call.played_out()
        if way == 2:
            await call.transfer("general", 5)
        await call.hang_up()
    async for event in call.events():
        if isinstance(event, HungUp):
            seen.calls += 1


ANSWERERS: dict[str, Callable[[Call, Seen], Any]] = {"echo": echo, "short": short}


async def _serve(pipe: Connection, settings: AsteriskSettings, answerer: str) -> None:
    seen, line = Seen(), AsteriskLine(settings)
    await line.start(lambda call: ANSWERERS[answerer](call, seen))
    spare_what_is_loaded()
    pipe.send("ready")
    while await asyncio.to_thread(pipe.recv) != "over":
        seen.tasks, seen.running = len(asyncio.all_tasks()), line.running
        seen.cpu_s = cpu_s([os.getpid()])
        pipe.send(json.dumps(asdict(seen)))
    await line.stop()


def _process(pipe: Connection, settings: str, answerer: str) -> None:
    uvloop.run(_serve(pipe, AsteriskSettings.model_validate_json(settings), answerer))


class LineProcess:
    """A line of ours behind Asterisk, on uvloop, as `hotline serve` runs it."""

    def __init__(self, pipe: Connection, pid: int) -> None:
        self._pipe, self.pid = pipe, pid

    def seen(self) -> Seen:
        """Return what it has seen so far."""
        self._pipe.send("seen")
        return Seen(**json.loads(self._pipe.recv()))


@contextmanager
def line_process(asterisk: Asterisk, answerer: str) -> Iterator[LineProcess]:
    """Run a line with the answerer of that name."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_process, args=(theirs, asterisk.settings.model_dump_json(), answerer))
    process.start()
    try:
        assert ours.recv() == "ready" and process.pid
        yield LineProcess(ours, process.pid)
        ours.send("over")
    finally:
        process.join(10)
        process.terminate()


@dataclass(slots=True)
class Crowd:
    """Callers by sipp: its process, and its exit status once it has ended."""

    pid: int = 0
    status: int | None = None
    process: asyncio.subprocess.Process | None = None

    def stop(self) -> None:
        """Let the crowd vanish before its time; to be followed by the end of this Asterisk."""
        if self.process and self.process.returncode is None:
            self.process.kill()


@asynccontextmanager
async def crowd(asterisk: Asterisk, calls: int, seconds: float, per_s: float = 20.0) -> AsyncIterator[Crowd]:
    """Hold `calls` calls that speak all the time, each for `seconds`; the context begins when all of them are up."""
    seen = Crowd()
    if not calls:
        yield seen
        return
    with tempfile.TemporaryDirectory(prefix="sipp") as name:
        folder = Path(name)
        (folder / "load.al").write_bytes(PCMA.encode(tone(10.0)))
        holds = (
            "-d",
            str(round(seconds * 1000)),
            "-l",
            str(calls),
            "-min_rtp_port",
            "40000",
            "-max_rtp_port",
            "49998",
        )
        process = await start(SCENARIO, asterisk.settings.sip_port, calls, folder, *holds, per_s=per_s)
        seen.pid, seen.process = process.pid, process
        try:
            await asyncio.sleep(calls / per_s + 1.0)
            yield seen
            seen.status = await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def channels(line: AsteriskLine) -> int:
    """Return how many channels Asterisk has."""
    return len(await line.exchange.ami.list("CoreShowChannels"))


@contextmanager
def hotline_behind(asterisk: Asterisk, most_calls: int = 30) -> Iterator[Served]:
    """Run `hotline serve` behind `asterisk` with its defaults in an empty folder, rendering nothing ahead."""
    line = asterisk.settings
    nodes = "".join(
        f'[[asterisk.nodes]]\nname = "{node.name}"\nhost = "{node.host}"\nport = {node.port}\n' for node in line.nodes
    )
    queues = "".join(f'[[asterisk.queues]]\nname = "{queue.name}"\n' for queue in line.queues)
    out = line.outbound
    toml = (
        f'kind = "asterisk"\n[asterisk]\nfolder = "{line.folder}"\nami_port = {line.ami_port}\n'
        f"sip_port = {line.sip_port}\nweb_port = {line.web_port}\n{nodes}{queues}"
        f'[asterisk.outbound]\nname = "{out.name}"\nhost = "{out.host}"\nport = {out.port}\n'
        f"[ivr]\nmax_calls = {most_calls}\n[serve]\nrender_ahead = false\n"
    )
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), toml) as running:
        running.uri = f"sip:12345@{line.sip_host}:{line.sip_port}"
        yield running
