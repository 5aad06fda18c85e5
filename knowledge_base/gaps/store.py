"""The inbox as people work on it: every change with its event, who, when and why, in one transaction."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from core.database import Database
from core.events import Event, history
from knowledge_base.entry import Entry
from knowledge_base.errors import GapIncomplete, GapNotPending, GapRefused, QuestionUnknown
from knowledge_base.gaps.gap import GAP_STATES, PENDING, Gap, GapState, Question, draft_from
from knowledge_base.gaps.rows import as_gap, change, gap_of, join, make, questions_of, tell
from knowledge_base.gaps.tables import calls_table, gaps_table, questions_table
from knowledge_base.life import system
from knowledge_base.roles import Actor, Role, refusal
from knowledge_base.store import EntryStore

_g, _q = gaps_table.c, questions_table.c

FORGOTTEN = "(原问题已过保存期)"
_WORDS = {"assign": "交办", "draft": "起草", "dismiss": "标为不处理", "merge": "合并", "split": "拆分", "see": "查看"}


class GapStore:
    """Gaps in a database. Every method waits for the disk; raises `RecordsError` where that fails.

    What changes a gap raises `GapUnknown`, `GapRefused` (not his to change), `GapNotPending` (settled already).
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def list(
        self,
        actor: Actor,
        states: Sequence[GapState] = PENDING,
        department: str = "",
        limit: int = 50,
        beyond: int = 0,
    ) -> tuple[Gap, ...]:
        """Return gaps that `actor` may see, asked most often first, `beyond` of them left out."""
        query = select(gaps_table).where(_g.state.in_([state.value for state in states]))
        if own := actor.department if actor.role is Role.EDITOR else department:
            query = query.where(_g.department == own)
        elif actor.role is Role.EDITOR:
            return ()
        query = query.order_by(_g.times.desc(), _g.last_at.desc(), _g.id).limit(limit).offset(beyond)
        return self.database.run(lambda c: tuple(map(as_gap, c.execute(query))))

    def get(self, id: int, actor: Actor) -> tuple[Gap, tuple[Question, ...]]:
        """Return a gap and its questions, oldest first."""

        def work(connection: Connection) -> tuple[Gap, tuple[Question, ...]]:
            gap = gap_of(connection, id)
            _may("see", actor, gap)
            return gap, tuple(questions_of(connection, id))

        return self.database.run(work)

    def history(self, id: int) -> tuple[Event, ...]:
        """Return what happened to a gap, oldest first."""
        return tuple(self.database.run(lambda c: history(c, f"gap:{id}")))

    def assign(self, id: int, department: str, due: date | None, actor: Actor, now: datetime, why: str = "") -> Gap:
        """Give a gap to a department, to be answered until `due`; raises `GapIncomplete` where none is named."""
        if not department.strip():
            raise GapIncomplete(id=id, what="请写明交给哪个部门")

        def work(connection: Connection, gap: Gap) -> None:
            state = GapState.DRAFTED if gap.entry else GapState.ASSIGNED
            day = due.isoformat() if due else ""
            change(connection, id, state=state.value, department=department.strip(), due=day, by_hand=True)
            tell(connection, id, "assigned", _by(actor, why, department=department.strip(), due=day), now)

        return self._change("assign", id, actor, work, department.strip())

    def draft(self, id: int, entries: EntryStore, actor: Actor, now: datetime) -> Entry:
        """Save a draft entry made of the gap's questions and return it; raises what `EntryStore.save` raises.

        The draft of a gap that has one is returned again.
        """
        gap, questions = self.get(id, actor)
        _may("draft", actor, gap)
        if gap.entry:
            return entries.get(gap.entry).head.entry
        if gap.state not in PENDING:
            raise GapNotPending(id=id, state=GAP_STATES[gap.state])
        # The same name each time: where the power goes between the two writes, the draft is found again.
        entry = draft_from(gap, questions, f"gap-{id}")
        if entry.id not in entries.ids():
            entries.save(entry, 0, actor, f"由没答上来的问题 {id} 起草", now)

        def work(connection: Connection, gap: Gap) -> None:
            change(connection, id, state=GapState.DRAFTED.value, entry=entry.id, by_hand=True)
            tell(connection, id, "drafted", _by(actor, "", entry=entry.id), now)

        self._change("draft", id, actor, work)
        return entries.get(entry.id).head.entry

    def dismiss(self, id: int, actor: Actor, why: str, now: datetime) -> Gap:
        """Decide that the gap needs no entry; raises `GapIncomplete` without a reason."""
        if not why.strip():
            raise GapIncomplete(id=id, what="请写明为什么不处理")

        def work(connection: Connection, gap: Gap) -> None:
            change(connection, id, state=GapState.DISMISSED.value, closed_at=now.timestamp(), by_hand=True)
            tell(connection, id, "dismissed", _by(actor, why), now)

        return self._change("dismiss", id, actor, work)

    def merge(self, id: int, into: int, actor: Actor, now: datetime, why: str = "") -> Gap:
        """Put gap `id` into gap `into` and return that."""
        if id == into:
            raise GapIncomplete(id=id, what="不能并入自己")

        def work(connection: Connection, gap: Gap) -> None:
            other = gap_of(connection, into)
            _may("merge", actor, other)
            _must_be_pending(other)
            join(connection, id, into, by_hand=True)
            tell(connection, id, "merged", _by(actor, why, into=into), now)
            tell(connection, into, "joined", _by(actor, why, gap=id), now)

        self._change("merge", id, actor, work)
        return self.get(into, actor)[0]

    def split(self, id: int, numbers: Sequence[int], actor: Actor, now: datetime, why: str = "") -> Gap:
        """Take the questions of these `numbers` out into a gap of their own, and return that.

        Raises `QuestionUnknown`, and `GapIncomplete` where nothing would be left.
        """
        made: list[int] = []

        def work(connection: Connection, gap: Gap) -> None:
            there = questions_of(connection, id)
            moved = [question for question in there if question.id in numbers]
            if missing := set(numbers) - {question.id for question in moved}:
                raise QuestionUnknown(id=id, numbers="、".join(map(str, sorted(missing))))
            if not moved or len(moved) == len(there):
                raise GapIncomplete(id=id, what="拆分要选出一部分问题,并留下一部分")
            first = moved[0]
            new = make(connection, first.question, first.at.timestamp(), gap.near, gap.department)
            taken = Counter(question.source for question in moved)
            state = GapState.ASSIGNED if gap.department else GapState.OPEN
            last = moved[-1].at.timestamp()
            change(connection, new, counts=dict(taken), by_hand=True, state=state.value, last_at=last)
            left = [question for question in there if question not in moved]
            counts = dict(Counter(gap.counts) - taken)
            change(connection, id, counts=counts, title=left[0].question, by_hand=True)
            query = update(questions_table).where(_q.id.in_([question.id for question in moved])).values(gap=new)
            connection.execute(query)
            tell(connection, id, "split", _by(actor, why, gap=new, questions=len(moved)), now)
            tell(connection, new, "opened", _by(actor, why, split_from=id), now)
            made.append(new)

        self._change("split", id, actor, work)
        return self.get(made[0], actor)[0]

    def close(self, id: int, entries: Sequence[str], now: datetime) -> bool:
        """Close a gap whose questions `entries` answer; False where somebody settled it meanwhile."""

        def work(connection: Connection) -> bool:
            gap = gap_of(connection, id)
            if gap.state not in PENDING:
                return False
            change(connection, id, state=GapState.CLOSED.value, closed_at=now.timestamp())
            tell(connection, id, "closed", _by(system(), "已发布的条目答上了", entries=list(entries)), now)
            return True

        return self.database.run(work, exclusive=True)

    def forget(self, before: datetime) -> int:
        """Forget the questions asked before that time, and return how many; counts and what was done stay."""

        def work(connection: Connection) -> int:
            at = before.timestamp()
            gaps = connection.scalars(select(_q.gap).where(_q.at < at).distinct()).all()
            gone = connection.execute(delete(questions_table).where(_q.at < at)).rowcount
            for gap in gaps:
                left = connection.scalar(select(_q.question).where(_q.gap == gap).order_by(_q.at).limit(1))
                change(connection, gap, title=left or FORGOTTEN)
            # What was merged away shows the title of a question that may be gone by now.
            connection.execute(update(gaps_table).where(_g.into > 0, _g.last_at < at).values(title=FORGOTTEN))
            connection.execute(delete(calls_table).where(calls_table.c.at < at))
            return gone

        return self.database.run(work, exclusive=True)

    def waiting(self, beyond: int = 0) -> tuple[tuple[int, ...], int]:
        """Return the gaps that are not settled and were asked about after question `beyond`, drafted ones first.

        And with them the number of the newest question of all.
        """
        drafted = (_g.state == GapState.DRAFTED.value).desc()
        query = select(_g.id).where(_g.state.in_([state.value for state in PENDING])).order_by(drafted, _g.id)
        if beyond:
            query = query.where(_g.id.in_(select(_q.gap).where(_q.id > beyond)))

        def work(connection: Connection) -> tuple[tuple[int, ...], int]:
            return tuple(connection.scalars(query)), connection.scalar(select(func.max(_q.id))) or 0

        return self.database.run(work)

    def _change(
        self, step: str, id: int, actor: Actor, work: Callable[[Connection, Gap], None], department: str = ""
    ) -> Gap:
        def whole(connection: Connection) -> Gap:
            gap = gap_of(connection, id)
            _may(step, actor, gap, department)
            _must_be_pending(gap)
            work(connection, gap)
            return gap_of(connection, id)

        return self.database.run(whole, exclusive=True)


def _may(step: str, actor: Actor, gap: Gap, department: str = "") -> None:
    refused = refusal(f"gap_{step}", actor, {gap.department, department or gap.department})
    if refused:
        raise GapRefused(id=gap.id, step=_WORDS[step], what=refused)


def _must_be_pending(gap: Gap) -> None:
    if gap.state not in PENDING:
        raise GapNotPending(id=gap.id, state=GAP_STATES[gap.state])


def _by(actor: Actor, why: str, **facts: Any) -> dict[str, Any]:
    return {"who": actor.name, "role": actor.role.value, "why": why, **facts}
