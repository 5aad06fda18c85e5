"""Finds tickets that say the same as one: the same caller's, those of others at the same place, the same event's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, Select, select

from tickets.contact import kept_as
from tickets.intake.rules import RepeatRules
from tickets.intake.tables import occurrences_table
from tickets.kept import BODY, readable
from tickets.projection import utc
from tickets.store import spot
from tickets.tables import tickets_table
from tickets.ticket import State, Ticket
from tickets.words import words_of

_t = tickets_table.c
_OVER = [state.value for state in State if state.over or state is State.DRAFT]


class Why(StrEnum):
    """Why two tickets may be one."""

    CALLER = "同一诉求人"
    PLACE = "同一地点同一事项"
    EVENT = "同一事件"


@dataclass(frozen=True, slots=True)
class Likely:
    """A ticket that may be the same."""

    ticket: Ticket
    why: Why
    likeness: float
    """Share of the shorter text's pairs of characters that is found in the other, 0 to 1."""
    same_matter: bool
    """Matter and place are the same, and known."""


def likeness(one: str, other: str) -> float:
    """Return the share of the shorter text's pairs of characters that is found in the other."""
    first, second = set(words_of(one)), set(words_of(other))
    return round(len(first & second) / min(len(first), len(second)), 3) if first and second else 0.0


def likely_same(
    connection: Connection, ticket: Ticket, now: datetime, rules: RepeatRules, events: bool = True
) -> list[Likely]:
    """Return open tickets that may be the same as `ticket`, the surest first; with `events` in its cluster too."""
    since = utc(now - timedelta(days=rules.days))
    found: dict[str, Likely] = {}
    for why, query in _queries(ticket, since, events):
        newest = query.order_by(_t.created.desc(), _t.number.desc()).limit(rules.most)
        for _, other in readable(connection, connection.execute(newest)):
            if other.number != ticket.number and other.number not in found:
                found[other.number] = _compared(ticket, other, why)
    same = [one for one in found.values() if one.same_matter or one.likeness >= rules.likeness]
    return sorted(same, key=_rank, reverse=True)[: rules.most]


def to_follow(ticket: Ticket, likely: list[Likely], known: str) -> Likely | None:
    """Return the ticket that `ticket` is merged into without asking anybody, if any.

    It is the same caller's, on the same matter at the same place, and open; and whoever gives another name than the
    one `known`, or speaks for somebody else, is asked about rather than merged.
    """
    if ticket.about or (known and ticket.name and known != ticket.name):
        return None
    sure = (one for one in likely if one.why is Why.CALLER and one.same_matter and not one.ticket.about)
    return min(sure, key=lambda one: one.ticket.number, default=None)


def name_known(connection: Connection, contact: str) -> str:
    """Return the name that the caller of `contact` gave last, "" for none."""
    query = (
        select(_t.number, BODY)
        .where(_t.contact.in_(kept_as(contact)))
        .order_by(_t.created.desc(), _t.number.desc())
        .limit(5)
    )
    found = readable(connection, connection.execute(query))
    return next((ticket.name for _, ticket in found if ticket.name), "")


def _queries(ticket: Ticket, since: str, events: bool) -> Iterator[tuple[Why, Select[tuple[str, str]]]]:
    here = select(_t.number, BODY).where(_t.created >= since, _t.state.not_in(_OVER))
    if contacts := kept_as(ticket.contact):
        yield Why.CALLER, here.where(_t.contact.in_(contacts))
    if ticket.matter and spot(ticket):
        place = (_t.spot == spot(ticket)) & (_t.district == ticket.place.district[:40])
        yield Why.PLACE, here.where(_t.matter == ticket.matter.id, place)
    if events and ticket.number:
        o, mine = occurrences_table.c, occurrences_table.alias("mine")
        joined = here.join(occurrences_table, o.number == _t.number).join(mine, mine.c.cluster == o.cluster)
        yield Why.EVENT, joined.where(mine.c.number == ticket.number, mine.c.cluster != "")


def _compared(ticket: Ticket, other: Ticket, why: Why) -> Likely:
    matter = bool(ticket.matter and other.matter and ticket.matter.id == other.matter.id)
    place = bool(spot(ticket)) and spot(ticket) == spot(other) and ticket.place.district == other.place.district
    return Likely(other, why, likeness(ticket.what, other.what), matter and place)


def _rank(one: Likely) -> tuple[bool, bool, float, str]:
    return one.why is Why.CALLER, one.same_matter, one.likeness, one.ticket.number
