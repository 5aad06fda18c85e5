"""The telephone line alone under load: calls that echo, frames late and lost, CPU spent.

Run `python -m tests.benchmarks.line_load --calls 20 50 100 --seconds 20`, with `--line pyvoip` for that line.
The line and its callers are two processes.
"""

import argparse
import asyncio
import multiprocessing
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection

import numpy as np
from rich.console import Console
from rich.table import Table

from telephony.caller import SipCaller
from telephony.collector import spare_what_is_loaded
from telephony.dialled import Dialled
from telephony.line import Audio, Call
from telephony.pyvoip_line import PyVoipLine
from telephony.settings import LineSettings
from telephony.sip_line import SipLine

LINES = {"embedded": SipLine, "pyvoip": PyVoipLine}

BURST_S, EVERY_S = 0.2, 2.0
"""Each caller says a tone of this length this often; its echo shows the delay there and back."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one run showed."""

    calls: int
    frames: int
    lost: int
    late: int
    very_late: int
    worst_ms: float
    round_trip_ms: float
    line_cpu: float
    caller_cpu: float
    """Share of one core."""


async def _echo(call: Call) -> None:
    await call.answer()
    async for event in call.events():
        if isinstance(event, Audio):
            call.play(event.pcm)


async def _serve(pipe: Connection, kind: str) -> None:
    line = LINES[kind](LineSettings(port=0, most_calls=1000, rtp_first=30000, rtp_last=39999))
    await line.start(_echo)
    spare_what_is_loaded()
    began = time.process_time()
    pipe.send(line.address[1])
    await asyncio.to_thread(pipe.recv)
    pipe.send(time.process_time() - began)
    await line.stop()


def _line_process(pipe: Connection, kind: str) -> None:
    asyncio.run(_serve(pipe, kind))


async def _one(caller: SipCaller, port: int, number: int, seconds: float) -> Dialled:
    tone = (8000 * np.sin(np.arange(int(BURST_S * 8000)) * 0.3)).astype("<i2").tobytes()
    await asyncio.sleep(number * 0.02)  # callers do not dial in one instant
    call = await caller.dial(f"sip:12345@127.0.0.1:{port}", f"1380000{number:04}")
    if not await call.answered():
        raise RuntimeError(f"call {number} was not answered")
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        call.send(tone)
        await asyncio.sleep(EVERY_S)
    await call.hang_up()
    return call


def _round_trips(call: Dialled) -> list[float]:
    echoes = [call.sounds.first_after(said.start) for said in call.said.all]
    return [echo - said.start for echo, said in zip(echoes, call.said.all, strict=True) if echo]


async def measure(calls: int, seconds: float, kind: str = "embedded") -> Load:
    """Hold `calls` calls for `seconds` seconds."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_line_process, args=(theirs, kind))
    process.start()
    try:
        port = await asyncio.to_thread(ours.recv)
        began_cpu, began = time.process_time(), time.monotonic()
        async with SipCaller() as caller:
            done = await asyncio.gather(*(_one(caller, port, number, seconds) for number in range(calls)))
        took, caller_cpu = time.monotonic() - began, time.process_time() - began_cpu
        ours.send("over")
        line_cpu = await asyncio.to_thread(ours.recv)
    finally:
        process.join(5)
        process.terminate()
    times = [call.audio.timeliness for call in done]
    return Load(
        calls=calls,
        frames=sum(t.received for t in times),
        lost=sum(t.lost for t in times),
        late=sum(t.late for t in times),
        very_late=sum(t.very_late for t in times),
        worst_ms=max(t.worst_s for t in times) * 1000,
        round_trip_ms=float(np.median([trip for call in done for trip in _round_trips(call)])) * 1000,
        line_cpu=line_cpu / took,
        caller_cpu=caller_cpu / took,
    )


def main() -> None:
    """Print one line for each number of calls."""
    spare_what_is_loaded()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, nargs="+", default=[20, 50, 100])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--line", choices=LINES, default="embedded")
    options = parser.parse_args()
    columns = ("calls", "frames", "lost", ">40 ms", ">60 ms", "worst ms", "echo ms", "line CPU", "callers")
    table = Table(
        *columns,
        title=f"{options.line} line, {options.seconds:.0f} s of echo, late frames, CPU in shares of one core",
    )
    for calls in options.calls:
        load = asyncio.run(measure(calls, options.seconds, options.line))
        table.add_row(
            str(load.calls),
            str(load.frames),
            f"{load.lost / load.frames:.3%}",
            f"{load.late / load.frames:.3%}",
            f"{load.very_late / load.frames:.3%}",
            f"{load.worst_ms:.1f}",
            f"{load.round_trip_ms:.1f}",
            f"{load.line_cpu:.1%}",
            f"{load.caller_cpu:.1%}",
        )
    Console().print(table)


if __name__ == "__main__":
    main()
