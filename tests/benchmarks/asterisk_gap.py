"""What Asterisk adds to the turn gap: the same questions to a hotline behind it and to the embedded line.

    python -m tests.benchmarks.asterisk_gap [--calls 10] [--turns 5] [--json FILE]

Two `hotline serve` run at the same time and the calls alternate between them, so that whatever else this machine does
befalls both alike; only one of them has a call at a time. Every question is asked on both lines.
"""

import asyncio
from collections.abc import Sequence

from telephony.caller import SipCaller
from telephony.collector import spare_what_is_loaded
from tests.asterisk import running_asterisk
from tests.benchmarks.asterisk_kit import hotline_behind
from tests.benchmarks.call_gap import one_call
from tests.benchmarks.call_kit import Asked, hotline
from tests.benchmarks.call_speech import VOICES, Callers, questions, render_answers
from tests.benchmarks.report import Report, console, parser, percentile, spread

MORE_S = 0.06
"""What Asterisk may add: its own buffers and one more process on the way."""
WARM_UP = 1
"""Calls on each line that count nothing: what loads late has loaded then."""

Turns = dict[str, list[Asked]]


async def alternate(uris: dict[str, str], order: Sequence[Sequence[bytes]]) -> Turns:
    """Make every call on each line in turn; the line that comes first changes from call to call."""
    turns: Turns = {name: [] for name in uris}
    names = list(uris)
    async with SipCaller() as telephone:
        for name in names * WARM_UP:
            await one_call(telephone, uris[name], 0, order[0][:1])
        for place, sounds in enumerate(order):
            for name in names if place % 2 else reversed(names):
                _, asked = await one_call(telephone, uris[name], place, sounds)
                turns[name] += asked
                gaps = [turn.gap_s and round(turn.gap_s, 2) for turn in asked]
                console.print(f"call {place + 1} of {len(order)}, {name}: gaps {gaps} s")
    return turns


def fill(report: Report, turns: Turns, asked: int) -> None:
    """Add the figures."""
    gaps = {name: [turn.gap_s for turn in each if turn.gap_s is not None] for name, each in turns.items()}
    for name, each in gaps.items():
        report.add(f"{name}: turn gap", spread(each))
        report.add(f"{name}: turns without a reply", f"{asked - len(each)} of {asked}", "0", len(each) == asked)
    for share, what in ((50, "median"), (95, "p95")):
        more = percentile(gaps["asterisk"], share) - percentile(gaps["embedded"], share)
        report.add(
            f"Asterisk adds to the {what}", f"{more * 1000:.0f} ms", f"≤ {MORE_S * 1000:.0f} ms", more <= MORE_S
        )
    report.facts |= {"gaps_s": gaps}


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = parser(__doc__)
    options.add_argument("--calls", type=int, default=10)
    options.add_argument("--turns", type=int, default=5)
    chosen = options.parse_args(argv)
    asked = questions(known=True)[: chosen.calls * chosen.turns]
    lines = [(question.say, VOICES[place % len(VOICES)]) for place, question in enumerate(asked)]
    callers = Callers()
    callers.prepare(lines)
    asyncio.run(render_answers(asked))
    sounds = [callers.say(*line) for line in lines]
    order = [sounds[at : at + chosen.turns] for at in range(0, len(sounds), chosen.turns)]
    report = Report("asterisk_gap", f"Turn gap behind Asterisk and without, {len(sounds)} turns each, alternating")
    with running_asterisk() as asterisk, hotline_behind(asterisk) as behind, hotline() as embedded:
        spare_what_is_loaded()
        turns = asyncio.run(alternate({"asterisk": behind.uri, "embedded": embedded.uri}, order))
    fill(report, turns, len(sounds))
    report.show(chosen.json)


if __name__ == "__main__":
    main()
