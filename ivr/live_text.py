"""Writes down what callers and human agents say to each other, while they talk; the bot's calls come first."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Literal

from asr.errors import RecogniserBusy, RecogniserDropped
from asr.recogniser import SpareRecogniser, Transcript
from core.events import EventLog
from ivr.leg_ear import LegEar, Sentence
from ivr.live_text_settings import LiveTextSettings
from ivr.records import CallRecord
from telephony.legs import Leg, LegListener, Who
from telephony.line import Audio

log = logging.getLogger(__name__)

MOST_EARLY = 1500
"""Frames, 30 s, that are kept while a leg's ear is being made."""
Skipped = Literal["busy", "late", "failed"]
"""Why a sentence was not recognised: not let in, waited too long, the recogniser broke."""


@dataclass(frozen=True, slots=True)
class _Said:
    who: Who
    agent: str
    at_ms: int
    speech_ms: int
    text: asyncio.Task[Transcript]


class LiveText:
    """Listens to every leg that it is given (`listen`) and appends the events of its talk, in order of speaking.

    `talk.said`: who, agent, text, raw, confidence, at_ms, speech_ms. `talk.skipped`: who, agent, why, at_ms,
    speech_ms. `at_ms` is the end of the voice, in milliseconds since the talk was first heard. `busy` is asked for
    every sentence and keeps it out.
    """

    def __init__(
        self,
        settings: LiveTextSettings,
        recogniser: SpareRecogniser,
        events: EventLog,
        make_ear: Callable[[int], LegEar],
        busy: Callable[[], bool] = lambda: False,
    ) -> None:
        self.settings, self.recogniser, self.events = settings, recogniser, events
        self.make_ear, self.busy = make_ear, busy
        """Makes the hearing of one leg at a rate in Hz. Loads a model: called off the event loop."""
        self.skipped = 0
        """Sentences that were not recognised since the start."""
        self._talks: dict[str, _LiveTalk] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def listen(self, leg: Leg) -> LegListener:
        """Hear one leg of a talk: a `telephony.legs.Listen`."""
        talk = self._talks.get(leg.call_id)
        if talk is None:
            talk = self._talks[leg.call_id] = _LiveTalk(self, leg.call_id)
        return talk.listen(leg)

    async def close(self) -> None:
        """Leave what is not recognised yet; nothing of any talk is left."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._talks.clear()

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run something that `close` ends."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def forget(self, call_id: str) -> None:
        """A talk has ended."""
        self._talks.pop(call_id, None)


class _LiveTalk:
    """One caller with one or more agents, one after the other."""

    def __init__(self, owner: LiveText, call_id: str) -> None:
        self._owner, self._call_id = owner, call_id
        self._record = CallRecord(owner.events, call_id)
        self._legs: set[_LiveLeg] = set()
        self._said: asyncio.Queue[_Said | None] = asyncio.Queue()
        self._began: float | None = None
        self._agent = ""
        owner.spawn(self._write())

    def listen(self, leg: Leg) -> "_LiveLeg":
        """Hear one leg; who speaks to the caller now is the agent of the newest."""
        self._agent = leg.agent or self._agent
        listening = _LiveLeg(self, self._owner, leg)
        self._legs.add(listening)
        return listening

    def left(self, leg: "_LiveLeg") -> None:
        """A leg is over; with the last one the talk is."""
        self._legs.discard(leg)
        if not self._legs:
            self._owner.forget(self._call_id)
            self._said.put_nowait(None)

    def began(self, at: float) -> None:
        """Note the time of the first frame of either side."""
        if self._began is None:
            self._began = at

    def said(self, leg: Leg, sentence: Sentence, now: float) -> None:
        """One side has said something, with its last frame at `now`."""
        assert self._began is not None
        at_ms = max(0, round((now - self._began) * 1000) - sentence.ago_ms)
        agent = leg.agent if leg.who == "agent" else self._agent
        text = self._owner.spawn(self._recognise(leg, sentence))
        self._said.put_nowait(_Said(leg.who, agent, at_ms, sentence.speech_ms, text))

    async def _recognise(self, leg: Leg, sentence: Sentence) -> Transcript:
        owner = self._owner
        if owner.busy():
            raise RecogniserBusy(limit=0)
        return await owner.recogniser.recognise_spare(sentence.speech, leg.rate, owner.settings.patience_s)

    async def _write(self) -> None:
        """Append what was said in the order in which it was, however long each takes."""
        while said := await self._said.get():
            facts = {"who": said.who, "agent": said.agent}
            times = {"at_ms": said.at_ms, "speech_ms": said.speech_ms}
            await asyncio.wait([said.text])
            if said.text.cancelled():
                return
            error = said.text.exception()
            if error is None:
                heard = said.text.result()
                if text := heard.text or heard.phrase:
                    self._record.add(
                        "talk.said", **facts, text=text, raw=heard.raw, confidence=heard.confidence, **times
                    )
                continue
            self._owner.skipped += 1
            self._record.add("talk.skipped", **facts, why=_why(error), **times)


class _LiveLeg:
    """One side of a talk: see `telephony.legs.LegListener`."""

    def __init__(self, talk: _LiveTalk, owner: LiveText, leg: Leg) -> None:
        self._talk, self._leg = talk, leg
        self._ear: LegEar | None = None
        self._early: list[Audio] = []
        self._over = False
        self._now = 0.0
        owner.spawn(self._begin(owner))

    def hear(self, audio: Audio) -> None:
        """Take a frame."""
        self._talk.began(audio.at)
        if self._ear is not None:
            self._feed(self._ear, audio)
        elif len(self._early) < MOST_EARLY:
            self._early.append(audio)

    def over(self) -> None:
        """The leg has ended; what was being said counts as said."""
        self._over = True
        if self._ear is not None:
            self._finish(self._ear)

    async def _begin(self, owner: LiveText) -> None:
        try:
            ear = owner.make_ear(self._leg.rate)
        except Exception as error:  # the talk goes on unwritten
            log.error("no ear for a leg of call %s: %s", self._leg.call_id, error)
            self._talk.left(self)
            return
        for audio in self._early:
            self._feed(ear, audio)
        self._early.clear()
        self._ear = ear
        if self._over:
            self._finish(ear)

    def _feed(self, ear: LegEar, audio: Audio) -> None:
        self._now = audio.at
        if sentence := ear.feed(audio.pcm):
            self._talk.said(self._leg, sentence, audio.at)

    def _finish(self, ear: LegEar) -> None:
        if sentence := ear.last():
            self._talk.said(self._leg, sentence, self._now)
        self._ear = None
        self._talk.left(self)


def _why(error: BaseException) -> Skipped:
    if isinstance(error, RecogniserBusy):
        return "busy"
    return "late" if isinstance(error, RecogniserDropped) else "failed"
