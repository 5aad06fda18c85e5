"""Keeps the versions of the responsibility list, each with the day from which it holds; none is overwritten."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection, func, insert, select

from core.database import Database
from core.events import Event, append
from tickets.duties.duty import DutyList
from tickets.duties.serial import from_json, to_json
from tickets.duties.tables import duty_lists_table
from tickets.errors import DutiesMissing

STREAM = "duties"
IMPORTED = "duties.imported"
_t = duty_lists_table.c


@dataclass(frozen=True, slots=True)
class Version:
    """A version without its content."""

    number: int
    holds_from: date
    imported: datetime
    by: str
    file: str
    matters: int


class DutyStore:
    """Versions in a database. Raises `RecordsError` where it fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, duties: DutyList, holds_from: date, by: str, file: str, now: datetime) -> Version:
        """Keep `duties` as the next version, with the event of it."""

        def work(connection: Connection) -> Version:
            last = connection.execute(select(func.max(_t.version))).scalar() or 0
            made = Version(last + 1, holds_from, now.astimezone(UTC), by[:60], file[:200], len(duties.duties))
            row = {
                "version": made.number,
                "holds_from": holds_from.isoformat(),
                "imported": made.imported.isoformat(),
                "imported_by": made.by,
                "file": made.file,
                "matters": made.matters,
                "body": to_json(duties),
            }
            connection.execute(insert(duty_lists_table).values(row))
            facts = {name: row[name] for name in ("version", "holds_from", "imported_by", "file", "matters")}
            append(connection, Event(now.timestamp(), STREAM, IMPORTED, facts))
            return made

        return self._database.run(work, exclusive=True)

    def versions(self) -> list[Version]:
        """Return every version, newest first."""
        columns = (_t.version, _t.holds_from, _t.imported, _t.imported_by, _t.file, _t.matters)
        query = select(*columns).order_by(_t.version.desc())
        return [
            Version(
                row.version,
                date.fromisoformat(row.holds_from),
                datetime.fromisoformat(row.imported),
                row.imported_by,
                row.file,
                row.matters,
            )
            for row in self._database.run(lambda c: c.execute(query).all())
        ]

    def at(self, day: date) -> DutyList | None:
        """Return the list that holds on `day`, None where none does."""
        number = self.number_at(day)
        return self.version(number) if number else None

    def number_at(self, day: date) -> int:
        """Return the version that holds on `day`, 0 where none does: the latest to begin; of one day, the last kept.

        A version of a day to come waits until then.
        """
        query = (
            select(_t.version)
            .where(_t.holds_from <= day.isoformat())
            .order_by(_t.holds_from.desc(), _t.version.desc())
            .limit(1)
        )
        return self._database.run(lambda c: c.execute(query).scalar()) or 0

    def version(self, number: int) -> DutyList:
        """Return the content of a version. Raises `DutiesMissing`."""
        query = select(_t.body).where(_t.version == number)
        body = self._database.run(lambda c: c.execute(query).scalar())
        if body is None:
            raise DutiesMissing(when=f"第 {number} 版")
        return from_json(body)
