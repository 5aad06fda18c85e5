"""One entry of the knowledge base, and the decision that a question leads to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class Entry:
    """A question with the one answer that the city gives to it.

    `spoken` is what the caller hears (two sentences, at most 15 s); `text` is the whole answer.
    `subject` names the matter (e.g. 居住证) and `aspect` what is asked about it (e.g. 办理, 材料, 费用, 补办, 时间),
    so that a question about another aspect of the same matter is not answered with this entry.
    `short` is how the entry is named when the bot asks which of two is meant.
    """

    id: str
    question: str
    spoken: str
    topic: str = ""
    """The field of demand: 社保, 医保, 公积金, 户籍 …"""
    subject: str = ""
    aspect: str = ""
    short: str = ""
    asked: tuple[str, ...] = ()
    """Ways people really ask it."""
    text: str = ""
    materials: tuple[str, ...] = ()
    place: str = ""
    hours: str = ""
    telephone: str = ""
    department: str = ""
    """The department that owns the entry and keeps it right."""
    source: str = ""
    """The document that the answer was taken from, with its number and date."""
    basis: str = ""
    """Legal basis, named with article where national rules apply."""
    valid_from: date | None = None
    valid_to: date | None = None
    related: tuple[str, ...] = ()
    """Ids that a follow-up question may move to."""
    areas: tuple[str, ...] = ()
    """Districts that the answer holds for, as the city's list of places names them; empty: the whole city."""
    tags: tuple[str, ...] = ()
    """Words by which editors find the entry; callers' questions are not compared with them."""
    attachments: tuple[str, ...] = ()
    """Names of attached files (`knowledge_base.attachments`)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that might answer, with its fused score (0 to 1) and the parts it came from."""

    entry: Entry
    score: float
    parts: dict[str, float]


@dataclass(frozen=True, slots=True)
class Context:
    """What the caller was last answered, so that "那要带什么材料" is understood; the newest last."""

    entries: Sequence[Entry] = ()
    area: str = ""
    """The caller's district, where it is known; a question that names one is looked up there instead."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Answer, ask back between two or three, or refuse; with the reason for an editor to read.

    `confidence` is the calibrated probability that `entry` answers the question.
    For `ask_back`, `options` are the entries to choose from. `understood` is the question as it was looked up,
    after the context was put in; `restored` is what it was then taken for, where it was held to be misheard.
    Where the answer differs from area to area and the caller's is not known, `areas` names the districts that have an
    answer, and what is asked back is where the caller is.
    """

    kind: Literal["answer", "ask_back", "refuse"]
    confidence: float
    entry: Entry | None = None
    options: tuple[Entry, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    reason: str = ""
    understood: str = ""
    restored: str = ""
    says: str = ""
    """What to say where only one part of the entry was asked for (its materials, place, hours …); else empty."""
    areas: tuple[str, ...] = ()
