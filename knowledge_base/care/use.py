"""What care looks at, read from the database: entries that are heard, how they are used, what was told."""

from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select

from knowledge_base.care.findings import Held, Use
from knowledge_base.gaps.tables import use_table
from knowledge_base.tables import entries_table, publications_table
from knowledge_base.versions import live_entries

_e, _p, _u = entries_table.c, publications_table.c, use_table.c


def held(connection: Connection) -> list[Held]:
    """Return the entries that callers hear, by id."""
    first = select(_p.entry, func.min(_p.at).label("at")).where(_p.version > 0).group_by(_p.entry)
    since = {row.entry: datetime.fromtimestamp(row.at).date() for row in connection.execute(first)}
    entries = live_entries(connection)
    return [Held(e.id, e.department, e.question, since.get(e.id, date.min), e.valid_to) for e in entries]


def used(connection: Connection, today: date, days: int) -> dict[str, Use]:
    """Return the use of each entry in the last `days`."""
    sums = [func.sum(column).label(column.name) for column in (_u.answered, _u.refused, _u.rejected, _u.to_human)]
    since = (today - timedelta(days=days)).isoformat()
    rows = connection.execute(select(_u.entry, *sums).where(_u.day >= since).group_by(_u.entry))
    return {row.entry: Use(row.answered, row.refused, row.rejected, row.to_human) for row in rows}
