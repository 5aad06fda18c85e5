"""After real calls, steps and a call-back, no table, no file and no log line says who called and what they said."""

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text

from core.clock import FixedClock
from core.database import Database
from core.events import EventLog
from core.key_file import KeyFile
from dialog.humans import ConstantHumans
from dialog.moves import Gone, Heard, Note, Say
from hotline.knowledge_care import KnowledgeCare
from hotline.migrations import migrate
from hotline.settings import HotlineSettings, KnowledgeSettings, RecordsSettings
from hotline.text_call import Mind, TextCall
from ivr.records import CallRecord
from knowledge_base.base import KnowledgeBase
from knowledge_base.care.reminders import RecordedNotices
from knowledge_base.gaps.store import GapStore
from knowledge_base.live import LiveKnowledge
from knowledge_base.loading import from_folder
from knowledge_base.roles import Actor, Role
from knowledge_base.store import EntryStore
from tests.lives import AGENT, closed_by_its_unit, take
from tests.postgres import Postgres
from tests.small_city import small_city
from tickets.callback_settings import CallBackSettings
from tickets.callback_store import CallBackStore
from tickets.callbacks import Outcome, Result, Satisfied, Solved
from tickets.life import steps as s
from tickets.secrecy.reading import TicketReader
from tickets.secrecy.retention import Retention
from tickets.secrecy.view import Viewer, ViewRole
from tickets.store import TicketStore
from tickets.ticket import State
from tickets.understanding import Understanding

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC).astimezone()
CALLER = "13861735529"
NAME = "欧阳建国"
SAID = ("河边偷倒建筑垃圾", "半夜拉来好几车", "无人机在哪里登记", "说谢谢你们", "钥匙放在邻居")
CLEAR = (CALLER, NAME, "三栋九零七", *SAID)
"""What must not be readable anywhere."""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'var' / 'hotline.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
def database(url: str, tmp_path: Path) -> Iterator[Database]:
    opened = Database(url, KeyFile(tmp_path / "elsewhere" / "keys.json"), prepare=migrate)
    yield opened
    opened.close()


def _converse(database: Database, mind: Mind, id: str, *turns: str) -> list[str]:
    """Have a call in text, put on record as a telephone call is; return the numbers of its tickets."""
    log = EventLog(database)
    record = CallRecord(log, id)
    log.append(record.stream, "call.offered", {"caller": CALLER, "called": "12345"}, NOW.timestamp())
    talk = TextCall(mind, TicketStore(database, log), CALLER, NOW, ConstantHumans())
    talk.start()
    for move in (*(Heard(turn) for turn in turns), Gone()):
        if isinstance(move, Heard):
            log.append(record.stream, "caller.said", {"text": move.text, "confidence": 0.9}, NOW.timestamp())
        talk.tell(move, NOW)
        for done in talk.moves:
            if isinstance(done, Note):
                log.append(record.stream, "dialogue.note", {"what": done.kind, "facts": done.facts}, NOW.timestamp())
            elif isinstance(done, Say):
                log.append(record.stream, "bot.said", {"text": done.text, "whole": True}, NOW.timestamp())
    log.close()
    return [ticket.number for ticket in talk.tickets]


def _columns(database: Database) -> dict[str, str]:
    """Return everything in every column of every table as the database keeps it, by table and column."""
    kind = "BLOB" if database.url.get_backend_name() == "sqlite" else "TEXT"

    def read(connection: Connection) -> dict[str, str]:
        found = {}
        for table in inspect(connection).get_table_names():
            for column in inspect(connection).get_columns(table):
                rows = connection.execute(text(f'SELECT CAST("{column["name"]}" AS {kind}) FROM "{table}"')).scalars()
                found[f"{table}.{column['name']}"] = " ".join(map(_text, rows))
        return found

    return database.run(read)


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def test_no_table_no_file_and_no_log_line_tells_who_called(
    database: Database,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    knowledge = KnowledgeSettings(folder=small_city(tmp_path / "kb"), embedding=False, pseudo_questions=400)
    settings = HotlineSettings(records=RecordsSettings(folder=tmp_path / "var"), knowledge=knowledge)
    EntryStore(database).seed(from_folder(knowledge.folder), NOW - timedelta(days=1))
    heard = EntryStore(database).live()
    live = LiveKnowledge(KnowledgeBase(heard.entries, knowledge), heard.number)
    mind = Mind(live, Understanding())

    (number,) = _converse(
        database, mind, "c1", f"我举报有人在河边偷倒建筑垃圾,半夜拉来好几车,我叫{NAME}",
        "云山县城关镇河边,我住三栋九零七", "昨天晚上", "可以", "要保密", "对", "没有了",
    )  # fmt: skip
    _converse(database, mind, "c2", "无人机在哪里登记", "不用了")
    care = KnowledgeCare(settings, database, live, FixedClock(NOW + timedelta(hours=1)), RecordedNotices(database))
    care.catch_up()
    take(database, number, s.Check(), NOW)
    take(database, number, s.Note(words=f"{NAME}说钥匙放在邻居那里,电话{CALLER}"), NOW, AGENT)
    closed_by_its_unit(database, number, NOW + timedelta(hours=2))
    callbacks = CallBackStore(database, CallBackSettings())
    callbacks.plan_now(NOW + timedelta(hours=3))
    told = Result(Outcome.ANSWERED, "", "done", Solved.YES, Satisfied.YES, f"{NAME}说谢谢你们", call_id="c3")
    callbacks.report_now(f"f-{number}", told, NOW + timedelta(hours=4))
    viewer = Viewer(ViewRole.SUPERVISOR, "老周", os_user="zhou")
    shown = TicketReader(database).show(number, viewer, NOW, reason=f"{NAME}投诉复核").seen
    Retention(database, settings.retention).hold(number, viewer, f"法院调取{NAME}的举报", NOW)

    ticket = TicketStore(database).find_now(number)
    assert ticket and ticket.confidential and ticket.contact == CALLER and ticket.state is State.CLOSED
    assert "偷倒" in shown.ticket.what and shown.plain
    assert NAME not in ticket.title
    assert GapStore(database).list(Actor("王主任", Role.ADMINISTRATOR))

    columns = _columns(database)
    assert number in columns["tickets.number"] and "zhou" in columns["ticket_looks.os_user"]
    told_in = {f"{where}: {word}" for where, what in columns.items() for word in CLEAR if word in what}
    assert not told_in

    files = [file for file in tmp_path.rglob("*") if file.is_file() and not file.is_relative_to(tmp_path / "kb")]
    for file in files:
        content = file.read_bytes()
        assert not [word for word in CLEAR if word.encode() in content or word.encode("utf-16-le") in content], file
    output = capsys.readouterr()
    for told_aloud in (caplog.text, output.out, output.err):
        assert not [word for word in CLEAR if word in told_aloud]
        assert not re.search(r"1[3-9]\d{9}", told_aloud)
