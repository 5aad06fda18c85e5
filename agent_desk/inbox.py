"""The operations on the inbox of unanswered questions, and on the care of entries."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field

from agent_desk.operation import Call, Model, Operation
from core.clock import Clock
from knowledge_base.care.findings import Finding
from knowledge_base.care.reminders import Reminders
from knowledge_base.care.report import Line, report
from knowledge_base.entry import Entry
from knowledge_base.gaps.gap import PENDING, Gap, GapState, Question
from knowledge_base.gaps.store import GapStore
from knowledge_base.roles import Role
from knowledge_base.store import EntryStore

_MOST = 10**9


class GapFilter(Model):
    """Which gaps are listed; without a state those that wait."""

    department: str = Field(default="", max_length=300)
    state: GapState | None = None
    limit: int = Field(default=50, ge=1, le=500)
    beyond: int = Field(default=0, ge=0, le=_MOST)
    """How many are left out at the beginning."""


class Assign(Model):
    """Who answers, and until when."""

    department: str = Field(min_length=1, max_length=300)
    due: date | None = Field(default=None, strict=True)
    why: str = Field(default="", max_length=500)


class Dismiss(Model):
    """Why nobody answers."""

    why: str = Field(min_length=1, max_length=500)


class Merge(Model):
    """The gap that it is put into."""

    into: int = Field(ge=1, le=_MOST)
    why: str = Field(default="", max_length=500)


class Split(Model):
    """The questions that are taken out."""

    questions: list[Annotated[int, Field(ge=1, le=_MOST)]] = Field(min_length=1, max_length=1000)
    why: str = Field(default="", max_length=500)


class Department(Model):
    """Whose entries; empty: everybody's."""

    department: str = Field(default="", max_length=300)


class ReportOf(Department):
    """Whose entries, and over how many days."""

    days: int = Field(default=30, ge=1, le=3660)


class GapAnswer(Model):
    """A gap with its questions."""

    gap: Gap
    questions: list[Question]


@dataclass(frozen=True, slots=True)
class InboxDesk:
    """What is done about questions that were not answered."""

    gaps: GapStore
    entries: EntryStore
    reminders: Reminders
    clock: Clock

    def operations(self) -> list[Operation]:
        """Return the operations."""
        gaps, one = "/api/kb/gaps", "/api/kb/gaps/{number}"
        writes = (403, 404, 409)
        return [
            Operation("GET", gaps, "没答上来的问题", self.list_gaps, list[Gap], query=GapFilter),
            Operation("GET", one, "一个问题的各种问法和通话", self.get_gap, GapAnswer, refusals=(403, 404)),
            Operation("POST", f"{one}/assign", "交办", self.assign, Gap, body=Assign, refusals=writes),
            Operation("POST", f"{one}/draft", "起草条目", self.draft, Entry, refusals=writes),
            Operation("POST", f"{one}/dismiss", "不处理", self.dismiss, Gap, body=Dismiss, refusals=writes),
            Operation("POST", f"{one}/merge", "并入另一个", self.merge, Gap, body=Merge, refusals=writes),
            Operation("POST", f"{one}/split", "拆出一部分", self.split, Gap, body=Split, refusals=writes),
            Operation("GET", "/api/kb/care", "要照管的条目", self.care, list[Finding], query=Department),
            Operation("GET", "/api/kb/report", "各部门的知识质量", self.report, list[Line], query=ReportOf),
        ]

    async def list_gaps(self, call: Call) -> list[Gap]:
        """Return gaps, those asked most often first; an editor sees those of his department."""
        wanted: GapFilter = call.query
        states = (wanted.state,) if wanted.state else PENDING
        found = await asyncio.to_thread(
            self.gaps.list, call.actor, states, wanted.department, wanted.limit, wanted.beyond
        )
        return list(found)

    async def get_gap(self, call: Call) -> GapAnswer:
        """Return a gap and its questions."""
        gap, questions = await asyncio.to_thread(self.gaps.get, _number(call), call.actor)
        return GapAnswer(gap=gap, questions=list(questions))

    async def assign(self, call: Call) -> Gap:
        """Give a gap to a department."""
        body: Assign = call.body
        return await self._do(
            lambda: self.gaps.assign(_number(call), body.department, body.due, call.actor, self.clock.now(), body.why)
        )

    async def draft(self, call: Call) -> Entry:
        """Make a draft of a gap's questions."""
        return await asyncio.to_thread(self.gaps.draft, _number(call), self.entries, call.actor, self.clock.now())

    async def dismiss(self, call: Call) -> Gap:
        """Decide that a gap needs no entry."""
        return await self._do(lambda: self.gaps.dismiss(_number(call), call.actor, call.body.why, self.clock.now()))

    async def merge(self, call: Call) -> Gap:
        """Put a gap into another."""
        body: Merge = call.body
        return await self._do(
            lambda: self.gaps.merge(_number(call), body.into, call.actor, self.clock.now(), body.why)
        )

    async def split(self, call: Call) -> Gap:
        """Take questions out into a gap of their own."""
        body: Split = call.body
        return await self._do(
            lambda: self.gaps.split(_number(call), body.questions, call.actor, self.clock.now(), body.why)
        )

    async def care(self, call: Call) -> list[Finding]:
        """Return the entries that need somebody."""
        own = _own(call, call.query.department)
        found = await asyncio.to_thread(self.reminders.found, self.clock.now().date())
        return [one for one in found if not own or one.department == own]

    async def report(self, call: Call) -> list[Line]:
        """Return how each department's answers do."""
        wanted: ReportOf = call.query
        own = _own(call, wanted.department)
        return list(await asyncio.to_thread(report, self.entries.database, self.clock.now(), wanted.days, own))

    @staticmethod
    async def _do(work: Callable[[], Gap]) -> Gap:
        return await asyncio.to_thread(work)


def _number(call: Call) -> int:
    return int(call.path["number"])


def _own(call: Call, department: str) -> str:
    """The department that the actor may look at: an editor's own, else the one asked for."""
    return call.actor.department if call.actor.role is Role.EDITOR else department
