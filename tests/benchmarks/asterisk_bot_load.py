"""Bot calls behind Asterisk with callers who speak a fifth of the time, and what admission sends elsewhere.

    python -m tests.benchmarks.asterisk_bot_load [--calls 30] [--curve 10 20 … 60] [--seconds 120] [--json FILE]

First the calls of `--calls`, then every step of the curve, each on a hotline that has just started. Every caller
begins to speak at intervals of five times the length of what is said, wherever the bot is. A caller whose call has
ended, or was not taken, dials again a little later. Who took each call is read from the records: `call.way`, with the
reason.
"""

import asyncio
import json
import os
import re
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field

from telephony.caller import SipCaller
from telephony.collector import spare_what_is_loaded
from telephony.dialled import Dialled
from tests.asterisk import running_asterisk
from tests.benchmarks.asterisk_kit import hotline_behind
from tests.benchmarks.call_kit import Asked, ask, hear_greeting, number
from tests.benchmarks.call_load import QUESTIONS
from tests.benchmarks.call_process import cpu_s
from tests.benchmarks.call_speech import VOICES, Callers, questions, render_answers
from tests.benchmarks.report import Report, parser, percentile, share, spread
from tests.serving import Served

SPEAKING = 0.2
"""Share of the time in which a caller speaks."""
APART_S = 1.0
"""Seconds from one caller's first call to the next one's: a rush, for 30 calls of 150 s need one every five seconds,
but no chorus, in which all whom the bot takes would go on speaking at the same moments."""
REDIAL_S = 20.0
"""Wait of a caller whose call was not taken, or has ended, before the next try. Thirty who are not taken then make a
call a second, five times what is refused of 60 calls that last 150 s each."""
BYTES_A_S = 16000


@dataclass(slots=True)
class Seen:
    """What all callers of one step saw."""

    turns: list[Asked] = field(default_factory=list)
    calls: list[Dialled] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    cpu: dict[str, float] = field(default_factory=dict)


class Speaker:
    """One caller, until `until` on the loop's clock; what is asked before `since` does not count."""

    def __init__(
        self, telephone: SipCaller, uri: str, place: int, sounds: Sequence[bytes], since: float, until: float
    ) -> None:
        self._telephone, self._uri, self._place = telephone, uri, place
        self._sounds, self._since, self._until = sounds, since, until
        self._turn = 0

    async def run(self, seen: Seen) -> None:
        """Call again and again."""
        loop = asyncio.get_running_loop()
        while loop.time() < self._until:
            call = await self._telephone.dial(self._uri, number(self._place))
            if await call.answered():
                seen.calls.append(call)
                await self._talk(call, seen)
                await call.hang_up()
            elif call.ended:
                seen.refused[f"{call.ended.by} {call.ended.code}"] += 1
            await asyncio.sleep(min(REDIAL_S, max(0.0, self._until - loop.time())))

    async def _talk(self, call: Dialled, seen: Seen) -> None:
        loop = asyncio.get_running_loop()
        await hear_greeting(call)
        while not call.ended and loop.time() < self._until:
            sound = self._sounds[(self._place * 7 + self._turn) % len(self._sounds)]
            said_s = len(sound) / BYTES_A_S
            following = loop.time() + said_s / SPEAKING
            asked = await ask(call, sound, said_s / SPEAKING - said_s)
            if following - said_s / SPEAKING >= self._since:
                seen.turns.append(asked)
            self._turn += 1
            await asyncio.sleep(max(0.0, following - loop.time()))


async def load(running: Served, asterisk: int, calls: int, seconds: float, sounds: Sequence[bytes]) -> Seen:
    """Let `calls` callers come and then all speak for `seconds`; `asterisk` is its process."""
    loop, seen = asyncio.get_running_loop(), Seen()
    pids = {"serve and its workers": running.family(), "asterisk": [asterisk], "callers": [os.getpid()]}
    used, began = {name: cpu_s(each) for name, each in pids.items()}, loop.time()
    all_here = began + calls * APART_S
    until = all_here + seconds
    async with SipCaller() as telephone, asyncio.TaskGroup() as group:
        for place in range(calls):
            group.create_task(Speaker(telephone, running.uri, place, sounds, all_here, until).run(seen))
            await asyncio.sleep(APART_S)
    took = loop.time() - began
    seen.cpu = {name: (cpu_s(each) - used[name]) / took for name, each in pids.items()}
    await asyncio.sleep(1.0)  # the records are a moment behind
    return seen


def ways(running: Served) -> Counter[str]:
    """Return who took the calls, and why not the bot; a caller who came back from a queue counts twice."""
    with closing(sqlite3.connect(f"file:{running.folder / 'hotline.db'}?mode=ro", uri=True)) as database:
        rows = [json.loads(row) for (row,) in database.execute("SELECT body FROM events WHERE kind = 'call.way'")]
    whys = (re.sub(r"[\d.]+", "…", row["why"]) for row in rows)  # one line for each kind of reason
    return Counter(
        row["to"] + (f" ({why})" if row["to"] != "bot" else "") for row, why in zip(rows, whys, strict=True)
    )


def fill(report: Report, calls: int, seen: Seen, taken: Counter[str], judged: bool) -> None:
    """Add what one number of callers showed; `judged` against the targets."""
    gaps = [turn.gap_s for turn in seen.turns if turn.gap_s is not None]
    times = [call.audio.timeliness for call in seen.calls]
    due = sum(each.received + each.lost for each in times)
    bad = sum(each.very_late + each.lost for each in times)
    p95, what = percentile(gaps, 95), f"{calls} callers"
    report.add(f"{what}: turn gap", spread(gaps), "p95 ≤ 1.6 s" if judged else "", p95 <= 1.6 if judged else None)
    report.add(f"{what}: turns without a reply", share(len(seen.turns) - len(gaps), len(seen.turns)))
    report.add(
        f"{what}: frames late or lost", share(bad, due), "< 0.1 %" if judged else "", bad < 0.001 * due or None
    )
    report.add(
        f"{what}: who took the calls", ", ".join(f"{way}: {count}" for way, count in taken.items()) or "unknown"
    )
    if seen.refused:
        report.add(f"{what}: not answered", str(dict(seen.refused)))
    report.add(f"{what}: cores", ", ".join(f"{name} {used:.2f}" for name, used in seen.cpu.items()))
    report.facts[str(calls)] = {"gaps_s": gaps, "turns": len(seen.turns), "ways": dict(taken), "cpu": seen.cpu}


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = parser(__doc__)
    options.add_argument("--calls", type=int, default=30)
    options.add_argument("--curve", type=int, nargs="*", default=[10, 20, 30, 40, 50, 60])
    options.add_argument("--seconds", type=float, default=120.0)
    chosen = options.parse_args(argv)
    asked = sorted(questions(known=True), key=lambda question: len(question.say))[:QUESTIONS]
    lines = [(question.say, VOICES[place % len(VOICES)]) for place, question in enumerate(asked)]
    callers = Callers()
    callers.prepare(lines)
    asyncio.run(render_answers(asked))
    sounds = [callers.say(*line) for line in lines]
    title = f"Bot calls behind Asterisk, callers speak {SPEAKING:.0%} of the time, {chosen.seconds:.0f} s each"
    report = Report("asterisk_bot_load", title)
    spare_what_is_loaded()
    for step, calls in enumerate([chosen.calls, *chosen.curve]):
        with running_asterisk() as asterisk, hotline_behind(asterisk, most_calls=200) as running:
            seen = asyncio.run(load(running, asterisk.pid, calls, chosen.seconds, sounds))
            fill(report, calls, seen, ways(running), judged=step == 0)
    report.show(chosen.json)


if __name__ == "__main__":
    main()
