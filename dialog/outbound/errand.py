"""What one outbound call is for, and the port through which the line side takes such errands and reports on them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from tickets.callbacks import CallBackKind, Outcome, Result
from tickets.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Errand:
    """One call to make: whom, why, and about what. `since` is when the call was missed or the ticket closed."""

    id: str
    kind: CallBackKind
    number: str
    since: datetime
    ticket: Ticket | None = None
    tries: int = 0
    """Attempts made before this one."""


class Errands(Protocol):
    """Hands out calls that are due, one by one. Raises `core.errors.RecordsError` where it cannot."""

    async def take(self, now: datetime) -> Errand | None:
        """Return the most urgent call to make at `now`, which nobody else gets; None where there is none."""
        ...

    async def report(self, errand: Errand, result: Result, now: datetime) -> None:
        """Note how the call went; whoever took an errand always reports."""
        ...


_UNANSWERED = {"no_answer": Outcome.NO_ANSWER, "busy": Outcome.BUSY, "failed": Outcome.FAILED}


def unanswered(reason: Literal["no_answer", "busy", "failed"], why: str = "") -> Result:
    """Return the result of a call that nobody took."""
    return Result(_UNANSWERED[reason], why)


__all__ = ["Errand", "Errands", "Result", "unanswered"]
