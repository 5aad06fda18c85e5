"""Clusters: many appeals on one matter, near each other in place and time, are one event that grows.

All within a transaction that holds the matter (`tickets.intake.holding`), so that no two add to a cluster at once and
each caller is counted, once however often he writes.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, String, delete, func, insert, select, type_coerce, update

from core.database import Database
from core.events import Event, append
from core.ids import new_id
from tickets.contact import contact_key
from tickets.intake.growth import by_chance, level, usual
from tickets.intake.rules import RepeatRules, repeat_rules
from tickets.intake.tables import clusters_table, occurrences_table
from tickets.projection import utc
from tickets.tables import tickets_table
from tickets.ticket import Matter, Place, Ticket

_c = clusters_table.c
_o = occurrences_table.c
_t = tickets_table.c


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
    """How many callers; those who left no contact are each one."""
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
        query = select(clusters_table).where(_c.last >= since, _c.members > 0).order_by(_c.members.desc(), _c.id)
        return [_cluster(row, now) for row in self._database.run(lambda c: c.execute(query).all())]

    def members(self, id: str) -> Sequence[str]:
        """Return the numbers of a cluster's tickets, oldest first."""
        query = select(_o.number).where(_o.cluster == id).order_by(_o.number)
        return self._database.run(lambda c: c.execute(query).scalars().all())


def note(
    connection: Connection, ticket: Ticket, now: datetime, rules: RepeatRules, new: bool = False
) -> Cluster | None:
    """Note that `ticket` occurred; return the cluster that it has come to belong to, if any.

    A cluster that begins or reaches its next level is a `cluster.grew` event. A ticket that is noted already changes
    nothing, unless its matter or place was put right: then it leaves its cluster and belongs elsewhere from the time
    when it came in. One of which matter or district is not known belongs nowhere. A `new` one was never noted.
    """
    noted = select(occurrences_table).where(_o.number == ticket.number)
    before = None if new else connection.execute(noted).first()
    place, matter = ticket.place, ticket.matter
    where = Place(place.district[:40], place.street[:40], place.community[:80])
    if before and matter and (before.matter, _where(before)) == (matter.id, where):
        return None
    if before:
        _leave(connection, before, ticket)
    if matter is None or not where.district:
        return None
    at = before.at if before else utc(now)
    row = {"number": ticket.number, "matter": matter.id, **_place(where), "at": at, "cluster": ""}
    connection.execute(insert(occurrences_table).values(row))
    if known := _open(connection, matter.id, _scopes(where), at, now, rules):
        return _add(connection, known, ticket, at, now, rules)
    loose = _loose(connection, matter.id, where.district, now, rules)
    for scope in _scopes(where):
        inside = [row for row in loose if _lies_in(row, scope)]
        if found := _begun(connection, matter, scope, inside, now, rules):
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


def _open(
    connection: Connection, matter: str, scopes: Sequence[Place], at: str, now: datetime, rules: RepeatRules
) -> Row[Any] | None:
    """Return the cluster that goes on in the smallest of `scopes` and that what came in `at` may belong to."""
    keys = [_key(matter, scope) for scope in scopes]
    rows = connection.execute(select(clusters_table).where(_c.scope.in_(keys))).all()
    for row in sorted(rows, key=lambda row: keys.index(row.scope)):
        if row.last < utc(now - timedelta(hours=rules.quiet_hours)):  # it is over
            connection.execute(update(clusters_table).where(_c.id == row.id).values(scope=row.id))
        elif at >= utc(datetime.fromisoformat(row.began) - timedelta(hours=rules.window_hours)):
            return row
    return None


def _add(
    connection: Connection, row: Row[Any], ticket: Ticket, at: str, now: datetime, rules: RepeatRules
) -> Cluster:
    more = 0 if _counted(connection, row.id, ticket) else 1
    connection.execute(update(occurrences_table).where(_o.number == ticket.number).values(cluster=row.id))
    values = {"members": _c.members + more, "last": max(row.last, at)}
    raised = update(clusters_table).where(_c.id == row.id).values(values)
    after = connection.execute(raised.returning(clusters_table)).one()
    return _grown(connection, after, now, rules)


def _leave(connection: Connection, row: Row[Any], ticket: Ticket) -> None:
    """Take the occurrence of `ticket` out, and its caller from the count where nothing else of his is in it."""
    connection.execute(delete(occurrences_table).where(_o.number == row.number))
    if row.cluster and not _counted(connection, row.cluster, ticket):
        fewer = update(clusters_table).where(_c.id == row.cluster)
        connection.execute(fewer.values(members=_c.members - 1))


def _counted(connection: Connection, cluster: str, ticket: Ticket) -> bool:
    """Whether the caller of `ticket` is counted in the cluster by another ticket of his."""
    if not (key := contact_key(ticket.contact)):
        return False
    his = select(_o.number).join(tickets_table, _t.number == _o.number).where(_t.contact == key)
    others = his.where(_o.cluster == cluster, _o.number != ticket.number)
    return connection.execute(others.limit(1)).first() is not None


def _loose(
    connection: Connection, matter: str, district: str, now: datetime, rules: RepeatRules
) -> Sequence[Row[Any]]:
    """Return what occurred of late in a district and belongs to no cluster."""
    sealed = type_coerce(_t.contact, String).label("sealed")  # alike is enough
    query = select(occurrences_table, sealed).join(tickets_table, _t.number == _o.number)
    here = (_o.matter == matter, _o.district == district, _o.cluster == "", _o.at > utc(_since(now, rules)))
    return connection.execute(query.where(*here).order_by(_o.number)).all()


def _begun(
    connection: Connection, matter: Matter, scope: Place, found: Sequence[Row[Any]], now: datetime, rules: RepeatRules
) -> Cluster | None:
    """Begin a cluster where as many came in of late (`found`) as would hardly come by chance."""
    callers = len({row.sealed or row.number for row in found})
    if callers < rules.least:
        return None
    window = timedelta(hours=rules.window_hours)
    here, lately = _here(matter.id, scope), _o.at > utc(_since(now, rules))
    days = _days_known(connection, now, rules)
    begin = utc(now - timedelta(days=days) - window)
    before = select(_o.at).where(here, _o.cluster == "", _o.at >= begin, _o.at <= utc(now - window))
    times = [datetime.fromisoformat(at) for at in connection.execute(before).scalars()]
    expected = usual(times, now, window, days)
    if by_chance(callers, expected) > rules.chance:
        return None
    id = new_id(now)
    began = min(row.at for row in found)
    row: dict[str, Any] = {"id": id, "scope": _key(matter.id, scope), "matter": matter.id}
    row |= _place(scope)
    row |= {"called": matter.name[:120], "began": began, "last": utc(now), "members": callers, "level": 0}
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


def _since(now: datetime, rules: RepeatRules) -> datetime:
    return now - timedelta(hours=rules.window_hours)


def _lies_in(row: Row[Any], scope: Place) -> bool:
    if scope.community:
        return bool(row.community == scope.community)
    return not scope.street or bool(row.street == scope.street)


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
