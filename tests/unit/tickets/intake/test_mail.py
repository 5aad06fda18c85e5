"""Mails as they come: Chinese charsets, pages, attachments, machines, and things that are hardly mails."""

from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.intake.mail import read_mail
from tickets.ticket import Channel


def written(body: str = "阳光花园的路灯坏了。", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    usual = {"From": "王建国 <wang@example.com>", "Subject": "反映路灯", "Message-ID": "<a1@example.com>"}
    for name, value in {**usual, "Date": "Tue, 24 Nov 2026 09:00:00 +0800", **headers}.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(body)
    return mail


def test_a_mail_says_who_what_and_when() -> None:
    found = read_mail(written().as_bytes())
    assert found is not None
    assert (found.channel, found.key) == (Channel.MAILBOX, "<a1@example.com>")
    assert (found.name, found.contact) == ("王建国", "wang@example.com")
    assert found.text == "反映路灯\n阳光花园的路灯坏了。"
    assert found.made is not None
    assert found.made.isoformat() == "2026-11-24T09:00:00+08:00"


@pytest.mark.parametrize("charset", ["gb2312", "gbk", "gb18030", "big5", "utf-8"])
def test_every_chinese_charset_is_read(charset: str) -> None:
    head = b"From: a@b.cn\r\nSubject: x\r\nContent-Type: text/plain; charset=" + charset.encode() + b"\r\n\r\n"
    found = read_mail(head + "路口".encode(charset))
    assert found is not None
    assert "路口" in found.text


def test_a_charset_that_is_not_said_or_wrong_is_guessed() -> None:
    head = b"From: a@b.cn\r\nContent-Type: text/plain; charset=none-such\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    found = read_mail(head + "路灯坏了".encode("gb18030"))
    assert found is not None
    assert found.text == "路灯坏了"


def test_a_page_is_read_as_its_words_and_attachments_are_named() -> None:
    mail = written()
    mail.clear_content()
    mail.set_content("<style>p{}</style><p>暖气<b>不热</b></p><p>三天了</p><script>x()</script>", subtype="html")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="照片.png")
    found = read_mail(mail.as_bytes())
    assert found is not None
    assert found.text == "反映路灯\n暖气不热\n三天了\n附件:照片.png(原件在邮箱中)"


@pytest.mark.parametrize(
    "headers", [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"Return_Path": "<>"}]
)
def test_what_a_machine_sends_is_nobodys_appeal(headers: dict[str, str]) -> None:
    assert read_mail(written(**headers).as_bytes()) is None


def test_a_mail_without_an_id_is_known_by_what_it_is() -> None:
    mail = written()
    del mail["Message-ID"]
    one, same = read_mail(mail.as_bytes()), read_mail(mail.as_bytes())
    other = read_mail(mail.as_bytes() + b"!")
    assert one is not None and same is not None and other is not None
    assert one.key == same.key != other.key


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"Subject: ", b"From: ", b"Content-Type: ", b"Date: "]))
def test_nothing_that_comes_breaks_the_reader(data: bytes, head: bytes) -> None:
    read_mail(head + data)
    read_mail(b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" + head + data)
