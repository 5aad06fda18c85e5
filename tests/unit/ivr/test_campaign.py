"""A campaign keeps to its places, reports on every errand, and stops without leaving anything."""

import asyncio
from collections.abc import Iterator
from datetime import datetime

import pytest

from core.clock import FixedClock
from core.database import Database
from core.errors import RecordsError
from core.events import EventLog, newest
from dialog.outbound.errand import Errand, Result, unanswered
from ivr import campaign
from ivr.campaign import Campaign
from tickets.callbacks import CallBackKind, Outcome

NOW = datetime.fromisoformat("2026-11-23T10:00:00+08:00")


class Listed:
    """Errands from a list."""

    def __init__(self, count: int, failures: int = 0) -> None:
        self.waiting = [Errand(str(n), CallBackKind.MISSED, f"1380000{n:04}", NOW) for n in range(count)]
        self.reported: dict[str, Result] = {}
        self.failures = failures

    async def take(self, now: datetime) -> Errand | None:
        return self.waiting.pop(0) if self.waiting else None

    async def report(self, errand: Errand, result: Result, now: datetime) -> None:
        if self.failures:
            self.failures -= 1
            raise RecordsError(url="", what="full")
        assert errand.id not in self.reported
        self.reported[errand.id] = result


@pytest.fixture
def database() -> Iterator[Database]:
    made = Database("sqlite://")
    yield made
    made.close()


@pytest.fixture
def log(database: Database) -> EventLog:
    return EventLog(database)


async def test_no_more_calls_at_once_than_there_are_places(log: EventLog) -> None:
    errands, running, most = Listed(20), 0, 0

    async def make(errand: Errand) -> Result:
        nonlocal running, most
        running += 1
        most = max(most, running)
        for _ in range(int(errand.id) % 5 + 1):
            await asyncio.sleep(0)
        running -= 1
        return unanswered("busy")

    told: list[tuple[str, bool]] = []
    made = Campaign(
        errands, make, FixedClock(NOW), log, 3, lambda errand, result: told.append((errand.id, bool(result)))
    )
    await made.run()
    assert most == 3 and made.made == 20 and made.running == 0
    assert {result.outcome for result in errands.reported.values()} == {Outcome.BUSY}
    assert sorted(told) == sorted((str(n), over) for n in range(20) for over in (False, True))


async def test_a_call_that_breaks_is_a_failed_attempt_and_the_others_go_on(log: EventLog) -> None:
    errands = Listed(5)

    async def make(errand: Errand) -> Result:
        if errand.id == "2":
            raise OSError("no network")
        return unanswered("no_answer")

    await Campaign(errands, make, FixedClock(NOW), log, 2).run()
    assert errands.reported.pop("2") == Result(Outcome.FAILED, "broken")
    assert {result.outcome for result in errands.reported.values()} == {Outcome.NO_ANSWER}


async def test_after_a_stop_nothing_begins_and_what_runs_ends_by_itself(log: EventLog) -> None:
    errands, go = Listed(10), asyncio.Event()

    async def make(errand: Errand) -> Result:
        await go.wait()
        return Result(Outcome.ANSWERED, ending="done")

    made = Campaign(errands, make, FixedClock(NOW), log, 2)
    running = asyncio.create_task(made.run(poll_s=60))
    while made.running < 2:  # noqa: ASYNC110
        await asyncio.sleep(0)
    made.stop()
    await asyncio.sleep(0)
    go.set()
    async with asyncio.timeout(10):
        await running
    assert len(errands.reported) == 2 and len(errands.waiting) == 8


async def test_cancelled_it_still_reports_on_every_errand(log: EventLog) -> None:
    errands = Listed(3)

    async def make(errand: Errand) -> Result:
        await asyncio.Event().wait()
        raise AssertionError

    made = Campaign(errands, make, FixedClock(NOW), log, 3)
    running = asyncio.create_task(made.run())
    while made.running < 3:  # noqa: ASYNC110
        await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert {result.why for result in errands.reported.values()} == {"stopped"}
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_report_that_fails_is_tried_again_and_kept_in_the_end(
    log: EventLog, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaign, "WAITS_S", (0.0, 0.0))

    async def make(errand: Errand) -> Result:
        return unanswered("busy")

    once = Listed(1, failures=2)
    await Campaign(once, make, FixedClock(NOW), log, 1).run()
    assert once.reported["0"].outcome is Outcome.BUSY
    never = Listed(1, failures=99)
    await Campaign(never, make, FixedClock(NOW), log, 1).run()
    log.flush()
    kept = database.run(lambda c: newest(c, "callback.unreported", 5))
    assert len(kept) == 1 and "busy" in str(kept[0].body["result"])


async def test_it_keeps_asking_for_further_errands_until_it_is_stopped(log: EventLog) -> None:
    errands = Listed(0)

    async def make(errand: Errand) -> Result:
        return unanswered("busy")

    made = Campaign(errands, make, FixedClock(NOW), log, 2)
    running = asyncio.create_task(made.run(poll_s=0.001))
    errands.waiting.append(Errand("late", CallBackKind.FOLLOW_UP, "13800000001", NOW))
    async with asyncio.timeout(10):
        while not errands.reported:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        made.stop()
        await running
