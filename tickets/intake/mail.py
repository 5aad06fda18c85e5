"""A mail as an appeal: subject and text, who wrote it and when. Pure."""

import hashlib
import re
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from html.parser import HTMLParser

from tickets.intake.submission import Submission
from tickets.ticket import Channel

_BLOCKS = frozenset(("p", "div", "br", "li", "tr", "h1", "h2", "h3"))
_SILENT = frozenset(("style", "script", "head", "title"))
_KEY = 180


def read_mail(data: bytes) -> Submission | None:
    """Return the appeal in a mail (RFC 5322), None for what a machine sent or what says nothing.

    Whatever is broken in it, what can be read is kept.
    """
    mail = message_from_bytes(data, policy=policy.default)
    if _automatic(mail):
        return None
    name, address = parseaddr(_header(mail, "From"))
    subject, text, files = _header(mail, "Subject").strip(), _text(mail), _files(mail)
    parts = [subject if subject and subject not in text[: len(subject) + 40] else "", text]
    if files:
        parts.append(f"附件:{'、'.join(files)}(原件在邮箱中)")
    whole = "\n".join(part for part in parts if part)
    if not whole.strip():
        return None
    return Submission(
        channel=Channel.MAILBOX,
        key=_key(mail, data),
        text=whole,
        name=name if name != address else "",
        contact=address,
        made=_made(mail),
    )


def _automatic(mail: EmailMessage) -> bool:
    """Whether a machine sent it, which must never be answered (RFC 3834)."""
    said = _header(mail, "Auto-Submitted").lower()
    bulk = _header(mail, "Precedence").lower() in ("bulk", "junk", "list")
    bounce = mail.get_content_type() == "multipart/report" or _header(mail, "Return-Path").strip() == "<>"
    return bool(said and said != "no") or bulk or bounce


def _key(mail: EmailMessage, data: bytes) -> str:
    """Return the mail's own id; one that has none, or none that can be a key, is known by its bytes."""
    given = re.sub(r"[^!-~]", "", _header(mail, "Message-ID"))
    return given if 0 < len(given) <= _KEY else f"sha256:{hashlib.sha256(data).hexdigest()}"


def _header(mail: EmailMessage, name: str) -> str:
    try:
        return str(mail.get(name, ""))
    except (ValueError, IndexError, AttributeError, LookupError, TypeError):  # the parser trips over some spam
        return ""


def _made(mail: EmailMessage) -> datetime | None:
    try:
        at = parsedate_to_datetime(_header(mail, "Date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at if at.tzinfo else None


def _text(mail: EmailMessage) -> str:
    for wanted in ("plain", "html"):
        parts = [part for part in _leaves(mail) if part.get_content_type() == f"text/{wanted}"]
        text = "\n".join(_decoded(part) for part in parts).strip()
        if text:
            return text if wanted == "plain" else _plain(text)
    return ""


def _leaves(mail: EmailMessage) -> list[EmailMessage]:
    shown = (part for part in mail.walk() if not part.is_multipart())
    return [
        part for part in shown if isinstance(part, EmailMessage) and part.get_content_disposition() != "attachment"
    ]


def _decoded(part: EmailMessage) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    for charset in (part.get_content_charset() or "utf8", "utf8", "gb18030"):
        try:
            return data.decode(charset)
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode("utf8", "replace")


def _files(mail: EmailMessage) -> list[str]:
    found = (part for part in mail.walk() if part.get_content_disposition() == "attachment")
    return [part.get_filename() or "未命名" for part in found]


class _Words(HTMLParser):
    """Collects what a page says."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag in _BLOCKS:
            self.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(self._silent - (tag in _SILENT), 0)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.text.append(data)


def _plain(html: str) -> str:
    words = _Words()
    words.feed(html)
    words.close()
    return re.sub(r"\n\s*\n+", "\n", "".join(words.text)).strip()
