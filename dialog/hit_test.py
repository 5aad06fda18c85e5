"""The hit test: one question put to the dialogue as a call puts it, and all that led to the decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dialog.call import Call
from dialog.correction import corrected
from dialog.form import Form
from dialog.humans import ConstantHumans
from dialog.looking_up import look_up
from dialog.moves import Say
from dialog.ports import Knowledge, Understanding
from dialog.router import route
from dialog.settings import DialogSettings
from knowledge_base.entry import Decision, Entry

PART_NAMES = {
    "character_title": "字面·问法",
    "character_body": "字面·全文",
    "sound_title": "读音·问法",
    "sound_body": "读音·全文",
    "meaning": "意思",
}
"""The parts of a candidate's score, as editors read them."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What a call would do with `question`, and why."""

    question: str
    decision: Decision
    says: str
    """What the bot would say."""
    area: str
    """The district in which it was looked up; empty where none is known."""
    consulted: bool
    """Whether a call asks the knowledge base at all: an appeal is taken in, a status looked up."""
    before: tuple[str, ...] = ()
    """Ids of what was answered before."""
    expect: tuple[str, ...] = ()
    """Ids of entries that would be right; empty where nobody has said."""

    @property
    def best(self) -> Entry | None:
        """The entry that is answered, or the first candidate."""
        candidates = self.decision.candidates
        return self.decision.entry or (candidates[0].entry if candidates else None)

    @property
    def verdict(self) -> str:
        """答, 反问, 不答; 不对 where another entry than one of those expected is answered."""
        answered = self.decision.entry.id if self.decision.kind == "answer" and self.decision.entry else ""
        if answered and self.expect and answered not in self.expect:
            return "不对"
        return {"answer": "答", "ask_back": "反问", "refuse": "不答"}[self.decision.kind]

    def data(self, answer_from: float) -> dict[str, Any]:
        """Return all of it as JSON data; `answer_from` is the confidence from which on the base answers."""
        decision = self.decision
        return {
            "question": self.question,
            "verdict": self.verdict,
            "kind": decision.kind,
            "entry": decision.entry.id if decision.entry else "",
            "options": [option.id for option in decision.options],
            "areas": list(decision.areas),
            "confidence": round(decision.confidence, 4),
            "threshold": round(answer_from, 4),
            "reason": decision.reason,
            "understood": decision.understood,
            "restored": decision.restored,
            "area": self.area,
            "before": list(self.before),
            "consulted": self.consulted,
            "says": self.says,
            "expect": list(self.expect),
            "candidates": [
                {"entry": one.entry.id, "question": one.entry.question, "score": one.score, "parts": one.parts}
                for one in decision.candidates
            ],
        }


def hit_test(
    knowledge: Knowledge,
    understanding: Understanding,
    question: str,
    now: datetime,
    after: Sequence[str] = (),
    area: str = "",
    expect: Sequence[str] = (),
) -> Hit:
    """Return what a call at `now` (local, aware) does with `question` after the questions `after` were asked in it.

    `area` is the caller's district where it is known.
    """
    call = Call(DialogSettings(), knowledge, understanding, None, now, ConstantHumans(), area=area)
    for earlier in after:
        asked = corrected(earlier) or earlier
        decision = look_up(asked, call)
        call.last_question = asked
        if decision.kind == "answer" and decision.entry:
            call.answered.append(decision.entry)
    before = tuple(entry.id for entry in call.answered[-3:])
    following = route(question, call)
    consulted = call.last_decision
    decision = consulted or look_up(corrected(question) or question, call)
    looked_in = call.context().area
    if isinstance(following, Form):
        following.enter(call)
    says = "".join(move.text for move in call.out if isinstance(move, Say))
    return Hit(question, decision, says, looked_in, consulted is not None, before, tuple(expect))
