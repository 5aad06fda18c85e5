"""What processes use, read from /proc: processor time, memory, open files, sockets, threads."""

import contextlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_s(pids: Iterable[int]) -> float:
    """Return the processor seconds that living processes have used so far."""
    used = 0.0
    for pid in pids:
        with contextlib.suppress(OSError):
            after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            used += (int(after_name[11]) + int(after_name[12])) / TICKS
    return used


@dataclass(frozen=True, slots=True)
class Holds:
    """What a process holds: resident memory in megabytes, open files of any kind, of these sockets, threads."""

    memory_mb: float
    files: int
    sockets: int
    threads: int

    def __add__(self, other: "Holds") -> "Holds":
        return Holds(
            self.memory_mb + other.memory_mb,
            self.files + other.files,
            self.sockets + other.sockets,
            self.threads + other.threads,
        )


def held(pid: int) -> Holds:
    """Return what process `pid` holds. Raises `OSError` where it is gone."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    links = []
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            links.append(str(file.readlink()))
    sockets = sum(link.startswith("socket:") for link in links)
    return Holds(int(status["VmRSS"].split()[0]) / 1024, len(links), sockets, int(status["Threads"]))
