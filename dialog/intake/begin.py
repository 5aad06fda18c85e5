"""Begins a ticket with what the caller has said so far."""

from dialog.call import Call
from dialog.draft import Draft
from dialog.intake.harvest import harvest
from dialog.intake.words import comfort, is_empty_story, story
from tickets.appeal import Appeal
from tickets.ticket import Kind


def begin(text: str, appeal: Appeal, call: Call, kind: Kind | None = None) -> None:
    """Open a draft for `text`, take from it all that it says, and comfort the caller in one sentence."""
    draft = Draft(kind or appeal.kind, "" if is_empty_story(text) else story(text))
    draft.tag = f"appeal-{len(call.saved) + 1}"
    draft.confidential = appeal.wants_confidential
    draft.repeated = appeal.repeated or call.repeated
    draft.name, draft.contact = call.name, call.contact
    if call.saved:
        draft.asks("name")  # asked once in a call
    call.draft, call.pending = draft, text
    call.note("intake", appeal=draft.kind.value, confidence=appeal.confidence, evidence=list(appeal.evidence))
    harvest(text, draft, call)
    if draft.what:
        settle_matter(draft, call)
    if draft.repeated and (appeal.repeated_here or call.repeated):
        escalate(draft, call)
    else:
        call.say(comfort(draft.kind))
    if draft.confidential:
        call.say("will_be_secret")


def escalate(draft: Draft, call: Call) -> None:
    """Say, once, that it is handed up; only where it is known that the hotline was called before."""
    if not draft.escalated:
        call.say("escalate")
    draft.escalated = True


def settle_matter(draft: Draft, call: Call) -> None:
    """Find the line of the responsibility list that the story belongs to."""
    found = call.understanding.match_matter(draft.what)
    draft.matter = found.matter
    call.note("matter", matter=found.matter.id, unit=found.matter.unit, confidence=found.confidence, sure=found.sure)
