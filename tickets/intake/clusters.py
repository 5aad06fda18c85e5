"""Clusters: many appeals on one matter, near each other in place and time, are one event that grows.

All within the transaction that takes a ticket in. Who takes a ticket's number waits for the one before (see
`tickets.tables.next_number`), so no two add to a cluster at once and each is counted.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.database import Database
from core.events import Event, append
from core.ids import new_id
from tickets.intake.growth import by_chance, level, usual
from tickets.intake.rules import RepeatRules, repeat_rules
from tickets.intake.tables import clusters_table, occurrences_table
from tickets.projection import utc
from tickets.ticket import Place, Ticket

_c = clusters_table.c
_o = occurrences_table.c


@dataclass(frozen=True, slots=True)
class Cluster:
    """Many appeals that are one event."""

    id: str
    matter: str
    called: str
    """The matter's name."""
    place: Place
    """Where all of it lies: a district, or a street or a community in it."""
    began: datetime
    """When the first of its appeals came in, aware."""
    last: datetime
    members: int
    level: int
    """How many of the rules' levels it has reached."""

    @property
    def known(self) -> str:
        """The sentence for a caller who reports it once more."""
        return f"{self.place}“{self.called}”的情况,我们已接到{self.members}起反映,正在处理。"


class Clusters:
    """The clusters of a database. Raises `RecordsError` where it fails."""

    def __init__(self, database: Database, rules: RepeatRules | None = None) -> None:
        self._database, self._rules = database, rules or repeat_rules()

    def going_on(self, now: datetime) -> list[Cluster]:
        """Return those that something was added to within the quiet hours, the largest first."""
        since = utc(now - timedelta(hours=self._rules.quiet_hours))
        query = select(clusters_table).where(_c.last >= since).order_by(_c.members.desc(), _c.id)
        return [_cluster(row, now) for row in self._database.run(lambda c: c.execute(query).all())]

    def members(self, id: str) -> Sequence[str]:
        """Return the numbers of a cluster's tickets, oldest first."""
        query = select(_o.number).where(_o.cluster == id).order_by(_o.number)
        return self._database.run(lambda c: c.execute(query).scalars().all())


def note(connection: Connection, ticket: Ticket, now: datetime, rules: RepeatRules) -> Cluster | None:
    """Note that `ticket`, just taken in, occurred; return the cluster that it belongs to, if any.

    A cluster that begins or reaches its next level is a `cluster.grew` event. A ticket that is noted already, or of
    which matter or district is not known, changes nothing.
    """
    if not (ticket.matter and ticket.place.district and ticket.number):
        return None
    where = Place(ticket.place.district[:40], ticket.place.street[:40], ticket.place.community[:80])
    row = {"number": ticket.number, "matter": ticket.matter.id, **_place(where), "at": utc(now), "cluster": ""}
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    fresh = connection.execute(dialect.insert(occurrences_table).values(row).on_conflict_do_nothing())
    if not fresh.rowcount:
        return None
    for scope in _scopes(where):
        if known := _open(connection, ticket.matter.id, scope, now, rules):
            return _add(connection, known, ticket.number, now, rules)
    for scope in _scopes(where):
        if found := _begun(connection, ticket, scope, now, rules):
            return found
    return None


def cluster_of(connection: Connection, number: str, now: datetime) -> Cluster | None:
    """Return the cluster that a ticket belongs to."""
    query = select(clusters_table).join(occurrences_table, _o.cluster == _c.id).where(_o.number == number)
    row = connection.execute(query).first()
    return _cluster(row, now) if row else None


def _scopes(place: Place) -> list[Place]:
    """Return the areas that `place` lies in, the smallest first."""
    found = [Place(place.district, "", place.community)] if place.community else []
    found += [Place(place.district, place.street)] if place.street else []
    return [*found, Place(place.district)]


def _open(connection: Connection, matter: str, scope: Place, now: datetime, rules: RepeatRules) -> Row[Any] | None:
    row = connection.execute(select(clusters_table).where(_c.scope == _key(matter, scope))).first()
    if row is None or row.last >= utc(now - timedelta(hours=rules.quiet_hours)):
        return row
    connection.execute(update(clusters_table).where(_c.id == row.id).values(scope=row.id))  # it is over
    return None


def _add(connection: Connection, row: Row[Any], number: str, now: datetime, rules: RepeatRules) -> Cluster:
    connection.execute(update(occurrences_table).where(_o.number == number).values(cluster=row.id))
    raised = update(clusters_table).where(_c.id == row.id).values(members=_c.members + 1, last=utc(now))
    after = connection.execute(raised.returning(clusters_table)).one()
    return _grown(connection, after, now, rules)


def _begun(connection: Connection, ticket: Ticket, scope: Place, now: datetime, rules: RepeatRules) -> Cluster | None:
    """Begin a cluster where as many came in of late as would hardly come by chance."""
    assert ticket.matter is not None
    window = timedelta(hours=rules.window_hours)
    here, lately = _here(ticket.matter.id, scope), _o.at > utc(now - window)
    loose = connection.execute(select(_o.number, _o.at).where(here, lately, _o.cluster == "").order_by(_o.number))
    members = loose.all()
    if len(members) < rules.least:
        return None
    days = _days_known(connection, now, rules)
    begin = utc(now - timedelta(days=days) - window)
    before = select(_o.at).where(here, _o.cluster == "", _o.at >= begin, _o.at <= utc(now - window))
    times = [datetime.fromisoformat(at) for at in connection.execute(before).scalars()]
    expected = usual(times, now, window, days)
    if by_chance(len(members), expected) > rules.chance:
        return None
    id = new_id(now)
    began = members[0].at
    row: dict[str, Any] = {"id": id, "scope": _key(ticket.matter.id, scope), "matter": ticket.matter.id}
    row |= _place(scope)
    row |= {"called": ticket.matter.name[:120], "began": began, "last": utc(now), "members": len(members), "level": 0}
    made = connection.execute(insert(clusters_table).values(row).returning(clusters_table)).one()
    connection.execute(update(occurrences_table).where(here, lately, _o.cluster == "").values(cluster=id))
    return _grown(connection, made, now, rules, expected)


def _grown(
    connection: Connection, row: Row[Any], now: datetime, rules: RepeatRules, expected: float | None = None
) -> Cluster:
    """Raise the warning of each level once; return the cluster."""
    reached = level(row.members, rules.levels)
    raised = update(clusters_table).where(_c.id == row.id, _c.level < reached).values(level=reached)
    if connection.execute(raised).rowcount:
        facts = {"level": reached, "members": row.members, "matter": row.matter, "called": row.called}
        facts |= {"place": str(_where(row)), "began": row.began, "usual": expected}
        append(connection, Event(now.timestamp(), f"cluster:{row.id}", "cluster.grew", facts))
    return _cluster(row, now, max(reached, row.level))


def _days_known(connection: Connection, now: datetime, rules: RepeatRules) -> int:
    """Return over how many days what is usual can be told: a new hotline has no four weeks behind it."""
    first = connection.execute(select(func.min(_o.number))).scalar_one()
    at = connection.execute(select(_o.at).where(_o.number == first)).scalar_one()
    return min(max((now - datetime.fromisoformat(at)).days, 1), rules.weeks * 7)


def _here(matter: str, scope: Place) -> ColumnElement[bool]:
    condition = (_o.matter == matter) & (_o.district == scope.district)
    if scope.community:
        return condition & (_o.community == scope.community)
    return condition & (_o.street == scope.street) if scope.street else condition


def _key(matter: str, scope: Place) -> str:
    return f"{matter}|{scope.district}|{scope.street}|{scope.community}"


def _place(place: Place) -> dict[str, str]:
    return {name: value for name, value in asdict(place).items() if name != "detail"}


def _where(row: Row[Any]) -> Place:
    return Place(row.district, row.street, row.community)


def _cluster(row: Row[Any], now: datetime, reached: int | None = None) -> Cluster:
    began, last = (datetime.fromisoformat(at).astimezone(now.tzinfo) for at in (row.began, row.last))
    raised = row.level if reached is None else reached
    return Cluster(row.id, row.matter, row.called, _where(row), began, last, row.members, raised)
