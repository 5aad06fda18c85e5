"""Where a turn goes that belongs to no form: to an answer, a ticket, a legal way, a status; several one by one."""

import re

from dialog.call import Call
from dialog.commands import Command, says, squeeze
from dialog.correction import corrected
from dialog.form import Done, Form, Missed, Next
from dialog.forms.answer import Answer
from dialog.forms.ask_area import AskArea
from dialog.forms.choose import Choose
from dialog.forms.open import AnythingElse, Open
from dialog.forms.register import Offer
from dialog.forms.special import Guidance, Outside
from dialog.forms.status import Status
from dialog.intake.begin import begin
from dialog.intake.order import next_slot
from dialog.intake.words import is_empty_story, story
from dialog.looking_up import look_up
from dialog.signs import asks, demands, takes_ticket
from knowledge_base.entry import Decision, Entry
from tickets.appeal import DEALT_WITH, Appeal
from tickets.ticket import Kind
from tickets.wording import to_you

_POINTS = re.compile("这个|这家|这事|这种|那个|那家|他|她|它")
"""Points to what was said before."""
_SURE_OF_KIND, _SURE_OF_MATTER = 0.7, 0.8
"""Confidence (0 to 1) of the kind of appeal and of its matter that needs no further sign."""
_PLAINLY = 0.95
"""Confidence of the kind of appeal from which an appeal with words that show it is no question, whatever it asks."""
_HARDLY_APPEAL, _SURE_OF_ANSWER = 0.5, 0.8
"""Confidence of the kind of appeal below which, and of the knowledge base from which, a statement is a question."""
_FAINT = 0.35
"""Confidence (0 to 1) of the knowledge base below which the matter itself is looked at before asking back."""
_HOPE = 0.14
"""Confidence of the knowledge base below which it does not ask back on what may be an appeal."""
_SHORT_ABUSE = 12
"""Characters of abuse that hold nothing else."""
_LEAST_MATTER = 8
"""Characters from which on a statement is a matter that may be taken in."""
_LEAST_FOLLOW_UP = 3
"""The same for a question that leans on the last answer: "要多久"."""
_LEAST_QUESTION = 5
"""Characters below which what the knowledge base does not know is rather a fragment than a question."""


def onward(call: Call) -> Form:
    """Return what comes next: the ticket's next slot, another appeal, who waits for the floor, a last question."""
    if call.draft is not None:
        return next_slot(call)
    if call.todo:
        return _Next()
    if call.after is not None:
        after, call.after = call.after, None
        return after
    return AnythingElse()


class _Next(Form):
    """Takes up the next of several appeals."""

    name = "next"

    def enter(self, call: Call) -> Next:
        """Say which, and route it."""
        text = call.todo.popleft()
        call.say("next_about", about=to_you(text[:20]))
        return single(text, call)


def route(text: str, call: Call) -> Next:
    """Return where `text` goes. Several appeals in one breath are queued, and the first is taken up (scene 15)."""
    meant = corrected(text)
    parts = [part for part in call.understanding.split(meant or text) if len(squeeze(part)) > 1]
    if len(parts) > 1:
        call.note("several", count=len(parts))
        call.todo.extend(parts[1:])
        call.say("several", count=_counted(len(parts)))
        return single(parts[0], call)
    return single(meant or text, call)


def single(text: str, call: Call) -> Next:
    """Return where one appeal goes."""
    before, call.pending = call.pending, text
    urges = says(text, Command.URGE)
    if urges or says(text, Command.STATUS):
        return Status(text, urges=urges)
    way = call.understanding.out_of_scope(text)
    if way is not None:
        return Outside(way.say, way.id)
    appeal = call.understanding.classify(text)
    call.note("appeal", appeal=appeal.kind.value, confidence=appeal.confidence, evidence=list(appeal.evidence))
    if _idle(text, appeal, call):
        return Guidance("辱骂" if says(text, Command.ABUSE) else "闲聊")
    if _leans(text, call):
        whole = f"{call.last_question},{text}"
        kind = Kind.HELP if appeal.kind in (Kind.CONSULTATION, Kind.PRAISE) else appeal.kind
        begin(whole, call.understanding.classify(whole), call, kind)
        return Done()
    if is_empty_story(text) and not (appeal.evidence and appeal.kind is not Kind.CONSULTATION):
        call.pending = ""
        call.say("go_on")
        return Open(opening="", before=text)
    if not _is_appeal(text, appeal, call):
        return consult(text, call, appeal, before)
    begin(text, appeal, call, Kind.HELP if appeal.kind is Kind.CONSULTATION else None)
    return Done()


def _is_appeal(text: str, appeal: Appeal, call: Call) -> bool:
    """Whether what sounds like an appeal is one, by its words or by a matter that is clear, and is no question."""
    clear, asking = _matter_is_clear(text, call), asks(text) and not demands(text)
    if appeal.kind is Kind.CONSULTATION:
        wanted = appeal.trouble or demands(text)
        return clear and wanted and look_up(text, call).kind != "answer"
    if appeal.evidence and appeal.faint and not asking:
        return look_up(text, call).kind != "answer"
    if appeal.evidence and not appeal.faint:
        if not asking or appeal.confidence >= _PLAINLY:
            return True
        known = look_up(text, call).kind
        return known == "refuse" or (known == "ask_back" and (clear or appeal.confidence >= _SURE_OF_KIND))
    if appeal.kind is Kind.PRAISE or asking:
        return False
    if demands(text) and appeal.kind in DEALT_WITH and appeal.confidence >= _HARDLY_APPEAL:
        return True
    if appeal.confidence < _SURE_OF_KIND and not clear:
        return False
    if appeal.confidence >= _HARDLY_APPEAL:
        return True
    decision = look_up(text, call)
    return decision.kind != "answer" or decision.confidence < _SURE_OF_ANSWER


def _matter_is_clear(text: str, call: Call) -> bool:
    found = call.understanding.match_matter(text)
    return found.sure and found.confidence >= _SURE_OF_MATTER


def _leans(text: str, call: Call) -> bool:
    """Whether `text` demands something about what was asked last, and does not say again what that is."""
    if not call.last_question or not (is_empty_story(text) or demands(text) or takes_ticket(text)):
        return False
    bare = is_empty_story(text) or takes_ticket(text)
    return bool(bare or _POINTS.search(text) or not call.understanding.match_matter(text).sure)


def _is_trouble(appeal: Appeal, clear: bool) -> bool:
    """Whether somebody may have to deal with what is asked about."""
    if appeal.kind not in DEALT_WITH:
        return appeal.trouble
    return appeal.trouble or appeal.confidence >= _HARDLY_APPEAL or (clear and appeal.confidence >= _FAINT)


def consult(text: str, call: Call, appeal: Appeal, before: str = "") -> Next:
    """Answer, ask back, or offer to register; never with an entry that the caller has just refused."""
    decision = look_up(text, call)
    call.last_question, call.last_decision = text, decision
    scores = {candidate.entry.id: round(candidate.score, 3) for candidate in decision.candidates[:5]}
    call.note(
        "knowledge",
        question=text,
        decision=decision.kind,
        entry=decision.entry.id if decision.entry else "",
        confidence=round(decision.confidence, 3),
        reason=decision.reason,
        understood=decision.understood,
        scores=scores,
    )
    if decision.kind == "answer" and decision.entry and decision.entry.id not in call.rejected:
        trouble = text if _is_trouble(appeal, _matter_is_clear(text, call)) else ""
        return Answer(decision.entry, decision.confidence, decision.reason, decision.says, trouble)
    if decision.areas and (allowed := _allowed(decision.options, call)):
        return AskArea(text, allowed[0], decision.areas, decision.confidence, decision.reason)
    options = () if _is_elsewhere(text, appeal, decision, call) else _allowed(decision.options, call)
    if options and (len(options) > 1 or len(decision.options) == 1):
        return Choose(text, options[:3], decision.confidence)
    if options:
        return Answer(options[0], decision.confidence, "另一个已被来电人否定")
    return _unanswered(text, call, appeal, before)


def _unanswered(text: str, call: Call, appeal: Appeal, before: str) -> Next:
    """Offer a ticket for what is plainly a question or a matter; ask again where it is neither."""
    core = squeeze(story(text))
    if _matter_is_clear(text, call) and appeal.kind not in (Kind.CONSULTATION, Kind.PRAISE):
        begin(text, appeal, call)
        return Done()
    if len(core) >= _LEAST_QUESTION and asks(text):
        return Offer(text)
    if call.answered and len(core) >= _LEAST_FOLLOW_UP and asks(text):
        return Offer(f"{call.answered[-1].subject},{text}")
    if len(core) >= _LEAST_MATTER and not says(text, Command.CHAT):
        return Offer(text, appeal=True)
    call.pending = before
    return Missed()


def _allowed(entries: tuple[Entry, ...], call: Call) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if entry.id not in call.rejected)


def _is_elsewhere(text: str, appeal: Appeal, decision: Decision, call: Call) -> bool:
    """Whether what asks nothing is no matter to ask back about, on a faint hope or to other departments."""
    if asks(text) or decision.confidence >= _FAINT:
        return False
    if decision.confidence < _HOPE and appeal.kind is not Kind.CONSULTATION and appeal.confidence >= _HARDLY_APPEAL:
        return True
    found = call.understanding.match_matter(text)
    clear = found.sure and found.confidence >= _SURE_OF_MATTER
    named = any(option.subject and option.subject in text for option in decision.options)
    return clear and not named and all(option.department != found.matter.unit for option in decision.options)


def _idle(text: str, appeal: Appeal, call: Call) -> bool:
    """Whether it is chat or abuse with no appeal in it."""
    abuse = says(text, Command.ABUSE) and len(squeeze(text)) <= _SHORT_ABUSE
    if not (abuse or says(text, Command.CHAT)):
        return False
    clear = _matter_is_clear(text, call)
    known = len(squeeze(text)) >= _LEAST_MATTER and asks(text) and look_up(text, call).confidence >= _FAINT
    return not (clear or known or (abuse and appeal.evidence))


def _counted(count: int) -> str:
    return "零一两三四五六七八九"[count] if count < 10 else str(count)
