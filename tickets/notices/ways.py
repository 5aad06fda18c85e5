"""The ways out: a port for whatever carries notices, text messages over the city's gateway, mail over SMTP."""

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from typing import Protocol

from pydantic import Field, SecretStr

from core.errors import HotlineError
from core.settings import Settings
from core.sms import SmsGateway
from tickets.errors import NoticeUndelivered
from tickets.notices.outbox import Notice


class Carrier(Protocol):
    """Carries a notice to one number or address."""

    def send(self, notice: Notice, to: str) -> None:
        """Hand it over; returns when the gateway has it. Raises `NoticeUndelivered`, or any `HotlineError`."""
        ...


class MailSettings(Settings):
    """The mail server that carries notices to offices."""

    host: str = ""
    """The SMTP server; empty: no mail is sent, and notices by mail are shown as failed."""
    port: int = Field(default=587, ge=1, le=65535)
    """Its port; 587 with `starttls`, 465 with `tls`, 25 inside a closed network."""
    security: str = Field(default="starttls", pattern="^(starttls|tls|none)$")
    """`starttls`, `tls`, or `none` for a server in the same closed network only."""
    sender: str = "hotline@localhost"
    """The address that mail comes from."""
    user: str = ""
    """Whom the server knows us as; empty: no login."""
    password: SecretStr = SecretStr("")
    """The password of `user`."""
    timeout_s: float = Field(default=20.0, gt=0, le=120)
    """Seconds that the server is waited for; shorter than a sender's lease of 5 minutes."""


class SmsCarrier:
    """Text messages over the gateway of the core; the notice's id stands at the end, since one may come twice."""

    def __init__(self, gateway: SmsGateway) -> None:
        self._gateway = gateway

    def send(self, notice: Notice, to: str) -> None:
        """See `Carrier`; blocking, outside of any event loop."""
        text = f"{notice.words}[{notice.id}]"
        try:
            asyncio.run(self._gateway.send(to, text, f"ticket:{notice.ticket}"))
        except HotlineError:
            raise
        except (OSError, TimeoutError) as error:
            raise NoticeUndelivered(to=notice.recipient, what=_why(error)) from error


class MailCarrier:
    """Mail over SMTP. Its Message-ID is the notice's id, so that a server that has seen it may drop a second one."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    def send(self, notice: Notice, to: str) -> None:
        """See `Carrier`."""
        chosen = self._settings
        if not chosen.host:
            raise NoticeUndelivered(to=notice.recipient, what="没有配置邮件服务器([tickets.notices.mail] host)")
        try:
            with self._connected() as server:
                if chosen.user:
                    server.login(chosen.user, chosen.password.get_secret_value())
                server.send_message(self._message(notice, to))
        except smtplib.SMTPRecipientsRefused as error:
            raise NoticeUndelivered(to=notice.recipient, what="邮件服务器不收这个地址") from error
        except (smtplib.SMTPException, OSError) as error:
            raise NoticeUndelivered(to=notice.recipient, what=_why(error)) from error

    def _connected(self) -> smtplib.SMTP:
        chosen, context = self._settings, ssl.create_default_context()
        if chosen.security == "tls":
            return smtplib.SMTP_SSL(chosen.host, chosen.port, timeout=chosen.timeout_s, context=context)
        server = smtplib.SMTP(chosen.host, chosen.port, timeout=chosen.timeout_s)
        if chosen.security == "starttls":
            server.starttls(context=context)
        return server

    def _message(self, notice: Notice, to: str) -> EmailMessage:
        message = EmailMessage()
        message["Subject"] = f"{notice.subject}:工单{notice.ticket}"
        message["From"], message["To"] = self._settings.sender, to
        message["Date"] = notice.created
        message["Message-ID"] = f"<{notice.id}.{notice.ticket}@{self._settings.sender.partition('@')[2]}>"
        message.set_content(f"{notice.words}\n\n通知编号 {notice.id},请勿回复本邮件。\n")
        return message


def _why(error: Exception) -> str:
    """Return what went wrong, without what was sent and to whom."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"服务器答复 {error.smtp_code}"
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
