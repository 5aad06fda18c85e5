"""Who is served next: urgent tasks, others, and spare ones only where they cost nobody anything."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from core.work_queue import WorkQueue


@dataclass(eq=False)
class Job:
    name: str
    gone: bool = False


def test_urgent_then_others_then_spare_each_in_its_order() -> None:
    queue: WorkQueue[Job] = WorkQueue(1)
    queue.add_spare(Job("spare"))
    for name in ("one", "two"):
        queue.add(Job(name))
    queue.add(Job("urgent"), urgent=True)
    taken = []
    while job := queue.take(0):
        taken.append(job.name)
        queue.finished(0)
    assert taken == ["urgent", "one", "two", "spare"]


def test_a_spare_task_borrows_a_process_only_while_nothing_else_runs() -> None:
    queue: WorkQueue[Job] = WorkQueue(2, most_spare=lambda: 2)
    queue.add(Job("call"))
    queue.add_spare(Job("spare"))
    assert queue.take(0) and queue.take(1) is None
    queue.finished(0)
    spare = queue.take(1)
    assert spare and spare.name == "spare"
    queue.add(Job("next call"))
    assert queue.take(0), "the other process is left to the calls"


def test_as_many_spare_tasks_run_at_once_as_are_allowed() -> None:
    allowed = [0]
    queue: WorkQueue[Job] = WorkQueue(2, most_spare=lambda: allowed[0])
    for name in "abc":
        queue.add_spare(Job(name))
    assert queue.take(0) is None
    allowed[0] = 1
    assert queue.take(0) and queue.take(1) is None
    allowed[0] = 2
    assert queue.take(1)


def test_with_processes_of_their_own_spare_tasks_leave_the_others_alone() -> None:
    queue: WorkQueue[Job] = WorkQueue(1, own_spare=1)
    queue.add_spare(Job("spare"))
    assert queue.take(0) is None
    queue.add(Job("call"))
    assert queue.take(1) is None, "a call waits"
    assert queue.take(0)
    assert queue.take(1), "it runs beside the call, at the lowest priority"
    queue.add(Job("call"))
    assert queue.take(1) is None, "calls are not for that process"


@given(st.integers(1, 3), st.integers(0, 2), st.lists(st.sampled_from(["add", "urgent", "spare"])))
def test_who_has_gone_is_not_served_and_nothing_is_lost(count: int, own: int, kinds: list[str]) -> None:
    queue: WorkQueue[Job] = WorkQueue(count, own)
    jobs = [Job(kind, gone=place % 3 == 0) for place, kind in enumerate(kinds)]
    for job in jobs:
        queue.add_spare(job) if job.name == "spare" else queue.add(job, job.name == "urgent")
    served = []
    for process in list(range(count + own)) * (len(jobs) + 1):
        if job := queue.take(process):
            served.append(job)
            queue.finished(process)
    assert sorted(map(id, served)) == sorted(id(job) for job in jobs if not job.gone)


class Serving(RuleBasedStateMachine):
    """Any order of arrivals and departures: a spare task never begins while another waits or, borrowed, runs."""

    @initialize(count=st.integers(1, 3), own=st.integers(0, 2), most=st.integers(0, 3))
    def begin(self, count: int, own: int, most: int) -> None:
        self.count, self.own, self.most = count, own, most
        self.queue: WorkQueue[Job] = WorkQueue(count, own, lambda: self.most)
        self.running: dict[int, Job] = {}
        self.waiting: list[Job] = []

    @rule(kind=st.sampled_from(["call", "urgent", "spare"]))
    def arrive(self, kind: str) -> None:
        job = Job(kind)
        self.waiting.append(job)
        self.queue.add_spare(job) if kind == "spare" else self.queue.add(job, kind == "urgent")

    @rule(place=st.integers(0, 20))
    def leave(self, place: int) -> None:
        if self.waiting:
            self.waiting.pop(place % len(self.waiting)).gone = True

    @rule(process=st.integers(0, 4))
    def take(self, process: int) -> None:
        if process >= self.count + self.own or process in self.running:
            return
        job = self.queue.take(process)
        if job is None:
            if process < self.count:
                assert not any(job.name != "spare" for job in self.waiting)
            return
        self.waiting.remove(job)
        if job.name == "spare":
            assert not any(job.name != "spare" for job in self.waiting)
            if self.own:
                assert process >= self.count
            else:
                assert all(other.name == "spare" for other in self.running.values())
                assert len(self.running) < self.most
        else:
            assert process < self.count
            assert job.name == "urgent" or not any(job.name == "urgent" for job in self.waiting)
        self.running[process] = job

    @rule(process=st.integers(0, 4))
    def finish(self, process: int) -> None:
        if self.running.pop(process, None):
            self.queue.finished(process)

    @invariant()
    def counts(self) -> None:
        if hasattr(self, "queue"):
            assert self.queue.backlog == sum(job.name != "spare" for job in self.waiting)
            assert self.queue.spare_backlog == sum(job.name == "spare" for job in self.waiting)


TestServing = Serving.TestCase
