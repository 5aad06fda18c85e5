"""The operations on entries: list, read, save, steps, versions, publication."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from agent_desk.entry_models import (
    Create,
    Differences,
    EntryAnswer,
    Filter,
    Happened,
    ListedEntry,
    Me,
    Page,
    PublishBody,
    Restore,
    Save,
    StepBody,
    Two,
    VersionLine,
    entry_of,
)
from agent_desk.errors import IdFixed
from agent_desk.jobs import Job, Jobs, Progress
from agent_desk.operation import Call, Operation
from core.clock import Clock
from knowledge_base.differences import differences
from knowledge_base.life import Step
from knowledge_base.publication import Publisher
from knowledge_base.reading import problems, spoken_seconds
from knowledge_base.store import EntryStore
from knowledge_base.versions import Record, Version


@dataclass(frozen=True, slots=True)
class EntryDesk:
    """What editors and reviewers do with entries over HTTP."""

    store: EntryStore
    publisher: Publisher
    jobs: Jobs
    clock: Clock

    def operations(self) -> list[Operation]:
        """Return the operations on entries."""
        entries, one = "/api/kb/entries", "/api/kb/entries/{id}"
        writes = (403, 404, 409)
        return [
            Operation("GET", "/api/me", "我是谁", self.me, Me),
            Operation("GET", entries, "条目列表", self.list_entries, Page, query=Filter),
            Operation("POST", entries, "新建条目", self.create, Version, body=Create, status=201, refusals=writes),
            Operation("GET", one, "一个条目", self.get, EntryAnswer, refusals=(404,)),
            Operation("PUT", one, "保存一个新版本", self.save, Version, body=Save, refusals=writes),
            Operation(
                "POST",
                f"{one}/steps",
                "提交、退回、通过、撤下",
                self.step,
                EntryAnswer,
                body=StepBody,
                refusals=writes,
            ),
            Operation("POST", f"{one}/restore", "恢复旧版本", self.restore, Version, body=Restore, refusals=writes),
            Operation("GET", f"{one}/versions", "各个版本", self.versions, list[VersionLine], refusals=(404,)),
            Operation("GET", f"{one}/versions/{{version}}", "一个版本的全文", self.version, Version, refusals=(404,)),
            Operation(
                "GET", f"{one}/differences", "两个版本的差异", self.compare, Differences, query=Two, refusals=(404,)
            ),
            Operation("GET", f"{one}/history", "经过", self.history, list[Happened], refusals=(404,)),
            Operation(
                "POST",
                "/api/kb/publications",
                "发布(任务)",
                self.publish,
                Job,
                body=PublishBody,
                status=202,
                refusals=(429,),
            ),
            Operation("GET", "/api/jobs/{id}", "任务进度和结果", self.job, Job, refusals=(404,)),
        ]

    async def me(self, call: Call) -> Me:
        """Return who asks."""
        actor = call.actor
        return Me(name=actor.name, role=actor.role.value, department=actor.department)

    async def list_entries(self, call: Call) -> Page:
        """Return one page of entries."""
        wanted: Filter = call.query
        rows = await asyncio.to_thread(
            lambda: self.store.list(
                wanted.department, wanted.state, wanted.search, limit=wanted.limit, beyond=wanted.beyond
            )
        )
        return Page(
            entries=[
                ListedEntry(life=row.life, topic=row.topic, question=row.question, changed=row.changed)
                for row in rows
            ]
        )

    async def create(self, call: Call) -> Version:
        """Keep a new entry."""
        return await self._save(call.body, 0, call)

    async def save(self, call: Call) -> Version:
        """Keep a new version of an entry."""
        if call.body.entry.id != call.path["id"]:
            raise IdFixed(id=call.path["id"][:80], given=call.body.entry.id[:80])
        return await self._save(call.body, call.body.base, call)

    async def _save(self, body: Create, base: int, call: Call) -> Version:
        entry = entry_of(body.entry)
        return await asyncio.to_thread(lambda: self.store.save(entry, base, call.actor, body.why, self.clock.now()))

    async def get(self, call: Call) -> EntryAnswer:
        """Return an entry as it stands."""
        return await asyncio.to_thread(lambda: self._answer(self.store.get(call.path["id"])))

    async def step(self, call: Call) -> EntryAnswer:
        """Take a step and return the entry as it stands then."""
        body: StepBody = call.body

        def take() -> EntryAnswer:
            id = call.path["id"]
            self.store.step(id, Step(body.step), body.version, call.actor, body.why, self.clock.now())
            return self._answer(self.store.get(id))

        return await asyncio.to_thread(take)

    async def restore(self, call: Call) -> Version:
        """Bring back an old version as a new one."""
        body: Restore = call.body
        return await asyncio.to_thread(
            lambda: self.store.restore(call.path["id"], body.version, call.actor, self.clock.now(), body.why)
        )

    async def versions(self, call: Call) -> list[VersionLine]:
        """Return the versions of an entry, newest first."""
        found = await asyncio.to_thread(lambda: self.store.versions(call.path["id"]))
        return [
            VersionLine(number=v.number, at=v.at, who=v.who, why=v.why, base=v.base, aside=v.aside) for v in found
        ]

    async def version(self, call: Call) -> Version:
        """Return one version whole."""
        return await asyncio.to_thread(lambda: self.store.version(call.path["id"], int(call.path["version"])))

    async def compare(self, call: Call) -> Differences:
        """Return what differs between two versions."""
        wanted: Two = call.query

        def work() -> Differences:
            old, new = (self.store.version(call.path["id"], number) for number in (wanted.old, wanted.new))
            return Differences(fields=list(differences(old.entry, new.entry)))

        return await asyncio.to_thread(work)

    async def history(self, call: Call) -> list[Happened]:
        """Return what happened to an entry, oldest first."""

        def work() -> list[Happened]:
            self.store.get(call.path["id"])
            events = self.store.history(call.path["id"])
            return [Happened(at=datetime.fromtimestamp(e.at, UTC), kind=e.kind, body=dict(e.body)) for e in events]

        return await asyncio.to_thread(work)

    async def publish(self, call: Call) -> Job:
        """Begin a publication."""
        body: PublishBody = call.body
        versions = [(one.id, one.version) for one in body.entries]

        async def work(progress: Progress) -> dict[str, Any]:
            made = await self.publisher.publish(versions, call.actor, body.why, self.clock.now(), progress)
            return {"number": made.number, "entries": [list(one) for one in made.entries]}

        return self.jobs.begin(call.actor.name, work)

    async def job(self, call: Call) -> Job:
        """Return how far a job is."""
        return self.jobs.get(call.actor.name, call.path["id"])

    def _answer(self, record: Record) -> EntryAnswer:
        entry = record.head.entry
        wrong = problems(entry, self.store.ids())
        return EntryAnswer(
            life=record.life,
            head=record.head,
            live=record.live,
            problems=[str(problem) for problem in wrong],
            seconds=round(spoken_seconds(entry.spoken), 1),
        )
