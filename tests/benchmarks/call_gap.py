"""How long a caller waits for the reply: real calls one after the other, measured at the caller's ear.

    python -m tests.benchmarks.call_gap [--calls 10] [--turns 5] [--embedded-baseline] [--json FILE]

Every caller waits for the end of the bot's reply before asking on. The gap is from the caller's last sound to the
first sound of the reply. `--embedded-baseline` runs the same speech through a plain pipeline: 0.8 s of silence ends
a turn, then the same model decodes with its usual 30 s window, and the reply is ready at once.
"""

import asyncio
import time
from collections.abc import Sequence
from itertools import chain

import numpy as np

from core.events import Event
from telephony.caller import SipCaller
from telephony.collector import spare_what_is_loaded
from tests.benchmarks.asr_cer import plain
from tests.benchmarks.call_kit import (
    QUIET_S,
    Asked,
    ask,
    bodies,
    called,
    first_sound_s,
    hear_greeting,
    hotline,
    number,
    records,
)
from tests.benchmarks.call_speech import VOICES, Callers, questions, render_answers
from tests.benchmarks.report import Report, console, parser, percentile, spread
from tests.serving import Served

PLAIN_SILENCE_S = 0.8
"""Fixed silence that ends a turn in the plain pipeline; pipecat's default."""


async def one_call(
    telephone: SipCaller, uri: str, place: int, sounds: Sequence[bytes]
) -> tuple[float | None, list[Asked]]:
    """Ask everything in one call; return the seconds to the greeting and the turns."""
    async with called(telephone, uri, number(place)) as call:
        await hear_greeting(call)
        turns: list[Asked] = []
        for pcm in sounds:
            if call.ended:
                break
            turns.append(await ask(call, pcm))
            await call.quiet(QUIET_S)
        return first_sound_s(call), turns


async def all_calls(running: Served, order: Sequence[Sequence[bytes]]) -> tuple[list[float], list[Asked]]:
    """Make every call in turn."""
    greetings: list[float] = []
    turns: list[Asked] = []
    async with SipCaller() as telephone:
        for place, sounds in enumerate(order):
            greeting, asked = await one_call(telephone, running.uri, place, sounds)
            greetings += [] if greeting is None else [greeting]
            turns += asked
            gaps = [turn.gap_s for turn in asked]
            console.print(f"call {place + 1} of {len(order)}: gaps {[gap and round(gap, 2) for gap in gaps]} s")
    await asyncio.sleep(0.5)  # the records are a moment behind
    return greetings, turns


def stages(report: Report, events: Sequence[Event]) -> None:
    """Add the server's own times of every stage of a turn."""
    said = [body["times"] for body in bodies(list(events), "caller.said")]
    names = {
        "silence_ms": "server: silence until the turn was over",
        "decoded_ms": "server: silence until the text was there",
        "work_ms": "server: processor time of the recogniser",
    }
    for key, text in names.items():
        report.add(text, spread([times[key] for times in said if key in times], "ms", 0))
    answered = [body["gap_ms"] for body in bodies(list(events), "turn.answered")]
    report.add("server: last sound heard to first sound sent", spread(answered, "ms", 0))


def plain_gaps(sounds: Sequence[bytes]) -> list[float]:
    """Return the seconds that the plain pipeline lets wait for a reply to each of `sounds`."""
    recognise, gaps = plain(), []
    for sound in sounds:
        began = time.perf_counter()
        recognise(np.frombuffer(sound, np.int16), 8000)
        gaps.append(PLAIN_SILENCE_S + time.perf_counter() - began)
    return gaps


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = parser(__doc__)
    options.add_argument("--calls", type=int, default=10)
    options.add_argument("--turns", type=int, default=5)
    options.add_argument("--embedded-baseline", action="store_true")
    chosen = options.parse_args(argv)
    asked = questions(known=True)[: chosen.calls * chosen.turns]
    lines = [(question.say, VOICES[place % len(VOICES)]) for place, question in enumerate(asked)]
    callers = Callers()
    callers.prepare(lines)
    asyncio.run(render_answers(asked))
    order = [
        [callers.say(*line) for line in lines[at : at + chosen.turns]] for at in range(0, len(lines), chosen.turns)
    ]
    report = Report("call_gap", f"Turn gap, {len(lines)} turns in {len(order)} calls, one call at a time")
    with hotline() as running:
        spare_what_is_loaded()
        greetings, turns = asyncio.run(all_calls(running, order))
        events = list(chain.from_iterable(records(running.folder).values()))
    gaps = [turn.gap_s for turn in turns if turn.gap_s is not None]
    median, p95 = percentile(gaps, 50), percentile(gaps, 95)
    report.add("turn gap, median", f"{median:.2f} s", "≤ 0.7 s", median <= 0.7)
    report.add("turn gap, p95", f"{p95:.2f} s", "≤ 1.1 s", p95 <= 1.1)
    report.add("turns without a reply", f"{len(lines) - len(gaps)} of {len(lines)}", "0", len(gaps) == len(lines))
    worst = max(greetings, default=float("nan")) * 1000
    report.add("answer to greeting, worst", f"{worst:.0f} ms", "≤ 200 ms", worst <= 200)
    stages(report, events)
    report.facts |= {"gaps_s": gaps, "greetings_s": greetings}
    if chosen.embedded_baseline:
        others = plain_gaps([sound for sounds in order for sound in sounds])
        report.add("plain pipeline: turn gap", spread(others), "(the figure to beat)")
        report.facts["plain_gaps_s"] = others
    report.show(chosen.json)


if __name__ == "__main__":
    main()
