"""Scripts of conversations with expectations: read here, run in text (`talk`) or over a real call, checked alike.

A script is a YAML file:

    scene: 投诉成单                # what it shows
    number: 5                     # number of the scene, where it has one
    caller: "13800001234"         # calling number; null where it is withheld
    voice: zm_yunxi               # whose voice the caller has over a real call (default: any)
    human: true                   # whether an operator can be reached (default true)
    busy: {ahead: 3, minutes: 5}  # in text: all operators talk, the caller waits so long ({}: nobody can tell)
    records: true                 # false: in text, nothing can be stored or looked up (default true)
    now: 2026-11-23T10:00:00+08:00   # local time of the call (default: this one)
    outbound: follow_up           # a call of ours: about the first of `tickets`, which is closed then; or missed
    missed_min: 90                # for outbound missed: so many minutes ago the citizen called (default 90)
    tickets:                      # tickets that are there before the call
      - {what: 井盖坏了, contact: "13800001234", place: {district: 城东区, community: 人民路}, days_ago: 7}
    greeting: {contains_all: [智能话务员]}      # expectations of the greeting
    turns:
      - say: [我家暖气不热, 暖气冰凉]            # a turn of the caller; several wordings give several runs
        confidence: 0.9                       # of the recogniser (default 1.0)
        speech_ms: 7000                       # how long it was said (default 0: not known)
        phrase: 转人工                         # what the closed set chose (default none)
        expect: {contains_any: [哪个区], asked: place}
      - interrupt: 等一下,不是这个             # said while the bot still talks
      - key: "5"                              # one key or several
      - silence: 2                            # so many times nothing is heard (default 1)
      - transfer_fails: {ahead: 3, minutes: 4}   # the operator does not answer
      - transferred: true                     # the operator takes over
      - hang_up: true
    end:                                      # what is left when it is over
      tickets:
        - {kind: 投诉, place: {community: 阳光花园}, contact: "13800001234", state: 已受理, confidential: false}
      rating: 5
      result: {outcome: answered, ending: done, solved: "no", satisfied: dissatisfied, reason: 没人来}
      # or of a call that was put off: {ending: put_off, again: "11-24 15:00"}
      sms: [居住证]
      state: ended

Expectations of a turn (each may be left out; texts are compared without punctuation):
contains_any, contains_all, not_contains; first_contains (the first sentence holds one of these); answered
(the start of an entry's id, its topic or its subject; several: one of them; [] for no answer); asked (one of
`dialog.moves.Asked`); transfer (true, false, urgent, or patient: the caller waits in the queue); hung_up; slow
(everything was said slowly); repeats (the sentences of the turn before come again); saved (so many tickets were
stored in this turn); sms; state; packet (what the human who takes over is told holds each of these).
"""

from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from core.yaml_file import read_yaml
from dialog.errors import ScriptInvalid
from dialog.moves import Asked
from dialog.ports import Staffing

_NOON = "2026-11-23T10:00:00+08:00"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str | int) and not isinstance(value, bool) else value


class Expectation(_Part):
    """What a turn of the bot must be; see the module's text."""

    contains_any: tuple[str, ...] = ()
    contains_all: tuple[str, ...] = ()
    not_contains: tuple[str, ...] = ()
    first_contains: tuple[str, ...] = ()
    answered: tuple[str, ...] | None = None
    asked: Asked | None = None
    transfer: bool | Literal["urgent", "patient"] | None = None
    hung_up: bool | None = None
    slow: bool | None = None
    repeats: bool | None = None
    saved: int | None = None
    sms: tuple[str, ...] = ()
    packet: tuple[str, ...] = ()
    state: str | None = None

    @field_validator(
        "contains_any",
        "contains_all",
        "not_contains",
        "first_contains",
        "answered",
        "sms",
        "packet",
        mode="before",
    )
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return _several(value)


class PlaceParts(_Part):
    """Parts of a place; empty ones are not compared."""

    district: str = ""
    street: str = ""
    community: str = ""
    detail: str = ""


class TicketExpectation(_Part):
    """What a ticket must be; parts left out are not compared. Texts need only be contained."""

    kind: str | None = None
    state: str | None = None
    confidential: bool | None = None
    contact: str | None = None
    name: str | None = None
    what: str | None = None
    not_what: str | None = None
    matter: str | None = None
    when: str | None = None
    repeats: bool | None = None
    urged: int | None = None
    place: PlaceParts = PlaceParts()


class ResultExpectation(_Part):
    """What an outbound call must bring; parts left out are not compared."""

    outcome: str | None = None
    why: str | None = None
    ending: str | None = None
    solved: str | None = None
    satisfied: str | None = None
    reason: str | None = None
    """Contained in what the citizen is not satisfied with; "" for nothing."""
    again: str | None = None
    """Month, day and time of the next call, "" for none named."""


class End(_Part):
    """What must be left when the conversation is over; `tickets` in the order stored, all of them."""

    tickets: tuple[TicketExpectation, ...] | None = None
    rating: int | None = None
    sms: tuple[str, ...] = ()
    hung_up: bool | None = None
    transfer: bool | None = None
    state: str | None = None
    result: ResultExpectation | None = None

    @field_validator("sms", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return _several(value)


class Earlier(_Part):
    """A ticket that is there before the call."""

    what: str
    contact: str
    place: PlaceParts = PlaceParts()
    days_ago: int = Field(default=7, ge=0)
    """Days before the call; the first ticket of a day has the number YYMMDD0001."""
    kind: str | None = None
    confidential: bool = False


class Busy(_Part):
    """Every operator talks; how many wait and how long it takes is told where it is known."""

    ahead: int | None = Field(default=None, ge=0)
    minutes: int | None = Field(default=None, ge=0)


class TransferFails(Busy):
    """The operator does not answer; how many wait and how long it takes is told where it is known."""


class Turn(_Part):
    """One thing that the caller or the line does, and what is expected of the bot thereupon."""

    say: tuple[str, ...] = ()
    interrupt: tuple[str, ...] = ()
    key: str = Field(default="", pattern=r"^[0-9*#]*$")
    silence: int = Field(default=0, ge=0, le=10)
    transfer_fails: TransferFails | None = None
    transferred: bool = False
    trouble: Literal["", "recogniser", "synthesiser", "records"] = ""
    hang_up: bool = False
    confidence: float = Field(default=1.0, ge=0.0, le=1.0)
    speech_ms: int = Field(default=0, ge=0)
    phrase: str | None = None
    expect: Expectation = Expectation()

    @field_validator("say", "interrupt", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return _several(value)

    @model_validator(mode="after")
    def _one_deed(self) -> "Turn":
        deeds = (self.say, self.interrupt, self.key, self.silence, self.transferred, self.trouble, self.hang_up)
        if sum(map(bool, deeds)) + (self.transfer_fails is not None) != 1:
            raise ValueError(
                "每轮恰好写一项:say、interrupt、key、silence、transfer_fails、transferred、trouble、hang_up"
            )
        return self

    def words(self, wording: int) -> str:
        """Return what the caller says in the run of that number, "" where it is no turn of words."""
        options = self.say or self.interrupt
        return options[wording % len(options)] if options else ""


class Script(_Part):
    """A conversation with its expectations."""

    scene: str
    number: int = 0
    caller: str | None = "13800001234"
    human: bool = True
    busy: Busy | None = None
    records: bool = True
    outbound: Literal["", "follow_up", "missed"] = ""
    """The hotline calls, for this reason."""
    missed_min: int = Field(default=90, ge=0)
    now: datetime = datetime.fromisoformat(_NOON)
    tickets: tuple[Earlier, ...] = ()
    greeting: Expectation = Expectation()
    turns: tuple[Turn, ...] = Field(min_length=1)
    end: End = End()
    sound: bool = False
    """Worth running over a real call, because sound matters in it."""
    voice: str = ""
    """Who speaks then; the recogniser understands no two voices alike."""

    @model_validator(mode="after")
    def _busy_humans_are_there(self) -> "Script":
        if self.busy and (not self.human or self.sound):
            raise ValueError("busy 只用于文字脚本,且不能与 human: false 同时写")
        return self

    @property
    def staffing(self) -> Staffing:
        """Who can take the caller over."""
        if self.busy:
            return Staffing(True, False, self.busy.ahead, self.busy.minutes)
        return Staffing(self.human)

    @property
    def wordings(self) -> int:
        """How many runs it takes to hear every wording."""
        return max(max(len(turn.say), len(turn.interrupt), 1) for turn in self.turns)


def read_script(path: Path) -> Script:
    """Return the script in `path`. Raises `ScriptInvalid` with the field that is wrong."""
    try:
        data = read_yaml(path)
        return Script.model_validate(data)
    except (OSError, UnicodeDecodeError) as error:
        raise ScriptInvalid(file=path, what=error) from error
    except yaml.YAMLError as error:
        raise ScriptInvalid(file=path, what=f"不是合法的 YAML:{str(error).splitlines()[0]}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "(顶层)"
        raise ScriptInvalid(file=path, what=f"{where}:{first['msg']}") from error
