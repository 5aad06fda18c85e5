"""Many calls at once: the turn gap, turns without a reply, late and lost frames, processor time.

    python -m tests.benchmarks.call_load [--calls 20] [--seconds 180] [--every 10] [--json FILE]

Every caller begins to speak once in `--every` seconds, wherever the bot is: an answer that is still being spoken is
interrupted. The callers begin at different moments, so that they spread evenly. A caller whose call has ended dials
again. A turn without a reply before the caller's next one counts as unanswered.
"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from telephony.caller import SipCaller
from telephony.collector import spare_what_is_loaded
from telephony.dialled import Dialled
from tests.benchmarks.call_kit import Asked, ask, bodies, called, hear_greeting, hotline, number, records
from tests.benchmarks.call_process import cpu_s
from tests.benchmarks.call_speech import VOICES, Callers, questions, render_answers
from tests.benchmarks.report import Report, parser, percentile, share, spread
from tests.serving import Served

QUESTIONS = 20
"""Different questions in turn; the shortest ones of the spoken set."""


@dataclass(slots=True)
class Seen:
    """What all callers saw."""

    turns: list[Asked] = field(default_factory=list)
    calls: list[Dialled] = field(default_factory=list)
    cpu: dict[str, float] = field(default_factory=dict)


async def one_caller(
    telephone: SipCaller, uri: str, place: int, sounds: Sequence[bytes], every_s: float, seconds: float, seen: Seen
) -> None:
    """Speak every `every_s` seconds until `seconds` have passed."""
    loop = asyncio.get_running_loop()
    until, turn = loop.time() + seconds, 0
    while loop.time() < until:
        async with called(telephone, uri, number(place)) as call:
            seen.calls.append(call)
            await hear_greeting(call)
            following = loop.time()
            while not call.ended and loop.time() < until:
                sound = sounds[(place * 7 + turn) % len(sounds)]
                patience = every_s - len(sound) / 16000
                seen.turns.append(await ask(call, sound, patience))
                turn, following = turn + 1, following + every_s
                await asyncio.sleep(following - loop.time())


async def load(running: Served, calls: int, seconds: float, every_s: float, sounds: Sequence[bytes]) -> Seen:
    """Hold `calls` calls for `seconds` seconds."""
    loop, seen = asyncio.get_running_loop(), Seen()
    serving = running.family()
    began, cpu_server, cpu_callers = loop.time(), cpu_s(serving), cpu_s([os.getpid()])
    async with SipCaller() as telephone, asyncio.TaskGroup() as group:
        for place in range(calls):
            group.create_task(one_caller(telephone, running.uri, place, sounds, every_s, seconds, seen))
            await asyncio.sleep(every_s / calls)
    took = loop.time() - began
    seen.cpu = {
        "server": (cpu_s(serving) - cpu_server) / took,
        "callers": (cpu_s([os.getpid()]) - cpu_callers) / took,
    }
    await asyncio.sleep(1.0)  # the records are a moment behind
    return seen


def fill(report: Report, seen: Seen, calls: int, running: Served) -> None:
    """Add the figures."""
    gaps = [turn.gap_s for turn in seen.turns if turn.gap_s is not None]
    unanswered, p95 = len(seen.turns) - len(gaps), percentile(gaps, 95)
    times = [call.audio.timeliness for call in seen.calls]
    due = sum(each.received + each.lost for each in times)
    bad = sum(each.very_late + each.lost for each in times)
    report.add("turn gap, p95", f"{p95:.2f} s", "≤ 1.6 s", p95 <= 1.6)
    report.add("turn gap", spread(gaps))
    report.add("turns without a reply", share(unanswered, len(seen.turns)), "0", unanswered == 0)
    good = bad < 0.001 * due
    report.add("frames more than 60 ms late, or lost", f"{bad} of {due} ({bad / due:.3%})", "< 0.1 %", good)
    report.add("worst lateness of a frame", f"{max(each.worst_s for each in times) * 1000:.0f} ms")
    events = [event for each in records(running.folder).values() for event in each]
    said = bodies(events, "caller.said")
    report.add(
        "turns that the server took", f"{len(said)}, of these {sum(b['interrupted'] for b in said)} interrupted"
    )
    report.add("server: silence until the text was there", spread([b["times"]["decoded_ms"] for b in said], "ms", 0))
    report.add("calls that had ended early", str(len(seen.calls) - calls))
    report.add("processor, serve and its workers", f"{seen.cpu['server']:.2f} cores")
    report.add("processor, the callers", f"{seen.cpu['callers']:.2f} cores")
    report.facts |= {"gaps_s": gaps, "unanswered": unanswered, "frames": due, "frames_bad": bad, "cpu": seen.cpu}


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = parser(__doc__)
    options.add_argument("--calls", type=int, default=20)
    options.add_argument("--seconds", type=float, default=180.0)
    options.add_argument("--every", type=float, default=10.0)
    chosen = options.parse_args(argv)
    asked = sorted(questions(known=True), key=lambda question: len(question.say))[:QUESTIONS]
    lines = [(question.say, VOICES[place % len(VOICES)]) for place, question in enumerate(asked)]
    callers = Callers()
    callers.prepare(lines)
    asyncio.run(render_answers(asked))
    sounds = [callers.say(*line) for line in lines]
    title = f"{chosen.calls} calls at once for {chosen.seconds:.0f} s, each speaking every {chosen.every:.0f} s"
    report = Report("call_load", title)
    with hotline(chosen.calls + 5) as running:
        spare_what_is_loaded()
        seen = asyncio.run(load(running, chosen.calls, chosen.seconds, chosen.every, sounds))
        fill(report, seen, chosen.calls, running)
    report.show(chosen.json)


if __name__ == "__main__":
    main()
