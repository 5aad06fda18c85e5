"""sipp, the SIP load generator and scenario player, for the tests: set up like Asterisk, run as a process."""

import asyncio
import csv
import tempfile
from dataclasses import dataclass
from pathlib import Path

from core.models import cache_folder
from telephony.asterisk.debian import unpack
from telephony.asterisk.install import SUITE
from tests.serving import free_port

HUGE = "x" * 6000
"""What [huge] is in a scenario: three of these and the rest stay under the 65,507 bytes of a datagram."""
GIVE_UP_S = 120
"""After this sipp ends by itself, whatever it waits for."""


def sipp() -> Path:
    """Return sipp's start script, unpacked from Debian's packages if need be (65 MB, some 6 seconds)."""
    return unpack(("sip-tester",), "usr/bin/sipp", cache_folder() / "sipp", SUITE)


@dataclass(frozen=True, slots=True)
class Played:
    """What sipp saw. `status` is its exit status: 0 where every call went as the scenario says."""

    status: int
    successful: int
    failed: int
    errors: str
    """What sipp wrote about calls that went otherwise."""


async def play(scenario: Path, port: int, calls: int, *arguments: str, per_s: float = 20.0) -> Played:
    """Play `scenario` towards UDP `port` of this machine `calls` times, `per_s` a second, to their ends."""
    with tempfile.TemporaryDirectory(prefix="sipp") as folder:
        process = await start(scenario, port, calls, Path(folder), *arguments, per_s=per_s)
        try:
            status = await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return result(Path(folder), status)


async def start(
    scenario: Path, port: int, calls: int, folder: Path, *arguments: str, per_s: float
) -> asyncio.subprocess.Process:
    """Start sipp; its figures will be in `folder`. Nothing unexpected ends a call: only the scenario does.

    `scenario` is an absolute path.
    """
    order = [
        str(sipp()), f"127.0.0.1:{port}", "-sf", str(scenario), "-s", "12345", "-m", str(calls),
        "-r", str(per_s), "-i", "127.0.0.1", "-p", str(free_port()), "-mi", "127.0.0.1", "-nostdin",
        "-timeout", str(GIVE_UP_S),
        "-default_behaviors", "all,-abortunexp,-bye", "-key", "huge", HUGE,
        "-trace_stat", "-stf", str(folder / "stat.csv"), "-trace_err", "-error_file", str(folder / "errors"),
        *arguments,
    ]  # fmt: skip
    with (folder / "screen").open("wb") as screen:
        return await asyncio.create_subprocess_exec(
            *order, stdout=screen, stderr=screen, cwd=folder, start_new_session=True
        )


def result(folder: Path, status: int) -> Played:
    """Return what a finished sipp left in `folder`."""
    stat, errors = folder / "stat.csv", folder / "errors"
    last: dict[str, str] = {}
    if stat.exists():
        with stat.open(encoding="utf8", errors="replace", newline="") as file:
            last = [{}, *csv.DictReader(file, delimiter=";")][-1]
    said = errors.read_text(encoding="utf8", errors="replace") if errors.exists() else ""
    screen = (folder / "screen").read_text(encoding="utf8", errors="replace")
    counts = (int(last.get(name) or 0) for name in ("SuccessfulCall(C)", "FailedCall(C)"))
    return Played(status, *counts, errors=(said or screen[-500:])[-2000:])
