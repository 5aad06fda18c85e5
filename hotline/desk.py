"""Joins the calls to the intake of tickets."""

from datetime import datetime

from tickets.callbacks import MISSED_CALL
from tickets.intake.intake import Intake
from tickets.store import TicketStore
from tickets.ticket import Kind, Ticket
from tickets.understanding import Understanding


class StoredTickets:
    """`dialog.desk.TicketDesk` on a `TicketStore`: what a call saves goes the way of every channel."""

    def __init__(self, store: TicketStore, understanding: Understanding) -> None:
        self._store, self._understanding = store, understanding
        self._intake = Intake(store, understanding)

    async def save(self, ticket: Ticket, now: datetime) -> Ticket:
        """Store `ticket`."""
        return await self._intake.save(ticket, now)

    async def urge(self, number: str, now: datetime) -> Ticket:
        """Put an urging on record."""
        return await self._store.urge(number, now)

    async def find(self, number: str = "", contact: str = "") -> tuple[Ticket, ...]:
        """Return one by its number, or those of a contact."""
        if number:
            found = await self._store.find(number)
            return (found,) if found else ()
        return tuple(await self._store.by_contact(contact))

    async def call_back(self, caller: str | None, reason: str, call_id: str, now: datetime) -> Ticket:
        """Store a call-back; the deadline comes from the matter list like any other."""
        ticket = self._understanding.make_ticket(
            MISSED_CALL, now, kind=Kind.HELP, contact=caller or "", call_id=call_id, note=reason
        )
        return await self._intake.save(ticket, now)
