"""Entries keep all that was ever written, one editor does not undo another, and the disk may fail at any time."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from core.errors import RecordsError
from knowledge_base.errors import (
    ChangedMeanwhile,
    EditedMeanwhile,
    EntryExists,
    EntryUnknown,
    FieldsWrong,
    NotReady,
    StepRefused,
    VersionUnknown,
)
from knowledge_base.life import State, Step
from knowledge_base.store import EntryStore
from tests.editors import CHEN, GU, LI, NOW, SUN, WANG, ZHAO, approve, entry, open_store, publish


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EntryStore]:
    store = open_store(tmp_path / "kb.db")
    yield store
    store.database.close()


def kinds(store: EntryStore, id: str = "shebaoka") -> list[str]:
    return [event.kind.removeprefix("entry.") for event in store.history(id)]


def test_every_version_is_kept_whole_and_any_comes_back(store: EntryStore) -> None:
    texts = [entry(), entry(text="改了一次", materials=("身份证",)), entry(text="又改了一次", areas=("城关区",))]
    for number, text in enumerate(texts):
        assert store.save(text, number, LI, f"第{number}次", NOW).number == number + 1
    assert [version.entry for version in store.versions("shebaoka")] == texts[::-1]
    back = store.restore("shebaoka", 1, WANG, NOW)
    assert (back.number, back.entry, back.who, back.why) == (4, texts[0], "王编辑", "恢复第 1 版")
    assert [store.version("shebaoka", number).entry for number in (1, 2, 3, 4)] == [*texts, texts[0]]
    assert store.history("shebaoka")[-1].body["restored"] == 1
    assert store.get("shebaoka").head == back


def test_saving_what_is_there_is_no_version(store: EntryStore) -> None:
    store.save(entry(), 0, LI, "", NOW)
    assert store.save(entry(question=" 社保卡丢了怎么补办\u200b "), 1, WANG, "", NOW).number == 1
    assert kinds(store) == ["saved"]


def test_every_change_is_an_event_with_who_when_what_and_why(store: EntryStore) -> None:
    publish(store, entry())
    store.step("shebaoka", Step.WITHDRAW, 1, LI, "政策变了", NOW + timedelta(hours=1))
    assert kinds(store) == ["saved", "submitted", "approved", "published", "withdrawn"]
    last = store.history("shebaoka")[-1]
    assert last.at == (NOW + timedelta(hours=1)).timestamp()
    assert last.body == {"version": 1, "who": "李编辑", "role": "editor", "why": "政策变了"}


def test_two_editors_on_one_entry_lose_nothing(store: EntryStore) -> None:
    store.save(entry(), 0, LI, "", NOW)
    store.save(entry(telephone="12333"), 1, WANG, "", NOW)
    with pytest.raises(EditedMeanwhile) as told:
        store.save(entry(hours="工作日九点到五点"), 1, LI, "", NOW)
    assert (told.value.facts["who"], told.value.facts["theirs"], told.value.facts["kept"]) == ("王编辑", 2, 3)
    assert "电话:[-12333-]" in str(told.value) and "办理时间:{+工作日九点到五点+}" in str(told.value)
    kept = store.version("shebaoka", 3)
    assert (kept.entry, kept.aside, kept.who) == (entry(hours="工作日九点到五点"), True, "李编辑")
    assert store.get("shebaoka").head.entry == entry(telephone="12333")
    assert kinds(store) == ["saved", "saved", "set_aside"]
    both = store.save(entry(telephone="12333", hours="工作日九点到五点"), 2, LI, "合并", NOW)
    assert (both.number, store.get("shebaoka").life.head) == (4, 4)


def test_a_text_is_not_lost_because_the_entry_went_to_another_department(store: EntryStore) -> None:
    store.save(entry(), 0, LI, "", NOW)
    store.save(entry(department="公积金中心"), 1, GU, "职责调整", NOW)
    with pytest.raises(EditedMeanwhile):
        store.save(entry(hours="工作日"), 1, LI, "", NOW)
    assert store.version("shebaoka", 3).entry.hours == "工作日"
    with pytest.raises(StepRefused, match="归人社局、公积金中心管"):
        store.save(entry(hours="工作日"), 2, LI, "", NOW)
    with pytest.raises(StepRefused):
        store.save(entry(hours="工作日", department="公积金中心"), 1, ZHAO, "", NOW)


def test_a_step_is_taken_on_what_its_actor_saw(store: EntryStore) -> None:
    store.save(entry(), 0, LI, "", NOW)
    store.step("shebaoka", Step.SUBMIT, 1, LI, "", NOW)
    store.save(entry(telephone="12333"), 1, WANG, "", NOW)
    with pytest.raises(ChangedMeanwhile, match="刚刚被王编辑改动"):
        store.step("shebaoka", Step.APPROVE, 1, CHEN, "", NOW)
    assert store.get("shebaoka").life.state is State.DRAFT


def test_what_is_not_there_is_said(store: EntryStore) -> None:
    store.save(entry(), 0, LI, "", NOW)
    with pytest.raises(EntryExists):
        store.save(entry(text="另写的"), 0, WANG, "", NOW)
    for ask in (
        lambda: store.get("nothing"),
        lambda: store.versions("nothing"),
        lambda: store.step("nothing", Step.SUBMIT, 1, LI, "", NOW),
        lambda: store.save(entry("nothing"), 3, LI, "", NOW),
    ):
        with pytest.raises(EntryUnknown):
            ask()
    with pytest.raises(RecordsError, match="surrogates"):
        store.get("\udcff")
    for number in (-1, 0, 2, 10**30):
        with pytest.raises(VersionUnknown):
            store.restore("shebaoka", number, LI, NOW)


def test_all_of_a_list_or_none_is_kept(store: EntryStore) -> None:
    store.save(entry("b", department="公积金中心"), 0, ZHAO, "", NOW)
    with pytest.raises(StepRefused):
        store.save_all([entry("a"), entry("b", text="改")], LI, "导入", NOW)
    with pytest.raises(FieldsWrong):
        store.save_all([entry("a"), entry("B!")], LI, "导入", NOW)
    assert store.ids() == {"b"}
    assert store.save_all([entry("a"), entry("b", department="公积金中心")], GU, "导入", NOW) == 1


def test_all_of_a_publication_or_none_is_heard(store: EntryStore) -> None:
    versions = [("a", approve(store, entry("a"))), ("b", approve(store, entry("b")))]
    store.save(entry("b", text="刚刚改了"), 1, WANG, "", NOW)
    with pytest.raises(ChangedMeanwhile):
        store.put_live(versions, CHEN, "", NOW)
    assert store.live().entries == () and store.live().number == 0
    assert store.get("a").life.state is State.APPROVED


def test_what_is_incomplete_is_not_reviewed(store: EntryStore) -> None:
    store.save(entry(spoken="", related=("nothing",)), 0, LI, "", NOW)
    with pytest.raises(NotReady, match="口语答复:不能为空;相关条目:没有编号为 nothing 的条目"):
        store.step("shebaoka", Step.SUBMIT, 1, LI, "", NOW)


@pytest.mark.parametrize("text", ["甲\ud83d乙", "\0", "<script>", "\u202e反", "😀", "'; DROP TABLE kb_entries; --"])
def test_any_text_can_be_a_reason(store: EntryStore, text: str) -> None:
    store.save(entry(), 0, LI, text, NOW)
    assert store.versions("shebaoka")[0].why == store.history("shebaoka")[0].body["why"]


def test_expiring_ends_only_what_is_over_and_only_once(store: EntryStore) -> None:
    today = date(2026, 6, 1)
    publish(store, entry("over", valid_to=today - timedelta(days=1)), entry("holds", valid_to=today), entry("ever"))
    assert store.expire(today, NOW, only=["holds"]) == ()
    assert store.expire(today, NOW) == ("over",)
    assert store.expire(today, NOW) == ()
    assert store.get("over").life.state is State.EXPIRED
    assert [heard.id for heard in store.live().entries] == ["ever", "holds"]
    assert kinds(store, "over")[-1] == "expired"


def test_what_a_wrong_clock_has_ended_is_taken_back(store: EntryStore) -> None:
    today, wrong = date(2026, 6, 1), date(2027, 6, 1)
    wanted = [entry(id, valid_to=date(2026, 12, 31)) for id in ("a", "b", "c")]
    publish(store, *wanted, entry("over", valid_to=date(2026, 5, 1)))
    assert store.expire(wrong, NOW) == ("a", "b", "c", "over")
    store.save(replace(wanted[2], text="正在改"), 1, LI, "", NOW)
    with pytest.raises(StepRefused):
        store.revive(today, CHEN, "时钟错了", NOW)
    assert store.revive(today, GU, "时钟错了", NOW) == ("a", "b")
    assert store.revive(today, GU, "时钟错了", NOW) == ()
    assert store.live().entries == tuple(wanted[:2])
    assert (store.get("c").life.state, store.get("over").life.state) == (State.DRAFT, State.EXPIRED)


def test_a_clock_that_goes_back_leaves_the_order_of_things(store: EntryStore) -> None:
    publish(store, entry())
    store.save(entry(text="改"), 1, LI, "", NOW - timedelta(days=365))
    assert kinds(store) == ["saved", "submitted", "approved", "published", "saved"]
    assert [version.number for version in store.versions("shebaoka")] == [2, 1]
    assert store.since(0).number == 1


def test_what_followers_are_told_is_one_moment(store: EntryStore) -> None:
    publish(store, entry("a"), entry("b"))
    assert [heard.id for heard in store.since(0).entries] == ["a", "b"]
    seen = store.since(1)
    assert (seen.number, [heard.id for heard in seen.entries]) == (2, ["b"])
    store.step("a", Step.WITHDRAW, 1, LI, "错了", NOW)
    publish(store, entry("b", text="新"))
    news = store.since(2)
    assert (news.number, news.gone, [heard.text for heard in news.entries]) == (4, ("a",), ["新"])
    assert store.since(4) == replace(news, entries=(), gone=())


def test_a_store_is_seeded_once(store: EntryStore) -> None:
    assert store.seed([entry("a"), entry("b")], NOW) == 2
    assert store.seed([entry("c")], NOW) == 0
    assert [heard.id for heard in store.live().entries] == ["a", "b"]


def test_a_lock_that_does_not_end_is_a_sentence(store: EntryStore, tmp_path: Path) -> None:
    store.save(entry(), 0, LI, "", NOW)
    store.database.run(lambda c: c.exec_driver_sql("PRAGMA busy_timeout=50"))
    other = open_store(tmp_path / "kb.db")

    def while_locked(_: Connection) -> None:
        with pytest.raises(RecordsError, match="database is locked"):
            store.save(entry(text="改"), 1, LI, "", NOW)

    other.database.run(while_locked, exclusive=True)
    assert store.get("shebaoka").life.head == 1
    assert store.save(entry(text="改"), 1, LI, "", NOW).number == 2
    other.database.close()


def test_a_full_disk_changes_nothing(store: EntryStore) -> None:
    publish(store, entry())
    pages = store.database.run(lambda c: c.exec_driver_sql("PRAGMA page_count").scalar())
    store.database.run(lambda c: c.exec_driver_sql(f"PRAGMA max_page_count={pages}"))
    with pytest.raises(RecordsError, match="full"):
        store.save(entry(text="满" * 20_000), 1, LI, "", NOW)
    assert (store.get("shebaoka").life.head, kinds(store)[-1]) == (1, "published")
    store.database.run(lambda c: c.exec_driver_sql("PRAGMA max_page_count=100000"))
    assert store.save(entry(text="满" * 20_000), 1, LI, "", NOW).number == 2


def test_a_database_that_is_taken_away_is_not_written_to_in_vain(store: EntryStore, tmp_path: Path) -> None:
    store.save(entry(), 0, LI, "", NOW)
    os.rename(tmp_path / "kb.db", tmp_path / "elsewhere.db")
    for attempt in (lambda: store.save(entry(text="改"), 1, LI, "", NOW), lambda: store.get("shebaoka")):
        with pytest.raises(RecordsError, match="移走或换掉"):
            attempt()
    (tmp_path / "kb.db").write_bytes(b"")
    with pytest.raises(RecordsError, match="移走或换掉"):
        store.save(entry(text="改"), 1, LI, "", NOW)
    os.rename(tmp_path / "elsewhere.db", tmp_path / "kb.db")
    assert store.save(entry(text="改"), 1, SUN, "", NOW).number == 2
