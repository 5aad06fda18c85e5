"""Every process that is asked hears of a publication, and goes on with what it has where it cannot."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge_base.base import KnowledgeBase
from knowledge_base.entry import Entry
from knowledge_base.life import Step
from knowledge_base.live import Follower, LiveKnowledge
from knowledge_base.store import EntryStore
from tests.editors import LI, NOW, entry, open_store, publish
from tests.integration.knowledge_base.at_work import IDS
from tests.integration.knowledge_base.test_publication import at_work

ASKED = "鹦鹉走失了到哪里登记"
PARROT = entry(
    "parrot",
    question=ASKED,
    spoken="请打动物救助站的电话登记。",
    topic="宠物",
    subject="鹦鹉走失",
    aspect="登记",
    short="鹦鹉走失登记",
    asked=("我家鹦鹉飞走了去哪登记", "鹦鹉丢了怎么登记", "走失的鹦鹉登记"),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EntryStore]:
    store = open_store(tmp_path / "kb.db")
    yield store
    store.database.close()


class Heard:
    """Waits for publications, not for time."""

    def __init__(self, live: LiveKnowledge) -> None:
        self.taken: list[Sequence[Entry]] = []
        self._condition = threading.Condition()
        live.subscribe(self._take)

    def _take(self, entries: Sequence[Entry]) -> None:
        with self._condition:
            self.taken.append(entries)
            self._condition.notify_all()

    def wait(self, count: int) -> None:
        self.until(lambda: len(self.taken) >= count)

    def until(self, true: Callable[[], bool]) -> None:
        with self._condition:
            assert self._condition.wait_for(true, timeout=60)


@pytest.fixture
def live(few: KnowledgeBase) -> LiveKnowledge:
    return LiveKnowledge(few)


def until(true: Callable[[], bool]) -> None:
    for _ in range(6000):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError


def answered(live: LiveKnowledge, today: date | None = None) -> str:
    entry = live.ask(ASKED, today=today).entry
    return entry.id if entry else ""


def test_what_is_published_is_answered_and_what_is_withdrawn_no_more(store: EntryStore, live: LiveKnowledge) -> None:
    follower = Follower(live, store)
    assert not follower.look() and answered(live) == ""
    publish(store, PARROT)
    assert follower.look() and answered(live) == "parrot"
    store.step("parrot", Step.WITHDRAW, 1, LI, "职责变了", NOW)
    assert follower.look() and answered(live) == ""
    assert not follower.look()


def test_a_clock_that_jumps_and_comes_back_silences_an_entry_only_meanwhile(
    store: EntryStore, live: LiveKnowledge
) -> None:
    publish(store, replace(PARROT, valid_to=date(2026, 7, 1)))
    Follower(live, store).look()
    days = [date(2026, 6, 1), date(2027, 6, 1), date(2026, 6, 1), date(1970, 1, 1)]
    assert [answered(live, day) for day in days] == ["parrot", "", "parrot", "parrot"]


def test_publications_of_another_process_come_whole(store: EntryStore, live: LiveKnowledge) -> None:
    publish(store, *(entry(id) for id in IDS))
    heard = Heard(live)
    follower = Follower(live, store, look_s=0.005)
    follower.start()
    heard.wait(1)
    with at_work(store, "many") as worker:
        worker.go()
        assert worker.says() == "done"
    last = store.live().number
    heard.until(lambda: live.number >= last)
    follower.stop()
    assert all({each.id for each in taken} == set(IDS) for taken in heard.taken)
    assert all(len({each.spoken for each in taken}) == 1 for taken in heard.taken)
    assert heard.taken[-1][0].spoken == "这是第9次发布的答复。"


def test_a_broken_database_leaves_the_answers_and_is_followed_again(
    store: EntryStore, live: LiveKnowledge, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    publish(store, PARROT)
    heard = Heard(live)
    follower = Follower(live, store, look_s=0.005)
    follower.start()
    heard.wait(1)
    os.rename(tmp_path / "kb.db", tmp_path / "elsewhere.db")
    until(lambda: bool(follower.trouble))
    assert "知识库的新发布暂时读不到" in str(follower.trouble)
    assert answered(live) == "parrot"
    time.sleep(0.1)  # some twenty looks more
    assert sum("stands still" in record.message for record in caplog.records) == 1
    os.rename(tmp_path / "elsewhere.db", tmp_path / "kb.db")
    publish(store, entry())
    heard.wait(2)
    until(lambda: follower.trouble is None)
    assert "shebaoka" in {each.id for each in live.entries}
    follower.stop()
