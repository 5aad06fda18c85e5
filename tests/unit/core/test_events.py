"""The event log keeps its order, survives a disk that refuses, and never blocks the appender."""

from pathlib import Path

import pytest

from core import events
from core.database import Database
from core.errors import RecordsError
from core.events import EventLog
from core.sealing import new_keyring


def test_what_is_appended_comes_back_in_order(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'sub' / 'records.db'}")
    log = EventLog(database)
    for n in range(100):
        log.append("call:1", "heard", {"text": f"第{n}句"}, at=float(n))
    log.append("call:2", "heard", {})
    log.flush()
    told = database.run(lambda c: events.history(c, "call:1"))
    assert [event.body["text"] for event in told] == [f"第{n}句" for n in range(100)]
    assert [event.stream for event in database.run(lambda c: events.newest(c, "heard", 2))] == ["call:2", "call:1"]
    log.close()
    database.close()


def test_nothing_is_lost_while_the_database_refuses(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'records.db'}")
    database.run(lambda c: c.exec_driver_sql("PRAGMA max_page_count=8"))  # the disk is full
    log = EventLog(database, retry_s=0.01)
    for n in range(40):
        log.append("call:1", "heard", {"n": n, "text": "话" * 500})
    with pytest.raises(RecordsError):
        log.flush()
    assert log.behind > 0
    database.run(lambda c: c.exec_driver_sql("PRAGMA max_page_count=100000"))  # somebody made room
    log.flush()
    assert [e.body["n"] for e in database.run(lambda c: events.history(c, "call:1"))] == list(range(40))
    log.close()
    database.close()


def test_listeners_hear_at_once(tmp_path: Path) -> None:
    database = Database("sqlite:///:memory:")
    log = EventLog(database)
    heard: list[str] = []
    log.subscribe(lambda event: heard.append(event.kind))
    log.append("call:1", "call.offered", {})
    assert heard == ["call.offered"]
    log.close()
    database.close()


def test_a_database_that_cannot_be_opened_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordsError, match="记录库"):
        Database(f"sqlite:///{tmp_path / 'file' / 'records.db'}")


def test_a_transaction_is_whole_or_not_at_all(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'records.db'}")

    def half(connection: events.Connection) -> None:
        events.append(connection, events.Event(1.0, "call:1", "heard", {}))
        connection.exec_driver_sql("SELECT * FROM nowhere")

    with pytest.raises(RecordsError):
        database.run(half)
    assert database.run(lambda c: events.history(c, "call:1")) == []
    database.close()


def test_what_cannot_be_written_holds_up_nothing_else(tmp_path: Path) -> None:
    class Untold:
        def __str__(self) -> str:
            raise RuntimeError("no")

    database = Database(f"sqlite:///{tmp_path / 'records.db'}", keys=new_keyring())
    log = EventLog(database)
    for stream, kind, body in (
        ("call:1", "heard", {"n": 1}),
        ("call:1", "heard", {("no", "key"): 1}),
        ("call:1", "heard", {"thing": Untold()}),
        ("call:1", "heard", {"from": "half \ud83d"}),
        ("call:" + "1" * 99, "heard", {"n": 1}),
        ("call:1", "heard", {"n": 2}),
    ):
        log.append(stream, kind, body)
    log.flush()
    assert log.behind == 0 and log.trouble is None
    told = [(e.kind, dict(e.body)) for e in database.run(lambda c: events.history(c, "call:1"))]
    assert told == [
        ("heard", {"n": 1}),
        ("event.unwritable", {"kind": "heard", "error": "TypeError"}),
        ("event.unwritable", {"kind": "heard", "error": "RuntimeError"}),
        ("heard", {"from": "half ?"}),
        ("heard", {"n": 2}),
    ]
    (cut,) = database.run(lambda c: events.history(c, ("call:" + "1" * 99)[:80]))
    assert cut.kind == "event.unwritable"
    log.close()
    database.close()
