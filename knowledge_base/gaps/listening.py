"""What the events of one call say about the knowledge base: a fold without clock or database."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from core.events import Event
from knowledge_base.text import question_core

Source = Literal["refused", "asked_back", "rejected", "dissatisfied", "again", "agent"]
SOURCE_NAMES: dict[str, str] = {
    "refused": "没有答上",
    "asked_back": "反问无果",
    "rejected": "来电人否定",
    "dissatisfied": "评价不满意",
    "again": "同一问题再问",
    "agent": "坐席答复",
}
"""Why a question is in the inbox, as editors read it."""
KINDS = ("dialogue.note", "transfer.asked", "transfer.done", "talk.said")
"""The events of a call that are read."""

_LEAST_ASKED, _LEAST_TOLD = 4, 6
"""Characters from which on what a caller says to an agent is a question, and what the agent says may answer it."""
_MOST_REPLIES = 5
"""Sentences of an agent that are kept with one question."""
_DISSATISFIED = 2
"""Rating up to which a caller is not content."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that belongs into the inbox; `id` is the number of its event, `near` the entry that came nearest."""

    id: int
    call: str
    at: float
    source: Source
    question: str
    understood: str = ""
    entry: str = ""
    near: str = ""


@dataclass(frozen=True, slots=True)
class Replied:
    """What an agent said to the question of that id."""

    id: int
    text: str


@dataclass(frozen=True, slots=True)
class Used:
    """What became of an entry in a call."""

    entry: str
    day: str
    what: Literal["answered", "refused", "rejected", "to_human"]


Found = Unanswered | Replied | Used


@dataclass(slots=True)
class Pending:
    """A question of a talk with an agent, until the agent says something to it."""

    id: int
    question: str
    entry: str = ""


@dataclass(slots=True)
class Known:
    """What is known of a call so far; texts are masked."""

    asked: str = ""
    understood: str = ""
    near: str = ""
    """The entry that came nearest to it."""
    answered: str = ""
    """The entry that was said last."""
    fresh: bool = False
    """Nothing has happened since that answer."""
    asking_back: bool = False
    answers: dict[str, str] = field(default_factory=dict)
    """Question → the entry that answered it."""
    kept: dict[str, int] = field(default_factory=dict)
    """Question without courtesies → id under which it is in the inbox."""
    handed_over: bool = False
    pending: Pending | None = None
    replying: int = 0
    """Id of the question that the agent is answering; 0: none."""
    replies: int = 0
    names: list[str] = field(default_factory=list)

    def data(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return asdict(self)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Known":
        """Return what `data` describes."""
        pending = data.get("pending")
        return cls(**{**data, "pending": Pending(**pending) if pending else None})


@dataclass(frozen=True, slots=True)
class Ears:
    """What listening needs of others. `mask` leaves out who somebody is; `asks` says whether words are a question.

    `answers` says whether callers would be answered now, so that a question to an agent is no gap; `same` whether two
    questions are one.
    """

    mask: Callable[[str], str]
    asks: Callable[[str], bool]
    answers: Callable[[str], bool]
    same: Callable[[str, str], bool]


def listen(number: int, event: Event, known: Known, ears: Ears) -> Iterator[Found]:
    """Yield what event `number` of a call tells, and put into `known` what later ones need."""
    return _Listening(number, event, known, ears).heard()


class _Listening:
    """One event."""

    def __init__(self, number: int, event: Event, known: Known, ears: Ears) -> None:
        self._number, self._event, self._known, self._ears = number, event, known, ears

    def heard(self) -> Iterator[Found]:
        body, known = self._event.body, self._known
        match self._event.kind:
            case "dialogue.note":
                yield from self._note(str(body["what"]), body.get("facts") or {})
            case "transfer.asked":
                name = ((body.get("packet") or {}).get("draft") or {}).get("name")
                known.names += [str(name)] if name else []
            case "transfer.done":
                entry = known.answered if known.fresh else ""
                if known.asked and question_core(known.asked) in known.kept:
                    known.replying, known.replies = known.kept[question_core(known.asked)], 0
                elif known.asked and (known.fresh or not known.answered):
                    known.pending = Pending(self._number, known.asked, entry)
            case "talk.said":
                yield from self._talked(str(body["who"]), str(body["text"]))

    def _note(self, what: str, facts: Mapping[str, Any]) -> Iterator[Found]:
        known = self._known
        match what:
            case "knowledge":
                yield from self._looked_up(facts)
            case "answer":
                known.answered, known.fresh, known.asking_back = str(facts["entry"]), True, False
                if known.asked:
                    known.answers[known.asked] = known.answered
                yield self._used(known.answered, "answered")
                return
            case "rejected":
                entry = str(facts["entry"])
                yield self._used(entry, "rejected")
                yield from self._unanswered("rejected", facts.get("question"), entry)
            case "ask_back":
                known.asking_back = "options" in facts
                if not known.asking_back:
                    yield from self._unanswered("asked_back", facts.get("question"))
            case "refuse" if not facts.get("appeal"):
                yield from self._unanswered("refused", facts.get("question"))
            case "rating":
                score = facts.get("score")
                if known.fresh and isinstance(score, int) and score <= _DISSATISFIED:
                    yield self._used(known.answered, "rejected")
                    yield from self._unanswered("dissatisfied", None, known.answered)
            case "human":
                if known.answered and not known.handed_over:
                    yield self._used(known.answered, "to_human")
                if known.asking_back:
                    yield from self._unanswered("asked_back", None)
                known.handed_over, known.asking_back = True, False
                return  # what was asked before is what the agent is asked
            case "gone":
                if known.asking_back:
                    yield from self._unanswered("asked_back", None)
            case "appeal" | "missed" | "intercepted" | "came back" | "several":
                return
        known.fresh = False

    def _looked_up(self, facts: Mapping[str, Any]) -> Iterator[Found]:
        known = self._known
        understood = self._masked(str(facts.get("understood") or ""))
        known.asked = self._masked(str(facts.get("question") or "")) or understood
        known.understood = understood
        known.near = next(iter(facts.get("scores") or ()), "")
        known.asking_back = False
        before = next((entry for asked, entry in known.answers.items() if self._ears.same(asked, known.asked)), "")
        if before:
            yield self._used(before, "rejected")
            yield from self._unanswered("again", None, before)

    def _talked(self, who: str, text: str) -> Iterator[Found]:
        known = self._known
        core = question_core(text)
        if who == "caller":
            if len(core) >= _LEAST_ASKED and self._ears.asks(text):
                masked = self._masked(text)
                known.pending = None if self._ears.answers(masked) else Pending(self._number, masked)
                known.replying = 0
            return
        if len(core) < _LEAST_TOLD:
            return
        if known.pending is not None:
            pending, known.pending = known.pending, None
            yield from self._kept(pending.id, "agent", pending.question, "", pending.entry)
            known.replying, known.replies = known.kept[question_core(pending.question)], 0
        if known.replying and known.replies < _MOST_REPLIES:
            known.replies += 1
            yield Replied(known.replying, self._masked(text))

    def _unanswered(self, source: Source, question: object, entry: str = "") -> Iterator[Found]:
        known = self._known
        asked = self._masked(str(question)) if question else known.asked
        understood = known.understood if asked == known.asked else ""
        yield from self._kept(self._number, source, asked, understood, entry)

    def _kept(self, id: int, source: Source, question: str, understood: str, entry: str) -> Iterator[Found]:
        """Yield the question, once in a call, whatever went wrong with it."""
        known, core = self._known, question_core(question)
        if not core or core in known.kept:
            return
        known.kept[core] = id
        if source in ("refused", "asked_back") and known.near:
            yield self._used(known.near, "refused")
        call = self._event.stream.removeprefix("call:")
        understood = "" if understood == question else understood
        yield Unanswered(id, call, self._event.at, source, question, understood, entry, known.near)

    def _used(self, entry: str, what: Literal["answered", "refused", "rejected", "to_human"]) -> Used:
        return Used(entry, datetime.fromtimestamp(self._event.at).date().isoformat(), what)

    def _masked(self, text: str) -> str:
        for name in self._known.names:
            text = text.replace(name, "(姓名)")
        return self._ears.mask(text)
