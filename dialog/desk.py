"""The port through which a call stores and finds tickets; `tickets.store` stands behind it."""

from datetime import datetime
from typing import Protocol

from tickets.ticket import Ticket


class TicketDesk(Protocol):
    """Keeps tickets. Raises `core.errors.RecordsError` where it cannot."""

    async def save(self, ticket: Ticket, now: datetime) -> Ticket:
        """Store `ticket`, return it with its number and deadline."""
        ...

    async def urge(self, number: str, now: datetime) -> Ticket:
        """Put on record that the caller asks again (催办); return the ticket as it is then."""
        ...

    async def find(self, number: str = "", contact: str = "") -> tuple[Ticket, ...]:
        """Return the ticket of that number, or the tickets left with that contact, newest first."""
        ...

    async def call_back(self, caller: str | None, reason: str, call_id: str, now: datetime) -> Ticket:
        """Store the wish to be called back, for callers whom the bot could not serve."""
        ...
