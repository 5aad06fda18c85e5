"""The caller leaves in the middle, or withdraws: what was asked for is kept or dropped, never forgotten."""

from dialog.call import Call
from dialog.draft import Draft
from dialog.form import Done, Next
from dialog.forms.ending import Goodbye
from tickets.ticket import State


def keep_drafts(call: Call) -> bool:
    """Store what was asked for and not settled, so that the caller is called back (scene 18); say whether any was."""
    drafts = [call.draft] if call.draft else []
    texts = [] if call.draft or not call.pending else [call.pending]
    drafts += [Draft(call.understanding.classify(text).kind, text) for text in (*texts, *call.todo)]
    for draft in drafts:
        draft.what = draft.what or call.pending or "来电人中途挂断"
        draft.contact = draft.contact or call.contact or call.caller or ""
        draft.note = draft.note or "通话中断,待回拨"
        call.save(draft, State.DRAFT, answer=False)
    call.settle()
    call.todo.clear()
    return bool(drafts)


def leave(call: Call) -> Next:
    """The caller says goodbye in the middle: the ticket and all that waits behind it are kept as drafts."""
    if call.draft is None:
        call.pending = ""  # a question that its caller lets go
    if keep_drafts(call):
        call.note("draft", reason="来电人中途道别")
    return Goodbye()


def cancel(call: Call) -> Next:
    """The caller no longer wants the ticket, or what was asked before there was one."""
    call.note("cancelled", reason="来电人不登记了")
    if call.draft:
        call.say("cancelled")
    call.settle()
    return Done()
