"""The transport behind Asterisk alone: A-law calls through Asterisk and AudioSocket to a line that echoes.

    python -m tests.benchmarks.asterisk_load [--calls 50 100 150] [--seconds 60] [--measured 5] [--json FILE]

sipp is the crowd: it sends A-law in every call, but does not say when each packet came back. So some of the calls are
our own callers', begun in between, who hold every packet against its schedule; with 5 calls of 60 s that is 15,000
packets of whatever befalls all. The same is done at the line, for the way in. Line, Asterisk, sipp and measuring
callers are four processes; the processor time of each is stated, because all of them share this machine.
"""

import asyncio
import os
import time
from collections.abc import Sequence

from telephony.asterisk.runner import Asterisk
from telephony.caller import SipCaller
from telephony.collector import spare_what_is_loaded
from telephony.dialled import Dialled
from tests.asterisk import running_asterisk
from tests.benchmarks.asterisk_kit import MEASURED, LineProcess, crowd, line_process, tone
from tests.benchmarks.call_process import cpu_s
from tests.benchmarks.report import Report, parser

ALLOWANCE_S = 5.0
"""The crowd stays this much longer than the measured callers."""


async def measured_call(telephone: SipCaller, uri: str, place: int, seconds: float) -> Dialled:
    """Speak for `seconds`, then hang up."""
    call = await telephone.dial(uri, f"{MEASURED}{place:04}")
    if not await call.answered():
        raise RuntimeError(f"not answered: {call.ended}")
    call.send(tone(seconds))
    await asyncio.sleep(seconds)
    await call.hang_up()
    return call


async def measure(
    asterisk: Asterisk, line: LineProcess, calls: int, measured: int, seconds: float
) -> dict[str, float]:
    """Hold `calls` calls, `measured` of them our own, for `seconds`."""
    uri = f"sip:12345@127.0.0.1:{asterisk.settings.sip_port}"
    before = line.seen()
    async with SipCaller() as telephone:
        others = calls - measured
        async with crowd(asterisk, others, seconds + others / 20 + ALLOWANCE_S) as load:
            pids = {"asterisk": asterisk.pid, "line": line.pid, "sipp": load.pid, "measuring": os.getpid()}
            used, began = {name: cpu_s([pid]) for name, pid in pids.items()}, time.monotonic()
            made = (measured_call(telephone, uri, place, seconds) for place in range(measured))
            done = await asyncio.gather(*made)
            took = time.monotonic() - began
            cpu = {f"cpu_{name}": (cpu_s([pid]) - used[name]) / took for name, pid in pids.items()}
        await asyncio.sleep(1.0)
    times, after = [call.audio.timeliness for call in done], line.seen()
    return cpu | {
        "calls": calls,
        "frames": sum(each.received + each.lost for each in times),
        "lost": sum(each.lost for each in times),
        "late": sum(each.very_late for each in times),
        "worst_ms": max(each.worst_s for each in times) * 1000,
        "frames_in": after.frames - before.frames,
        "late_in": after.very_late - before.very_late,
        "crowd_heard": after.crowd_heard - before.crowd_heard,
        "crowd": others,
        "due": seconds * 50 * measured,
        "sipp_failed": float(load.status or 0),
    }


def fill(report: Report, seen: dict[str, float]) -> None:
    """Add what one number of calls showed."""
    calls, frames = f"{seen['calls']:.0f} calls", seen["frames"]
    share, share_in = seen["late"] / frames, seen["late_in"] / max(1.0, seen["frames_in"])
    aim = seen["calls"] == 100
    target = "< 0.5 %" if aim else ""
    report.add(f"{calls}: more than 60 ms late, out", f"{share:.3%}", target, share < 0.005 if aim else None)
    report.add(f"{calls}: more than 60 ms late, in", f"{share_in:.3%}", target, share_in < 0.005 if aim else None)
    lost = f"{seen['lost']:.0f} of {frames:.0f}; {frames / seen['due']:.1%} of what was due came"
    report.add(f"{calls}: lost", lost, "none" if aim else "", seen["lost"] == 0 if aim else None)
    report.add(f"{calls}: worst lateness", f"{seen['worst_ms']:.0f} ms")
    cores = ", ".join(f"{name} {seen[f'cpu_{name}']:.0%}" for name in ("asterisk", "line", "sipp", "measuring"))
    report.add(f"{calls}: share of a core", cores)
    heard, crowd_, status = seen["crowd_heard"], seen["crowd"], seen["sipp_failed"]
    text = f"{heard:.0f} of {crowd_:.0f}, sipp's exit status {status:.0f}"
    report.add(f"{calls}: callers of the crowd heard", text, "all, 0", heard == crowd_ and not status)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = parser(__doc__)
    options.add_argument("--calls", type=int, nargs="+", default=[50, 100, 150])
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--measured", type=int, default=5)
    chosen = options.parse_args(argv)
    report = Report("asterisk_load", f"Calls through Asterisk and AudioSocket, {chosen.seconds:.0f} s of echo")
    spare_what_is_loaded()
    for calls in chosen.calls:
        with running_asterisk() as asterisk, line_process(asterisk, "echo") as line:
            seen = asyncio.run(measure(asterisk, line, calls, min(chosen.measured, calls), chosen.seconds))
        report.facts[str(calls)] = seen
        fill(report, seen)
    report.show(chosen.json)


if __name__ == "__main__":
    main()
