"""Finds the tickets that units have returned, with their steps, in the log."""

from dataclasses import dataclass
from datetime import tzinfo

from sqlalchemy import Connection, select

from core.events import history, newest
from tickets.life.case import Taken
from tickets.life.record import KIND, steps_of
from tickets.tables import tickets_table

_TEACH = frozenset({"return", "redispatch"})
_AT_ONCE = 500
"""Ticket numbers in one question to the database."""


@dataclass(frozen=True, slots=True)
class Log:
    """A ticket's steps, oldest first, and the id of the matter that it is."""

    number: str
    matter: str
    taken: tuple[Taken, ...]


def returned(connection: Connection, zone: tzinfo, most_steps: int) -> list[Log]:
    """Return the tickets among the `most_steps` last steps that were returned or sent again, with all their steps."""
    streams = dict.fromkeys(
        event.stream for event in newest(connection, KIND, most_steps) if event.body["step"]["id"] in _TEACH
    )
    numbers = [stream.removeprefix("ticket:") for stream in streams]
    matters: dict[str, str] = {}
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        query = select(tickets_table.c.number, tickets_table.c.matter).where(tickets_table.c.number.in_(some))
        matters |= {row.number: row.matter for row in connection.execute(query)}
    return [
        Log(number, matters.get(number, ""), tuple(steps_of(history(connection, f"ticket:{number}"), zone)))
        for number in numbers
    ]
