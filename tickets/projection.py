"""Writes what lists and searches need beside a ticket; all of it can be made anew from the ticket and its log."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from core.database import Database
from core.events import history
from core.sealing import keys_of
from tickets.deadlines import CHINA, WorkingCalendar
from tickets.kept import BODY, DAMAGED, readable, warn
from tickets.life.record import steps_of, stream
from tickets.life.rules import usual_rules
from tickets.life.standing import CENTRE, Listed, Work, listed
from tickets.supervision.rules import Supervision
from tickets.tables import NEVER, tickets_table, worklist_table
from tickets.ticket import State, Ticket
from tickets.words import ticket_words

_t = tickets_table.c
_w = worklist_table.c
_CLEAR = delete(worklist_table).where(_w.number == bindparam("of"))
_WORK = insert(worklist_table)
_LISTED = update(tickets_table).where(_t.number == bindparam("of"))
_AT_ONCE = 500
_UNTOUCHED = Listed(work=(Work(CENTRE, False, None),))
"""A ticket from before there were steps, which nobody has worked on."""
Progress = Callable[[int, int], None]
"""Is told how many are done, and of how many."""


def write_listed(connection: Connection, number: str, found: Listed) -> None:
    """Put `found` in the place of what was listed of the ticket."""
    connection.execute(_CLEAR, {"of": number})
    write_work(connection, number, found)
    connection.execute(_LISTED, {"of": number, **listed_columns(found)})


def write_work(connection: Connection, number: str, found: Listed) -> None:
    """Write what is to be done about a ticket of which nothing is written yet."""
    rows = [
        {"number": number, "unit": work.unit, "lead": work.lead, "due": utc(work.due) or NEVER} for work in found.work
    ]
    if rows:
        connection.execute(_WORK, rows)


def listed_columns(found: Listed) -> dict[str, str]:
    """Return the columns of the ticket's own row."""
    return {"unit": found.unit, "alarm": utc(found.alarm), "closed": utc(found.closed)}


def blinded_words(connection: Connection, ticket: Ticket) -> str:
    """Return what `ticket` is found by, as the database keeps it: its words, and its month."""
    return blinded(connection, [*ticket_words(ticket), *([month(ticket.created)] if ticket.created else [])])


def blinded(connection: Connection, words: list[str]) -> str:
    """Return `words` as the database keeps them."""
    keys = keys_of(connection.dialect)
    return " ".join(keys.blind(words) if keys else words)


def month(at: datetime) -> str:
    """Return the word of the month (UTC) that a ticket is of; no text has an underscore."""
    return f"_{at.astimezone(UTC):%y%m}"


def utc(at: datetime | None) -> str:
    """Return `at` as the tables keep it, "" for none: text that sorts."""
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else ""


def rebuild(
    database: Database,
    now: datetime,
    progress: Progress = lambda _done, _all: None,
    calendar: WorkingCalendar = CHINA,
    rules: Supervision | None = None,
) -> int:
    """Make everything derived anew, some hundred tickets a transaction; return how many tickets there are.

    `rules` is the city's ladder, the usual one where none is given.
    """
    rules = rules or usual_rules().supervision
    numbers = database.run(_numbers)
    for start in range(0, len(numbers), _AT_ONCE):
        part = numbers[start : start + _AT_ONCE]
        database.run(partial(_rebuild, numbers=part, now=now, calendar=calendar, rules=rules), exclusive=True)
        progress(start + len(part), len(numbers))
    return len(numbers)


def rebuild_all(connection: Connection, now: datetime) -> None:
    """See `rebuild`; within one transaction, by the usual ladder."""
    _rebuild(connection, _numbers(connection), now, CHINA, usual_rules().supervision)


def _numbers(connection: Connection) -> Sequence[str]:
    return connection.execute(select(_t.number).order_by(_t.number)).scalars().all()


def _rebuild(
    connection: Connection, numbers: Sequence[str], now: datetime, calendar: WorkingCalendar, rules: Supervision
) -> None:
    assert now.tzinfo is not None
    for number in numbers:
        row = select(_t.number, BODY).where(_t.number == number).with_for_update()
        for _, ticket in readable(connection, connection.execute(row)):
            try:
                taken = steps_of(history(connection, stream(number)), now.tzinfo)
            except DAMAGED as error:
                warn(number, error)
                continue
            words = blinded_words(connection, ticket)
            connection.execute(update(tickets_table).where(_t.number == number).values(words=words))
            untouched = Listed() if ticket.state is State.DRAFT else _UNTOUCHED
            write_listed(connection, number, listed(taken, calendar, now, rules) if taken else untouched)
