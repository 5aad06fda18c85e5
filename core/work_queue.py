"""Which task is done next, and by which process: urgent ones, others, and spare ones. No clock, no process."""

import heapq
import itertools
from collections import deque
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class Job(Protocol):
    """A task that waits."""

    @property
    def gone(self) -> bool:
        """Whether nobody waits for its result any more."""
        ...


J = TypeVar("J", bound=Job)


class WorkQueue(Generic[J]):
    """Tasks for `count` processes, numbered from 0, and `own_spare` more behind them that only do spare ones.

    A spare task is never begun while another waits. Where there are processes for spare tasks, only these do them;
    otherwise they borrow one while nothing else runs, `most_spare()` of them at most at a time.
    """

    def __init__(self, count: int, own_spare: int = 0, most_spare: Callable[[], int] = lambda: 1) -> None:
        self._count, self._own_spare = count, own_spare
        self.most_spare = most_spare
        """Asked before each spare task."""
        self._heap: list[tuple[int, int, J]] = []
        self._spare: deque[J] = deque()
        self._order = itertools.count()
        self._running: dict[int, bool] = {}
        """Whether the task is a spare one, by the process that does it."""

    @property
    def backlog(self) -> int:
        """Tasks that wait, spare ones not counted."""
        return sum(not job.gone for _, _, job in self._heap)

    @property
    def spare_backlog(self) -> int:
        """Spare tasks that wait."""
        return sum(not job.gone for job in self._spare)

    def add(self, job: J, urgent: bool = False) -> None:
        """Let a task wait; urgent ones overtake the others."""
        heapq.heappush(self._heap, (0 if urgent else 1, next(self._order), job))

    def add_spare(self, job: J) -> None:
        """Let a spare task wait."""
        self._spare.append(job)

    def take(self, process: int) -> J | None:
        """Return what a process that is free begins now; None where there is nothing for it."""
        while self._heap and process < self._count:
            job = heapq.heappop(self._heap)[2]
            if not job.gone:
                self._running[process] = False
                return job
        while self._spare and self._lets_spare_in(process):
            job = self._spare.popleft()
            if not job.gone:
                self._running[process] = True
                return job
        return None

    def finished(self, process: int) -> None:
        """Note that a process is free again."""
        self._running.pop(process, None)

    def empty(self) -> list[J]:
        """Take everything out and return it."""
        left = [job for _, _, job in self._heap] + list(self._spare)
        self._heap.clear()
        self._spare.clear()
        return left

    def _lets_spare_in(self, process: int) -> bool:
        if self.backlog:
            return False
        if self._own_spare:
            return process >= self._count
        return all(self._running.values()) and len(self._running) < self.most_spare()
