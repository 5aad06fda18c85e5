"""The measures over what is on record, in all and by unit and district (考核)."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.database import Database
from tickets.deadlines import CHINA, WorkingCalendar
from tickets.life.case import fold
from tickets.life.clocks import deadlines
from tickets.measures import MEASURES, Counted, Share, average_handling
from tickets.records import Which, steps_of_many, tickets_of
from tickets.ticket import Ticket

NOBODY = "(未派单)"
"""The unit of tickets that were sent to none; the district of those without one."""
NOWHERE = "(未定区县)"


@dataclass(frozen=True, slots=True)
class Line:
    """The measures of a number of tickets."""

    tickets: int
    shares: Mapping[str, Share]
    """By the id of the measure."""
    handling: timedelta | None
    """平均办理时长."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """The measures of a time."""

    whole: Line
    units: Mapping[str, Line]
    districts: Mapping[str, Line]


def assess(
    database: Database, which: Which, now: datetime, unit: str = "", calendar: WorkingCalendar = CHINA
) -> Assessment:
    """Return the measures of the tickets `which`, as they stand at `now` (aware); of one `unit` where it is named.

    A ticket counts for the unit that answers for it: the lead now, or the last that gave it back.
    """
    seen = [(ticket, one) for ticket, one in _counted(database, which, now, calendar) if unit in ("", _unit(one))]
    return Assessment(
        _line([one for _, one in seen]),
        _by(seen, lambda _ticket, one: _unit(one)),
        _by(seen, lambda ticket, _one: ticket.place.district or NOWHERE),
    )


def _counted(
    database: Database, which: Which, now: datetime, calendar: WorkingCalendar
) -> Iterator[tuple[Ticket, Counted]]:
    zone = now.tzinfo
    assert zone is not None
    for page in tickets_of(database, which, zone):
        steps = steps_of_many(database, [ticket.number for ticket in page], zone)
        for ticket in page:
            taken = steps.get(ticket.number, [])
            yield ticket, Counted(fold(taken), deadlines(taken, calendar, now))


def _unit(one: Counted) -> str:
    if one.case.lead:
        return one.case.lead.unit
    return one.case.returns[-1] if one.case.returns else NOBODY


def _by(seen: list[tuple[Ticket, Counted]], name: Callable[[Ticket, Counted], str]) -> dict[str, Line]:
    groups: dict[str, list[Counted]] = defaultdict(list)
    for ticket, one in seen:
        groups[name(ticket, one)].append(one)
    return {key: _line(groups[key]) for key in sorted(groups, key=lambda key: (-len(groups[key]), key))}


def _line(counted: list[Counted]) -> Line:
    return Line(len(counted), {one.id: one.of(counted) for one in MEASURES}, average_handling(counted))
