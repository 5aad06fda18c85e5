"""The quality report: how each department's answers do, and how it deals with its gaps."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import mean

from sqlalchemy import Connection, select

from core.database import Database
from knowledge_base.care.findings import Held, Use
from knowledge_base.care.use import held, used
from knowledge_base.gaps.gap import PENDING, Gap, GapState
from knowledge_base.gaps.rows import as_gap
from knowledge_base.gaps.tables import gaps_table
from knowledge_base.life import State
from knowledge_base.tables import entries_table

NOBODYS = "(未定部门)"


@dataclass(frozen=True, slots=True)
class Line:
    """One department. `coverage` is the answered share of the questions in its topics (0 to 1); None: nobody asked.

    `oldest_days` and `days_to_close` are of its gaps: the oldest that waits, and the mean of those that were closed.
    """

    department: str
    entries: int
    expired: int
    answered: int
    unanswered: int
    rejected: int
    to_human: int
    gaps_open: int
    gaps_overdue: int
    gaps_closed: int
    oldest_days: int
    days_to_close: float | None

    @property
    def coverage(self) -> float | None:
        """Answered share of what was asked, 0 to 1."""
        asked = self.answered + self.unanswered
        return self.answered / asked if asked else None

    @property
    def rejected_share(self) -> float | None:
        """Share of the answers that callers rejected, 0 to 1."""
        return min(1.0, self.rejected / self.answered) if self.answered else None


def lines(
    entries: Iterable[Held],
    expired: Iterable[str],
    use: Mapping[str, Use],
    gaps: Iterable[Gap],
    now: datetime,
    owner: Mapping[str, str] | None = None,
) -> tuple[Line, ...]:
    """Return a line for each department; `expired` names the department of each expired entry.

    `owner` names the department of entries that are no longer heard. Gaps that nobody has are a line of their own.
    """
    live: defaultdict[str, int] = defaultdict(int)
    owners = dict(owner or {})
    for entry in entries:
        live[entry.department] += 1
        owners[entry.id] = entry.department
    over: defaultdict[str, int] = defaultdict(int)
    for department in expired:
        over[department] += 1
    of_department: defaultdict[str, Use] = defaultdict(Use)
    for id, times in use.items():
        of_department[owners.get(id, "")] += times
    their_gaps: defaultdict[str, list[Gap]] = defaultdict(list)
    for gap in gaps:
        their_gaps[gap.department].append(gap)
    names = sorted({*live, *over, *of_department, *their_gaps})
    return tuple(_line(name, live[name], over[name], of_department[name], their_gaps[name], now) for name in names)


def _line(name: str, entries: int, expired: int, use: Use, gaps: Sequence[Gap], now: datetime) -> Line:
    waiting = [gap for gap in gaps if gap.state in PENDING]
    closed = [(gap.closed_at - gap.first_at).total_seconds() / 86_400 for gap in gaps if gap.closed_at]
    return Line(
        department=name or NOBODYS,
        entries=entries,
        expired=expired,
        answered=use.answered,
        unanswered=use.refused,
        rejected=use.rejected,
        to_human=use.to_human,
        gaps_open=len(waiting),
        gaps_overdue=sum(gap.due is not None and gap.due < now.date() for gap in waiting),
        gaps_closed=len(closed),
        oldest_days=max(((now - gap.opened_at).days for gap in waiting), default=0),
        days_to_close=round(mean(closed), 1) if closed else None,
    )


def report(database: Database, now: datetime, days: int, department: str = "") -> tuple[Line, ...]:
    """Return the report on the last `days`, of one department or of all."""
    today: date = now.date()

    def work(connection: Connection) -> tuple[Line, ...]:
        rows = connection.execute(select(entries_table.c.id, entries_table.c.department, entries_table.c.state)).all()
        expired = [row.department for row in rows if row.state == State.EXPIRED.value]
        settled = [state.value for state in GapState if state not in (GapState.DISMISSED, GapState.MERGED)]
        query = select(gaps_table).where(gaps_table.c.state.in_(settled))
        gaps = [as_gap(row) for row in connection.execute(query)]
        owner = {row.id: row.department for row in rows}
        return lines(held(connection), expired, used(connection, today, days), gaps, now, owner)

    found = database.run(work)
    return tuple(line for line in found if not department or line.department == department)
