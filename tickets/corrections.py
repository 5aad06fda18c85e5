"""Corrections (人工更正): a human puts a guess right; the ticket changes with it, and the next model learns."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from core.database import Database
from core.events import Event, append, newest
from tickets.errors import CorrectionWrong, TicketUnknown
from tickets.intake.clusters import note
from tickets.intake.holding import alike, hold
from tickets.intake.rules import repeat_rules
from tickets.learning.letters import Letter
from tickets.matters import ResponsibilityList
from tickets.store import TicketStore, find
from tickets.ticket import Kind, Matter, Place, State, Ticket
from tickets.understanding import Understanding
from tickets.written import categories

Part = Literal["kind", "category", "unit", "place", "title"]
CALLED: dict[Part, str] = {"kind": "类型", "category": "类别", "unit": "承办单位", "place": "地点", "title": "标题"}
EVENT = "ticket.corrected"
_LONGEST_TITLE = 30
_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Correction:
    """What was guessed, how surely (None where nobody guessed), and what a human says it is."""

    field: Part
    guessed: str
    confidence: float | None
    to: str
    by: str


class Corrections:
    """Corrects tickets and tells what was corrected. Raises `RecordsError` where the database fails."""

    def __init__(self, database: Database, store: TicketStore, understanding: Understanding) -> None:
        self._database, self._store, self._understanding = database, store, understanding

    def correct(self, number: str, field: Part, to: str, by: str, now: datetime) -> Correction:
        """Change the ticket and append the event, in one transaction. Raises `TicketUnknown`, `CorrectionWrong`."""
        before = self._store.find_now(number)
        if before is None:
            raise TicketUnknown(number=number)
        to, sure = to.strip(), self._understanding.matters.sure
        both = (before, corrected(before, field, to, self._understanding))
        holding = tuple(one for ticket in both for one in alike(sure(ticket)))
        return self._database.run(lambda c: self._correct(c, number, field, to, by, now, holding))

    def letters(self) -> list[Letter]:
        """Return each corrected ticket as a letter to learn from, with the last that was said of each field."""
        return self._database.run(self._letters)

    def made(self) -> list[tuple[datetime, Correction]]:
        """Return every correction with its time (UTC seconds as local time), oldest first."""
        events = self._database.run(lambda c: newest(c, EVENT, _ALL))
        return [(datetime.fromtimestamp(one.at).astimezone(), Correction(**one.body)) for one in reversed(events)]

    def _correct(
        self,
        connection: Connection,
        number: str,
        field: Part,
        to: str,
        by: str,
        now: datetime,
        holding: tuple[str, ...],
    ) -> Correction:
        hold(connection, *holding)
        ticket = find(connection, number, lock=True)
        if ticket is None:
            raise TicketUnknown(number=number)
        after = corrected(ticket, field, to, self._understanding)
        guessed, confidence = _guessed(ticket, field)
        made = Correction(field, guessed, confidence, _value(after, field), by)
        append(connection, Event(now.timestamp(), f"ticket:{ticket.number}", EVENT, asdict(made)))
        saved = self._store.save_within(connection, after, now)
        if saved.state is not State.DRAFT:
            note(connection, self._understanding.matters.sure(saved), now, repeat_rules())
        return made

    def _letters(self, connection: Connection) -> list[Letter]:
        found: dict[str, Letter] = {}
        for event in reversed(newest(connection, EVENT, _ALL)):
            number = event.stream.partition(":")[2]
            ticket = self._store.find_within(connection, number)
            name = {"kind": "kind", "category": "category", "unit": "department"}.get(event.body["field"])
            if ticket and name and ticket.what:
                letter = found.get(number) or Letter(ticket.what, id=number, corrected=True)
                found[number] = replace(letter, **{name: event.body["to"]})
        return list(found.values())


def corrected(ticket: Ticket, field: Part, to: str, understanding: Understanding) -> Ticket:
    """Return `ticket` with `field` put right. Raises `CorrectionWrong` where `to` is no such thing."""
    if not to:
        raise CorrectionWrong(field=CALLED[field], to=to, what="没有写改成什么")
    match field:
        case "kind":
            if to not in list(Kind):
                raise CorrectionWrong(field=CALLED[field], to=to, what=f"只有{'、'.join(Kind)}")
            return replace(ticket, kind=Kind(to))
        case "category":
            return replace(ticket, matter=_matter_in(ticket, to, understanding.matters))
        case "unit":
            return replace(ticket, matter=replace(ticket.matter or understanding.matters.fallback, unit=to))
        case "place":
            found = understanding.find_place(to, asked=True).place
            return replace(ticket, place=found if found.community or found.street else Place(community=to))
        case "title":
            if len(to) > _LONGEST_TITLE:
                raise CorrectionWrong(field=CALLED[field], to=to, what=f"标题最多 {_LONGEST_TITLE} 个字")
            return replace(ticket, title=to)


def _matter_in(ticket: Ticket, category: str, matters: ResponsibilityList) -> Matter:
    """Return the matter of `category` that is nearest to what was said, else the same one under another category."""
    known = {*categories(), *(matter.category for matter in matters.matters)}
    if category not in known:
        near = "、".join(name for name in sorted(known) if category in name or name.split("/")[0] in category)
        raise CorrectionWrong(field="类别", to=category, what=f"类别树里没有;相近的有:{near or '没有'}")
    inside = [one for one in matters.matters if one.category in (category, category.split("/")[0])]
    matched = matters.match(ticket.what).matter
    if inside:
        return matched if matched in inside else inside[0]
    return replace(ticket.matter or matters.fallback, category=category)


def _value(ticket: Ticket, field: Part) -> str:
    matter = ticket.matter
    return {
        "kind": ticket.kind.value,
        "category": matter.category if matter else "",
        "unit": matter.unit if matter else "",
        "place": str(ticket.place),
        "title": ticket.title,
    }[field]


def _guessed(ticket: Ticket, field: Part) -> tuple[str, float | None]:
    guess = (ticket.understood or {}).get({"unit": "matter"}.get(field, field))
    if not isinstance(guess, dict):
        return _value(ticket, field), None
    return (_value(ticket, field) if field == "unit" else guess["value"]), guess["confidence"]


def rates(made: Sequence[tuple[datetime, Correction]], tickets: Sequence[Ticket]) -> dict[str, dict[Part, float]]:
    """Return for each month (2026-11) the share of its tickets whose field was corrected, by field."""
    month = Counter(f"{one.created:%Y-%m}" for one in tickets if one.created)
    counts = Counter((f"{at:%Y-%m}", one.field) for at, one in made)
    return {
        name: {field: round(counts[name, field] / many, 4) for field in CALLED if counts[name, field]}
        for name, many in sorted(month.items())
    }
