"""What a call leaves behind: each thing that happened, as an event of the stream `call:ID`."""

from dataclasses import asdict
from typing import Any

from core.events import EventLog
from dialog.moves import Note
from ivr.ear import Turn
from ivr.mouth import Heard


class CallRecord:
    """Appends the events of one call. Their names are the contract with the desk, the reports and `calls show`."""

    def __init__(self, log: EventLog, call_id: str) -> None:
        self._log = log
        self.stream = f"call:{call_id}"

    def add(self, event: str, /, **facts: Any) -> None:
        """Append any event of this call."""
        self._log.append(self.stream, event, facts)

    def offered(self, caller: str | None, called: str) -> None:
        """A call came in."""
        self.add("call.offered", caller=caller, called=called)

    def placed(self, number: str, task: str, kind: str) -> None:
        """We called somebody, and the call was taken; `task` is the call-back task (`callback:TASK`)."""
        self.add("call.placed", number=number, task=task, kind=kind)

    def bot_said(self, heard: Heard) -> None:
        """The bot said something, and this much of it was heard; what was not heard at all was not said."""
        if not heard.text:
            return
        meant = None if heard.whole else heard.say.text
        self.add("bot.said", text=heard.text, whole=heard.whole, meant=meant, slow=heard.say.slow)

    def caller_said(self, turn: Turn, interrupted: bool) -> None:
        """The caller finished a turn."""
        assert turn.transcript is not None
        facts = asdict(turn.transcript)
        self.add(
            "caller.said",
            **facts,
            speech_ms=turn.speech_ms,
            at_ms=turn.at_ms,
            times=turn.times,
            interrupted=interrupted,
        )

    def decided(self, note: Note) -> None:
        """The dialogue decided something."""
        self.add("dialogue.note", what=note.kind, **{"facts": note.facts})

    def ended(self, by: str, reason: str, seconds: float, recording: str) -> None:
        """The call is over."""
        self.add("call.ended", by=by, reason=reason, seconds=round(seconds, 1), recording=recording)
