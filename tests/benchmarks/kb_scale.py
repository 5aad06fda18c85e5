"""What a knowledge base of 1,000 to 100,000 entries costs: to build, to keep, to ask, to publish one entry.

    python -m tests.benchmarks.kb_scale [--sizes 1000 10000 100000] [--ways 3] [--queries 300] [--vectors]

Each size is measured in a process of its own, on one core. Times are those of the processor, so that what else runs
on the machine does not count; beside them stands what a clock showed. Nothing is embedded; `--vectors` adds vectors
made by chance, to measure what they take to keep and to multiply. No calibration is remembered from an earlier run.
"""

import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from knowledge_base.base import KnowledgeBase
from knowledge_base.embedding import SIZE, Embedder, Vector
from knowledge_base.entry import Entry
from knowledge_base.index import Index
from knowledge_base.settings import KnowledgeBaseSettings
from tests.benchmarks.kb_city import made_up, questions
from tests.benchmarks.report import Report, parser, percentile, spread

_PUBLICATIONS = 10
_MB = 1 << 20
BUILD, MEMORY, QUERY, PUBLICATION = 60.0, 1000.0, 20.0, 1.0
"""Most seconds, megabytes, milliseconds (p95) and seconds that a base of any of the sizes may take."""


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of the processor, and by the clock."""

    processor: float
    clock: float


class _ByChance(Embedder):
    """Vectors made by chance: as large and as slow to multiply as real ones."""

    def query(self, text: str) -> Vector:
        return self._made(1)[0]

    def queries(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> Vector:
        return self._made(len(texts))

    @staticmethod
    def _made(count: int) -> Vector:
        vectors = np.random.default_rng(count).standard_normal((count, SIZE), dtype=np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def _timed(work: Callable[[], Any]) -> tuple[Any, Took]:
    processor, clock = time.process_time(), time.perf_counter()
    result = work()
    return result, Took(time.process_time() - processor, time.perf_counter() - clock)


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / _MB


def measure(size: int, ways: int, queries: int, vectors: bool) -> dict[str, Any]:
    """Measure one size in this process."""
    import sklearn.ensemble  # loading a library is no work on the entries
    import sklearn.linear_model  # noqa: F401

    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    entries: list[Entry] = made_up(size, ways)
    of_entries = _resident()
    settings = KnowledgeBaseSettings(embedding=False)
    if vectors:
        index, build = _timed(lambda: Index(entries, _ByChance()))
        asked = [_timed(lambda q=q: index.score(q))[1] for q in questions(entries, queries)]
        return {"build": build, "kept": _resident(), "of entries": of_entries, "asked": asked, "peak": _peak()}
    base, build = _timed(lambda: KnowledgeBase.from_entries(entries, settings))
    kept, peak = _resident(), _peak()
    asked = [_timed(lambda q=q: base.ask(q))[1] for q in questions(entries, queries)]
    published, newer = [], base
    for number in range(_PUBLICATIONS):
        edited = replace(entries[number * 7 % size], spoken=f"这是第{number}次改的答复。")
        newer, took = _timed(lambda edited=edited, newer=newer: newer.changed([edited]))
        published.append(took)
    most = base.changed([replace(entry, spoken="改了。") for entry in entries[: min(size // 20, 1990)]])
    last, worst = _timed(lambda: most.changed([replace(entries[-1], spoken="最后改的。")]))
    late = [_timed(lambda q=q: last.ask(q))[1] for q in questions(entries, queries // 3)]
    return {
        "build": build,
        "kept": kept,
        "peak": peak,
        "of entries": of_entries,
        "asked": asked,
        "published": published,
        "worst": worst,
        "late": late,
    }


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _milliseconds(asked: Sequence[Took]) -> str:
    processor = spread([one.processor * 1000 for one in asked], "ms", 1)
    return f"{processor}; by the clock p95 {percentile([one.clock * 1000 for one in asked], 95):.1f}"


def _seconds(took: Took) -> str:
    return f"{took.processor:.2f} s; by the clock {took.clock:.2f} s"


def _rows(report: Report, size: int, found: dict[str, Any], demanded: bool) -> None:
    name = f"{size:,} entries"
    kept, build, asked = found["kept"], found["build"], found["asked"]
    report.add(f"{name}: build", _seconds(build), f"≤ {BUILD:.0f} s", build.processor <= BUILD if demanded else None)
    memory = (
        f"{kept:.0f} MB ({found['of entries']:.0f} of them before it); most while building {found['peak']:.0f} MB"
    )
    report.add(f"{name}: memory of the process", memory, "≤ 1 GB", kept <= MEMORY if demanded else None)
    p95 = percentile([one.processor * 1000 for one in asked], 95)
    report.add(f"{name}: a question", _milliseconds(asked), "p95 ≤ 20 ms", p95 <= QUERY if demanded else None)
    if "published" not in found:
        return
    slowest = max(found["published"], key=lambda one: one.processor)
    good = slowest.processor <= PUBLICATION and found["worst"].processor <= PUBLICATION
    report.add(f"{name}: one publication", _seconds(slowest), "≤ 1 s", slowest.processor <= PUBLICATION)
    report.add(f"{name}: the last before it is made anew", _seconds(found["worst"]), "≤ 1 s", good)
    report.add(f"{name}: a question then", _milliseconds(found["late"]))


def main(argv: Sequence[str] | None = None) -> int:
    """Measure the sizes named on the command line."""
    arguments = parser(__doc__)
    arguments.add_argument("--sizes", nargs="+", type=int, default=[1000, 3000, 10_000, 30_000, 100_000])
    arguments.add_argument("--ways", type=int, default=3, help="ways of asking of an entry (34 in the shipped ones)")
    arguments.add_argument("--queries", type=int, default=300)
    arguments.add_argument("--vectors", action="store_true", help="measure vectors made by chance besides")
    chosen = arguments.parse_args(argv)
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    title = f"{chosen.ways} ways of asking, {'with vectors made by chance' if chosen.vectors else 'no vectors'}"
    report = Report("kb_scale", f"What a large knowledge base costs ({title})")
    for size in chosen.sizes:
        with TemporaryDirectory() as empty, ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            os.environ["HOTLINE_CACHE"] = empty
            found = pool.submit(measure, size, chosen.ways, chosen.queries, chosen.vectors).result()
        _rows(report, size, found, chosen.ways <= 3 and not chosen.vectors)
    report.show(chosen.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
