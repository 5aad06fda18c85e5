"""What all slots share: a correction of something earlier, a question in between, a caller who gives up."""

import re

from dialog.call import Call
from dialog.commands import Command, only, says, squeeze
from dialog.draft import Draft
from dialog.form import Done, Form, Missed, Next
from dialog.forms.answer import note_answer
from dialog.forms.leaving import cancel, leave
from dialog.forms.number import has_number
from dialog.intake.correct import correct
from dialog.intake.harvest import harvest
from dialog.intake.item import Item, put_right, wrong_item
from dialog.intake.words import added
from dialog.looking_up import look_up
from dialog.moves import Heard

_ASKS = re.compile(r"吗|呢$|怎么|什么|多久|多少|几[点天号时]|哪|谁|[??]")
_SURE, _LEAST_ADDED = 0.6, 6
"""Confidence of the recogniser (0 to 1) and characters from which on what fits no slot is added to the story."""


class Slot(Form):
    """One question of the intake. Returns `Done` when it is answered; the next slot follows by `intake.order`."""

    slot = ""
    """The slot's name in `Draft.asked`."""
    optional = False
    """"不用了" then means this question, not the whole ticket."""
    missed = "not_understood"
    """What is said when a turn does not answer the question; for most slots, the question itself."""
    _waited: Item | None = None
    """An earlier item whose right version is waited for."""

    def enter(self, call: Call) -> Next:
        """Ask, and count it."""
        draft = self.draft(call)
        draft.asks(self.slot)
        self.again(call)
        return self

    def again(self, call: Call) -> None:
        """Ask."""
        call.say(self.missed)

    def hear(self, heard: Heard, call: Call) -> Next:
        """Take the answer, a correction, a question in between or a farewell."""
        text, draft = heard.text, self.draft(call)
        if only(text, Command.BYE):
            return leave(call)
        if says(text, Command.CANCEL) and not (self.optional and says(text, Command.SKIP)):
            return cancel(call)
        if earlier := self._earlier(text, draft, call):
            return earlier
        changed = correct(text, draft, call, slot=self.slot)
        if changed:
            call.say("changed_and_on", what=changed)
            self.again(call)
            return self
        if self.slot != "what" and not draft.confidential and says(text, Command.SECRET) and not has_number(text):
            return self._keep_secret(draft, call)
        taken = self.take(text, draft, call)
        if taken is not None:
            return taken
        if answer_in_between(text, call):
            self.again(call)
            return self
        if harvest(text, draft, call):
            self.again(call)
            return self
        if says(text, Command.DO_NOT_KNOW):
            self.again(call)
            return self
        if heard.confidence >= _SURE and len(squeeze(text)) >= _LEAST_ADDED and not _ASKS.search(text):
            draft.what = f"{draft.what},{added(text)}"
            call.note("added", reason="来电人补充情况")
            call.say("noted")
            self.again(call)
            return self
        return Missed(self.missed)

    def _earlier(self, text: str, draft: Draft, call: Call) -> Next | None:
        """An item that was asked for before is called wrong: take or ask for that one, then go on with this."""
        item, self._waited = self._waited, None
        if item is None:
            named = wrong_item(text)
            if named is None or named[0].slot in (self.slot, "contact"):
                return None
            item, text = named
            if not text:
                self._waited = item
                call.say(item.line)
                return self
        changed = put_right(item, text, draft, call)
        if not changed:
            return None
        call.say("changed_and_on", what=changed)
        self.again(call)
        return self

    def _keep_secret(self, draft: Draft, call: Call) -> Next:
        draft.confidential = True
        call.say("will_be_secret")
        return Done()

    def take(self, text: str, draft: Draft, call: Call) -> Next | None:
        """Return what follows where `text` answers the question, None where it does not."""
        raise NotImplementedError

    def needed(self, draft: Draft, call: Call) -> bool:
        """Whether this still has to be asked."""
        raise NotImplementedError

    @staticmethod
    def draft(call: Call) -> Draft:
        """Return the ticket being taken in."""
        if call.draft is None:
            raise RuntimeError("a slot has the floor without a ticket")
        return call.draft


def answer_in_between(text: str, call: Call) -> bool:
    """Answer a question that has nothing to do with the slot, where the knowledge base is sure."""
    decision = look_up(text, call)
    if decision.kind != "answer" or decision.entry is None:
        return False
    note_answer(decision.entry, decision.confidence, "登记中插问", call)
    call.answered.append(decision.entry)
    call.speak(decision.says or decision.entry.spoken, fixed=not decision.says)
    return True
