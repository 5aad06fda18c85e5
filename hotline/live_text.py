"""Sets live text up: talks of an Asterisk line, to the recogniser, to the events, to the knowledge base."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from asr.pool import PooledRecogniser
from asr.vad import VoiceActivity
from core.events import EventLog
from hotline.settings import HotlineSettings
from ivr.leg_ear import LegEar
from ivr.live_text import LiveText
from ivr.suggestions import Suggestion, Suggestions
from knowledge_base.live import LiveKnowledge
from telephony.asterisk.line import AsteriskLine
from telephony.asterisk.taps import Taps


@dataclass(frozen=True, slots=True)
class RunningLiveText:
    """What was set up; `close` it before its line and its recogniser are stopped."""

    taps: Taps
    text: LiveText
    suggestions: Suggestions | None

    async def close(self) -> None:
        """End every tap; nothing is left."""
        self.taps.stop()
        if self.suggestions:
            await self.suggestions.close()
        await self.text.close()


def start_live_text(
    settings: HotlineSettings,
    line: AsteriskLine,
    recogniser: PooledRecogniser,
    events: EventLog,
    knowledge: LiveKnowledge | None = None,
    braked: Callable[[], bool] = lambda: False,
) -> RunningLiveText | None:
    """Write down every talk on `line`, also those that are under way; None where `[ivr.live_text]` is not enabled.

    `braked` says that no more work is to be let in (`ivr.admission.Admission.braked`). Call it in the event loop,
    with the line started or not.
    """
    chosen, turns, workers = settings.ivr.live_text, settings.asr.turns, settings.asr.workers
    if not chosen.enabled:
        return None

    def busy() -> bool:
        return braked() or recogniser.backlog >= workers

    def make_ear(rate: int) -> LegEar:
        return LegEar(VoiceActivity(rate), turns, chosen, rate)

    # While the bot talks with anybody one process is left to it, or the only one.
    recogniser.spare_while(lambda: min(1, workers - 1) if line.talking else workers)
    text = LiveText(chosen, recogniser, events, make_ear, busy)
    suggestions = Suggestions(events, answers_of(knowledge), busy) if knowledge and chosen.suggestions else None
    taps = Taps(line, settings.asterisk, chosen.most_talks)
    taps.start(text.listen)
    return RunningLiveText(taps, text, suggestions)


def answers_of(knowledge: LiveKnowledge) -> Callable[[str], Sequence[Suggestion]]:
    """Return what finds the entry that the bot itself would answer with, so by the base's own bounds; or nothing."""

    def suggest(question: str) -> Sequence[Suggestion]:
        base = knowledge.current
        decision = base.ask(question)
        if decision.kind != "answer" or decision.entry is None or decision.confidence < base.answer_from:
            return ()
        entry = decision.entry
        return (Suggestion(entry.id, entry.question, round(decision.confidence, 3)),)

    return suggest
