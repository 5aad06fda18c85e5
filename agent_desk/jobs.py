"""Work that takes longer than a request: begun, looked at, and forgotten an hour after its end."""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from agent_desk.errors import DeskBusy, JobUnknown
from core.errors import HotlineError

log = logging.getLogger(__name__)

KEPT_S = 3600.0
"""Seconds that a finished job can still be asked for."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is in all."""


@dataclass(frozen=True, slots=True)
class Job:
    """How far a job is; `result` is there when it is done, `sentence` when it has failed."""

    id: str
    state: Literal["running", "done", "failed"]
    what: str = ""
    done: int = 0
    all: int = 0
    sentence: str = ""
    result: Any = None


class Jobs:
    """The jobs of one desk; each belongs to the person who began it."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Run `most` at the same time."""
        self._most, self._clock = most, clock
        self._jobs: dict[str, tuple[str, Job, float]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, who: str, work: Callable[[Progress], Awaitable[Any]]) -> Job:
        """Begin `work` for `who`; raises `DeskBusy` where enough is running."""
        self._forget()
        if len(self._tasks) >= self._most:
            raise DeskBusy(most=self._most)
        job = Job(secrets.token_urlsafe(9), "running")
        self._put(who, job)
        task = asyncio.create_task(self._run(who, job.id, work), name=f"job {job.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return job

    def get(self, who: str, id: str) -> Job:
        """Return the job `id` of `who`; raises `JobUnknown`."""
        self._forget()
        owner, job, _ = self._jobs.get(id, ("", None, 0.0))
        if job is None or owner != who:
            raise JobUnknown(id=id)
        return job

    async def close(self) -> None:
        """End what is running."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, who: str, id: str, work: Callable[[Progress], Awaitable[Any]]) -> None:
        def progress(what: str, done: int, all_: int) -> None:
            self._put(who, replace(self._jobs[id][1], what=what, done=done, all=all_))

        try:
            result = await work(progress)
            self._put(who, replace(self._jobs[id][1], state="done", result=result))
        except HotlineError as error:
            self._put(who, replace(self._jobs[id][1], state="failed", sentence=str(error)))
        except Exception:
            log.exception("a job failed")
            self._put(who, replace(self._jobs[id][1], state="failed", sentence=str(HotlineError())))

    def _put(self, who: str, job: Job) -> None:
        self._jobs[job.id] = (who, job, self._clock())

    def _forget(self) -> None:
        now = self._clock()
        old = [id for id, (_, job, at) in self._jobs.items() if job.state != "running" and now - at > KEPT_S]
        for id in old:
            del self._jobs[id]
