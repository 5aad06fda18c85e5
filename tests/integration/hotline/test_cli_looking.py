"""The commands that show tickets and calls, tell who looked, and erase: as people use them."""

import json
import os
import pwd
import time
import wave
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from core.clock import FixedClock
from core.database import Database
from core.events import Event, append
from hotline.cli import app
from hotline.records import open_records
from hotline.retaining import RetainingThread
from hotline.settings import HotlineSettings, RecordsSettings
from tests.integration.tickets.test_store import HEAT, LAMP, TICKET
from tests.lives import settled, take
from tickets.life import steps as s
from tickets.life.span import Span
from tickets.serial import to_data
from tickets.store import TicketStore
from tickets.ticket import Kind

ME = pwd.getpwuid(os.getuid()).pw_name
OPEN = replace(TICKET, title="王女士家暖气不热", what="我是王女士,暖气三天不热了", confidential=False, matter=HEAT)
SECRET = replace(TICKET, kind=Kind.REPORT, title="路灯不亮", what="我叫王建国,路灯不亮", name="王建国", matter=LAMP)
UNIT = ("--as", "承办单位", "--unit", "热力公司")
CALL = TICKET.call_id


class Desk:
    """A city's records and its command line."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.config = folder, folder / "hotline.toml"
        self.config.write_text(f'[records]\nfolder = "{folder}"\n', encoding="utf8")
        self.now = datetime.now().astimezone()
        self.database: Database = open_records(RecordsSettings(folder=folder))
        store = TicketStore(self.database)
        self.open, self.secret = (store.save_now(one, self.now).number for one in (OPEN, SECRET))
        take(self.database, self.open, s.Check(), self.now)
        take(self.database, self.open, s.Dispatch(lead="热力公司", within=Span(1, "h"), reason="清单"), self.now)

    def run(self, *words: str, wide: int = 220) -> str:
        columns = {"COLUMNS": str(wide)}
        done = CliRunner().invoke(app, [*words, "--config", str(self.config)], env=columns)
        return done.output + str(done.exception or "")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_lists_show_no_persons_and_units_see_their_own(desk: Desk) -> None:
    for shown in (desk.run("tickets", "list"), desk.run("tickets", "search", "--since", f"{desk.now:%Y-%m-%d}")):
        assert desk.open in shown and desk.secret in shown and "(姓名)家暖气不热" in shown
        assert "王女士" not in shown and "5号楼" not in shown and "0000" not in shown.replace(desk.open, "")
    assert desk.open in desk.run("tickets", "list", wide=80)
    theirs = desk.run("tickets", "list", *UNIT)
    assert desk.open in theirs and desk.secret not in theirs
    assert "要用 --unit" in desk.run("tickets", "list", "--as", "承办单位")
    assert "不在这里查看" in desk.run("tickets", "list", "--as", "公众")


def test_tickets_are_found_by_words_and_by_what_they_are_page_by_page(desk: Desk) -> None:
    assert desk.open in desk.run("tickets", "search", "暖气不热", "解放路街道")
    assert desk.secret not in desk.run("tickets", "search", "暖气不热")
    assert desk.secret in desk.run("tickets", "search", "--kind", "举报")
    assert desk.open in desk.run("tickets", "search", "--contact", "138-0000-1234", "--state", "待签收")
    assert desk.secret not in desk.run("tickets", "search", "王建国")
    assert desk.secret not in desk.run("tickets", "search", "5号楼2单元")
    first = desk.run("tickets", "list", "-n", "1")
    assert desk.secret in first and f"--before {desk.secret}" in first
    assert desk.open in desk.run("tickets", "list", "-n", "1", "--before", desk.secret)
    mail = TicketStore(desk.database).save_now(replace(OPEN, contact="Wang@example.com"), desk.now).number
    written = desk.run("tickets", "search", "--contact", "wang@EXAMPLE.com")
    assert mail in written and desk.open not in written
    assert desk.open not in desk.run("tickets", "search", "--contact", "没有")


def test_the_most_urgent_is_first_and_what_is_overdue_says_so(desk: Desk) -> None:
    long_ago = desk.now - timedelta(days=20)
    late = TicketStore(desk.database).save_now(replace(OPEN, contact="13800005678"), long_ago).number
    take(desk.database, late, s.Check(), long_ago)
    take(desk.database, late, s.Dispatch(lead="热力公司", within=Span(1, "h"), reason="清单"), long_ago)
    shown = desk.run("tickets", "worklist", *UNIT)
    assert "热力公司的待办" in shown and shown.index(late) < shown.index(desk.open)
    assert shown.count("超时") == 1 and shown.index("超时") < shown.index(late)
    assert desk.secret in desk.run("tickets", "worklist", "--centre")
    assert desk.secret not in desk.run("tickets", "worklist", "派出所", *UNIT)
    page = desk.run("tickets", "worklist", "--centre", "-n", "1")
    after = page.split("--after ")[1].split()[0]
    assert desk.secret not in desk.run("tickets", "worklist", "--centre", "--after", after)
    assert "--after 请照" in desk.run("tickets", "worklist", "--after", "明天")


def test_a_person_is_shown_for_a_reason_and_it_is_on_record_who_saw(desk: Desk) -> None:
    shown = desk.run("tickets", "show", desk.secret)
    assert "(保密)" in shown and "路灯不亮" in shown and "王建国" not in shown and "1234" not in shown
    shown = desk.run("tickets", "show", desk.secret, "--name", "小李", "--reason", "核实地址")
    assert "王建国" in shown and "138 0000 1234" in shown and f"已记录:小李({ME})" in shown
    looks = desk.run("tickets", "looks", desk.secret)
    assert "小李" in looks and ME in looks and "核实地址" in looks and "联系电话" in looks
    assert desk.secret in desk.run("looks", "--by", ME) and desk.secret in desk.run("looks", "--by", "小李")
    assert desk.secret not in desk.run("looks", "--by", "小张")
    assert "没有异常查看" in desk.run("looks")
    assert "138 0000 1234" in desk.run("tickets", "show", desk.open, *UNIT)
    assert f"没有编号为 {desk.secret}" in desk.run("tickets", "show", desk.secret, *UNIT)


def test_the_words_of_steps_are_masked_too(desk: Desk) -> None:
    take(desk.database, desk.secret, s.Check(), desk.now)
    take(desk.database, desk.secret, s.Dispatch(lead="热力公司", within=Span(1, "h"), reason="王建国举报"), desk.now)
    assert "(姓名)举报" in desk.run("tickets", "life", desk.secret, *UNIT)
    assert "(姓名)举报" in desk.run("tickets", "life", desk.secret)
    assert "王建国举报" in desk.run("tickets", "life", desk.secret, "--reason", "复核")


def test_a_call_shows_its_number_for_a_reason_only(desk: Desk) -> None:
    for kind, body in (
        ("call.offered", {"caller": "13800001234", "called": "12345"}),
        ("caller.said", {"text": "我叫王建国", "confidence": 0.9}),
    ):
        event = Event(desk.now.timestamp(), f"call:{CALL}", kind, body)
        desk.database.run(lambda c, event=event: append(c, event))  # type: ignore[misc]
    shown = desk.run("calls", "show", CALL)
    assert "138****1234" in shown and "王建国" not in shown
    assert "--reason" in desk.run("calls", "show", CALL, "--full")
    assert "不给“领导”看" in desk.run("calls", "show", CALL, "--as", "领导")
    full = desk.run("calls", "show", CALL, "--full", "--reason", "投诉复核", "--name", "老周")
    assert "13800001234" in full and "王建国" in full
    assert "投诉复核" in desk.run("looks", "--by", "老周") and f"call:{CALL}" in desk.run("looks", "--by", "老周")


def test_a_citizen_has_a_ticket_erased_with_its_call_and_recording(desk: Desk) -> None:
    recording = desk.folder / "recordings" / f"{CALL}.wav"
    recording.parent.mkdir()
    recording.write_bytes(b"RIFF")
    assert "不能删除" in desk.run("tickets", "erase", desk.open, "--reason", "本人要求")
    settled(desk.database, desk.secret, desk.now)
    assert "已留存" in desk.run("tickets", "hold", desk.secret, "--reason", "法院调取")
    assert "依法留存" in desk.run("tickets", "erase", desk.secret, "--reason", "本人要求")
    assert "已解除" in desk.run("tickets", "hold", desk.secret, "--release", "--reason", "结案")
    assert "连同它的通话记录和录音" in desk.run("tickets", "erase", desk.secret, "--reason", "本人要求")
    shown = desk.run("tickets", "show", desk.secret, "--reason", "看看")
    assert "王建国" not in shown and "1234" not in shown.replace(desk.secret, "") and "已办结" in shown
    assert not recording.exists()


def test_what_is_due_is_told_first_and_then_erased(desk: Desk) -> None:
    folder = desk.folder / "recordings"
    folder.mkdir()
    for name, days in (("old", 200), ("new", 10), (CALL, 200)):
        (folder / f"{name}.wav").write_bytes(b"RIFF")
        os.utime(folder / f"{name}.wav", (time.time() - days * 86_400,) * 2)
    desk.run("tickets", "hold", desk.open, "--reason", "诉讼")
    long_ago = desk.now - timedelta(days=366 * 6)
    noise = Random(7)
    angry = "".join(chr(noise.randrange(0x4E00, 0x9FA0)) for _ in range(9000))  # more than a page of the file
    old = TicketStore(desk.database).save_now(replace(OPEN, what=angry, confidential=True), long_ago).number
    settled(desk.database, old, long_ago)
    assert "到期未删:工单 1 张" in desk.run("retention", "--dry-run")
    assert (folder / "old.wav").exists() and "王女士" in desk.run("tickets", "show", old, "--reason", "看")

    def left() -> int:
        content = b"".join(file.read_bytes() for file in desk.folder.glob("hotline.db*"))
        return sum(sealed[at : at + 50] in content for at in range(0, len(sealed), 500))

    body = text("SELECT body FROM tickets WHERE number = :number")
    sealed = desk.database.run(lambda c: c.execute(body, {"number": old}).scalar_one()).encode()
    assert left() > 40
    done = desk.run("retention")
    assert "工单 1 张" in done and "录音 1 个" in done
    assert not (folder / "old.wav").exists() and (folder / "new.wav").exists() and (folder / f"{CALL}.wav").exists()
    assert "王女士" not in desk.run("tickets", "show", old, "--reason", "看")
    assert "工单 0 张" in desk.run("retention", "--dry-run")
    assert left() == 0, "it could be read again with the key"


def test_the_running_hotline_erases_once_a_night(desk: Desk) -> None:
    noon = datetime(2040, 1, 2, 12, tzinfo=UTC).astimezone()
    settled(desk.database, desk.secret, desk.now)
    settings = HotlineSettings(records=RecordsSettings(folder=desk.folder))
    day = RetainingThread(settings, FixedClock(noon.replace(hour=12)))
    assert not day.look() and "王建国" in str(TicketStore(desk.database).find_now(desk.secret))
    night = RetainingThread(settings, FixedClock(noon.replace(hour=3, minute=20)))
    night.look()
    assert "王建国" not in str(TicketStore(desk.database).find_now(desk.secret))


def test_a_picture_and_a_correction_are_looks_too(desk: Desk) -> None:
    for kind, body in (
        ("call.answered", {}),
        ("caller.said", {"text": "我叫王建国", "speech_ms": 500, "at_ms": 600}),
    ):
        event = Event(desk.now.timestamp(), f"call:{CALL}", kind, body)
        desk.database.run(lambda c, event=event: append(c, event))  # type: ignore[misc]
    recording, out = desk.folder / "recordings" / f"{CALL}.wav", desk.folder / "call.svg"
    recording.parent.mkdir()
    with wave.open(str(recording), "wb") as sound:
        sound.setparams((2, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(32_000))
    picture = ("calls", "picture", CALL, "--out", str(out))
    assert (
        "已画到" in desk.run(*picture) and "王建国" not in out.read_text("utf8") and "我叫" in out.read_text("utf8")
    )
    assert "--reason" in desk.run(*picture, "--full") and "不给“领导”看" in desk.run(*picture, "--as", "领导")
    assert "已画到" in desk.run(*picture, "--full", "--reason", "投诉复核") and "王建国" in out.read_text("utf8")
    looks = desk.run("looks", "--by", ME)
    assert looks.count("picture") == 2 and "投诉复核" in looks

    store = TicketStore(desk.database)
    secret = store.find_now(desk.secret)
    assert secret
    titled = {"title": "王建国家路灯不亮"}
    body = text("UPDATE tickets SET body = :body WHERE number = :number")
    desk.database.run(
        lambda c: c.execute(
            body, {"body": json.dumps(to_data(replace(secret, **titled)), ensure_ascii=False), "number": desk.secret}
        )
    )
    correct = ("tickets", "correct", desk.secret, "--field", "title", "--by", "小王", "--to")
    assert "“(姓名)家路灯不亮”已更正为“路灯坏了”" in desk.run(*correct, "路灯坏了")
    assert "correct" in desk.run("looks", "--by", "小王") and ME in desk.run("tickets", "looks", desk.secret)
