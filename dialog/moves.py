"""What goes into the dialogue and what comes out: the only words that `ivr` and `talk` share with it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from tickets.ticket import Ticket


class Asked(StrEnum):
    """What the bot has just asked for; it shapes the end of the turn and what the recogniser expects."""

    ANYTHING = "anything"
    """The open question."""
    YES_NO = "yes_no"
    CHOICE = "choice"
    PLACE = "place"
    NUMBER = "number"
    """A telephone or ticket number: groups, with pauses between them."""
    NAME = "name"
    STORY = "story"
    """What happened: long, with pauses to think."""
    RATING = "rating"


# ---- in ----


@dataclass(frozen=True, slots=True)
class Heard:
    """A finished turn of the caller. `phrase` is the closed-set winner, if any."""

    text: str
    confidence: float = 1.0
    phrase: str | None = None
    interrupted: bool = False
    """The caller spoke over the bot; what the bot got out is in the preceding `Spoken`."""
    speech_ms: int = 0
    """How long it was said, in milliseconds; 0 where that is not known."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key press: 0–9, * or #."""

    key: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """How the last `Say`s went: `text` is what was really heard, `whole` whether to the end."""

    text: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing came for the time that `Expect` allowed."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The caller hung up."""


@dataclass(frozen=True, slots=True)
class TransferFailed:
    """The human could not be reached; the caller is still on the line.

    `ahead` callers wait already and it takes about `minutes`, where the desk knows; None where it does not.
    `chose` is what a waiting caller pressed: to talk to the bot again, or to be called back.
    """

    ahead: int | None = None
    minutes: int | None = None
    chose: Literal["", "bot", "call back"] = ""


@dataclass(frozen=True, slots=True)
class Transferred:
    """A human has taken the caller over: a hang-up after this leaves no draft."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A part of ours failed (recogniser, synthesiser, records) and the caller must not be dropped."""

    what: Literal["recogniser", "synthesiser", "records"]


@dataclass(frozen=True, slots=True)
class TicketSaved:
    """The ticket was stored under `number`; it answers a `SaveTicket` with the same `tag`."""

    number: str
    ticket: Ticket
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The tickets that a `LookUp` asked for, newest first; empty where there is none."""

    tickets: tuple[Ticket, ...] = ()


MoveIn = Heard | Key | Spoken | Silence | Gone | TransferFailed | Transferred | Trouble | TicketSaved | Found


# ---- out ----


@dataclass(frozen=True, slots=True)
class Say:
    """Speak `text`. `fixed` texts are prompts and answers rendered ahead; free ones are made by clause.

    `interruptible` is False only for what must be heard (an emergency number).
    """

    text: str
    fixed: bool = True
    slow: bool = False
    interruptible: bool = True


@dataclass(frozen=True, slots=True)
class Expect:
    """It is the caller's turn: what was asked, the closed set to score, and how long silence may last (ms)."""

    asked: Asked
    phrases: tuple[str, ...] = ()
    silence_ms: int = 6000


@dataclass(frozen=True, slots=True)
class Transfer:
    """Hand the caller to a human, with everything said so far."""

    reason: str
    """Why: `emergency_119`, `asked`, `key 0`, `angry`, `not_understood`, `number_not_understood`, `dialect`,
    `english`, `records_trouble`. It stays the same where the caller first chose to wait."""
    urgent: bool = False
    packet: dict[str, Any] = field(default_factory=dict)
    patient: bool = False
    """The caller was told how long it takes and agreed to wait in the queue."""


@dataclass(frozen=True, slots=True)
class SaveTicket:
    """Store this ticket; where `answer` is true a `TicketSaved` is waited for before anything else is said."""

    ticket: Ticket
    answer: bool = True
    tag: str = ""
    urges: bool = False
    """The ticket is kept already and urged (催办); nothing else of it is stored: others may have changed it since."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """Look tickets up by `number`, or by the `contact` they were left with; a `Found` is waited for."""

    number: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class SendSms:
    """Send `text` to `number`."""

    number: str
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """A decision worth recording: which, why, with scores."""

    kind: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class HangUp:
    """Say what is queued, then end the call."""

    reason: str


MoveOut = Say | Expect | Transfer | SaveTicket | LookUp | SendSms | Note | HangUp
