"""Closes gaps that what was published answers: each of their questions is asked as a caller would ask it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from knowledge_base.entry import Decision
from knowledge_base.gaps.gap import Question, distinct, is_answered, is_closed
from knowledge_base.gaps.store import GapStore
from knowledge_base.life import system
from knowledge_base.tables import publications_table

_MOST_ASKED = 20
"""Questions of a gap that are asked: those asked most often, and then last."""
Ask = Callable[[str], Decision]
"""The knowledge base as callers are answered now."""

_p = publications_table.c


class Closing:
    """Goes through the gaps that wait, some at a time, after each publication."""

    def __init__(self, gaps: GapStore, ask: Ask) -> None:
        self._gaps, self._ask = gaps, ask
        self._publication = -1
        self._newest = 0
        """Number of the newest question when the gaps were looked for last."""
        self._left: list[int] = []

    def look(self, publication: int, now: datetime, most: int = _MOST_ASKED) -> int:
        """Ask the questions of the next gaps, about `most` of them; return how many gaps were closed.

        `publication` is the number of the one that `ask` answers from: with a new one all gaps are gone through
        again, and between two those that were asked about anew, for they may be older than what was published.
        """
        waiting, newest = self._gaps.waiting(0 if publication != self._publication else self._newest)
        if publication != self._publication:
            self._publication, self._left = publication, []
        self._newest = newest
        self._left += [id for id in waiting if id not in self._left]
        closed = asked = 0
        published = self._gaps.database.run(_published) if self._left else {}
        while self._left and asked < most:
            id = self._left.pop(0)
            _, questions = self._gaps.get(id, system())
            some = distinct(questions)[:_MOST_ASKED]
            asked += len(some)
            closed += self._try(id, some, published, now)
        return closed

    def _try(self, id: int, questions: list[Question], published: Mapping[str, datetime], now: datetime) -> bool:
        answered: dict[int, str] = {}
        for question in questions:
            decision = self._ask(question.understood or question.question)
            if is_answered(question, decision, published) and decision.entry:
                answered[question.id] = decision.entry.id
        gap, _ = self._gaps.get(id, system())
        if not is_closed(questions, answered, gap.opened_at):
            return False
        return self._gaps.close(id, sorted(set(answered.values())), now)


def _published(connection: Connection) -> dict[str, datetime]:
    """Return when what callers hear of each entry was published last."""
    query = select(_p.entry, func.max(_p.at).label("at")).where(_p.version > 0).group_by(_p.entry)
    return {row.entry: datetime.fromtimestamp(row.at, UTC) for row in connection.execute(query)}
