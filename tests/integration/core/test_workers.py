"""Real worker processes: results, failures, deaths, order, and an end without remains."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from core.errors import ModelMissing, WorkDropped, WorkerDied, WorkersBusy
from core.workers import Workers

CALCULATOR = "tests.integration.core.tools_for_workers:calculator"


@asynccontextmanager
async def workers(count: int = 1, queue_limit: int = 8, own_spare: int = 0) -> AsyncIterator[Workers]:
    pool = Workers(CALCULATOR, (100,), count=count, queue_limit=queue_limit, own_spare=own_spare)
    await pool.start()
    try:
        yield pool
    finally:
        await pool.stop()


async def test_each_caller_gets_the_answer_to_its_own_task() -> None:
    async with workers(2, queue_limit=64) as pool:
        assert await asyncio.gather(*(pool.do(n) for n in range(40))) == [n + 100 for n in range(40)]


async def test_an_error_of_the_tool_is_raised_to_its_caller_only() -> None:
    async with workers() as pool:
        with pytest.raises(ValueError, match="no"):
            await pool.do("raise")
        assert await pool.do(1) == 101


async def test_a_death_is_survived_by_the_task(tmp_path: Path) -> None:
    async with workers() as pool:
        assert await pool.do(("die once", str(tmp_path / "died"))) == "survived"


async def test_a_task_that_kills_twice_is_given_up_and_the_next_one_works() -> None:
    async with workers() as pool:
        with pytest.raises(WorkerDied):
            await pool.do("die")
        assert await pool.do(1) == 101


async def test_a_killed_idle_worker_is_replaced() -> None:
    async with workers() as pool:
        os.kill(pool.pids[0], signal.SIGKILL)
        assert await pool.do(1) == 101


async def test_a_full_queue_says_so() -> None:
    async with workers(queue_limit=1) as pool:
        first = asyncio.create_task(pool.do(("sleep", 0.5, 1)))
        await asyncio.sleep(0.1)
        second = asyncio.create_task(pool.do(("sleep", 0, 2)))
        await asyncio.sleep(0)
        with pytest.raises(WorkersBusy):
            await pool.do(3)
        assert await pool.do(4, urgent=True) == 104
        assert (await first, await second) == (1, 2)


async def test_urgent_tasks_overtake_and_cancelled_ones_leave_the_queue() -> None:
    async with workers() as pool:
        done: list[str] = []

        async def run(name: str, urgent: bool = False) -> None:
            done.append(await pool.do(("sleep", 0.05, name), urgent=urgent))

        tasks = [asyncio.create_task(run("first"))]
        await asyncio.sleep(0.02)
        tasks += [asyncio.create_task(run(name)) for name in ("slow", "cancelled")]
        tasks.append(asyncio.create_task(run("urgent", urgent=True)))
        await asyncio.sleep(0)
        tasks[2].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert done == ["first", "urgent", "slow"]
        assert pool.backlog == 0


async def test_spare_work_waits_until_nothing_else_does() -> None:
    async with workers() as pool:
        done: list[str] = []

        async def run(name: str, spare: bool = False) -> None:
            task = ("sleep", 0.02, name)
            done.append(await (pool.do_spare(task, 60) if spare else pool.do(task)))

        async with asyncio.TaskGroup() as group:
            group.create_task(run("spare", spare=True))
            for name in "abc":
                group.create_task(run(name))
        assert done[-1] in ("spare", "c") and done.index("spare") in (0, 3)  # begun before the others came, or last
        assert pool.spare_dropped == 0


async def test_spare_work_that_waits_too_long_is_dropped_and_counted() -> None:
    async with workers() as pool:
        call = asyncio.create_task(pool.do(("sleep", 0.5, "call")))
        await asyncio.sleep(0.05)
        with pytest.raises(WorkDropped):
            await pool.do_spare(1, patience_s=0.1)
        assert not call.done()
        assert pool.spare_dropped == 1
        assert await call == "call"
        assert await pool.do_spare(1, patience_s=5) == 101


async def test_spare_work_is_not_let_in_while_others_wait() -> None:
    async with workers() as pool:
        calls = [asyncio.create_task(pool.do(("sleep", 0.1, n))) for n in range(2)]
        await asyncio.sleep(0.05)
        with pytest.raises(WorkersBusy):
            await pool.do_spare(1, patience_s=5)
        await asyncio.gather(*calls)


async def test_spare_work_goes_on_when_it_is_allowed_again() -> None:
    async with workers() as pool:
        allowed = [0]
        pool.spare_while(lambda: allowed[0])
        waiting = asyncio.create_task(pool.do_spare(1, patience_s=60))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        allowed[0] = 1
        assert await waiting == 101


async def test_spare_processes_are_made_when_needed_and_have_the_lowest_priority() -> None:
    async with workers(own_spare=1) as pool:
        (ordinary,) = pool.pids
        spare = await pool.do_spare("pid", patience_s=60)
        assert spare != ordinary and os.getpriority(os.PRIO_PROCESS, spare) == 19
        assert os.sched_getscheduler(spare) == os.SCHED_IDLE
        os.kill(spare, signal.SIGKILL)
        assert await pool.do_spare(1, patience_s=60) == 101


async def test_every_task_but_spare_ones_is_told_of_also_when_its_caller_has_gone() -> None:
    async with workers() as pool:
        told: list[tuple[float, float]] = []
        pool.on_done = lambda waited_ms, work_ms: told.append((waited_ms, work_ms))
        await pool.do_spare(1, patience_s=60)
        gone = asyncio.create_task(pool.do(("sleep", 0.2, 1)))
        await asyncio.sleep(0.05)
        gone.cancel()
        await pool.do(2)
        assert len(told) == 2
        (_, first_work), (second_waited, second_work) = told
        assert first_work >= 200 > second_work
        assert second_waited > 50


async def test_a_listener_that_fails_stops_no_work() -> None:
    async with workers() as pool:

        def fail(_waited_ms: float, _work_ms: float) -> None:
            raise ValueError("listener")

        pool.on_done = fail
        assert await pool.do(1) == 101
        assert await pool.do(2) == 102


async def test_a_factory_that_fails_fails_the_start() -> None:
    with pytest.raises(ValueError, match="no model"):
        await Workers("tests.integration.core.tools_for_workers:broken").start()


async def test_nothing_is_left_after_the_end() -> None:
    before = len(asyncio.all_tasks())
    async with workers(2) as pool:
        pids = pool.pids
        await pool.do(1)
    assert len(asyncio.all_tasks()) == before
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_an_error_crosses_processes_whole() -> None:
    import pickle

    error = ModelMissing(name="whisper-base", what="无网络")
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, ModelMissing)
    assert str(again) == str(error)


def state(pid: int) -> str:
    """Return what Linux says of a process: R, S, T (stands still) …"""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


async def test_spare_work_stands_still_while_a_task_runs_and_goes_on_after_it() -> None:
    async with workers(own_spare=1) as pool:
        assert await pool.do_spare(1, 20) == 101  # its process is there now
        caller, spare = pool.pids
        spare_work = asyncio.create_task(pool.do_spare(("sleep", 0.5, "spare"), 20))
        await asyncio.sleep(0.1)
        task = asyncio.create_task(pool.do(("sleep", 1.0, "call")))
        while state(spare) != "T":
            await asyncio.sleep(0.01)
            assert not task.done(), "spare work went on beside a task"
        await asyncio.sleep(0.6)
        assert not spare_work.done()
        assert state(caller) != "T"
        await task
        await spare_work
        assert state(spare) != "T"


async def test_a_process_that_stands_still_ends_with_the_others() -> None:
    async with workers(own_spare=1) as pool:
        assert await pool.do_spare(1, 20) == 101
        spare = pool.pids[1]
        task = asyncio.create_task(pool.do(("sleep", 3.0, "call")))
        while state(spare) != "T":  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(ProcessLookupError):
        os.kill(spare, 0)
