"""From a conversation to the inbox, to a draft, to a published entry that closes it."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.clock import FixedClock
from core.events import EventLog, newest
from dialog.humans import ConstantHumans
from dialog.moves import Gone, Heard, Note
from hotline.cli import app
from hotline.knowledge_care import CareThread, KnowledgeCare
from hotline.records import open_records
from hotline.settings import HotlineSettings, KnowledgeSettings, RecordsSettings
from hotline.text_call import Mind, TextCall
from ivr.records import CallRecord
from knowledge_base.base import KnowledgeBase
from knowledge_base.care.reminders import RecordedNotices
from knowledge_base.gaps.gap import GapState
from knowledge_base.gaps.store import GapStore
from knowledge_base.life import Step
from knowledge_base.live import Follower, LiveKnowledge
from knowledge_base.loading import from_folder
from knowledge_base.roles import Actor, Role
from knowledge_base.store import EntryStore
from tests.small_city import small_city
from tickets.store import TicketStore
from tickets.understanding import Understanding

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC).astimezone()
CHIEF = Actor("王主任", Role.ADMINISTRATOR)
QUESTION = "无人机在哪里登记"


class City:
    """A small city with its records, its live knowledge and its care."""

    def __init__(self, folder: Path) -> None:
        knowledge = KnowledgeSettings(folder=small_city(folder / "kb"), embedding=False, pseudo_questions=400)
        self.settings = HotlineSettings(records=RecordsSettings(folder=folder / "var"), knowledge=knowledge)
        self.database = open_records(self.settings.records)
        self.log = EventLog(self.database)
        self.entries, self.gaps = EntryStore(self.database), GapStore(self.database)
        self.entries.seed(from_folder(knowledge.folder), NOW - timedelta(days=1))
        heard = self.entries.live()
        self.live = LiveKnowledge(KnowledgeBase(heard.entries, knowledge), heard.number)
        self.clock = FixedClock(NOW)
        notices = RecordedNotices(self.database)
        self.care = KnowledgeCare(self.settings, self.database, self.live, self.clock, notices)
        self._calls = 0
        self._mind = Mind(self.live, Understanding())

    def call(self, *turns: str) -> str:
        """Make a call in text, its events recorded as those of a telephone call; return its id."""
        self._calls += 1
        self.clock.advance(timedelta(minutes=1))
        call_id, now = f"call{self._calls}", self.clock.now()
        record = CallRecord(self.log, call_id)
        talk = TextCall(self._mind, TicketStore(self.database), "13800000001", now, ConstantHumans())
        talk.start()
        for move in (*(Heard(text) for text in turns), Gone()):
            talk.tell(move, now)
            for done in talk.moves:
                if isinstance(done, Note):
                    facts = {"what": done.kind, "facts": done.facts}
                    self.log.append(record.stream, "dialogue.note", facts, now.timestamp())
        self.log.flush()
        return call_id

    def look(self) -> None:
        """Let the care look often enough to see everything."""
        self.clock.advance(timedelta(minutes=1))
        for _ in range(3):
            self.care.look()

    def publish(self, id: str) -> None:
        """Submit, approve and publish the working version, and let calls hear it."""
        head = self.entries.get(id).life.head
        for step in (Step.SUBMIT, Step.APPROVE):
            self.entries.step(id, step, head, CHIEF, "", self.clock.now())
        self.entries.put_live([(id, head)], CHIEF, "", self.clock.now())
        assert Follower(self.live, self.entries).look()


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    made = City(tmp_path)
    yield made
    made.log.close()
    made.database.close()


def test_an_unanswered_question_becomes_an_entry_that_answers_it(city: City) -> None:
    first = city.call(QUESTION, "不用了")
    second = city.call("请问无人机登记去哪儿", "不用了")
    city.call("社保卡丢了怎么补", "没有了谢谢")
    city.look()
    (gap,) = city.gaps.list(CHIEF)
    assert gap.counts == {"refused": 2}
    assert [one.call for one in city.gaps.get(gap.id, CHIEF)[1]] == [first, second]

    city.gaps.assign(gap.id, "公安局", date(2026, 7, 1), CHIEF, city.clock.now())
    draft = city.gaps.draft(gap.id, city.entries, CHIEF, city.clock.now())
    whole = replace(
        draft, spoken="无人机在民航局网站实名登记。", text="无人机实名登记在民航局的网站上办理。", topic="公安",
        subject="无人机", aspect="办理", short="无人机登记", asked=(*draft.asked, "无人机要登记吗", "无人机怎么登记"),
    )  # fmt: skip
    city.entries.save(whole, 1, CHIEF, "", city.clock.now())
    city.look()
    assert city.gaps.get(gap.id, CHIEF)[0].state is GapState.DRAFTED, "nobody hears a draft"

    city.publish(draft.id)
    city.look()
    assert city.gaps.get(gap.id, CHIEF)[0].state is GapState.CLOSED
    kinds = [event.kind for event in city.gaps.history(gap.id)]
    assert kinds == ["gap.opened", "gap.assigned", "gap.drafted", "gap.closed"]
    assert city.gaps.history(gap.id)[-1].body["entries"] == [draft.id]

    city.call(QUESTION, "不是这个", "没有了")
    city.look()
    again = city.gaps.get(gap.id, CHIEF)[0]
    assert again.state is GapState.DRAFTED and again.counts == {"refused": 2, "rejected": 1}
    assert city.gaps.history(gap.id)[-1].kind == "gap.reopened"


def test_a_caller_who_chooses_none_leaves_his_question(city: City) -> None:
    city.call("社保卡", "都不是", "不用了")
    city.look()
    sources = [gap.counts for gap in city.gaps.list(CHIEF)]
    assert sources == [{"asked_back": 1}]


def test_departments_are_reminded_once_and_not_when_it_is_done(city: City) -> None:
    entry = city.entries.get("shebao-card-lost")
    soon = replace(entry.head.entry, valid_to=NOW.date() + timedelta(days=5))
    city.entries.save(soon, entry.life.head, CHIEF, "", NOW)
    city.publish(soon.id)
    city.look()
    city.look()
    (told,) = city.database.run(lambda c: newest(c, "notice.sent", 10))
    assert told.body["department"] == soon.department and soon.id in told.body["text"]


def test_the_thread_of_the_service_reads_by_itself_and_ends(city: City) -> None:
    city.call(QUESTION, "不用了")
    thread = CareThread(city.settings, city.live, city.clock)
    thread.start()
    deadline = time.monotonic() + 30
    while not city.gaps.list(CHIEF) and time.monotonic() < deadline:
        time.sleep(0.1)
    thread.stop()
    assert thread.trouble is None
    assert [gap.title for gap in city.gaps.list(CHIEF)] == [QUESTION]


def test_the_commands_show_and_work_on_the_inbox(city: City, tmp_path: Path) -> None:
    call = city.call(QUESTION, "不用了")
    city.look()
    config = tmp_path / "hotline.toml"
    settings = city.settings
    config.write_text(
        f'[records]\nfolder = "{settings.records.folder}"\n[knowledge]\nfolder = "{settings.knowledge.folder}"\n',
        encoding="utf8",
    )

    def run(*words: str, status: int = 0) -> str:
        done = CliRunner().invoke(app, ["kb", *words, "--config", str(config)], env={"COLUMNS": "200"})
        assert (done.exit_code if not done.exception else 2) == status, done.output
        return done.output + str(done.exception or "")

    (gap,) = json.loads(run("gaps", "list", "--json"))
    number = str(gap["id"])
    assert gap["question"] == QUESTION
    assert QUESTION[:3] in run("gaps", "list")  # the table is as narrow as the first command found its terminal
    shown = run("gaps", "show", number)
    assert call in shown and "没有答上" in shown and "收到" in shown
    assert "公安局" in run("gaps", "assign", number, "公安局", "--by", "2026-07-01")
    assert "读不懂" in run("gaps", "assign", number, "公安局", "--by", "明天", status=2)
    assert "kb edit" in run("gaps", "draft", number)
    assert "不归我们" in run("gaps", "dismiss", number, "--why", "不归我们")
    assert "不用再处理" in run("gaps", "dismiss", number, "--why", "不归我们", status=2)
    assert json.loads(run("care", "--json")) == []
    out = tmp_path / "report.html"
    reported = json.loads(run("report", "--json", "--html", str(out)))
    assert sum(line["entries"] for line in reported) == len(city.live.entries)
    assert "<svg" in out.read_text("utf8")
