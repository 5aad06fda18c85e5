"""Reminds departments of their entries: once for each thing, again after a week, not at all when it is done."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from itertools import groupby
from typing import Protocol

from sqlalchemy import Connection, delete, insert, select

from core.database import Database
from core.events import Event, append
from knowledge_base.care.findings import CARE_NAMES, Finding, due, findings
from knowledge_base.care.tables import reminders_table
from knowledge_base.care.use import held, used
from knowledge_base.settings import KnowledgeBaseSettings

_MOST_NAMED = 20
"""Entries that are named in one reminder."""


class Notices(Protocol):
    """The way to a department: a desk, mail, a text message."""

    def send(self, department: str, text: str, now: datetime) -> None:
        """Let `department` know; raises a `HotlineError` where that fails, and it is tried again the next time."""
        ...


class RecordedNotices:
    """Keeps each notice as a `notice.sent` event, where no other way to the departments is connected yet."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def send(self, department: str, text: str, now: datetime) -> None:
        """Record the notice."""
        event = Event(now.timestamp(), "knowledge:care", "notice.sent", {"department": department, "text": text})
        self._database.run(lambda c: append(c, event))


class Reminders:
    """Finds what needs care and tells the departments that own it."""

    def __init__(self, database: Database, notices: Notices, settings: KnowledgeBaseSettings) -> None:
        self._database, self._notices, self._settings = database, notices, settings

    def found(self, today: date) -> tuple[Finding, ...]:
        """Return all that needs care."""
        rules = self._settings.care

        def work(connection: Connection) -> tuple[Finding, ...]:
            return findings(held(connection), used(connection, today, rules.unused_days), today, rules)

        return self._database.run(work)

    def remind(self, now: datetime) -> int:
        """Tell each department what is due and return how many were told."""
        found, today = self.found(now.date()), now.date()
        told = self._database.run(lambda c: _told(c))
        keys = {one.key for one in found}
        self._database.run(lambda c: _forget(c, set(told) - keys))
        owners = sorted(due(found, told, today), key=lambda one: one.department)
        count = 0
        for department, some in groupby(owners, key=lambda one: one.department):
            theirs = list(some)
            self._notices.send(department, notice(department, theirs), now)
            self._database.run(partial(_tell, found=theirs, today=today))
            count += 1
        return count


def notice(department: str, found: Sequence[Finding]) -> str:
    """Return the words of one reminder."""
    lines = [f"{department or '(未定部门)'}:知识库有 {len(found)} 项需要处理。"]
    lines += [f"{CARE_NAMES[one.kind]}:{one.entry}《{one.question}》,{one.why}" for one in found[:_MOST_NAMED]]
    if len(found) > _MOST_NAMED:
        lines.append(f"另有 {len(found) - _MOST_NAMED} 项,请用 hotline kb care 查看。")
    return "\n".join(lines)


def _told(connection: Connection) -> Mapping[str, date]:
    return {row.key: date.fromisoformat(row.day) for row in connection.execute(select(reminders_table))}


def _forget(connection: Connection, keys: set[str]) -> None:
    for key in keys:
        connection.execute(delete(reminders_table).where(reminders_table.c.key == key))


def _tell(connection: Connection, found: Sequence[Finding], today: date) -> None:
    _forget(connection, {one.key for one in found})
    connection.execute(insert(reminders_table), [{"key": one.key, "day": today.isoformat()} for one in found])
