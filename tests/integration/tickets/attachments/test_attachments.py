"""Attachments on a real database and both kinds of files; and the commands."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from threading import Event

import pytest
from typer.testing import CliRunner

from core.database import Database
from core.errors import RecordsError
from core.events import history
from hotline.cli import app
from hotline.records import open_records
from hotline.settings import RecordsSettings
from tests.integration.tickets.test_store import NOW, TICKET
from tests.postgres import Postgres
from tests.unit.tickets.attachments.photo_kit import photo
from tickets.attachments.files import Files, FolderFiles, MemoryFiles
from tickets.attachments.store import MOST_OF_A_TICKET, AttachmentStore
from tickets.errors import (
    AttachmentDamaged,
    AttachmentHidden,
    AttachmentRefused,
    AttachmentUnknown,
    TicketUnknown,
)
from tickets.secrecy.looks import looks_at
from tickets.secrecy.view import Viewer, ViewRole
from tickets.store import TicketStore

PDF = b"%PDF-1.7 contract"
VIEWER = Viewer(ViewRole.SUPERVISOR, "赵督办", os_user="zhao")
OPEN = replace(TICKET, confidential=False)


@pytest.fixture(params=["folder", "memory"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    return FolderFiles(tmp_path / "files") if request.param == "folder" else MemoryFiles()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = open_records(RecordsSettings(folder=tmp_path))
    yield made
    made.close()


@pytest.fixture
def number(database: Database) -> str:
    return TicketStore(database).save_now(OPEN, NOW).number


def kinds(database: Database, number: str) -> list[str]:
    told = database.run(lambda c: history(c, f"ticket:{number}"))
    return [event.kind for event in told if "attach" in event.kind]


def test_the_port_keeps_reads_and_drops(files: Files) -> None:
    key = sha256(PDF).hexdigest()
    assert files.read(key) is None
    files.drop(key)
    files.keep(key, PDF)
    files.keep(key, PDF)
    assert files.read(key) == PDF
    files.drop(key)
    assert files.read(key) is None


def test_a_file_comes_back_and_every_look_is_on_record(files: Files, database: Database, number: str) -> None:
    store = AttachmentStore(files, database)
    made, seen = store.put(number, "../../合同.exe", PDF, "王坐席", NOW)
    assert (made.id, made.name, made.size) == (1, "合同.pdf", len(PDF)) and seen.taken is None
    found, content = store.read(f"{number[:6]} {number[6:]}", 1, VIEWER, NOW)
    assert found == made and content == PDF
    assert store.list(number, NOW) == [made]
    assert kinds(database, number) == ["ticket.attached"]
    (look,) = database.run(lambda c: looks_at(c, number))
    assert (look.name, look.os_user, look.how, look.fields) == ("赵督办", "zhao", "attachment 1", ("text",))


def test_of_a_confidential_ticket_a_file_is_shown_for_a_reason_and_to_no_unit(database: Database) -> None:
    store, number = AttachmentStore(MemoryFiles(), database), TicketStore(database).save_now(TICKET, NOW).number
    store.put(number, "王女士.pdf", PDF, "甲", NOW)
    with pytest.raises(AttachmentHidden, match="--reason"):
        store.read(number, 1, VIEWER, NOW)
    assert store.read(number, 1, VIEWER, NOW, "核实")[1] == PDF
    with pytest.raises(AttachmentHidden):
        store.read(number, 1, Viewer(ViewRole.LEADER, "老刘"), NOW, "想看")
    with pytest.raises(TicketUnknown):
        store.read(number, 1, Viewer(ViewRole.UNIT, "老赵", "热力公司"), NOW, "上门")
    assert [look.reason for look in database.run(lambda c: looks_at(c, number))] == ["核实"]


def test_a_photo_is_kept_without_its_place_and_the_place_is_offered(
    files: Files, database: Database, number: str
) -> None:
    store = AttachmentStore(files, database)
    _, seen = store.put(number, "现场.jpg", photo(), "王坐席", NOW)
    assert (seen.latitude, seen.longitude) == (36.651, 117.12)
    _, content = store.read(number, 1, VIEWER, NOW)
    assert b"HUAWEI" not in content and content.startswith(b"\xff\xd8")
    rows = str(database.run(lambda c: list(c.exec_driver_sql("SELECT * FROM ticket_attachments"))))
    assert "36.6" not in rows and "36.6" not in str(database.run(lambda c: history(c, f"ticket:{number}")))


def test_the_same_again_is_the_same(files: Files, database: Database, number: str) -> None:
    store = AttachmentStore(files, database)
    first, _ = store.put(number, "a.pdf", PDF, "甲", NOW)
    again, _ = store.put(number, "b.pdf", PDF, "乙", NOW + timedelta(hours=1))
    assert again == first and kinds(database, number) == ["ticket.attached"]


def test_what_is_removed_leaves_a_tombstone_and_no_content(files: Files, database: Database, number: str) -> None:
    store = AttachmentStore(files, database)
    other = TicketStore(database).save_now(OPEN, NOW).number
    made, _ = store.put(number, "a.pdf", PDF, "甲", NOW)
    store.put(other, "a.pdf", PDF, "甲", NOW)
    store.remove(number, 1, "赵督办", "传错了", NOW)
    (stone,) = store.list(number, NOW)
    assert (stone.removed, stone.removed_by, stone.removed_why) == (NOW, "赵督办", "传错了")
    assert store.read(other, 1, VIEWER, NOW)[1] == PDF, "another ticket still has it"
    with pytest.raises(AttachmentUnknown):
        store.read(number, 1, VIEWER, NOW)
    with pytest.raises(AttachmentUnknown):
        store.remove(number, 1, "甲", "再删", NOW)
    store.remove(other, 1, "赵督办", "传错了", NOW)
    assert files.read(made.sha256) is None
    again, _ = store.put(number, "a.pdf", PDF, "甲", NOW)
    assert again.id == 2 and store.read(number, 2, VIEWER, NOW)[1] == PDF


def test_limits_are_sentences(files: Files, database: Database, number: str) -> None:
    store = AttachmentStore(files, database, most_mb=0.01)
    with pytest.raises(AttachmentRefused, match=r"超过 0\.01 MB"):
        store.put(number, "a.pdf", b"%PDF-" + b"x" * 10_000, "甲", NOW)
    with pytest.raises(AttachmentRefused, match="照片不完整"):
        store.put(number, "a.jpg", photo()[:300], "甲", NOW)
    with pytest.raises(TicketUnknown):
        store.put("99", "a.pdf", PDF, "甲", NOW)
    for count in range(MOST_OF_A_TICKET):
        store.put(number, "a.pdf", PDF + str(count).encode(), "甲", NOW)
    with pytest.raises(AttachmentRefused, match="最多 20 个"):
        store.put(number, "a.pdf", PDF, "甲", NOW)


def test_a_file_that_is_gone_or_changed_is_said_to_be(files: Files, database: Database, number: str) -> None:
    store = AttachmentStore(files, database)
    made, _ = store.put(number, "a.pdf", PDF, "甲", NOW)
    files.keep(made.sha256, b"something else")
    with pytest.raises(AttachmentDamaged):
        store.read(number, 1, VIEWER, NOW)
    files.drop(made.sha256)
    with pytest.raises(AttachmentDamaged):
        store.read(number, 1, VIEWER, NOW)


def test_two_programs_never_give_one_number_twice(tmp_path: Path, database: Database, number: str) -> None:
    others = [Database(str(database.url), keys=database.keys) for _ in range(2)]
    stores = [AttachmentStore(FolderFiles(tmp_path / "files"), other) for other in others]

    def put(store: AttachmentStore) -> list[int]:
        name = str(stores.index(store)).encode()
        return [store.put(number, "a.pdf", PDF + name + bytes([count]), "甲", NOW)[0].id for count in range(8)]

    with ThreadPoolExecutor(2) as programs:
        first, second = programs.map(put, stores)
    for other in others:
        other.close()
    assert sorted(first + second) == list(range(1, 17))


def test_a_disk_that_refuses_leaves_no_row(tmp_path: Path, database: Database, number: str) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf8")
    store = AttachmentStore(FolderFiles(tmp_path / "file"), database)
    with pytest.raises(RecordsError):
        store.put(number, "a.pdf", PDF, "甲", NOW)
    assert store.list(number, NOW) == []


def test_the_commands(tmp_path: Path, database: Database, number: str) -> None:
    config = tmp_path / "hotline.toml"
    config.write_text(f'[records]\nfolder = "{tmp_path}"\n', encoding="utf8")
    (tmp_path / "现场.jpg").write_bytes(photo())

    def run(*words: str) -> str:
        done = CliRunner().invoke(app, ["tickets", *words, "--config", str(config)], env={"COLUMNS": "200"})
        return done.output + str(done.exception or "")

    shown = run("attach", number, str(tmp_path / "现场.jpg"), "--by", "王坐席")
    assert "已添加附件 1:现场.jpg" in shown and "北纬 36.651,东经 117.12" in shown and "2026-11-22 18:30" in shown
    assert "现场.jpg" in run("attachments", number)
    saved = run("attachment", number, "1", "--out", str(tmp_path / "out.jpg"), "--by", "赵督办", "--reason", "核实")
    assert "已存到" in saved
    looks = run("looks", number)
    assert "attachments" in looks and "attachment 1" in looks and "赵督办" in looks and "核实" in looks
    assert b"HUAWEI" not in (tmp_path / "out.jpg").read_bytes()
    assert "已删除" in run("attachment", number, "1", "--remove", "传错了", "--by", "赵督办")
    assert "赵督办删除:传错了" in run("attachments", number)
    assert "已被删除" in run("attachment", number, "1", "--out", str(tmp_path / "out.jpg"))
    assert "选一个" in run("attachment", number, "1")
    assert "读不了文件" in run("attach", number, str(tmp_path / "none.jpg"))


class _SlowFiles(MemoryFiles):
    """Keeps a content only once somebody has had the time to drop it again."""

    def __init__(self) -> None:
        super().__init__()
        self.kept, self.dropped, self.waits = Event(), Event(), False

    def keep(self, sha256: str, content: bytes) -> None:
        super().keep(sha256, content)
        if self.waits:
            self.kept.set()
            self.dropped.wait(0.5)

    def drop(self, sha256: str) -> None:
        super().drop(sha256)
        self.dropped.set()


def test_what_is_put_while_another_removes_it_stays(postgres: Postgres) -> None:
    database, files = Database(postgres.new_database()), _SlowFiles()
    tickets, store = TicketStore(database), AttachmentStore(files, database)
    first, second = (tickets.save_now(OPEN, NOW).number for _ in range(2))
    store.put(first, "a.pdf", PDF, "甲", NOW)
    files.waits = True
    with ThreadPoolExecutor(1) as thread:
        putting = thread.submit(store.put, second, "a.pdf", PDF, "乙", NOW)
        files.kept.wait()
        store.remove(first, 1, "赵督办", "传错了", NOW)
        putting.result()
    assert store.read(second, 1, VIEWER, NOW)[1] == PDF
    database.close()
