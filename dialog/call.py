"""What a conversation remembers of one call, and the moves of the turn that is being answered."""

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dialog.commands import Command, closed_set
from dialog.draft import Draft
from dialog.lines import is_fixed, line, typeset
from dialog.moves import Asked, Expect, LookUp, MoveOut, Note, SaveTicket, Say, SendSms, Transfer
from dialog.ports import Humans, Knowledge, Staffing, Understanding
from dialog.settings import DialogSettings
from knowledge_base.entry import Context, Decision, Entry
from tickets.ticket import Place, State, Ticket

if TYPE_CHECKING:
    from dialog.form import Form

_GLOBAL = (Command.HUMAN, Command.REPEAT, Command.SLOWER, Command.WAIT)


@dataclass(slots=True)
class Call:
    """The memory of one call. Forms read it, change it, and say through it."""

    settings: DialogSettings
    knowledge: Knowledge
    understanding: Understanding
    caller: str | None
    now: datetime
    humans: Humans
    id: str = ""
    """Which call it is, for its tickets."""

    slow: bool = False
    misses: int = 0
    """Turns in a row that were not understood."""
    silences: int = 0
    """Silences in a row."""
    guided: int = 0
    """How often a chat was led back to the matter."""
    said: list[str] = field(default_factory=list)
    """Everything the caller said, for the human who takes over."""
    answered: list[Entry] = field(default_factory=list)
    rejected: set[str] = field(default_factory=set)
    """Entries that the caller did not mean."""
    looked_up: tuple[tuple[str, int, str], Decision] | None = None
    """What the knowledge base was asked last, after how many answers and for which area, and what it said."""
    last_question: str = ""
    last_decision: Decision | None = None
    todo: deque[str] = field(default_factory=deque)
    """Further appeals of the caller, to be taken up one by one."""
    after: "Form | None" = None
    """Who has the floor again when all that came up in between is settled."""
    pending: str = ""
    """What was asked and has neither been answered nor stored yet."""
    draft: Draft | None = None
    """The ticket being taken in."""
    contact: str = ""
    """The number that the caller gave or agreed to."""
    name: str = ""
    area: str = ""
    """The district that the caller has named as his own, or asked about, last."""
    place: Place = field(default_factory=Place)
    """The place of the last ticket."""
    saved: list[str] = field(default_factory=list)
    """Numbers of the tickets stored in this call."""
    told: str = ""
    """Number of the ticket that the caller was told about last."""
    urged: set[str] = field(default_factory=set)
    """Numbers of the tickets urged in this call."""
    wants_sms: bool = False
    """An SMS was asked for before there was anything to send."""
    repeated: bool = False
    """The caller said that this is not the first time."""
    last_said: list[Say] = field(default_factory=list)
    """What the bot said in its last turn, to say again."""
    out: list[MoveOut] = field(default_factory=list)

    # ---- saying ----

    def say(self, key: str, interruptible: bool = True, slow: bool = False, **facts: object) -> None:
        """Say the line of `key` with `facts` put in."""
        text = typeset(line(key).format(**facts)) if facts else line(key)
        self.speak(text, fixed=is_fixed(key), interruptible=interruptible, slow=slow)

    def speak(self, text: str, fixed: bool = False, interruptible: bool = True, slow: bool = False) -> None:
        """Say `text`, slowly where the caller asked for that."""
        self.out.append(Say(text, fixed=fixed, slow=slow or self.slow, interruptible=interruptible))

    def note(self, kind: str, **facts: Any) -> None:
        """Record a decision with its reason."""
        self.out.append(Note(kind, facts))

    def sms(self, number: str, text: str) -> None:
        """Send `text` to `number`."""
        self.out.append(SendSms(number, text))

    # ---- ends of a turn ----

    def expectation(self, asked: Asked, *commands: Command, phrases: tuple[str, ...] = ()) -> Expect:
        """Return what is listened for: the phrases that fit the question, and those that fit at any moment."""
        settings = self.settings
        silence = {
            Asked.STORY: settings.silence_story_ms,
            Asked.PLACE: settings.silence_story_ms,
            Asked.NUMBER: settings.silence_number_ms,
        }.get(asked, settings.silence_ms)
        if self.slow or self.silences:
            silence = silence * 3 // 2  # who is slow, or has just been asked, gets more time
        closed = dict.fromkeys((*phrases, *closed_set(*commands, *_GLOBAL)))
        return Expect(asked, tuple(closed), silence)

    def transfer(self, reason: str, urgent: bool = False, patient: bool = False) -> None:
        """Hand over to a human with all that is known; `patient` where the caller agreed to wait in the queue."""
        self.out.append(Transfer(reason, urgent, self.packet(reason), patient))

    def save(self, draft: Draft, state: State = State.OPEN, answer: bool = True) -> None:
        """Store the ticket of `draft`."""
        ticket = replace(draft.ticket(self.understanding, self.now, state), call_id=self.id)
        self.out.append(SaveTicket(ticket, answer=answer, tag=draft.tag))

    def urge(self, ticket: Ticket) -> None:
        """Urge a ticket that has a number already."""
        self.out.append(SaveTicket(ticket, urges=True))

    def look_up(self, number: str = "", contact: str = "") -> None:
        """Ask for tickets."""
        self.out.append(LookUp(number, contact))

    # ---- what is known ----

    def context(self) -> Context:
        """Return what the caller was answered so far, the newest last, and the district that he is in."""
        drafted = self.draft.place.district if self.draft else ""
        return Context(tuple(self.answered[-3:]), self.area or drafted or self.place.district)

    def staffing(self, reason: str) -> Staffing:
        """Return who could take this caller over for `reason`, as of now."""
        return self.humans.staffing(reason, self.packet(reason))

    def packet(self, reason: str) -> dict[str, Any]:
        """Return what a human who takes over should see."""
        return {
            "reason": reason,
            "caller": self.caller or "",
            "said": list(self.said),
            "pending": self.pending,
            "todo": list(self.todo),
            "answered": [entry.id for entry in self.answered],
            "draft": self.draft.facts() if self.draft else {},
            "saved": list(self.saved),
            "repeated": self.repeated,
        }

    def settle(self) -> None:
        """Forget what was pending: it has been answered, stored or withdrawn."""
        self.pending, self.draft = "", None
