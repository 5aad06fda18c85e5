"""What every call needs, made once by the front door."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from asr.recogniser import Transcript
from core.clock import Clock
from core.events import EventLog
from core.sms import SmsGateway
from core.yaml_file import read_yaml
from dialog.desk import TicketDesk
from dialog.moves import MoveIn, MoveOut
from ivr.admission import Admission
from ivr.barge_in import BargeIn
from ivr.ear import Ear
from ivr.humans import HumanAgents
from ivr.mouth import Speaker
from ivr.recording import Recorder
from ivr.settings import IvrSettings


class Conversation(Protocol):
    """What a call needs of `dialog.conversation.Conversation`."""

    def start(self) -> list[MoveOut]:
        """Return the greeting."""
        ...

    def hear(self, move: MoveIn, now: datetime) -> list[MoveOut]:
        """Return what follows from `move`."""
        ...


@dataclass(frozen=True, slots=True)
class Texts:
    """The few sentences that a call must be able to say when its dialogue cannot: rendered before the first call."""

    lead_in: str
    """Covers the making of an answer that is not rendered yet."""
    busy: str
    """Every place is taken: an apology and the promise to call back."""
    busy_human: str
    """Every place is taken, and a human takes the call."""
    to_human: str
    """Humans take calls first, and one is free."""
    failure: str
    """Something of ours broke: the caller is handed to a human or called back."""
    nobody: str
    """No human took a caller whom the bot cannot serve: the promise to call back."""
    too_long: str
    """The longest call is reached."""


def load_texts() -> Texts:
    """Return the sentences of texts.yaml."""
    return Texts(**read_yaml(Path(__file__).with_name("texts.yaml")))


@dataclass(frozen=True, slots=True)
class Tools:
    """Shared by all calls."""

    settings: IvrSettings
    texts: Texts
    speaker: Speaker
    make_ear: Callable[[int], Ear]
    """Makes the hearing of one call at a rate in Hz. Loads a model: called off the event loop."""
    converse: Callable[[str, str | None], Conversation]
    """Begins the conversation of one call with its id and the caller's number."""
    barge_in: BargeIn
    desk: TicketDesk
    sms: SmsGateway
    log: EventLog
    recorder: Recorder | None
    clock: Clock
    humans: HumanAgents
    admission: Admission
    backlog: Callable[[], int]
    """How many stretches of speech wait for a recogniser."""
    is_workday: Callable[[date], bool]
    """Whether a day is a working day, made-up days (调休) included."""


def intelligible(heard: Transcript) -> bool:
    """Return whether anything was understood at all."""
    return bool(heard.text or heard.phrase)
