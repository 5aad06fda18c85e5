"""What every benchmark prints: its figures beside their targets, and the machine that they were measured on."""

import argparse
import json
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

console = Console(width=130)


@dataclass(frozen=True, slots=True)
class Machine:
    """Where and when was measured. `load` is the load average of the minute before the start."""

    cores: int
    cpu: str
    system: str
    python: str
    date: str
    load: float

    def __str__(self) -> str:
        parts = (f"{self.cores} cores", self.cpu, f"Python {self.python}", self.date, f"load {self.load:.2f}")
        return ", ".join(parts)


def machine() -> Machine:
    """Describe this machine now."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return Machine(
        len(os.sched_getaffinity(0)),
        models[0] if models else platform.processor(),
        platform.system(),
        platform.python_version(),
        datetime.now().astimezone().isoformat(timespec="minutes"),
        os.getloadavg()[0],
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `good` is None where nothing is demanded of it."""

    what: str
    figure: str
    target: str = ""
    good: bool | None = None


@dataclass(slots=True)
class Report:
    """The rows of one benchmark; `facts` are its raw figures, for the JSON file alone."""

    name: str
    title: str
    machine: Machine = field(default_factory=machine)
    rows: list[Row] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    def add(self, what: str, figure: str, target: str = "", good: bool | None = None) -> None:
        """Add a row."""
        self.rows.append(Row(what, figure, target, good))

    def show(self, file: Path | None = None) -> None:
        """Print the table; write everything to `file`, where one is given."""
        table = Table("what", "measured", "target", title=self.title, caption=str(self.machine))
        for row in self.rows:
            style = {True: "green", False: "red", None: ""}[row.good]
            table.add_row(row.what, row.figure, row.target, style=style)
        console.print(table)
        if file:
            whole = {
                "benchmark": self.name,
                "machine": asdict(self.machine),
                "seconds": round(time.monotonic() - self.began, 1),
                "rows": [asdict(row) for row in self.rows],
                "facts": self.facts,
            }
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf8")


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` (0 to 100) per cent of `values` do not exceed; NaN where there is none."""
    return float(np.percentile(values, share, method="higher")) if values else float("nan")


def spread(values: Sequence[float], unit: str = "s", digits: int = 2) -> str:
    """Return median, 95th percentile and worst of `values` as text."""
    if not values:
        return "none"
    median, p95 = percentile(values, 50), percentile(values, 95)
    return f"median {median:.{digits}f}, p95 {p95:.{digits}f}, worst {max(values):.{digits}f} {unit} ({len(values)})"


def share(part: int, whole: int) -> str:
    """Return `part` of `whole` as text with a percentage."""
    return f"{part} of {whole} ({part / whole:.1%})" if whole else "none"


def parser(text: str | None) -> argparse.ArgumentParser:
    """Return a parser with what every benchmark takes."""
    made = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--json", type=Path, help="file for the raw figures")
    return made
