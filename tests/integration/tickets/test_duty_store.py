"""Versions of the responsibility list: each holds from its day, none is lost, each has its event."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from core.clock import FixedClock
from core.database import Database
from core.events import history
from hotline.following_duties import FollowingDuties
from tickets.duties.default import lanjiang_duties
from tickets.duties.duty import DutyList, Unit
from tickets.duties.store import STREAM, DutyStore
from tickets.errors import DutiesMissing
from tickets.life.span import Span
from tickets.matters import ResponsibilityList
from tickets.understanding import Understanding

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=timezone(timedelta(hours=8)))
ALL = lanjiang_duties()
FIRST, SECOND, THIRD = (
    DutyList(ALL.duties[:size], [Unit("市水务局", dissolved=date(2027, 1, 1))]) for size in (3, 4, 5)
)
CHANGED = DutyList([replace(ALL.duties[0], standard="修好")])


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'duties.db'}")
    yield made
    made.close()


def test_the_version_of_a_day_is_found_and_a_future_one_waits(database: Database) -> None:
    store = DutyStore(database)
    assert store.at(NOW.date()) is None
    store.add(FIRST, date(2026, 1, 1), "张三", "一.xlsx", NOW)
    store.add(THIRD, date(2027, 1, 1), "张三", "三.xlsx", NOW)
    store.add(SECOND, date(2026, 6, 1), "李四", "二.xlsx", NOW)
    assert store.at(date(2025, 12, 31)) is None
    assert store.at(date(2026, 5, 31)) == FIRST
    assert store.at(date(2026, 12, 31)) == SECOND
    assert store.at(date(2027, 1, 1)) == THIRD
    assert [(one.number, one.by, one.matters) for one in store.versions()] == [
        (3, "李四", 4),
        (2, "张三", 5),
        (1, "张三", 3),
    ]
    told = database.run(lambda c: history(c, STREAM))
    assert [(one.kind, one.body["version"], one.body["imported_by"]) for one in told] == [
        ("duties.imported", 1, "张三"),
        ("duties.imported", 2, "张三"),
        ("duties.imported", 3, "李四"),
    ]


def test_of_two_versions_of_one_day_the_last_holds_and_the_other_is_kept(database: Database) -> None:
    store = DutyStore(database)
    store.add(FIRST, NOW.date(), "张三", "一.xlsx", NOW)
    store.add(SECOND, NOW.date(), "张三", "二.xlsx", NOW)
    assert store.at(NOW.date()) == SECOND
    assert store.version(1) == FIRST
    with pytest.raises(DutiesMissing, match="第 9 版"):
        store.version(9)


def test_two_who_import_at_once_get_two_versions(database: Database) -> None:
    other = Database(str(database.url))
    try:
        with ThreadPoolExecutor(2) as pool:
            made = list(
                pool.map(
                    lambda to: DutyStore(to).add(CHANGED, NOW.date(), "张三", "一.xlsx", NOW).number,
                    (database, other, database, other),
                )
            )
    finally:
        other.close()
    assert sorted(made) == [1, 2, 3, 4]


def test_a_running_service_takes_up_a_version_on_its_day_and_only_once(database: Database) -> None:
    store, clock, mind, heard = DutyStore(database), FixedClock(NOW), Understanding(), list[int]()
    following = FollowingDuties(
        store,
        mind,
        clock,
        lambda duties: ResponsibilityList.of(duties, Span(3, "d")),
        lambda: heard.append(len(mind.matters.matters)),
        number=0,
    )
    assert not following.look()
    store.add(FIRST, NOW.date(), "张三", "一.xlsx", NOW)
    store.add(SECOND, NOW.date() + timedelta(days=1), "张三", "二.xlsx", NOW)
    assert following.look() and len(mind.matters.matters) == 3
    assert not following.look()
    clock.advance(timedelta(days=1))
    assert following.look() and heard == [3, 4]
