"""What live text costs the bot's calls: their speech's wait for a recogniser and its work, without it and with it.

    python -m tests.benchmarks.live_text_cost [--rate 2] [--talks 8] [--seconds 30] [--rounds 4] [--json FILE]

`--rate` stretches of speech of the bot's callers come a second, by chance; 20 calls that speak every 10 s make 2.
Each of `--talks` talks between humans brings a sentence of 3 to 8 s every 3 s. Without live text, with live text that
borrows the calls' processes, and with a process of its own take turns, with the same arrivals in each.
"""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from asr.errors import RecogniserBusy, RecogniserDropped
from asr.pool import PooledRecogniser
from asr.settings import AsrSettings
from core.audio import Pcm
from ivr.live_text_settings import LiveTextSettings
from tests.benchmarks.call_process import cpu_s
from tests.benchmarks.call_speech import VOICES, Callers, questions
from tests.benchmarks.report import Report, parser, percentile, share, spread

QUESTIONS = 20
"""Different questions in turn; the shortest ones of the spoken set."""
WAYS = ("without", "borrowed process", "own process")


@dataclass(slots=True)
class Seen:
    """What one way cost."""

    waited_ms: list[float] = field(default_factory=list)
    work_ms: list[float] = field(default_factory=list)
    written: int = 0
    busy: int = 0
    late: int = 0
    cpu_s: float = 0.0
    seconds: float = 0.0


def arrivals(rate: float, seconds: float, chance: random.Random) -> list[float]:
    """Return moments within `seconds`, `rate` a second on average, by chance."""
    moments, at = [], 0.0
    while (at := at + chance.expovariate(rate)) < seconds:
        moments.append(at)
    return moments


async def calls(recogniser: PooledRecogniser, moments: Sequence[float], sounds: Sequence[Pcm]) -> None:
    """Let the bot's callers speak."""
    begun = asyncio.get_running_loop().time()
    async with asyncio.TaskGroup() as group:
        for place, moment in enumerate(moments):
            await asyncio.sleep(begun + moment - asyncio.get_running_loop().time())
            group.create_task(recogniser.recognise(sounds[place % len(sounds)], 8000))


async def sentence(recogniser: PooledRecogniser, sound: Pcm, seen: Seen) -> None:
    """Recognise what was said in a talk, as `ivr.live_text` does."""
    try:
        if recogniser.backlog >= 2:
            raise RecogniserBusy(limit=0)
        await recogniser.recognise_spare(sound, 8000, LiveTextSettings().patience_s)
        seen.written += 1
    except RecogniserBusy:
        seen.busy += 1
    except RecogniserDropped:
        seen.late += 1


async def talks(recogniser: PooledRecogniser, moments: Sequence[float], sounds: Sequence[Pcm], seen: Seen) -> None:
    """Let humans talk."""
    begun = asyncio.get_running_loop().time()
    async with asyncio.TaskGroup() as group:
        for place, moment in enumerate(moments):
            await asyncio.sleep(begun + moment - asyncio.get_running_loop().time())
            group.create_task(sentence(recogniser, sounds[place % len(sounds)], seen))


async def one_round(
    recogniser: PooledRecogniser,
    of_calls: Sequence[float],
    of_talks: Sequence[float],
    sounds: Sequence[Pcm],
    seen: Seen,
) -> None:
    """Run one stretch and add what it cost to `seen`."""
    loop = asyncio.get_running_loop()

    def decoded(waited_ms: float, work_ms: float) -> None:
        seen.waited_ms.append(waited_ms)
        seen.work_ms.append(work_ms)

    recogniser.on_decode = decoded
    longer = [np.concatenate(pair) for pair in pairwise(sounds)]
    began, cpu = loop.time(), cpu_s(recogniser.pids)
    async with asyncio.TaskGroup() as group:
        group.create_task(calls(recogniser, of_calls, sounds))
        group.create_task(talks(recogniser, of_talks, longer, seen))
    seen.seconds += loop.time() - began
    seen.cpu_s += cpu_s(recogniser.pids) - cpu
    recogniser.on_decode = None


async def measure(
    sounds: Sequence[Pcm], rate: float, talks_at_once: int, seconds: float, rounds: int
) -> dict[str, Seen]:
    """Run every way in turn, `rounds` times."""
    borrowing, owning = PooledRecogniser(AsrSettings(spare_workers=0)), PooledRecogniser(AsrSettings(spare_workers=1))
    await asyncio.gather(borrowing.start(), owning.start())
    pools = dict(zip(WAYS, (borrowing, borrowing, owning), strict=True))
    seen = {way: Seen() for way in WAYS}
    try:
        for pool in (borrowing, owning):
            await pool.recognise_spare(sounds[0], 8000, 60.0)  # its process is made when it is first needed
        for number in range(rounds):
            chance = random.Random(number)
            of_calls, of_talks = arrivals(rate, seconds, chance), arrivals(talks_at_once / 3, seconds, chance)
            for way in WAYS:
                await one_round(pools[way], of_calls, () if way == "without" else of_talks, sounds, seen[way])
    finally:
        await asyncio.gather(borrowing.stop(), owning.stop())
    return seen


def fill(report: Report, seen: dict[str, Seen]) -> None:
    """Add the figures; the target is the same wait as without live text, up to what chance makes of it."""
    base = percentile(seen["without"].waited_ms, 95)
    for way, one in seen.items():
        p95 = percentile(one.waited_ms, 95)
        target, good = ("", None) if way == "without" else (f"p95 ≤ {base + 50:.0f} ms", p95 <= base + 50)
        report.add(f"{way}: a call's speech waits", spread(one.waited_ms, "ms", 0), target, good)
        waiting = sum(waited > 20 for waited in one.waited_ms)
        report.add(f"{way}: of these longer than 20 ms", share(waiting, len(one.waited_ms)))
        report.add(f"{way}: its work", spread(one.work_ms, "ms", 0))
        whole = [waited + work for waited, work in zip(one.waited_ms, one.work_ms, strict=True)]
        report.add(f"{way}: both together", spread(whole, "ms", 0))
        if way != "without":
            all_ = one.written + one.busy + one.late
            report.add(f"{way}: sentences of talks written", share(one.written, all_))
            report.add(f"{way}: left out, busy / too late", f"{one.busy} / {one.late}")
        report.add(f"{way}: processor, recognisers", f"{one.cpu_s / one.seconds:.2f} cores")
        report.facts[way] = {"waited_ms": one.waited_ms, "work_ms": one.work_ms}


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = parser(__doc__)
    options.add_argument("--rate", type=float, default=2.0)
    options.add_argument("--talks", type=int, default=8)
    options.add_argument("--seconds", type=float, default=30.0)
    options.add_argument("--rounds", type=int, default=4)
    chosen = options.parse_args(argv)
    asked = sorted(questions(known=True), key=lambda question: len(question.say))[:QUESTIONS]
    lines = [(question.say, VOICES[place % len(VOICES)]) for place, question in enumerate(asked)]
    callers = Callers()
    callers.prepare(lines)
    sounds = [np.frombuffer(callers.say(*line), "<i2") for line in lines]
    title = f"{chosen.rate:g} stretches of the bot's callers a second beside {chosen.talks} talks of humans"
    report = Report("live_text_cost", title)
    fill(report, asyncio.run(measure(sounds, chosen.rate, chosen.talks, chosen.seconds, chosen.rounds)))
    report.show(chosen.json)


if __name__ == "__main__":
    main()
