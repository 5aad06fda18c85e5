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


class MaildirBox:
    """Mails in a Maildir: new ones wait, those that are taken in are marked as seen and stay."""

    def __init__(self, folder: Path) -> None:
        self._box = mailbox.Maildir(folder, create=True)

    def waiting(self) -> Iterator[Arrived]:
        """Yield what nobody has seen."""
        for id in sorted(self._box.keys()):
            message = self._box.get_message(id)
            if "S" not in message.get_flags():
                yield Arrived(id, read_mail(self._box.get_bytes(id)))

    def done(self, id: str) -> None:
        """Mark it as seen."""
        message = self._box.get_message(id)
        message.set_subdir("cur")
        message.add_flag("S")
        self._box[id] = message


class ImapBox:
    """Mails on an IMAP server (RFC 3501), by their UIDs; those that are taken in are marked as seen and stay.

    Raises `MailboxClosed` where the server cannot be reached or refuses.
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
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxClosed(where=self._where, what=error) from error

    def waiting(self) -> Iterator[Arrived]:
        """Yield what nobody has seen."""
        for uid in self._ask("SEARCH", "UNSEEN")[0].split():
            found = self._ask("FETCH", uid.decode(), "(BODY.PEEK[])")
            data = next((part[1] for part in found if isinstance(part, tuple)), None)
            if isinstance(data, bytes):
                yield Arrived(uid.decode(), read_mail(data))

    def done(self, id: str) -> None:
        """Mark it as seen."""
        self._ask("STORE", id, "+FLAGS", r"(\Seen)")

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
