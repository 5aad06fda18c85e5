"""What calls leave behind: memory, files, sockets and tasks of `serve` after 20 short calls and after 200.

    python -m tests.benchmarks.call_memory [--first 20] [--calls 200] [--at-once 10] [--json FILE]

Every caller asks one question into the greeting and hangs up at the first sound of the reply. Tasks cannot be seen
from outside, so they are counted in this process, around the first calls, before the same is done to `serve`.
"""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from telephony.caller import SipCaller
from tests.benchmarks.call_kit import PATIENCE_S, ask, called, hotline, number
from tests.benchmarks.call_process import Holds, held
from tests.benchmarks.call_speech import VOICES, Callers, questions, render_answers
from tests.benchmarks.report import Report, parser
from tests.serving import Served, running, settings_in

SETTLE_S = 5.0
"""Wait after the last hang-up: recordings close, transactions end."""
GROWTH = 1.02
"""Memory may waver by 2 per cent: allocators do not give back every page."""


async def short_calls(uri: str, places: Sequence[int], at_once: int, sounds: Sequence[bytes]) -> None:
    """Make one short call for each of `places`."""
    free = asyncio.Semaphore(at_once)
    async with SipCaller() as telephone:

        async def one(place: int) -> None:
            async with free, called(telephone, uri, number(place)) as call:
                await call.sound_after((call.answered_at or 0.0) - 0.001, PATIENCE_S)
                await ask(call, sounds[place % len(sounds)], 6.0)

        await asyncio.gather(*map(one, places))
    await asyncio.sleep(SETTLE_S)


def total(serving: Served) -> Holds:
    """Return what `serve` and its workers hold together."""
    return sum((held(pid) for pid in serving.family()), Holds(0.0, 0, 0, 0))


async def tasks_left(calls: int, at_once: int, sounds: Sequence[bytes]) -> int:
    """Return how many more tasks a service has after its calls than before."""
    with tempfile.TemporaryDirectory() as folder:
        async with running(settings_in(Path(folder))) as service:
            line = service.settings.line
            uri = f"sip:{line.number}@{line.host}:{service.line.address[1]}"
            before = len(asyncio.all_tasks())
            await short_calls(uri, range(calls), at_once, sounds)
            return len(asyncio.all_tasks()) - before


def fill(report: Report, first: Holds, last: Holds, serve: tuple[Holds, Holds], tasks: int) -> None:
    """Add the figures."""
    rows = (("memory, serve and its workers", first, last), ("memory, serve alone", *serve))
    for what, before, after in rows:
        figure = f"{before.memory_mb:.1f} → {after.memory_mb:.1f} MB"
        report.add(what, figure, "no growth (2 %)", after.memory_mb <= before.memory_mb * GROWTH)
    for what in ("files", "sockets", "threads"):
        before, after = getattr(first, what), getattr(last, what)
        report.add(f"open {what}", f"{before} → {after}", "none left", after <= before)
    report.add("tasks left after the first calls", str(tasks), "0", tasks <= 0)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = parser(__doc__)
    options.add_argument("--first", type=int, default=20)
    options.add_argument("--calls", type=int, default=200)
    options.add_argument("--at-once", type=int, default=10)
    chosen = options.parse_args(argv)
    asked = sorted(questions(known=True), key=lambda question: len(question.say))[:5]
    lines = [(question.say, VOICES[place % len(VOICES)]) for place, question in enumerate(asked)]
    callers = Callers()
    callers.prepare(lines)
    asyncio.run(render_answers(asked))
    sounds = [callers.say(*line) for line in lines]
    report = Report("call_memory", f"What {chosen.calls} calls leave behind, against {chosen.first}")
    tasks = asyncio.run(tasks_left(chosen.first, chosen.at_once, sounds))
    with hotline(chosen.at_once + 5) as serving:
        asyncio.run(short_calls(serving.uri, range(chosen.first), chosen.at_once, sounds))
        first, serve_first = total(serving), held(serving.process.pid)
        asyncio.run(short_calls(serving.uri, range(chosen.first, chosen.calls), chosen.at_once, sounds))
        fill(report, first, total(serving), (serve_first, held(serving.process.pid)), tasks)
    report.show(chosen.json)


if __name__ == "__main__":
    main()
