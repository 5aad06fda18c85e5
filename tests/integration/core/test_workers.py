"""Real worker processes: results, failures, deaths, order, and an end without remains."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from core.errors import ModelMissing, WorkerDied, WorkersBusy
from core.workers import Workers

CALCULATOR = "tests.integration.core.tools_for_workers:calculator"


@asynccontextmanager
async def workers(count: int = 1, queue_limit: int = 8) -> AsyncIterator[Workers]:
    pool = Workers(CALCULATOR, (100,), count=count, queue_limit=queue_limit)
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
