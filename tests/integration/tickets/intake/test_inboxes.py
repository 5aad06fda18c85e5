"""Mail from a real IMAP server and from a Maildir, short messages from a folder: each taken in once."""

import imaplib
import json
import mailbox
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.database import Database
from core.events import newest
from tests.integration.tickets.intake.making import NOW, intake
from tests.unit.tickets.intake.test_mail import written
from tickets.errors import MailboxClosed
from tickets.intake.inbox import Inbox, SmsFolder, collect
from tickets.intake.mail_settings import MailSettings
from tickets.intake.mailboxes import ImapBox, MaildirBox
from tickets.store import TicketStore
from tickets.ticket import Channel


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def imap() -> Iterator[MailSettings]:
    """A pymap server in a process of its own, with an empty mailbox."""
    port = _free_port()
    order = [str(Path(sys.executable).parent / "pymap"), "--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    with subprocess.Popen([*order, "dict"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(200):
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield MailSettings(host="127.0.0.1", port=port, tls=False, user="demouser")
        finally:
            server.terminate()


@pytest.fixture(params=["imap", "maildir"])
def box(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Inbox]:
    """An inbox with three mails: an appeal, the same once more, and an automatic answer."""
    mails = [written(), written(), written(Auto_Submitted="auto-replied")]
    if request.param == "maildir":
        folder = mailbox.Maildir(tmp_path / "mail", create=True)
        for one in mails:
            folder.add(one.as_bytes())
        yield MaildirBox(tmp_path / "mail")
        return
    chosen: MailSettings = request.getfixturevalue("imap")
    client = imaplib.IMAP4(chosen.host, chosen.port)
    client.login(chosen.user, "demopass")
    for one in mails:
        client.append("INBOX", "", imaplib.Time2Internaldate(time.time()), one.as_bytes())
    client.logout()
    opened = ImapBox(chosen, "demopass")
    yield opened
    opened.close()


def test_each_mail_is_taken_in_once(box: Inbox, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'records.db'}")
    receipts = collect(box, intake(database), lambda: NOW)
    assert len({receipt.number for receipt in receipts}) == 1
    (ticket,) = TicketStore(database).list_now()
    assert (ticket.channel, ticket.contact) == (Channel.MAILBOX, "wang@example.com")
    assert ticket.place.community == "阳光花园"
    (told,) = database.run(lambda c: newest(c, "ticket.told", 9))
    assert receipts[0].said in told.body["text"]
    assert list(box.waiting()) == []
    assert collect(box, intake(database), lambda: NOW) == []
    database.close()


def test_a_server_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(MailboxClosed, match="邮件还在邮箱里"):
        ImapBox(MailSettings(host="127.0.0.1", port=_free_port(), tls=False), "")


def test_a_wrong_password_is_a_sentence(imap: MailSettings) -> None:
    with pytest.raises(MailboxClosed):
        ImapBox(imap, "wrong")


def test_short_messages_from_a_folder(tmp_path: Path) -> None:
    database = Database("sqlite://")
    message = {"id": "m1", "number": "13800001234", "text": "阳光花园路灯坏了", "at": NOW.isoformat()}
    for name, text in (("1.json", json.dumps(message)), ("2.json", json.dumps(message)), ("3.json", "{}")):
        (tmp_path / name).write_text(text, encoding="utf8")
    first, again = collect(SmsFolder(tmp_path), intake(database), lambda: NOW)
    assert again == first.again()
    assert sorted(file.name for file in (tmp_path / "done").iterdir()) == ["1.json", "2.json"]
    assert [file.name for file in (tmp_path / "wrong").iterdir()] == ["3.json"]
    database.close()
