"""What whoever left a ticket is told by the intake, and who else is to be told with him."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from core.events import Event, append
from tickets.life.record import stream

Tell = Callable[[Connection, str, str, datetime], None]
"""Tells the caller of a ticket something, within the transaction of what it is about: number, text, when."""


def record_told(connection: Connection, number: str, text: str, now: datetime) -> None:
    """Keep what a ticket's caller is told as a `ticket.told` event."""
    append(connection, Event(now.timestamp(), stream(number), "ticket.told", {"text": text}))
