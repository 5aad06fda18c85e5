"""Work that takes a core for a while, in processes of its own, so that the event loop never waits."""

import asyncio
import contextlib
import heapq
import itertools
import logging
import pickle
import struct
import sys
from typing import Any

from core.errors import WorkerDied, WorkersBusy

log = logging.getLogger(__name__)

HEADER = struct.Struct("!Q")
"""A message between the processes: its length in bytes, then its pickle."""


class _Job:
    """One task and the future that waits for it."""

    def __init__(self, task: object) -> None:
        self.payload = pickle.dumps(task, pickle.HIGHEST_PROTOCOL)
        self.done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.deaths = 0


class Workers:
    """A few processes, each holding what `factory(*args)` made, fed from one bounded queue.

    `factory` is "module:function"; what it returns is called with each task. A process that dies is started again
    and its task tried once more, so that a caller waits a little longer instead of being lost.
    """

    def __init__(
        self, factory: str, args: tuple[Any, ...] = (), count: int = 1, queue_limit: int = 64, nice: int = 0
    ):
        self._factory, self._args, self._nice = factory, args, nice
        self._count, self._limit = count, queue_limit
        self._heap: list[tuple[int, int, _Job]] = []
        self._order = itertools.count()
        self._news = asyncio.Condition()
        self._slots: list[asyncio.Task[None]] = []
        self._processes: list[asyncio.subprocess.Process | None] = [None] * count

    @property
    def backlog(self) -> int:
        """Tasks that wait for a process."""
        return sum(not job.done.done() for _, _, job in self._heap)

    @property
    def pids(self) -> list[int]:
        """The running processes, for `hotline doctor` and the fault tests."""
        return [process.pid for process in self._processes if process]

    async def start(self) -> None:
        """Start every process and wait until all have made their tool; raises what the factory raised."""
        try:
            self._processes = list(await asyncio.gather(*(self._spawn() for _ in range(self._count))))
        except BaseException:
            await self.stop()
            raise
        self._slots = [asyncio.create_task(self._serve(slot), name=f"worker {slot}") for slot in range(self._count)]

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
            heapq.heappush(self._heap, (0 if urgent else 1, next(self._order), job))
            self._news.notify()
        return await job.done

    async def stop(self) -> None:
        """End the processes; tasks still waiting are cancelled."""
        for slot in self._slots:
            slot.cancel()
        await asyncio.gather(*self._slots, return_exceptions=True)
        self._slots = []
        for _, _, job in self._heap:
            job.done.cancel()
        self._heap.clear()
        await asyncio.gather(*(_end(process) for process in self._processes if process))
        self._processes = [None] * self._count

    async def _serve(self, slot: int) -> None:
        while True:
            job = await self._next()
            try:
                await self._run(slot, job)
            finally:
                if not job.done.done():
                    job.done.cancel()

    async def _next(self) -> _Job:
        async with self._news:
            while True:
                while self._heap:
                    job = heapq.heappop(self._heap)[2]
                    if not job.done.done():
                        return job
                await self._news.wait()

    async def _run(self, slot: int, job: _Job) -> None:
        while not job.done.done():
            try:
                process = self._processes[slot]
                if process is None:
                    process = self._processes[slot] = await self._spawn()
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
            if job.done.done():
                return
            if ok:
                job.done.set_result(result)
            else:
                job.done.set_exception(result)

    async def _bury(self, slot: int) -> None:
        process, self._processes[slot] = self._processes[slot], None
        if process:
            await _end(process)

    async def _spawn(self) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "core.worker_process",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 20,
        )
        try:
            start = pickle.dumps((self._factory, self._args, self._nice), pickle.HIGHEST_PROTOCOL)
            ok, result = await _exchange(process, start)
        except BaseException:
            await _end(process)
            raise
        if not ok:
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
    if process.stdin:
        process.stdin.close()  # a worker ends when its input ends, also when we die without a word
    try:
        await asyncio.wait_for(process.wait(), 2)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
