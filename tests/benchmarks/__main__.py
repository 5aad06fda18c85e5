"""Runs the benchmarks one after the other: `python -m tests.benchmarks [NAME …] [--quick] [--data DIR] [--json DIR]`.

Without names all of them run. Each is a process of its own, so that none measures what another left in memory.
"""

import argparse
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.report import console, machine


@dataclass(frozen=True, slots=True)
class Benchmark:
    """How one benchmark is run: in full, and as a smoke run. `{data}` is the folder of the evaluation sets."""

    full: str = ""
    quick: str = ""


BENCHMARKS = {
    "call_gap": Benchmark("--embedded-baseline", "--calls 1 --turns 2 --embedded-baseline"),
    "call_barge_in": Benchmark("", "--interruptions 3 --backchannels 3"),
    "call_load": Benchmark("", "--calls 4 --seconds 25"),
    "call_questions": Benchmark("", "--count 4"),
    "call_memory": Benchmark("", "--first 4 --calls 12 --at-once 4"),
    "asr_commands": Benchmark("", "--part 12"),
    "asr_cer": Benchmark("{data}/speech --baseline", "{data}/speech"),
    "kb_eval": Benchmark("{data}", "{data} --sets kb_civic --fields text --no-baselines"),
    "letters_eval": Benchmark("{data}/letters", "{data}/letters --folds 2 --parts department"),
    "kb_publication": Benchmark("", "--count 3 --no-embedding"),
    "places_eval": Benchmark(),
    "appeals_eval": Benchmark(),
    "tickets_scale": Benchmark("", "--sizes 10000 --sqlite 10000 --seconds 5"),
    "kb_scale": Benchmark("", "--sizes 1000 --queries 30"),
    "tts_speed": Benchmark(),
    "live_text_cost": Benchmark("", "--seconds 5 --rounds 1"),
    "line_load": Benchmark("", "--calls 20 --seconds 5"),
    "asterisk_load": Benchmark("", "--calls 20 --seconds 5"),
    "asterisk_handover": Benchmark("", "--times 10 --load 10"),
    "asterisk_short_calls": Benchmark("--at-once 20", "--first 20 --calls 40 --at-once 20"),
    "asterisk_gap": Benchmark("", "--calls 1 --turns 2"),
    "asterisk_bot_load": Benchmark("", "--calls 4 --curve 6 --seconds 25"),
}
"""In the order in which they run: calls first, on a machine that is still cool."""


def command(name: str, quick: bool, data: Path | None, json: Path | None) -> list[str] | None:
    """Return the command that runs benchmark `name`; None where it needs data that are not there."""
    benchmark = BENCHMARKS[name]
    arguments = benchmark.quick if quick else benchmark.full
    if "{data}" in arguments and data is None:
        return None
    order = [sys.executable, "-m", f"tests.benchmarks.{name}", *shlex.split(arguments.format(data=data))]
    measured = json and name.startswith(("call_", "asterisk_"))
    return [*order, "--json", str(json / f"{name}.json")] if json and measured else order


def main(argv: Sequence[str] | None = None) -> int:
    """Run what was asked for; return 1 where a benchmark broke. A missed target breaks nothing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--quick", action="store_true", help="a few of everything: does it run at all?")
    parser.add_argument("--data", type=Path, help="folder with the evaluation sets speech, kb_replies, kb_civic")
    parser.add_argument("--json", type=Path, help="folder for the raw figures of calls")
    chosen = parser.parse_args(argv)
    unknown = set(chosen.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    names = chosen.names or list(BENCHMARKS)
    console.print(str(machine()))
    broken = []
    for place, name in enumerate(names, 1):
        console.rule(f"{place} of {len(names)}: {name}")
        order = command(name, chosen.quick, chosen.data, chosen.json)
        if order is None:
            console.print(
                "skipped: it measures on recordings and letters that are not part of the project (--data DIR)"
            )
            continue
        began = time.monotonic()
        status = subprocess.run(order, check=False).returncode
        console.print(
            f"{name}: {time.monotonic() - began:.0f} s" + (f", broke with status {status}" if status else "")
        )
        broken += [name] if status else []
    if broken:
        console.print(f"broken: {', '.join(broken)}", style="red")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
