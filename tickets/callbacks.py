"""A call that the hotline owes a citizen (漏接回拨, 回访): what for, and how it stands, folded from its events."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import reduce
from typing import Any

from core.events import Event
from tickets.contact import dialable

MISSED_CALL = "来电未能接听,请回拨"
"""What the ticket of a missed call says; `hotline.desk` writes it, planning finds it by it."""


class CallBackKind(StrEnum):
    """Why the citizen is called."""

    MISSED = "missed"
    """漏接回拨: the citizen called and nobody answered."""
    FOLLOW_UP = "follow_up"
    """回访: a ticket of the citizen is verified, or was closed."""


class Outcome(StrEnum):
    """How one attempt went."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    """Rang out, switched off, or nobody spoke."""
    BUSY = "busy"
    MACHINE = "machine"
    FAILED = "failed"
    """The network could not carry it, the number does not exist, or a part of ours broke."""
    HUNG_UP_EARLY = "hung_up_early"
    """Hung up before the question was answered."""


class Solved(StrEnum):
    """解决了吗."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    UNKNOWN = "unknown"


class Satisfied(StrEnum):
    """满意吗."""

    YES = "satisfied"
    FAIRLY = "fairly"
    NO = "dissatisfied"
    UNKNOWN = "unknown"


class Stage(StrEnum):
    """Where a task stands."""

    WAITING = "waiting"
    DIALLING = "dialling"
    DONE = "done"
    GIVEN_UP = "given_up"
    WITHDRAWN = "withdrawn"


OVER = frozenset((Stage.DONE, Stage.GIVEN_UP, Stage.WITHDRAWN))
"""Stages that nothing follows."""

DO_NOT_CALL = "do_not_call"
"""Reason of a withdrawal by the citizen's own wish: the number is never dialled again."""


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt; `outcome` is None while it lasts."""

    at: datetime
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What one attempt brought.

    `ending` says what becomes of the task: "" leaves it to the rules (another attempt, or none any more), done,
    put_off (to `again`), wrong_number, void (no such number) and do_not_call settle it.
    """

    outcome: Outcome
    why: str = ""
    ending: str = ""
    solved: Solved = Solved.UNKNOWN
    satisfied: Satisfied = Satisfied.UNKNOWN
    reason: str = ""
    """What the citizen is not satisfied with, word for word."""
    contacted: bool | None = None
    """Whether the unit had been in touch (响应); None where it was not said."""
    again: datetime | None = None
    """When the citizen asked to be called, local time; None where no time was named."""
    call_id: str = ""
    tickets: tuple[str, ...] = ()
    """Numbers of the tickets taken in during the call."""

    @property
    def tells(self) -> bool:
        """Whether the citizen said how it stands, whatever became of the call."""
        return self.solved is not Solved.UNKNOWN or self.satisfied is not Satisfied.UNKNOWN

    @property
    def wants_redo(self) -> bool:
        """Whether the ticket has to be dealt with again (重办)."""
        return self.solved in (Solved.NO, Solved.PARTLY) or self.satisfied is Satisfied.NO


@dataclass(frozen=True, slots=True)
class CallBackTask:
    """A call owed, as its events tell it. All times are local and aware."""

    id: str
    kind: CallBackKind
    number: str
    created: datetime
    since: datetime
    """The last missed call, or the closing of the ticket: what its age is counted from."""
    ticket: str = ""
    call_id: str = ""
    joined: tuple[str, ...] = ()
    """Further missed calls of the same number, served by the same call-back."""
    stage: Stage = Stage.WAITING
    tries: tuple[Try, ...] = ()
    not_before: datetime | None = None
    """The time that the citizen asked for."""
    reason: str = ""
    """Why it was given up or withdrawn."""
    result: Mapping[str, Any] | None = None
    """What `callback.done` says."""

    @property
    def stream(self) -> str:
        """The stream of its events."""
        return stream(self.id)

    @property
    def over(self) -> bool:
        """Whether nothing follows any more."""
        return self.stage in OVER

    @property
    def last(self) -> Try | None:
        """The newest attempt."""
        return self.tries[-1] if self.tries else None

    @property
    def refused(self) -> bool:
        """Whether the citizen wants no calls of ours any more."""
        return self.stage is Stage.WITHDRAWN and self.reason == DO_NOT_CALL


def stream(id: str) -> str:
    """Return the event stream of a task."""
    return f"callback:{id}"


def fold(events: Iterable[Event]) -> CallBackTask | None:
    """Return the task that the events of one stream tell of, oldest first; None before it was planned."""
    return reduce(_apply, events, None)


def _apply(task: CallBackTask | None, event: Event) -> CallBackTask | None:
    if task is None:
        return _planned(event) if event.kind == "callback.planned" else None
    if task.over:
        return task
    match event.kind:
        case "callback.joined":
            since = max(task.since, _time(event.body["since"]))
            return replace(task, since=since, joined=(*task.joined, str(event.body["call_id"])))
        case "callback.dialled":
            return replace(task, stage=Stage.DIALLING, tries=(*_closed(task), Try(_at(event, task))))
        case "callback.tried":
            return _tried(task, event)
        case "callback.put_off":
            until = event.body.get("until")
            return replace(task, not_before=_time(until) if until else None)
        case "callback.done":
            return replace(task, stage=Stage.DONE, result=event.body)
        case "callback.given_up":
            return replace(task, stage=Stage.GIVEN_UP, reason=str(event.body.get("reason", "")))
        case "callback.withdrawn":
            return replace(task, stage=Stage.WITHDRAWN, reason=str(event.body.get("reason", "")))
    return task


def _planned(event: Event) -> CallBackTask:
    body = event.body
    return CallBackTask(
        id=event.stream.partition(":")[2],
        kind=CallBackKind(body["kind"]),
        number=dialable(str(body["number"])),
        created=_time(body["created"]),
        since=_time(body["since"]),
        ticket=str(body.get("ticket", "")),
        call_id=str(body.get("call_id", "")),
    )


def _tried(task: CallBackTask, event: Event) -> CallBackTask:
    outcome, last = Outcome(event.body["outcome"]), task.last
    if task.stage is Stage.DIALLING and last:
        tries = (*task.tries[:-1], replace(last, outcome=outcome))
    else:
        tries = (*task.tries, Try(_at(event, task), outcome))
    return replace(task, stage=Stage.WAITING, tries=tries, not_before=None)


def _closed(task: CallBackTask) -> tuple[Try, ...]:
    """Return the attempts; one that never ended (the program died) counts as failed."""
    return tuple(replace(each, outcome=each.outcome or Outcome.FAILED) for each in task.tries)


def planned(task: CallBackTask) -> dict[str, Any]:
    """Return the body of the event that `task` begins with."""
    return {
        "kind": task.kind.value,
        "number": task.number,
        "created": task.created.isoformat(),
        "since": task.since.isoformat(),
        "ticket": task.ticket,
        "call_id": task.call_id,
    }


def after_call(result: Result) -> list[tuple[str, dict[str, Any]]]:
    """Return the events that one attempt leaves, each as kind and body; that none follows any more is the rules'."""
    events: list[tuple[str, dict[str, Any]]] = [
        ("callback.tried", {"outcome": result.outcome.value, "why": result.why, "call_id": result.call_id})
    ]
    match result.ending:
        case "done":
            told = {"solved": result.solved.value, "satisfied": result.satisfied.value, "reason": result.reason}
            events.append(("callback.done", told | {"tickets": list(result.tickets), "call_id": result.call_id}))
        case "put_off":
            events.append(("callback.put_off", {"until": result.again.isoformat() if result.again else None}))
        case "wrong_number" | "void":
            events.append(("callback.given_up", {"reason": result.ending}))
        case "do_not_call":
            events.append(("callback.withdrawn", {"reason": DO_NOT_CALL}))
    return events


def _at(event: Event, task: CallBackTask) -> datetime:
    return datetime.fromtimestamp(event.at, task.created.tzinfo)


def _time(text: Any) -> datetime:
    return datetime.fromisoformat(str(text))
