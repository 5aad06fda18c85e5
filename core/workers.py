"""Work that takes a core for a while, in processes of its own, so that the event loop never waits."""

import asyncio
import contextlib
import logging
import pickle
import signal
import struct
import sys
import time
from collections.abc import Callable
from typing import Any

from core.errors import WorkDropped, WorkerDied, WorkersBusy
from core.work_queue import WorkQueue

log = logging.getLogger(__name__)

HEADER = struct.Struct("!Q")
"""A message between the processes: its length in bytes, then its pickle."""
LOWEST = 19
"""Niceness of a process that only does spare work; where the system can, it runs only on cores that nobody wants."""
LOOK_S = 0.5
"""How often waiting spare work looks whether `spare_while` lets it in by now."""


class _Job:
    """One task and the future that waits for it."""

    def __init__(self, task: object, spare: bool = False) -> None:
        self.payload = pickle.dumps(task, pickle.HIGHEST_PROTOCOL)
        self.done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.spare = spare
        self.deaths = 0
        self.since = time.monotonic()
        self.started = False

    @property
    def gone(self) -> bool:
        """Whether nobody waits for it any more."""
        return self.done.done()


class Workers:
    """A few processes, each holding what `factory(*args)` made, fed from one bounded queue.

    `factory` is "module:function"; what it returns is called with each task. A process that dies is started again
    and its task tried once more, so that a caller waits a little longer instead of being lost.

    Spare work (`do_spare`) begins only while no other task waits. With `own_spare` it has processes of its own, of
    the lowest priority and made when they are first needed, which stand still while any other task runs; without, it
    borrows one while no other task runs.
    """

    def __init__(
        self,
        factory: str,
        args: tuple[Any, ...] = (),
        count: int = 1,
        queue_limit: int = 64,
        nice: int = 0,
        own_spare: int = 0,
    ):
        self._factory, self._args, self._nice = factory, args, nice
        self._count, self._limit = count, queue_limit
        self._queue: WorkQueue[_Job] = WorkQueue(count, own_spare)
        self._news = asyncio.Condition()
        self._slots: list[asyncio.Task[None]] = []
        self._processes: list[asyncio.subprocess.Process | None] = [None] * (count + own_spare)
        self._yielding: set[asyncio.subprocess.Process] = set()
        """Processes that only do spare work."""
        self._running = 0
        """Tasks in a process now, spare ones not counted."""
        self.on_done: Callable[[float, float], None] | None = None
        """Told of each task but spare ones, also where its caller has gone meanwhile: milliseconds that it waited for
        a process, and milliseconds in it. Those that left the queue before their turn are not told of."""
        self.spare_dropped = 0
        """Spare tasks that waited too long."""

    @property
    def backlog(self) -> int:
        """Tasks that wait for a process, spare ones not counted."""
        return self._queue.backlog

    def spare_while(self, most: Callable[[], int]) -> None:
        """Let `most()` spare tasks at once into processes that are not their own; asked before each, else one."""
        self._queue.most_spare = most

    @property
    def pids(self) -> list[int]:
        """The running processes, for `hotline doctor` and the fault tests."""
        return [process.pid for process in self._processes if process]

    async def start(self) -> None:
        """Start every process and wait until all have made their tool; raises what the factory raised."""
        try:
            made = await asyncio.gather(*(self._spawn(slot) for slot in range(self._count)))
        except BaseException:
            await self.stop()
            raise
        self._processes[: self._count] = made
        self._slots = [
            asyncio.create_task(self._serve(slot), name=f"worker {slot}") for slot in range(len(self._processes))
        ]

    async def do(self, task: object, urgent: bool = False) -> Any:
        """Return what the tool makes of `task`; urgent tasks overtake the others.

        Raises `WorkersBusy` at once where the queue is full (urgent tasks are let in up to twice the limit),
        `WorkerDied` after a second death on this task, and whatever the tool raised. Cancelling the caller
        takes a waiting task out of the queue.
        """
        if self.backlog >= self._limit * (2 if urgent else 1):
            raise WorkersBusy(limit=self._limit)
        job = _Job(task)
        async with self._news:
            self._queue.add(job, urgent)
            self._news.notify_all()
        return await job.done

    async def do_spare(self, task: object, patience_s: float) -> Any:
        """Return what the tool makes of `task`, which may be left undone: every other task comes before it.

        Raises `WorkersBusy` at once while as many others wait as there are processes or the queue is full,
        `WorkDropped` where its turn has not come within `patience_s` seconds, and otherwise what `do` raises.
        """
        if self.backlog >= self._count or self._queue.spare_backlog >= self._limit:
            raise WorkersBusy(limit=self._limit)
        job = _Job(task, spare=True)
        async with self._news:
            self._queue.add_spare(job)
            self._news.notify_all()
        impatience = asyncio.get_running_loop().call_later(patience_s, self._drop, job, patience_s)
        try:
            return await job.done
        finally:
            impatience.cancel()

    async def stop(self) -> None:
        """End the processes; tasks still waiting are cancelled."""
        for slot in self._slots:
            slot.cancel()
        await asyncio.gather(*self._slots, return_exceptions=True)
        self._slots = []
        for job in self._queue.empty():
            job.done.cancel()
        await asyncio.gather(*(_end(process) for process in self._processes if process))
        self._yielding.clear()
        self._processes = [None] * len(self._processes)

    async def _serve(self, slot: int) -> None:
        while True:
            job = await self._next(slot)
            self._begin(job)
            try:
                await self._run(slot, job)
            finally:
                self._end_of(job)
                self._queue.finished(slot)
                if not job.done.done():
                    job.done.cancel()

    async def _next(self, slot: int) -> _Job:
        async with self._news:
            while True:
                job = self._queue.take(slot)
                spare_waits = self._queue.spare_backlog > 0
                if job:
                    job.started = True
                    if spare_waits:
                        self._news.notify_all()  # it may have waited for this one to leave the queue
                    return job
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_S if spare_waits else None):
                        await self._news.wait()

    def _begin(self, job: _Job) -> None:
        """Let spare work stand still: even at the lowest priority it takes cache and memory from the others."""
        if not job.spare:
            self._running += 1
            if self._running == 1:
                self._signal(signal.SIGSTOP)

    def _end_of(self, job: _Job) -> None:
        if not job.spare:
            self._running -= 1
            if self._running == 0:
                self._signal(signal.SIGCONT)

    def _signal(self, what: signal.Signals) -> None:
        for process in self._yielding:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(what)

    def _tell(self, job: _Job, began: float) -> None:
        if self.on_done is None:
            return
        try:
            self.on_done((began - job.since) * 1000, (time.monotonic() - began) * 1000)
        except Exception:
            log.exception("a listener of finished tasks failed")

    def _drop(self, job: _Job, patience_s: float) -> None:
        if not job.started and not job.done.done():
            self.spare_dropped += 1
            job.done.set_exception(WorkDropped(seconds=patience_s))

    async def _run(self, slot: int, job: _Job) -> None:
        while not job.done.done():
            try:
                process = self._processes[slot]
                if process is None:
                    process = self._processes[slot] = await self._spawn(slot)
                began = time.monotonic()
                ok, result = await _exchange(process, job.payload)
            except (asyncio.IncompleteReadError, ConnectionError, EOFError):
                job.deaths += 1
                log.error("worker %s died; starting it again", self._factory)
                await self._bury(slot)
                if job.deaths > 1 and not job.done.done():
                    job.done.set_exception(WorkerDied(factory=self._factory))
                continue
            except Exception as error:  # the factory itself failed on restart
                if not job.done.done():
                    job.done.set_exception(error)
                return
            if not job.spare:
                self._tell(job, began)
            if job.done.done():
                return
            if ok:
                job.done.set_result(result)
            else:
                job.done.set_exception(result)

    async def _bury(self, slot: int) -> None:
        process, self._processes[slot] = self._processes[slot], None
        if process:
            self._yielding.discard(process)
            await _end(process)

    async def _spawn(self, slot: int) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "core.worker_process",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 20,
        )
        spare = slot >= self._count
        if spare:
            self._yielding.add(process)
            if self._running:
                process.send_signal(signal.SIGSTOP)
        try:
            nice = LOWEST if spare else self._nice
            start = pickle.dumps((self._factory, self._args, nice), pickle.HIGHEST_PROTOCOL)
            ok, result = await _exchange(process, start)
        except BaseException:
            self._yielding.discard(process)
            await _end(process)
            raise
        if not ok:
            self._yielding.discard(process)
            await _end(process)
            raise result
        return process


async def _exchange(process: asyncio.subprocess.Process, payload: bytes) -> tuple[bool, Any]:
    assert process.stdin and process.stdout
    process.stdin.write(HEADER.pack(len(payload)) + payload)
    await process.stdin.drain()
    (length,) = HEADER.unpack(await process.stdout.readexactly(HEADER.size))
    reply: tuple[bool, Any] = pickle.loads(await process.stdout.readexactly(length))
    return reply


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGCONT)
    if process.stdin:
        process.stdin.close()  # a worker ends when its input ends, also when we die without a word
    try:
        await asyncio.wait_for(process.wait(), 2)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
