"""Where mail and short messages are fetched: `[mail]` in hotline.toml."""

from pathlib import Path

from pydantic import Field

from core.settings import Settings


class MailSettings(Settings):
    """The mailbox and the folder of short messages that `hotline collect` looks into."""

    host: str = ""
    """The IMAP server; empty: none is asked."""
    port: int = Field(default=993, ge=1, le=65535)
    """Its TCP port: 993 with TLS, 143 without."""
    tls: bool = True
    """Whether the connection is sealed from the start. Off only to a server on the same machine."""
    user: str = ""
    """Who signs in."""
    password_file: Path | None = None
    """A file whose first line is the password, readable by the hotline alone."""
    folder: str = "INBOX"
    """The folder of the mailbox that appeals come into."""
    maildir: Path | None = None
    """A Maildir on this machine to look into; empty: none."""
    sms_folder: Path | None = None
    """A folder of short messages as JSON files (id, number, text, at); empty: none."""
    every_s: float = Field(default=30.0, ge=1, le=3600)
    """Seconds between two looks of `hotline collect --watch`."""
