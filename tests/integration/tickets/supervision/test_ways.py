"""The ways out, against a real mail server and the recorded gateway."""

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from core.database import Database
from core.errors import RecordsError
from core.events import EventLog, newest
from core.sms import RecordedSms
from tests.integration.tickets.supervision.town import Town
from tests.unit.tickets.life.walking import MONDAY
from tickets.errors import ContactsWrong, NoticeUndelivered
from tickets.notices.contacts import load_contacts
from tickets.notices.outbox import Notice
from tickets.notices.ways import MailCarrier, MailSettings, SmsCarrier
from tickets.supervision.rules import Way

NOTICE = Notice(
    "2611230001",
    "市政府督查室",
    Way.MAIL,
    "重点督办",
    "【重点督办】市水务局还没有反馈",
    MONDAY,
    MONDAY,
    id="0a1b2c3d",
)


class Box:
    """What a mail server does with what it gets."""

    def __init__(self) -> None:
        self.mail: list[EmailMessage] = []
        self.refuses = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address == self.refuses:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.mail.append(message)
        return "250 OK"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def mail(box: Box) -> Iterator[MailSettings]:
    def knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.login == b"hotline" and data.password == b"secret", handled=False)

    port = free_port()
    server = Controller(
        box,
        hostname="127.0.0.1",
        port=port,
        authenticator=knows,
        auth_require_tls=False,
        enable_SMTPUTF8=True,
    )
    server.start()
    yield MailSettings(
        host="127.0.0.1", port=port, security="none", sender="hotline@city.example", user="hotline", password="secret"
    )
    server.stop()


def test_a_mail_arrives_with_its_words_and_the_id_of_its_notice(mail: MailSettings, box: Box) -> None:
    MailCarrier(mail).send(NOTICE, "inspect@city.example")
    (message,) = box.mail
    assert message["To"] == "inspect@city.example" and message["Subject"] == "重点督办:工单2611230001"
    assert message["Message-ID"] == "<0a1b2c3d.2611230001@city.example>"
    assert "市水务局还没有反馈" in message.get_content()


def test_what_a_mail_server_says_is_a_sentence_without_the_address(mail: MailSettings, box: Box) -> None:
    box.refuses = "inspect@city.example"
    with pytest.raises(NoticeUndelivered, match="市政府督查室:邮件服务器不收这个地址") as refused:
        MailCarrier(mail).send(NOTICE, "inspect@city.example")
    assert "inspect@" not in str(refused.value)
    wrong = mail.model_copy(update={"user": "somebody"})
    with pytest.raises(NoticeUndelivered, match="服务器答复 535"):
        MailCarrier(wrong).send(NOTICE, "inspect@city.example")
    with pytest.raises(NoticeUndelivered, match="没有配置邮件服务器"):
        MailCarrier(MailSettings()).send(NOTICE, "inspect@city.example")
    with pytest.raises(NoticeUndelivered):
        MailCarrier(mail.model_copy(update={"port": free_port()})).send(NOTICE, "inspect@city.example")


def test_a_server_without_encryption_gets_no_password(mail: MailSettings, box: Box) -> None:
    with pytest.raises(NoticeUndelivered):
        MailCarrier(mail.model_copy(update={"security": "starttls"})).send(NOTICE, "inspect@city.example")
    assert box.mail == []


def test_the_ladder_ends_in_a_mailbox(town: Town, mail: MailSettings, box: Box) -> None:
    number = town.handled()
    town.carriers[Way.MAIL] = MailCarrier(mail)
    town.wait(days=3, hours=1).look()
    for _ in range(5):
        town.wait(days=1).look()
    town.deliver()
    assert {message["To"] for message in box.mail} == {
        "water@city.example",
        "watch@city.example",
        "inspect@city.example",
    }
    assert all(number in message.get_content() for message in box.mail)


def test_a_text_message_goes_to_the_gateway_under_its_ticket(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'sms.db'}")
    log = EventLog(database)
    SmsCarrier(RecordedSms(log)).send(NOTICE, "13900000001")
    log.close()
    (sent,) = database.run(lambda c: newest(c, "sms.sent", 5))
    assert sent.stream == "ticket:2611230001"
    assert sent.body == {"number": "13900000001", "text": "【重点督办】市水务局还没有反馈[0a1b2c3d]"}
    database.close()


def test_a_gateway_that_breaks_is_a_sentence() -> None:
    class Broken:
        async def send(self, number: str, text: str, about: str) -> None:
            raise TimeoutError

    class Ours:
        async def send(self, number: str, text: str, about: str) -> None:
            raise RecordsError(url="x", what="满了")

    with pytest.raises(NoticeUndelivered, match="TimeoutError"):
        SmsCarrier(Broken()).send(NOTICE, "13900000001")
    with pytest.raises(RecordsError):
        SmsCarrier(Ours()).send(NOTICE, "13900000001")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("市水务局: {sms: [abc]}", "市水务局.sms.0"),
        ("市水务局: {mail: ['a@b\\nBcc: c@d']}", "市水务局.mail.0"),
        ("市水务局: {fax: [1]}", "市水务局.fax"),
        ("- 市水务局", "顶层"),
    ],
)
def test_a_wrong_contact_is_named(tmp_path: Path, text: str, what: str) -> None:
    file = tmp_path / "contacts.yaml"
    file.write_text(text, encoding="utf8")
    with pytest.raises(ContactsWrong, match=what):
        load_contacts(file)


def test_numbers_may_be_written_as_numbers(tmp_path: Path) -> None:
    file = tmp_path / "contacts.yaml"
    file.write_text("市水务局: {sms: [13800000001]}", encoding="utf8")
    assert load_contacts(file).of("市水务局", Way.SMS) == ("13800000001",)
    assert load_contacts(file).of("市城管局", Way.SMS) == ()
    with pytest.raises(ContactsWrong):
        load_contacts(tmp_path / "none.yaml")
