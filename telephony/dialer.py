"""The `Dialer` port: how the hotline calls somebody, whoever carries the call."""

from dataclasses import dataclass
from typing import Literal, Protocol

from telephony.line import Call


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Nobody took the call: it rang in vain, was busy or declined, or could not be placed at all."""

    reason: Literal["no_answer", "busy", "failed"]
    detail: str = ""
    """What the line said, for the records."""


class Dialer(Protocol):
    """Places calls. Any number of them may ring and be up at the same time."""

    async def dial(self, number: str, ring_s: float) -> Call | Unanswered:
        """Call `number` (digits, + for abroad) and wait at most `ring_s` seconds for an answer.

        The call that comes back is up: sound flows both ways from now on, and its `answer` does nothing. Its `caller`
        is the number that was dialled, whom the hotline talks with. It is the taker's to end, by `hang_up`. Where the
        line fails, that is an `Unanswered`, no exception. To cancel the task stops the ringing.
        """
        ...
