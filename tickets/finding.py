"""Finds tickets: by words, by what they are, and what a unit has to do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, literal_column, or_, select, text

from core.database import Database
from tickets.contact import kept_as
from tickets.kept import BODY, readable
from tickets.projection import blinded, month, utc
from tickets.tables import NEVER, tickets_table, worklist_table
from tickets.ticket import Kind, State, Ticket
from tickets.words import words_of

_t = tickets_table.c
_w = worklist_table.c
_MONTHS_FIRST = 2
"""Months that are looked through before all of them: what is found often is found there, what is rare is quick."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tickets are looked for; what is empty does not matter."""

    text: str = ""
    """Words, each of which must be in the ticket: two Chinese characters at least, or letters and digits."""
    contact: str = ""
    """The number to call back or the mail address, however it is written."""
    unit: str = ""
    """The lead unit."""
    state: State | None = None
    kind: Kind | None = None
    matter: str = ""
    district: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A ticket on a worklist."""

    ticket: Ticket
    lead: bool
    due: datetime | None
    """When its next limit runs out, aware; None while it stands still."""


class TicketFinder:
    """Looks through the tickets of a database. Raises `RecordsError` where it fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def search(self, wanted: Wanted, now: datetime, limit: int = 20, before: str = "") -> list[Ticket]:
        """Return the tickets that `wanted` fits, newest first; `before` is the number that the last page ended with.

        A text without a word (one character) finds nothing.
        """
        return self._database.run(lambda c: _search(c, wanted, now, limit, before))

    def worklist(self, unit: str, limit: int = 50, after: tuple[str, str] = ("", "")) -> list[Due]:
        """Return what `unit` ("" is the centre) has to do, the most urgent first.

        `after` is `mark` of the last one of the page before.
        """
        return self._database.run(lambda c: _worklist(c, unit, limit, after))


def mark(due: Due) -> tuple[str, str]:
    """Return what the next page of a worklist begins after."""
    return (utc(due.due) or NEVER, due.ticket.number)


def _worklist(connection: Connection, unit: str, limit: int, after: tuple[str, str]) -> list[Due]:
    first = select(_w.number, _w.lead, _w.due).where(_w.unit == unit)
    if after[0]:
        first = first.where(_after((_w.due, _w.number), after))
    page = first.order_by(_w.due, _w.number).limit(limit).subquery()
    query = select(page.c.number, page.c.lead, page.c.due, BODY).join_from(
        page, tickets_table, page.c.number == _t.number
    )
    rows = connection.execute(query.order_by(page.c.due, page.c.number))
    return [Due(ticket, row.lead, _time(row.due)) for row, ticket in readable(connection, rows)]


def _search(connection: Connection, wanted: Wanted, now: datetime, limit: int, before: str) -> list[Ticket]:
    words = words_of(wanted.text)
    if wanted.text and not words:
        return []
    query = _filtered(connection, wanted, before)
    if not words:
        return _page(connection, query, limit)
    if not (before or wanted.since or wanted.until):
        recent = [month(_months_ago(now, ago)) for ago in range(_MONTHS_FIRST)]
        found = _page(connection, query.where(_has(connection, words, recent)), limit)
        if len(found) == limit:
            return found
    return _page(connection, query.where(_has(connection, words, [])), limit)


def _filtered(connection: Connection, wanted: Wanted, before: str) -> Select[Any]:
    query = select(_t.number, BODY)
    if wanted.contact:
        query = query.where(_t.contact.in_(kept_as(wanted.contact)))
    for column, value in (
        (_t.unit, wanted.unit),
        (_t.state, wanted.state),
        (_t.kind, wanted.kind),
        (_t.matter, wanted.matter),
        (_t.district, wanted.district),
    ):
        if value:
            query = query.where(column == str(value))
    if wanted.since:
        query = query.where(_t.created >= utc(wanted.since))
    if wanted.until:
        query = query.where(_t.created < utc(wanted.until))
    if before:
        created = connection.execute(select(_t.created).where(_t.number == before)).scalar() or ""
        query = query.where(or_(_t.created < created, and_(_t.created == created, _t.number < before)))
    return query


def _has(connection: Connection, words: Sequence[str], any_of: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that all of `words` are there, and one of `any_of` if there are any."""
    all_ = blinded(connection, list(words)).split()
    some = blinded(connection, list(any_of)).split()
    if connection.dialect.name == "postgresql":
        parts = [" & ".join(all_), *(["(" + " | ".join(some) + ")"] if some else [])]
        return _t.words.op("@@")(func.to_tsquery(literal_column("'simple'"), " & ".join(parts)))
    parts = [" AND ".join(f'"{word}"' for word in all_)]
    if some:
        parts.append("(" + " OR ".join(f'"{word}"' for word in some) + ")")
    found = text("SELECT rowid FROM ticket_words WHERE ticket_words MATCH :asked").bindparams(
        bindparam("asked", " AND ".join(parts))
    )
    return literal_column("tickets.rowid").in_(found)


def _page(connection: Connection, query: Select[Any], limit: int) -> list[Ticket]:
    rows = connection.execute(query.order_by(_t.created.desc(), _t.number.desc()).limit(limit))
    return [ticket for _, ticket in readable(connection, rows)]


def _after(columns: tuple[ColumnElement[str], ColumnElement[str]], last: tuple[str, str]) -> ColumnElement[bool]:
    first, second = columns
    return or_(first > last[0], and_(first == last[0], second > last[1]))


def _months_ago(now: datetime, months: int) -> datetime:
    count = now.year * 12 + now.month - 1 - months
    return now.replace(year=count // 12, month=count % 12 + 1, day=15)


def _time(due: str) -> datetime | None:
    return None if due == NEVER else datetime.fromisoformat(due)
