"""What becomes clear in the course of an outbound call, and the result that it amounts to."""

from dataclasses import dataclass, field
from datetime import datetime

from dialog.outbound.first_words import Answerer
from tickets.callbacks import Outcome, Result, Satisfied, Solved

_OUTCOMES = {
    Answerer.MACHINE: Outcome.MACHINE,
    Answerer.BUSY: Outcome.BUSY,
    Answerer.OFF: Outcome.NO_ANSWER,
    Answerer.NO_ANSWER: Outcome.NO_ANSWER,
    Answerer.VOID: Outcome.FAILED,
}


@dataclass(slots=True)
class Journal:
    """The memory of one outbound call, beside that of its conversation."""

    answerer: Answerer | None = None
    """Who took the call; None while nobody has spoken."""
    solved: Solved = Solved.UNKNOWN
    satisfied: Satisfied = Satisfied.UNKNOWN
    told: list[str] = field(default_factory=list)
    """What the citizen is not satisfied with, word for word, turn by turn."""
    served: bool = False
    """The call did what it was for, or what the citizen wanted instead."""
    ending: str = ""
    """put_off, wrong_number or do_not_call, where the citizen decided so."""
    again: datetime | None = None
    tickets: list[str] = field(default_factory=list)

    @property
    def reason(self) -> str:
        """All that was told."""
        return "。".join(self.told)

    def tell(self, words: str) -> None:
        """Keep `words` as they were said, once."""
        if words and words not in self.told:
            self.told.append(words)

    def result(self, call_id: str = "") -> Result:
        """Return what the call brought, as it stands."""
        if self.answerer is None:
            return Result(Outcome.NO_ANSWER, "silent", call_id=call_id)
        if self.answerer is not Answerer.PERSON:
            ending = "void" if self.answerer is Answerer.VOID else ""
            return Result(_OUTCOMES[self.answerer], self.answerer.value, ending, call_id=call_id)
        ending = self._ending()
        return Result(
            Outcome.ANSWERED if ending else Outcome.HUNG_UP_EARLY,
            ending=ending,
            solved=self.solved,
            satisfied=self.satisfied,
            reason=self.reason,
            again=self.again if ending == "put_off" else None,
            call_id=call_id,
            tickets=tuple(self.tickets),
        )

    def _ending(self) -> str:
        """Who has answered already is not asked again at another time."""
        known = self.solved is not Solved.UNKNOWN or self.satisfied is not Satisfied.UNKNOWN
        if self.ending == "put_off" and known:
            return "done"
        return self.ending or ("done" if known or self.served else "")
