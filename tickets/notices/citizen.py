"""Messages to whoever left a ticket: where they go, and those that answer what has just come in."""

from datetime import datetime

from sqlalchemy import Connection

from tickets.callback_planning import ticket_of
from tickets.contact import dialable
from tickets.intake.telling import record_told
from tickets.notices.outbox import CITIZEN, Notice, put
from tickets.supervision.rules import Way

RECEIVED = "受理回执"


def address_of(contact: str, way: Way) -> str:
    """Return where `contact` is reached by `way`, "" where not."""
    if way is Way.MAIL:
        return contact if "@" in contact else ""
    return dialable(contact) if way is Way.SMS and "@" not in contact else ""


def way_to(contact: str) -> Way | None:
    """Return how whoever left `contact` is reached; None where he is not."""
    return next((way for way in (Way.SMS, Way.MAIL) if address_of(contact, way)), None)


def answer_citizen(connection: Connection, number: str, text: str, now: datetime) -> None:
    """Send `text` to whoever has just left the ticket `number`, by the way that he is reached: an intake's `Tell`.

    At once also in quiet hours: he has just written himself. Nobody is reached by what is no address.
    """
    record_told(connection, number, text, now)
    ticket = ticket_of(connection, number)
    way = way_to(ticket.contact) if ticket else None
    if way:
        put(connection, [Notice(number, CITIZEN, way, RECEIVED, text, now, now)])
