"""Mail from a real IMAP server and from a Maildir, short messages from a folder: each taken in once."""

import imaplib
import json
import mailbox
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from core.database import Database
from core.events import newest
from core.sealing import new_keyring
from tests.integration.tickets.intake.making import NOW, intake
from tests.unit.tickets.intake.test_mail import written
from tickets.errors import MailboxClosed
from tickets.intake.inbox import Aside, Inbox, SmsFolder, collect
from tickets.intake.mail_settings import MailSettings
from tickets.intake.mailboxes import ImapBox, MaildirBox
from tickets.intake.receipt import Receipt
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
def fill(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Inbox]]:
    """Makes an inbox with the mails that are given."""
    with ExitStack() as left:

        def filled(*mails: bytes) -> Inbox:
            if request.param == "maildir":
                folder = mailbox.Maildir(tmp_path / "mail", create=True)
                for one in mails:
                    folder.add(one)
                return MaildirBox(tmp_path / "mail")
            chosen: MailSettings = request.getfixturevalue("imap")
            client = imaplib.IMAP4(chosen.host, chosen.port)
            client.login(chosen.user, "demopass")
            for one in mails:
                client.append("INBOX", "", imaplib.Time2Internaldate(time.time()), one)
            client.logout()
            opened = ImapBox(chosen, "demopass")
            left.callback(opened.close)
            return opened

        yield filled


def test_each_mail_is_taken_in_once(fill: Callable[..., Inbox], tmp_path: Path) -> None:
    automatic = written(Auto_Submitted="auto-replied")
    box = fill(*(one.as_bytes() for one in (written(), written(), automatic)))
    database = Database(f"sqlite:///{tmp_path / 'records.db'}")
    receipts = list(collect(box, intake(database), lambda: NOW))
    assert len({receipt.number for receipt in receipts if isinstance(receipt, Receipt)}) == 1
    (ticket,) = TicketStore(database).list_now()
    assert (ticket.channel, ticket.contact) == (Channel.MAILBOX, "wang@example.com")
    assert ticket.place.community == "阳光花园"
    (told,) = database.run(lambda c: newest(c, "ticket.told", 9))
    assert isinstance(receipts[0], Receipt) and receipts[0].said in told.body["text"]
    assert list(box.waiting()) == []
    assert list(collect(box, intake(database), lambda: NOW)) == []
    database.close()


def _mail(id: str, sender: str, body: str) -> bytes:
    head = f"From: {sender}\r\nMessage-ID: <{id}@example.com>\r\nContent-Type: text/plain; charset=utf-8"
    return f"{head}\r\n\r\n{body}".encode()


def test_what_cannot_be_taken_in_is_set_aside_and_the_rest_goes_on(fill: Callable[..., Inbox]) -> None:
    database = Database("sqlite://", keys=new_keyring())
    said = "路灯坏了"
    box = fill(
        _mail("a", "a@example.com", said),
        _mail("a", "a@example.com", "同一个编号,别的内容"),
        _mail("n", "(" * 3000, said),
        _mail("l", f"{'w' * 5000}@example.com", said),
        _mail("z", "z@example.com", "井盖丢了"),
    )
    found = list(collect(box, intake(database), lambda: NOW))
    aside = [one.sentence for one in found if isinstance(one, Aside)]
    assert any("内容不一样" in one for one in aside)
    assert all("请人工处理" in one and "别的内容" not in one for one in aside)
    kept = [ticket.what for ticket in TicketStore(database).list_now()]
    assert any("井盖丢了" in one for one in kept) and any("w" * 5000 in one for one in kept)
    assert len(found) == 5 and len(kept) + len(aside) == 5
    assert list(box.waiting()) == []
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
    first, again, aside = collect(SmsFolder(tmp_path), intake(database), lambda: NOW)
    assert isinstance(first, Receipt) and again == first.again()
    assert isinstance(aside, Aside) and "3.json" in aside.sentence and "请人工处理" in aside.sentence
    assert sorted(file.name for file in (tmp_path / "done").iterdir()) == ["1.json", "2.json"]
    assert [file.name for file in (tmp_path / "wrong").iterdir()] == ["3.json"]
    database.close()
