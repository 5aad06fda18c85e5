"""Events of calls become gaps: each source, once each, whoever reads and whenever he is killed."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from core.database import Database
from core.events import EventLog
from knowledge_base.errors import GapIncomplete, GapNotPending, GapRefused
from knowledge_base.gaps import reader as reading
from knowledge_base.gaps.gap import Gap, GapState, Question
from knowledge_base.gaps.likeness import ALIKE, Likeness
from knowledge_base.gaps.listening import Ears
from knowledge_base.gaps.reader import LEASE_S, Reader
from knowledge_base.gaps.store import FORGOTTEN, GapStore
from knowledge_base.gaps.tables import use_table
from knowledge_base.life import system
from knowledge_base.roles import Actor, Role
from knowledge_base.store import EntryStore

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
CHIEF = Actor("王主任", Role.ADMINISTRATOR)


def make_reader(database: Database, holder: str = "test") -> Reader:
    likeness = Likeness(["居住证怎么办理", "社保卡丢了怎么补"])
    ears = Ears(
        lambda text: text.replace("13812345678", "(号码)"),
        lambda text: "怎么" in text or "吗" in text,
        lambda question: "社保卡" in question,
        lambda one, other: likeness.alike(one, other) >= ALIKE,
    )
    return Reader(database, likeness, ears, holder)


class Calls:
    """Writes events of calls as the service does."""

    def __init__(self, database: Database) -> None:
        self.log, self._at = EventLog(database), NOON.timestamp()

    def add(self, call: str, kind: str, **body: object) -> None:
        self._at += 1
        self.log.append(f"call:{call}", kind, body, self._at)

    def note(self, call: str, what: str, **facts: object) -> None:
        self.add(call, "dialogue.note", what=what, facts=facts)

    def asked(self, call: str, question: str, decision: str = "refuse", near: str = "near-entry") -> None:
        self.note(call, "knowledge", question=question, understood=question, decision=decision, scores={near: 0.3})

    def refused(self, call: str, question: str) -> None:
        self.asked(call, question)
        self.note(call, "refuse", question=question, appeal=False, reason="知识库没有把握的答案")

    def answered(self, call: str, question: str, entry: str) -> None:
        self.asked(call, question, "answer", entry)
        self.note(call, "answer", entry=entry, confidence=0.9, reason="")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'hotline.db'}")
    yield made
    made.close()


@pytest.fixture
def calls(database: Database) -> Iterator[Calls]:
    made = Calls(database)
    yield made
    made.log.close()


def read_all(database: Database, calls: Calls) -> None:
    calls.log.flush()
    reader = make_reader(database)
    assert reader.hold(NOON.timestamp())
    while reader.read(settled=True):
        pass


def inbox(database: Database) -> dict[str, tuple[Gap, tuple[Question, ...]]]:
    store = GapStore(database)
    found = store.list(system(), tuple(GapState), limit=1000)
    return {gap.title: store.get(gap.id, system()) for gap in found if gap.state is not GapState.MERGED}


def use_of(database: Database, entry: str) -> dict[str, int]:
    query = select(use_table).where(use_table.c.entry == entry)
    rows = database.run(lambda c: c.execute(query).all())
    names = ("answered", "refused", "rejected", "to_human")
    return {name: total for name in names if (total := sum(getattr(row, name) for row in rows))}


def test_a_refused_question_is_kept_with_its_call_and_masked(database: Database, calls: Calls) -> None:
    calls.refused("c1", "无人机怎么登记,电话13812345678")
    calls.note("c2", "refuse", question="路灯坏了没人管", appeal=True, reason="听不出是咨询还是反映")
    read_all(database, calls)
    ((gap, (question,)),) = inbox(database).values()
    assert (question.call, question.source, question.question) == ("c1", "refused", "无人机怎么登记,电话(号码)")
    assert gap.near == "near-entry" and gap.counts == {"refused": 1}
    assert use_of(database, "near-entry") == {"refused": 1}


def test_what_callers_reject_is_kept_with_the_answer(database: Database, calls: Calls) -> None:
    calls.answered("c1", "狗证怎么办理", "cat-entry")
    calls.note("c1", "rejected", entry="cat-entry", question="狗证怎么办理", reason="来电人说不是这个")
    calls.answered("c2", "露营能不能生火", "park")
    calls.note("c2", "rating", score=1, reason="来电人评价")
    calls.answered("c3", "老年卡怎么年审", "card")
    calls.answered("c3", "请问老年卡怎么年审", "card")
    calls.asked("c4", "无人机怎么登记", "ask_back")
    calls.note("c4", "ask_back", options=["a", "b"], confidence=0.3)
    calls.note("c4", "ask_back", question="无人机怎么登记", reason="都不是")
    calls.note("c4", "refuse", question="无人机怎么登记", appeal=False, reason="")
    calls.asked("c5", "校车在哪里坐", "ask_back")
    calls.note("c5", "ask_back", options=["a", "b"], confidence=0.3)
    calls.note("c5", "gone", state="ask_back", reason="来电人挂断")
    calls.answered("c6", "社保卡丢了怎么补", "fine")
    calls.note("c6", "rating", score=5, reason="来电人评价")
    read_all(database, calls)
    found = {(one.source, one.entry, one.call) for _, questions in inbox(database).values() for one in questions}
    assert found == {
        ("rejected", "cat-entry", "c1"),
        ("dissatisfied", "park", "c2"),
        ("again", "card", "c3"),
        ("asked_back", "", "c4"),
        ("asked_back", "", "c5"),
    }
    assert use_of(database, "cat-entry") == {"answered": 1, "rejected": 1}
    assert use_of(database, "fine") == {"answered": 1}


def test_what_agents_answer_by_hand_is_kept_with_their_words(database: Database, calls: Calls) -> None:
    calls.answered("c1", "公积金怎么提取", "fund")
    calls.note("c1", "human", reason="asked", available=True)
    calls.add("c1", "transfer.asked", reason="asked", packet={"draft": {"name": "李建国"}})
    calls.add("c1", "transfer.done", target="8001")
    calls.add("c1", "talk.said", who="agent", text="李建国您好,装修提取要带合同和发票")
    calls.add("c1", "talk.said", who="caller", text="那无人机怎么登记")
    calls.add("c1", "talk.said", who="agent", text="在民航局的网站上实名登记")
    calls.add("c1", "talk.said", who="caller", text="社保卡丢了怎么补")  # the hotline itself could have answered
    calls.add("c1", "talk.said", who="agent", text="带身份证到社保局补办")
    read_all(database, calls)
    found = {one.question: (one.source, one.entry, one.reply) for _, all_ in inbox(database).values() for one in all_}
    assert found == {
        "公积金怎么提取": ("agent", "fund", "(姓名)您好,装修提取要带合同和发票"),
        "那无人机怎么登记": ("agent", "", "在民航局的网站上实名登记"),
    }
    assert use_of(database, "fund") == {"answered": 1, "to_human": 1}


def test_one_question_counts_once_in_a_call_and_calls_are_counted_together(database: Database, calls: Calls) -> None:
    for call in ("c1", "c2", "c3"):
        calls.refused(call, "无人机在哪里登记")
        calls.refused(call, "请问无人机在哪里登记")
    calls.refused("c4", "无人机登记去哪儿")
    read_all(database, calls)
    ((gap, questions),) = inbox(database).values()
    assert gap.counts == {"refused": 4} and [one.call for one in questions] == ["c1", "c2", "c3", "c4"]


def test_an_event_nobody_understands_stops_nothing(database: Database, calls: Calls) -> None:
    calls.add("c1", "dialogue.note", facts={})
    calls.refused("c1", "无人机怎么登记")
    read_all(database, calls)
    assert len(inbox(database)) == 1


def test_what_is_not_settled_yet_waits_for_the_next_look(database: Database, calls: Calls) -> None:
    calls.refused("c1", "无人机怎么登记")
    calls.log.flush()
    reader = make_reader(database)
    assert reader.hold(NOON.timestamp())
    assert reader.read() == 0
    assert reader.read() == 2
    assert reader.read() == 0


def test_one_process_reads_and_another_takes_over_when_it_has_died(database: Database) -> None:
    one, other = make_reader(database, "one"), make_reader(database, "other")
    now = NOON.timestamp()
    assert one.hold(now) and one.hold(now + 1)
    assert not other.hold(now + 2)
    assert other.hold(now + 1 + LEASE_S)
    assert not one.hold(now + 2 + LEASE_S)
    assert one.hold(now - 86_400), "a clock that was a day ahead keeps nobody from reading"
    one.let_go()
    assert other.hold(now - 86_400)


TOPICS = ["无人机怎么登记", "狗证在哪里办", "露营能不能生火", "老年卡怎么年审", "充电桩怎么申请", "校车在哪里坐"]


def write_many(calls: Calls, count: int) -> None:
    for number in range(count):
        calls.answered(f"c{number}", "社保卡丢了怎么补", "card")
        calls.refused(f"c{number}", TOPICS[number % len(TOPICS)])
    calls.log.flush()


def must_hold_all(database: Database, count: int) -> None:
    found = inbox(database)
    assert {title: gap.times for title, (gap, _) in found.items()} == dict.fromkeys(TOPICS, count // len(TOPICS))
    assert use_of(database, "card")["answered"] == count


READS = """
import sys
from core.database import Database
from knowledge_base.gaps import reader
from tests.integration.knowledge_base.test_gap_reader import make_reader
reader.STRETCH = 7
one = make_reader(Database(sys.argv[1]), "killed")
print("reading", flush=True)
while one.read(settled=True):
    pass
"""


def test_a_reader_killed_again_and_again_loses_nothing_and_counts_nothing_twice(
    database: Database, calls: Calls
) -> None:
    write_many(calls, 300)
    assert make_reader(database).hold(NOON.timestamp())
    chance = random.Random(4)
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", READS, database.url.render_as_string()], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.01, 0.25))
        process.send_signal(signal.SIGKILL)
        process.wait(20)
        process.stdout.close()
    read_all(database, calls)
    must_hold_all(database, 300)


def test_two_that_read_at_once_count_everything_once(
    database: Database, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "STRETCH", 10)
    write_many(calls, 120)
    assert make_reader(database).hold(NOON.timestamp())
    other = Database(database.url.render_as_string())

    def run(of: Database) -> None:
        reader = make_reader(of)
        for _ in range(200):
            reader.read(settled=True)

    threads = [threading.Thread(target=run, args=(of,)) for of in (database, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    must_hold_all(database, 120)


def _one_gap(database: Database, calls: Calls) -> Gap:
    for number, text in enumerate(("无人机在哪里登记", "无人机登记去哪儿", "无人机在哪登记")):
        calls.refused(f"c{number}", text)
    calls.refused("d", "狗证怎么办理")
    read_all(database, calls)
    return max((gap for gap, _ in inbox(database).values()), key=lambda gap: gap.times)


def test_people_assign_split_merge_and_dismiss_and_every_change_is_on_record(
    database: Database, calls: Calls
) -> None:
    gap, store = _one_gap(database, calls), GapStore(database)
    editor = Actor("小李", Role.EDITOR, "公安局")
    with pytest.raises(GapRefused):
        store.get(gap.id, editor)
    assert store.list(editor) == ()
    given = store.assign(gap.id, "公安局", date(2026, 7, 1), CHIEF, NOON)
    assert (given.state, given.due) == (GapState.ASSIGNED, date(2026, 7, 1))
    assert [one.id for one in store.list(editor)] == [gap.id]
    with pytest.raises(GapRefused):
        store.assign(gap.id, "民政局", None, editor, NOON)
    _, questions = store.get(gap.id, editor)
    part = store.split(gap.id, [questions[2].id], editor, NOON)
    assert (part.times, store.get(gap.id, CHIEF)[0].times) == (1, 2)
    whole = store.merge(part.id, gap.id, editor, NOON)
    assert whole.times == 3
    with pytest.raises(GapIncomplete):
        store.dismiss(gap.id, editor, " ", NOON)
    assert store.dismiss(gap.id, editor, "不归热线管", NOON).state is GapState.DISMISSED
    with pytest.raises(GapNotPending):
        store.draft(gap.id, EntryStore(database), editor, NOON)
    kinds = [event.kind for event in store.history(gap.id)]
    assert kinds == ["gap.opened", "gap.assigned", "gap.split", "gap.joined", "gap.dismissed"]
    told = store.history(gap.id)[-1].body
    assert (told["who"], told["why"]) == ("小李", "不归热线管")


def test_what_was_split_by_hand_is_not_joined_again_by_itself(database: Database, calls: Calls) -> None:
    gap, store = _one_gap(database, calls), GapStore(database)
    _, questions = store.get(gap.id, CHIEF)
    part = store.split(gap.id, [questions[0].id], CHIEF, NOON)
    calls.refused("e", "无人机登记在哪里")
    read_all(database, calls)
    there = {one.id: one for one in store.list(CHIEF)}
    assert {gap.id, part.id} <= set(there) and there[gap.id].times + there[part.id].times == 4


def test_a_draft_is_made_once_even_where_the_power_goes_between(database: Database, calls: Calls) -> None:
    gap, store, entries = _one_gap(database, calls), GapStore(database), EntryStore(database)
    store.assign(gap.id, "公安局", None, CHIEF, NOON)
    drafted = store.draft(gap.id, entries, CHIEF, NOON)
    assert drafted.department == "公安局" and {drafted.question, *drafted.asked} == {
        "无人机在哪里登记", "无人机登记去哪儿", "无人机在哪登记",
    }  # fmt: skip
    assert store.draft(gap.id, entries, CHIEF, NOON) == drafted
    assert len(entries.versions(drafted.id)) == 1


def test_old_questions_are_forgotten_and_counts_stay(database: Database, calls: Calls) -> None:
    gap, store = _one_gap(database, calls), GapStore(database)
    assert store.forget(NOON + timedelta(days=1)) == 4
    kept, questions = store.get(gap.id, CHIEF)
    assert (kept.title, kept.times, questions) == (FORGOTTEN, 3, ())
    assert all("无人机" not in str(event.body) for event in store.history(gap.id))
