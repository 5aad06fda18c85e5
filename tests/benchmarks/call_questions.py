"""Spoken questions over the line, worded otherwise than the entries: right answers at once or after one asking back.

    python -m tests.benchmarks.call_questions [--count 60] [--lines 4] [--json FILE]

One question a call, four voices in turn. Where the bot asks back and offers a right entry, the caller names it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from hotline.settings import HotlineSettings
from hotline.wiring import Mind, build_mind
from telephony.caller import SipCaller
from telephony.collector import spare_what_is_loaded
from telephony.dialled import Dialled
from tests.benchmarks.call_kit import (
    DECIDED_S,
    QUIET_S,
    ask,
    bodies,
    called,
    hear_greeting,
    hotline,
    notes,
    number,
    records,
)
from tests.benchmarks.call_speech import VOICES, Callers, Question, questions, render_answers
from tests.benchmarks.report import Report, console, parser, share, spread
from tests.serving import Served


@dataclass(slots=True)
class Outcome:
    """How one question went: the entry that answered, after how many askings back; what was heard."""

    question: Question
    voice: str
    answered: str = ""
    asked_back: int = 0
    heard: list[str] = field(default_factory=list)
    gaps_s: list[float] = field(default_factory=list)

    @property
    def right(self) -> bool:
        """Whether an entry answered that was expected."""
        return self.answered in self.question.expect

    @property
    def wrong(self) -> bool:
        """Whether an entry answered that was not expected."""
        return bool(self.answered) and not self.right


def name_of(entry: str, mind: Mind) -> str:
    """Return how a caller names an entry that the bot offers."""
    found = mind.knowledge.entry(entry)
    return found.short or found.question


class Asker:
    """Asks one question after the other, each in a call of its own."""

    def __init__(self, running: Served, telephone: SipCaller, callers: Callers, mind: Mind) -> None:
        self._running, self._telephone, self._callers, self._mind = running, telephone, callers, mind

    async def ask(self, place: int, question: Question, voice: str) -> Outcome:
        """Ask `question`; answer one asking back."""
        outcome, caller = Outcome(question, voice), number(place)
        async with called(self._telephone, self._running.uri, caller) as call:
            await hear_greeting(call)
            offered = await self._turn(call, caller, question.say, outcome)
            known = [entry for entry in question.expect if entry in offered]
            if not outcome.answered and offered:
                outcome.asked_back = 1
            if not outcome.answered and known:
                await call.quiet(QUIET_S)
                await self._turn(call, caller, name_of(known[0], self._mind), outcome)
        return outcome

    async def _turn(self, call: Dialled, caller: str, text: str, outcome: Outcome) -> list[str]:
        """Say `text`; note what was heard and answered; return the entries offered."""
        asked = await ask(call, self._callers.say(text, outcome.voice))
        outcome.gaps_s += [] if asked.gap_s is None else [asked.gap_s]
        await asyncio.sleep(DECIDED_S)
        events = records(self._running.folder)[caller]
        outcome.heard = [body["text"] for body in bodies(events, "caller.said")]
        answers = notes(events, "answer")
        outcome.answered = answers[0]["entry"] if answers else ""
        offers = [facts["options"] for facts in notes(events, "ask_back") if "options" in facts]
        return list(offers[-1]) if offers else []


async def ask_all(
    running: Served, plan: Sequence[tuple[Question, str]], lines: int, callers: Callers, mind: Mind
) -> list[Outcome]:
    """Ask everything, `lines` calls at once."""
    places = asyncio.Semaphore(lines)
    async with SipCaller() as telephone:
        asker = Asker(running, telephone, callers, mind)

        async def one(place: int, question: Question, voice: str) -> Outcome:
            async with places:
                outcome = await asker.ask(place, question, voice)
            mark = "✓" if outcome.right else "✗" if outcome.wrong else "–"
            console.print(
                f"{mark} {question.say} [{voice}] heard as {outcome.heard} → {outcome.answered or 'no answer'}"
            )
            return outcome

        return await asyncio.gather(*(one(place, *each) for place, each in enumerate(plan)))


def fill(report: Report, outcomes: Sequence[Outcome]) -> None:
    """Add the figures and every miss."""
    count = len(outcomes)
    right, wrong = sum(each.right for each in outcomes), sum(each.wrong for each in outcomes)
    at_once = sum(each.right and not each.asked_back for each in outcomes)
    report.add("right answer, at once or after one asking back", share(right, count), "≥ 90 %", right >= 0.9 * count)
    report.add("  at once", share(at_once, count))
    report.add("wrong answer", share(wrong, count), "≤ 2 %", wrong <= 0.02 * count)
    report.add("turn gap, calls at once", spread([gap for each in outcomes for gap in each.gaps_s]))
    for each in outcomes:
        if not each.right:
            report.add(
                f"{each.question.say} ({each.voice})", f"{' / '.join(each.heard)} → {each.answered or '没有答'}"
            )
    report.facts["questions"] = [
        {
            "say": each.question.say,
            "voice": each.voice,
            "heard": each.heard,
            "expect": each.question.expect,
            "answered": each.answered,
            "asked_back": each.asked_back,
        }
        for each in outcomes
    ]


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = parser(__doc__)
    options.add_argument("--count", type=int, default=60)
    options.add_argument("--lines", type=int, default=4)
    chosen = options.parse_args(argv)
    asked, mind = questions()[: chosen.count], build_mind(HotlineSettings())
    plan = [(question, VOICES[place % len(VOICES)]) for place, question in enumerate(asked)]
    callers = Callers()
    callers.prepare((question.say, voice) for question, voice in plan)
    callers.prepare((name_of(entry, mind), voice) for question, voice in plan for entry in question.expect)
    asyncio.run(render_answers(asked, mind))
    report = Report("call_questions", f"{len(plan)} spoken questions over the line, {chosen.lines} calls at once")
    with hotline() as running:
        spare_what_is_loaded()
        fill(report, asyncio.run(ask_all(running, plan, chosen.lines, callers, mind)))
    report.show(chosen.json)


if __name__ == "__main__":
    main()
