"""Callers who speak over an answer: how soon the bot falls silent, and whether 嗯 and 对 leave it speaking.

    python -m tests.benchmarks.call_barge_in [--interruptions 30] [--backchannels 20] [--json FILE]

Every caller asks a question, lets the answer run for 2 to 4 s and speaks while the bot can be heard. Stopping is
measured at the caller's ear: from the caller's first sound to the bot's last. What a backchannel costs is the longest
silence of the bot from its first sound to 1.5 s after its last; a pause between two clauses is part of it. A caller
whom the bot asks back dials again with another question: what is said into a question is an answer, no backchannel.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.events import Event
from hotline.settings import HotlineSettings
from hotline.wiring import build_mind
from telephony.caller import SipCaller
from telephony.collector import spare_what_is_loaded
from telephony.dialled import Dialled
from telephony.sounds import LOUD_RMS
from tests.benchmarks.call_kit import (
    DECIDED_S,
    PATIENCE_S,
    ask,
    bodies,
    called,
    hear_greeting,
    hotline,
    notes,
    number,
    records,
    speak,
)
from tests.benchmarks.call_speech import VOICES, Callers, render_answers, surely_answered
from tests.benchmarks.report import Report, console, parser, percentile, share, spread
from tests.serving import Served

INTERRUPTIONS = (
    "等一下,我还没说完",
    "不是,我问的不是这个",
    "不对不对,你听错了",
    "我不是问这个",
    "等等,我想问别的事",
    "行了,我知道了,我想问水费的事",
    "那要带什么材料",
    "那去哪里办",
    "停一下,说慢一点",
    "这个我知道,我想问多少钱",
)
BACKCHANNELS = ("嗯", "对", "好的", "哦", "嗯嗯", "是", "好")
QUESTIONS = 24
"""Those known questions that are answered with the most confidence."""
TRIES = 4
"""Questions that a caller has, in case the bot asks back."""
PARALLEL = 2
"""Calls at once: few, so that they do not disturb each other."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One utterance over an answer: when the bot fell silent after it began, and the bot's longest silence then."""

    caller: str
    label: str
    stop_s: float
    silence_s: float


def silence_s(call: Dialled, start: float, end: float) -> float:
    """Return the bot's longest silence between two times, frame by frame."""
    began = call.audio.began or 0.0
    track = call.audio.tracks()[int((start - began) * 8000) : int((end - began) * 8000), 1].astype(np.float64)
    frames = track[: len(track) // 160 * 160].reshape(-1, 160)
    longest = running = 0
    for loud in np.sqrt(np.mean(np.square(frames), axis=1)) > LOUD_RMS:
        running = 0 if loud else running + 1
        longest = max(longest, running)
    return longest * 0.02


async def sounding(call: Dialled) -> None:
    """Wait for a moment at which the bot can be heard."""
    loop = asyncio.get_running_loop()
    quiet_s = call.sounds.quiet_s(loop.time())
    while 0.03 < quiet_s < PATIENCE_S and not call.ended:
        await asyncio.sleep(0.005)
        quiet_s = call.sounds.quiet_s(loop.time())


@dataclass(frozen=True, slots=True)
class Plan:
    """What one caller says: questions, one a call until one is answered, and what is spoken over the answer."""

    label: str
    questions: Sequence[bytes]
    over: bytes


async def over_an_answer(telephone: SipCaller, running: Served, place: int, plan: Plan) -> Spoken:
    """Ask, speak over the answer, and stay until the bot has spoken to the end."""
    for tried, question in enumerate(plan.questions):
        spoken = await _once(telephone, running, number(place + 100 * tried), plan, question)
        if spoken:
            return spoken
    raise RuntimeError(f"the bot asks back whatever caller {place} asks")


async def _once(telephone: SipCaller, running: Served, caller: str, plan: Plan, question: bytes) -> Spoken | None:
    """Make one call; None where the bot asked back."""
    loop = asyncio.get_running_loop()
    async with called(telephone, running.uri, caller) as call:
        await hear_greeting(call)
        asked = await ask(call, question)
        await asyncio.sleep(DECIDED_S)
        if not notes(records(running.folder)[caller], "answer"):
            return None
        await asyncio.sleep(max(0.0, (asked.reply or loop.time()) + 2 + int(caller[-1]) % 5 * 0.5 - loop.time()))
        await sounding(call)
        start, end = await speak(call, plan.over)
        await asyncio.sleep(1.5)
        stop = next((sound.end for sound in call.sounds.all if sound.start <= start <= sound.end), start)
        spoken = Spoken(caller, plan.label, stop - start, silence_s(call, start, loop.time()))
        await call.sound_after(end, 4.0)
        await call.quiet(1.5)
        return spoken


async def all_calls(running: Served, order: Sequence[Plan]) -> list[Spoken]:
    """Make all calls, a few at once."""
    places = asyncio.Semaphore(PARALLEL)
    async with SipCaller() as telephone:

        async def one(place: int) -> Spoken:
            async with places:
                spoken = await over_an_answer(telephone, running, place, order[place])
            console.print(f"{place + 1} of {len(order)} {spoken.label}: {spoken.stop_s * 1000:.0f} ms")
            return spoken

        spoken = await asyncio.gather(*map(one, range(len(order))))
    await asyncio.sleep(0.5)  # the records are a moment behind
    return spoken


def was_cut(events: list[Event]) -> bool:
    """Whether the server took a turn after the question, or left a sentence unfinished."""
    return len(bodies(events, "caller.said")) > 1 or not all(body["whole"] for body in bodies(events, "bot.said"))


def fill(report: Report, spoken: Sequence[Spoken], known: dict[str, list[Event]]) -> None:
    """Add the figures."""
    cuts = [each for each in spoken if each.label in INTERRUPTIONS]
    nods = [each for each in spoken if each.label in BACKCHANNELS]
    stops = [each.stop_s * 1000 for each in cuts if each.stop_s]  # 0: it had just paused by itself
    p95 = percentile(stops, 95)
    report.add("caller speaks to playback stops, p95", f"{p95:.0f} ms", "≤ 250 ms", p95 <= 250)
    report.add("the same", spread(stops, "ms", 0))
    taken = sum(was_cut(known[each.caller]) for each in cuts)
    report.add("interruptions that took the turn", share(taken, len(cuts)))
    cut = [each for each in nods if was_cut(known[each.caller])]
    report.add("backchannels that cut the bot", f"{len(cut)} of {len(nods)}", "0 of 20", not cut)
    for each in cut:
        heard = [body["text"] for body in bodies(known[each.caller], "caller.said")[1:]]
        report.add(f"  {each.label}", f"heard as {'、'.join(heard)}")
    report.add("bot's silence at a backchannel", spread([each.silence_s * 1000 for each in nods], "ms", 0))
    report.facts |= {"stops_ms": stops, "silences_ms": [each.silence_s * 1000 for each in nods], "cut": len(cut)}


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = parser(__doc__)
    options.add_argument("--interruptions", type=int, default=30)
    options.add_argument("--backchannels", type=int, default=20)
    chosen = options.parse_args(argv)
    mind = build_mind(HotlineSettings())
    asked = surely_answered(mind, QUESTIONS)
    said = [INTERRUPTIONS[place % len(INTERRUPTIONS)] for place in range(chosen.interruptions)]
    said += [BACKCHANNELS[place % len(BACKCHANNELS)] for place in range(chosen.backchannels)]
    voices = [VOICES[(place + place // len(INTERRUPTIONS)) % len(VOICES)] for place in range(len(said))]
    tries = [[asked[(place + 7 * tried) % len(asked)].say for tried in range(TRIES)] for place in range(len(said))]
    callers = Callers()
    callers.prepare((text, voice) for each, voice in zip(tries, voices, strict=True) for text in each)
    callers.prepare(zip(said, voices, strict=True))
    asyncio.run(render_answers(asked, mind))
    order = [
        Plan(text, [callers.say(question, voice) for question in questions], callers.say(text, voice))
        for text, questions, voice in zip(said, tries, voices, strict=True)
    ]
    report = Report("call_barge_in", f"{chosen.interruptions} interruptions, {chosen.backchannels} backchannels")
    with hotline() as running:
        spare_what_is_loaded()
        spoken = asyncio.run(all_calls(running, order))
        fill(report, spoken, records(running.folder))
    report.show(chosen.json)


if __name__ == "__main__":
    main()
