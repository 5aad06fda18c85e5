"""Mailboxes as inboxes: IMAP, and its embedded twin, a Maildir."""

import imaplib
import mailbox
import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from tickets.errors import MailboxClosed
from tickets.intake.inbox import Arrived
from tickets.intake.mail import read_mail
from tickets.intake.mail_settings import MailSettings

_TIMEOUT_S = 30.0
_SEEN = "S"
_FLAGGED = "F"
_INFO = ":2,"
"""What stands between a name and its flags in a Maildir."""


class MaildirBox:
    """Mails in a Maildir: new ones wait, those that are taken in are marked as seen and stay.

    Those that cannot be taken in are flagged, too. Files are only renamed, never written anew.
    """

    def __init__(self, folder: Path) -> None:
        mailbox.Maildir(folder, create=True).close()
        self._folder = folder

    def waiting(self) -> Iterator[Arrived]:
        """Yield what nobody has seen."""
        files = (file for name in ("new", "cur") for file in (self._folder / name).iterdir())
        for file in sorted(files, key=lambda one: one.name):
            if _SEEN in file.name.partition(_INFO)[2] or file.name.startswith("."):
                continue
            with suppress(FileNotFoundError):  # another program moved it: it is found next time
                yield _arrived(f"{file.parent.name}/{file.name}", file.read_bytes())

    def done(self, id: str) -> None:
        """Mark it as seen."""
        self._mark(id, _SEEN)

    def set_aside(self, id: str) -> None:
        """Mark it as seen and flagged."""
        self._mark(id, _FLAGGED + _SEEN)

    def _mark(self, id: str, flags: str) -> None:
        name, _, before = Path(id).name.partition(_INFO)
        marked = f"{name}{_INFO}{''.join(sorted({*before, *flags}))}"
        with suppress(FileNotFoundError):
            (self._folder / id).rename(self._folder / "cur" / marked)


class ImapBox:
    """Mails on an IMAP server (RFC 3501), by their UIDs; those that are taken in are marked as seen and stay.

    Those that cannot be taken in are flagged, too. Raises `MailboxClosed` where the server cannot be reached or
    refuses.
    """

    def __init__(self, settings: MailSettings, password: str) -> None:
        self._where = f"{settings.host}:{settings.port}"
        try:
            if settings.tls:
                context = ssl.create_default_context()
                self._imap: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                    settings.host, settings.port, ssl_context=context, timeout=_TIMEOUT_S
                )
            else:
                self._imap = imaplib.IMAP4(settings.host, settings.port, timeout=_TIMEOUT_S)
            self._imap.login(settings.user, password)
            self._told(self._imap.select(settings.folder))
        except (OSError, imaplib.IMAP4.error, UnicodeError) as error:
            raise MailboxClosed(where=self._where, what=error) from error

    def waiting(self) -> Iterator[Arrived]:
        """Yield what nobody has seen."""
        for uid in self._ask("SEARCH", "UNSEEN")[0].split():
            found = self._ask("FETCH", uid.decode(), "(BODY.PEEK[])")
            data = next((part[1] for part in found if isinstance(part, tuple)), None)
            if isinstance(data, bytes):
                yield _arrived(uid.decode(), data)

    def done(self, id: str) -> None:
        """Mark it as seen."""
        self._ask("STORE", id, "+FLAGS", r"(\Seen)")

    def set_aside(self, id: str) -> None:
        """Mark it as seen and flagged."""
        self._ask("STORE", id, "+FLAGS", r"(\Seen \Flagged)")

    def close(self) -> None:
        """Leave the server."""
        with suppress(OSError, imaplib.IMAP4.error):
            self._imap.logout()

    def _ask(self, command: str, *words: str) -> list[Any]:
        try:
            return self._told(self._imap.uid(command, *words))
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxClosed(where=self._where, what=error) from error

    def _told(self, answer: tuple[str, list[Any]]) -> list[Any]:
        status, data = answer
        if status != "OK":
            raise MailboxClosed(where=self._where, what=data)
        return data


def _arrived(id: str, data: bytes) -> Arrived:
    try:
        return Arrived(id, read_mail(data))
    except Exception as error:  # whatever the parser trips over must not hold up all others
        return Arrived(id, None, f"邮件读不出来({type(error).__name__})。")
