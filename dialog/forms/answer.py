"""Answers from the knowledge base, and sends the details by SMS when asked to."""

from dataclasses import dataclass
from typing import ClassVar

from dialog.call import Call
from dialog.form import Done, Form, Next
from dialog.forms.register import Offer
from knowledge_base.entry import Entry


@dataclass(slots=True)
class Answer(Form):
    """Says the answer of `entry`, or `says` where only one part of it was asked for."""

    name: ClassVar[str] = "answer"
    entry: Entry
    confidence: float
    reason: str
    says: str = ""
    trouble: str = ""
    """What was asked, where somebody may have to deal with it: a ticket is offered after the answer."""

    def enter(self, call: Call) -> Next:
        """Say it; the matter is settled."""
        note_answer(self.entry, self.confidence, self.reason, call)
        call.answered.append(self.entry)
        call.settle()
        call.speak(self.says or self.entry.spoken, fixed=not self.says)
        number = call.contact or call.caller
        if call.wants_sms and number:
            call.wants_sms = False
            call.sms(number, details(call))
            call.say("sms_sent")
        return Offer(self.trouble, appeal=True, line="offer_dealing") if self.trouble else Done()


def note_answer(entry: Entry, confidence: float, reason: str, call: Call) -> None:
    """Record which entry answered, how sure it is and why."""
    facts = {"entry": entry.id, "topic": entry.topic, "subject": entry.subject}
    call.note("answer", **facts, confidence=round(confidence, 3), reason=reason)


def details(call: Call) -> str:
    """Return what an SMS should tell: the last answer in full, or the number of the last ticket; "" for nothing."""
    if call.answered:
        entry = call.answered[-1]
        parts = [entry.text or entry.spoken]
        if entry.materials:
            parts.append("材料:" + "、".join(entry.materials))
        parts += [
            f"{name}:{value}"
            for name, value in (("地点", entry.place), ("时间", entry.hours), ("电话", entry.telephone))
            if value
        ]
        return "【澜江12345】" + "。".join(part.rstrip("。") for part in parts) + "。"
    if call.saved:
        return f"【澜江12345】您的工单号是{call.saved[-1]},可拨打12345凭工单号查询进度。"
    return ""
