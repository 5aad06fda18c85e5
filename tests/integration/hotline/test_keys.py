"""The keys of a database: lost ones are noticed, new ones put to use, old ones dropped where nothing needs them."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from core.errors import KeysForeign, KeysMissing
from core.events import newest
from core.key_file import KeyFile, load_keys
from core.key_table import note_keys
from core.resealing import reseal
from core.sealing import Keyring, key_of
from hotline.all_tables import metadata
from hotline.cli import app
from hotline.doctor import _records
from hotline.records import open_records
from hotline.settings import HotlineSettings, RecordsSettings
from tests.integration.tickets.test_store import TICKET
from tests.lives import AGENT
from tests.postgres import Postgres
from tickets.finding import TicketFinder, Wanted
from tickets.life import steps as s
from tickets.life.machine import Order
from tickets.life.rules import usual_rules
from tickets.life.store import LifeStore
from tickets.records import Which, steps_of_many, tickets_of
from tickets.serial import to_data
from tickets.store import TicketStore


@pytest.fixture(params=["sqlite", "postgresql"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RecordsSettings]:
    url = ""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.new_database()
    (tmp_path / "hotline.toml").write_text(f'[records]\nfolder = "{tmp_path}"\nurl = "{url}"\n', encoding="utf8")
    yield RecordsSettings(folder=tmp_path, url=url)


def _run(records: RecordsSettings, *words: str) -> Result:
    config = str(records.folder / "hotline.toml")
    return CliRunner().invoke(app, [*words, "--config", config], env={"COLUMNS": "200"})


def _told(records: RecordsSettings, *words: str) -> str:
    done = _run(records, *words)
    assert done.exit_code == 0, done.output + repr(done.exception)
    return done.output


def _filled(records: RecordsSettings) -> str:
    database = open_records(records)
    now = datetime.now().astimezone()
    ticket = TicketStore(database).save_now(TICKET, now)
    order = Order(s.Note(words="来电人王女士说钥匙放在门口"), AGENT, now)
    LifeStore(database, usual_rules()).take(ticket.number, order)
    database.close()
    return ticket.number


def _check(records: RecordsSettings, number: str) -> None:
    """Whether everything is read, looked up and found as it was."""
    database = open_records(records)
    found = TicketStore(database).find_now(number)
    assert found and found.name == "王女士" and found.what == TICKET.what
    assert [one.number for one in TicketStore(database).by_contact_now("13800001234")] == [number]
    now = datetime.now().astimezone()
    assert [one.number for one in TicketFinder(database).search(Wanted("供暖不热"), now)] == [number]
    assert len(LifeStore(database, usual_rules()).steps(number, now)) == 2
    database.close()


def _sealed_with(records: RecordsSettings) -> set[str]:
    database = open_records(records)
    rows = database.run(
        lambda c: [
            *c.execute(text("SELECT body FROM events")).scalars(),
            *c.execute(text("SELECT body FROM tickets")).scalars(),
            *c.execute(text("SELECT contact FROM tickets WHERE contact <> ''")).scalars(),
        ]
    )
    database.close()
    return {key_of(row) for row in rows}


def test_a_lost_file_is_noticed_and_none_is_made_in_its_place(records: RecordsSettings) -> None:
    number = _filled(records)
    kept = records.keys_file.rename(records.folder / "kept.json")
    for _ in range(2):
        with pytest.raises(KeysMissing, match="恢复原来的钥匙文件"):
            open_records(records)
        assert not records.keys_file.exists()
    assert isinstance(_run(records, "tickets", "list").exception, KeysMissing)
    kept.rename(records.keys_file)
    _check(records, number)


def test_a_database_from_before_keys_were_noted_needs_its_file_too(records: RecordsSettings) -> None:
    _filled(records)
    database = open_records(records)
    database.run(lambda c: c.execute(text("DROP TABLE record_keys")))
    database.close()
    records.keys_file.unlink()
    with pytest.raises(KeysMissing, match="k1"):
        open_records(records)


def test_anothers_file_is_noticed_before_anything_is_written(records: RecordsSettings) -> None:
    _filled(records)
    records.keys_file.unlink()
    load_keys(records.keys_file)
    with pytest.raises(KeysForeign, match="不是封存这个数据库的那一把"):
        open_records(records)


def test_a_rotation_seals_anew_what_is_there_and_the_old_key_goes(records: RecordsSettings) -> None:
    number = _filled(records)
    shown = _told(records, "keys", "show")
    assert "k1" in shown and "封存、查找" in shown
    assert not any(secret in shown for secret in records.keys_file.read_text().split('"') if len(secret) > 40)
    assert "今后用 k2 封存" in _told(records, "keys", "rotate")
    _check(records, number)
    assert "k1" in _sealed_with(records)
    assert "请运行 hotline keys reseal" in _told(records, "keys", "show", "--count")
    _told(records, "keys", "reseal")
    assert "还有 0 项" in _told(records, "keys", "show", "--count")
    assert _sealed_with(records) == {"k1", "k2"}  # k1 is still what numbers are looked up by
    assert "没有可以丢弃" in _told(records, "keys", "drop", "--yes")
    _told(records, "keys", "rotate", "--lookup", "--yes")
    assert _sealed_with(records) == {"k3"}
    _check(records, number)
    refused = _run(records, "keys", "drop", "--yes")
    assert "停用还不到 10 分钟" in str(refused.exception)
    database = open_records(records)
    database.run(lambda c: c.execute(text("UPDATE record_keys SET retired = 1 WHERE retired > 0")))
    database.close()
    assert "已丢弃 k1、k2" in _told(records, "keys", "drop", "--yes")
    assert set(load_keys(records.keys_file).keys) == {"k3"}
    _check(records, number)
    assert "已丢弃" in _told(records, "keys", "show")


def test_a_key_that_is_needed_stays(records: RecordsSettings) -> None:
    _filled(records)
    _told(records, "keys", "rotate", "--lookup", "--yes")
    database = open_records(records)
    database.run(lambda c: c.execute(text("UPDATE record_keys SET retired = 1 WHERE retired > 0")))
    old = load_keys(records.keys_file).keys["k1"]
    sealed = Keyring({"k1": old}, "k1", "k1").seal("{}")  # as a process that has not noticed would
    database.run(lambda c: c.execute(text("UPDATE events SET body = :body WHERE seq = 1"), {"body": sealed}))
    database.close()
    assert "还有内容是用它封存的" in str(_run(records, "keys", "drop", "--yes").exception)
    assert "k1" in load_keys(records.keys_file).keys


def test_rows_from_before_there_were_keys_are_sealed(records: RecordsSettings) -> None:
    number = _filled(records)
    database = open_records(records)
    ticket = TicketStore(database).find_now(number)
    assert ticket
    plain = {"body": json.dumps(to_data(ticket), ensure_ascii=False), "number": number, "contact": "13800001234"}
    update = text("UPDATE tickets SET body = :body, contact = :contact WHERE number = :number")
    database.run(lambda c: c.execute(update, plain))
    database.close()
    _told(records, "keys", "reseal")
    assert _sealed_with(records) == {"k1"}
    _check(records, number)


def test_who_runs_reads_what_another_has_sealed_with_a_new_key(records: RecordsSettings) -> None:
    running = open_records(records)
    _filled(records)
    _told(records, "keys", "rotate")
    number = _filled(records)
    found = TicketStore(running).find_now(number)
    assert found and found.name == "王女士"
    running.close()


def test_nothing_that_is_changed_meanwhile_is_lost_by_resealing(records: RecordsSettings) -> None:
    number = _filled(records)
    running, sealing = open_records(records), open_records(records)
    store, now, times = TicketStore(running), datetime.now().astimezone(), 40

    def urge() -> None:
        for _ in range(times):
            store.urge_now(number, now)

    file = KeyFile(records.keys_file)
    with ThreadPoolExecutor(1) as thread:
        urging = thread.submit(urge)
        while not urging.done():
            file.change(lambda known: known.with_new_key())
            sealing.run(lambda c: note_keys(c, file.current(), 1.0))
            reseal(sealing, metadata, file.current())
        urging.result()
    assert (found := store.find_now(number)) and found.urged == times
    running.close()
    sealing.close()


def test_keys_are_backed_up_to_a_new_file_only(records: RecordsSettings, tmp_path: Path) -> None:
    number = _filled(records)
    backup = tmp_path / "backup" / "keys.json"
    (tmp_path / "backup").mkdir()
    assert "已备份 1 把" in _told(records, "keys", "export", str(backup), "--yes")
    assert backup.stat().st_mode & 0o777 == 0o600
    assert "没有覆盖" in str(_run(records, "keys", "export", str(backup), "--yes").exception)
    records.keys_file.unlink()
    backup.rename(records.keys_file)
    _check(records, number)


def test_lists_and_words_are_made_anew(records: RecordsSettings) -> None:
    number = _filled(records)
    database = open_records(records)
    database.run(lambda c: c.execute(text("DELETE FROM worklist")))
    database.run(lambda c: c.execute(text("UPDATE tickets SET words = ''")))
    database.close()
    assert "重做了 1 张" in _told(records, "tickets", "rebuild")
    _check(records, number)
    database = open_records(records)
    assert len(TicketFinder(database).worklist("")) == 1
    database.close()


def test_a_change_of_the_lookup_key_that_was_interrupted_goes_on(
    records: RecordsSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = _filled(records)
    with monkeypatch.context() as broken:
        broken.setattr("hotline.cli_keys.rebuild", lambda *_: 1 / 0)
        assert isinstance(_run(records, "keys", "rotate", "--lookup", "--yes").exception, ZeroDivisionError)
    assert "没有做完" in _told(records, "keys", "show")
    findings = list(_records(HotlineSettings(records=records)))
    assert findings[-1].ok is False and "rotate --lookup" in findings[-1].advice
    _told(records, "keys", "rotate", "--lookup", "--yes")
    _check(records, number)
    assert load_keys(records.keys_file).newest == "k2", "the key that was made is put to use"
    assert "没有做完" not in _told(records, "keys", "show")
    assert len(list(_records(HotlineSettings(records=records)))) == 1


def test_what_is_damaged_stops_neither_resealing_nor_lists(
    records: RecordsSettings, caplog: pytest.LogCaptureFixture
) -> None:
    damaged, number = _filled(records), _filled(records)
    database = open_records(records)
    broken = {"b": "~k1:" + "A" * 80, "n": damaged, "s": f"ticket:{damaged}"}
    database.run(lambda c: c.execute(text("UPDATE tickets SET body = :b WHERE number = :n"), broken))
    step = text("UPDATE events SET body = :b WHERE stream = :s AND kind = 'ticket.step'")
    database.run(lambda c: c.execute(step, broken))
    now, store = datetime.now().astimezone(), TicketStore(database)
    found = [
        store.list_now(),
        store.by_contact_now("13800001234"),
        TicketFinder(database).search(Wanted("供暖不热"), now),
        [one.ticket for one in TicketFinder(database).worklist("")],
        next(tickets_of(database, Which(), UTC)),
    ]
    assert [[one.number for one in some] for some in found] == [[number]] * 5
    assert list(steps_of_many(database, [damaged, number], UTC)) == [number]
    assert {event.stream for event in database.run(lambda c: newest(c, "ticket.step", 9))} == {f"ticket:{number}"}
    database.close()
    assert damaged in caplog.text and "王女士" not in caplog.text

    _told(records, "keys", "rotate")
    done = _run(records, "keys", "reseal")
    assert done.exit_code == 1 and "3 项内容已损坏" in done.output
    assert f"ticket:{damaged}" in caplog.text
    assert "k2" in _sealed_with(records)
    assert "重做了" in _told(records, "tickets", "rebuild")
    database = open_records(records)
    found_now = TicketFinder(database).search(Wanted("供暖不热"), now)
    database.close()
    assert [one.number for one in found_now] == [number]
