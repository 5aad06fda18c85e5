"""The operations that help while writing: advice, hit test, calibration, listening."""

import asyncio
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import Field

from agent_desk.entry_models import EntryDraft, entry_of
from agent_desk.jobs import Job, Jobs, Progress
from agent_desk.operation import Call, File, Model, Operation
from core.clock import Clock
from dialog.hit_test import hit_test
from dialog.ports import Understanding
from knowledge_base.advice.advising import advise
from knowledge_base.advice.remarks import KIND_NAMES, Advice, Remark
from knowledge_base.curve import Curve
from knowledge_base.curve_picture import draw
from knowledge_base.gaps.gap import PENDING
from knowledge_base.gaps.store import GapStore
from knowledge_base.live import LiveKnowledge
from knowledge_base.reading import fits, tidied
from knowledge_base.roles import Actor

_MOST_GAPS = 200
"""Questions of the inbox, most frequent first, that ways of asking are suggested from."""


class Listening(Protocol):
    """What speaks a text for an editor to listen to."""

    async def wav(self, text: str) -> bytes:
        """Return `text` spoken, as a WAV file; raises a `HotlineError` that says why it could not be spoken."""
        ...


class Draft(Model):
    """An entry as it is being written."""

    entry: EntryDraft  # type: ignore[valid-type]


class Ask(Model):
    """One question as a caller would ask it."""

    question: str = Field(min_length=1, max_length=500)
    after: list[str] = Field(default_factory=list, max_length=10)
    """What the caller asked before."""
    area: str = Field(default="", max_length=40)
    """The caller's district where it is known."""
    expect: list[str] = Field(default_factory=list, max_length=20)
    """Ids of entries that would be right."""


class AskBody(Model):
    """Questions for a hit test."""

    questions: list[Ask] = Field(min_length=1, max_length=200)


class Speak(Model):
    """A text to listen to."""

    text: str = Field(min_length=1, max_length=fits("spoken"))


class RemarkLine(Model):
    """One remark, gravest first."""

    severity: str
    kind: str
    what: str
    field: str
    other: str
    shown: list[str]


class AdviceAnswer(Model):
    """What an editor should look at."""

    blocks: bool
    seconds: float
    remarks: list[RemarkLine]


class Hits(Model):
    """What a call would do with each question, and why (see `dialog.hit_test.Hit.data`)."""

    hits: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class WritingDesk:
    """What helps editors while they write."""

    live: LiveKnowledge
    understanding: Understanding
    gaps: GapStore
    listening: Listening
    jobs: Jobs
    clock: Clock

    def operations(self) -> list[Operation]:
        """Return the operations."""
        kb = "/api/kb"
        return [
            Operation("POST", f"{kb}/advice", "边写边查", self.advise, AdviceAnswer, body=Draft),
            Operation(
                "POST",
                f"{kb}/advice/full",
                "全面检查,含抢答和问法建议(任务)",
                self.advise_fully,
                Job,
                body=Draft,
                status=202,
                refusals=(429,),
            ),
            Operation("POST", f"{kb}/hit-tests", "命中测试", self.hit_tests, Hits, body=AskBody),
            Operation("GET", f"{kb}/calibration", "置信度校准", self.calibration, Curve),
            Operation("GET", f"{kb}/calibration.svg", "校准曲线", self.calibration_picture, "image/svg+xml"),
            Operation("POST", f"{kb}/speech", "试听口语答复", self.speech, "audio/wav", body=Speak),
        ]

    async def advise(self, call: Call) -> AdviceAnswer:
        """Return what can be seen at once."""
        entry = tidied(entry_of(call.body.entry))
        return _answer(await asyncio.to_thread(advise, entry, self.live.current, quick=True))

    async def advise_fully(self, call: Call) -> Job:
        """Begin to try the entry among the others."""
        entry = tidied(entry_of(call.body.entry))

        async def work(progress: Progress) -> dict[str, Any]:
            unanswered = await asyncio.to_thread(self._unanswered, call.actor)
            base = self.live.current
            advice = await asyncio.to_thread(advise, entry, base, unanswered, progress=progress)
            return _answer(advice).model_dump()

        return self.jobs.begin(call.actor.name, work)

    async def hit_tests(self, call: Call) -> Hits:
        """Ask questions as callers would, by the function of the live call."""
        body: AskBody = call.body
        base, now = self.live.current, self.clock.now()

        def work() -> list[dict[str, Any]]:
            hits = (
                hit_test(base, self.understanding, one.question, now, one.after, one.area, one.expect)
                for one in body.questions
            )
            return [hit.data(base.answer_from) for hit in hits]

        return Hits(hits=await asyncio.to_thread(work))

    async def calibration(self, call: Call) -> Curve:
        """Return how good the confidences are."""
        return await asyncio.to_thread(self.live.current.curve)

    async def calibration_picture(self, call: Call) -> File:
        """Return the calibration curve drawn."""
        curve = await asyncio.to_thread(self.live.current.curve)
        return File(draw(curve).encode(), "image/svg+xml")

    async def speech(self, call: Call) -> File:
        """Return a text spoken with the voice of the hotline."""
        return File(await self.listening.wav(call.body.text), "audio/wav")

    def _unanswered(self, actor: Actor) -> list[str]:
        return [gap.title for gap in self.gaps.list(actor, PENDING, limit=_MOST_GAPS)]


def _answer(advice: Advice) -> AdviceAnswer:
    return AdviceAnswer(
        blocks=advice.blocks, seconds=round(advice.seconds, 1), remarks=[_line(one) for one in advice.remarks]
    )


def _line(remark: Remark) -> RemarkLine:
    return RemarkLine(
        severity=remark.severity.name.lower(),
        kind=KIND_NAMES[remark.kind],
        what=remark.what,
        field=remark.field,
        other=remark.other,
        shown=list(remark.shown),
    )
