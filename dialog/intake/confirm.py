"""The read-back: confirmed, corrected in one item, and stored; then the number of the ticket."""

from datetime import date, datetime, timedelta
from typing import ClassVar

from dialog.call import Call
from dialog.commands import Command, only, says, squeeze, yes_or_no
from dialog.draft import Draft
from dialog.form import Done, Form, Missed, Next
from dialog.forms.leaving import cancel, leave
from dialog.forms.number import TELEPHONE, Number, has_number
from dialog.intake.correct import correct, correct_story, refuses
from dialog.intake.item import Item, put_right, wrong_item
from dialog.intake.person import keep_number
from dialog.intake.slot import Slot, answer_in_between
from dialog.intake.words import added, spelled, verb
from dialog.moves import Asked, Expect, Heard
from tickets.spoken_numbers import digits, groups, spell, ticket_groups
from tickets.status import when_spoken
from tickets.ticket import Kind, Ticket
from tickets.wording import to_you

_LEAST_ADDED = 6
"""Characters from which on a turn adds to the story."""


class Confirm(Slot):
    """Reads the ticket back and stores it on a yes. A correction changes one item and repeats only that."""

    name: ClassVar[str] = "intake.confirm"
    slot = "confirm"
    missed = "what_is_wrong"

    def needed(self, draft: Draft, call: Call) -> bool:
        """Needed until confirmed."""
        return not draft.confirmed

    def again(self, call: Call) -> None:
        """Read back."""
        draft = self.draft(call)
        call.say(
            "summary",
            verb=verb(draft.kind),
            what=call.understanding.summary(draft.what) + (f",车牌{spelled(draft.plate)}" if draft.plate else ""),
            place=_place(draft),
            when=f",时间是{draft.when}" if draft.when and draft.when not in draft.what else "",
            contact=_contact(draft, call),
            secret=",个人信息保密" if draft.confidential else "",
        )

    def hear(self, heard: Heard, call: Call) -> Next:
        """Store, correct, or ask what is wrong."""
        text, draft = heard.text, self.draft(call)
        if only(text, Command.BYE):
            return leave(call)
        if says(text, Command.CANCEL) and not only(text, Command.NO):
            return cancel(call)
        if named := wrong_item(text):
            return self._wrong(*named, draft, call)
        answer = yes_or_no(text)
        if answer is True and (only(text, Command.YES, Command.DONE) or _names_end(text, draft.contact)):
            return self._store(draft, call)
        changed = correct(text, draft, call, asked=True)
        if changed:
            return self._changed(changed, call)
        if has_number(text):
            return Number("contact_other", TELEPHONE, keep_number, lambda _call: Done(), heard_first=text)
        if answer is True:
            return self._store(draft, call)
        if refuses(text) and (told := correct_story(text, draft, call)):
            return self._changed(told, call)
        if answer is False:
            call.say("what_is_wrong")
            return Wrong()
        if answer_in_between(text, call):
            self.again(call)
            return self
        return self._more(text, draft, call) if len(squeeze(text)) >= _LEAST_ADDED else Missed(self.missed)

    def key(self, key: str, call: Call) -> Next | None:
        """Key 1 is yes, 2 is no."""
        if key == "1":
            return self._store(self.draft(call), call)
        if key == "2":
            call.say("what_is_wrong")
            return Wrong()
        return None

    def expect(self, call: Call) -> Expect | None:
        """Yes or no."""
        return call.expectation(Asked.YES_NO, Command.YES, Command.NO)

    def take(self, text: str, draft: Draft, call: Call) -> Next | None:
        """Unused: `hear` decides."""
        return None

    def _wrong(self, item: Item, right: str, draft: Draft, call: Call) -> Next:
        """One item is wrong: take its right version, or ask for that item and no other."""
        if right and (changed := put_right(item, right, draft, call)):
            return self._changed(changed, call)
        if item.slot == "contact":
            return Number(item.line, TELEPHONE, keep_number, heard_first=right if has_number(right) else "")
        call.say(item.line)
        return Wrong(item)

    def _changed(self, what: str, call: Call) -> Next:
        call.note("corrected", reason="来电人更正一项")
        call.say("changed", what=to_you(what))
        return Changed(what)

    def _more(self, text: str, draft: Draft, call: Call) -> Next:
        """Something was added to the story."""
        told = added(text)
        draft.what = f"{draft.what},{told}"
        call.note("added", reason="来电人补充情况")
        call.say("added", what=to_you(told))
        return Changed(told)

    def _store(self, draft: Draft, call: Call) -> Next:
        draft.confirmed = True
        return Storing()


class Changed(Confirm):
    """Waits for a yes to the one item that was changed."""

    name: ClassVar[str] = "intake.changed"

    def __init__(self, what: str) -> None:
        self._what = what

    def enter(self, call: Call) -> Next:
        """The change was just said."""
        return self

    def again(self, call: Call) -> None:
        """Say the change again."""
        call.say("changed", what=to_you(self._what))


class Wrong(Confirm):
    """Waits for what is wrong; or, where the caller has named it, for the right version of that item."""

    name: ClassVar[str] = "intake.wrong"

    def __init__(self, item: Item | None = None) -> None:
        self._item = item

    def enter(self, call: Call) -> Next:
        """It was just asked."""
        return self

    def again(self, call: Call) -> None:
        """Ask again."""
        call.say(self._item.line if self._item else "what_is_wrong")

    def hear(self, heard: Heard, call: Call) -> Next:
        """Whatever is said is the right version of something."""
        text, draft = heard.text, self.draft(call)
        if wrong_item(text) or yes_or_no(text) is not None or says(text, Command.CANCEL) or only(text, Command.BYE):
            return super().hear(heard, call)
        if self._item and (right := put_right(self._item, text, draft, call)):
            return self._changed(right, call)
        if changed := correct(text, draft, call, asked=True):
            return self._changed(changed, call)
        if not self._item and not has_number(text) and (told := correct_story(text, draft, call)):
            return self._changed(told, call)
        return super().hear(heard, call)

    def expect(self, call: Call) -> Expect | None:
        """Anything about the ticket."""
        return call.expectation(Asked.STORY)


class Storing(Form):
    """Waits for the ticket's number, says it in groups, slowly, and by when there will be an answer."""

    name: ClassVar[str] = "intake.storing"

    def enter(self, call: Call) -> Next:
        """Store."""
        if call.draft is None:
            return Done()
        call.save(call.draft)
        return self

    def hear(self, heard: Heard, call: Call) -> Next:
        """The records have the next word."""
        return self

    def saved(self, number: str, ticket: Ticket, call: Call) -> Next | None:
        """Say the number and the limit; remember the caller for the next ticket."""
        draft = call.draft
        call.saved.append(number)
        if draft:
            call.contact, call.name, call.place = draft.contact, draft.name, draft.place
        call.settle()
        if ticket.kind in (Kind.PRAISE, Kind.SUGGESTION):
            call.say("saved_thanks")
        else:
            call.say("saved")
        call.say("saved_number", slow=True, number=",".join(spell(group) for group in ticket_groups(number)))
        _say_limit(ticket, call)
        if ticket.confidential:
            call.say("saved_confidential")
        return Done()

    def expect(self, call: Call) -> Expect | None:
        """The records have the next word."""
        return None


def _names_end(text: str, number: str) -> bool:
    """Whether the digits in `text` are the end of `number`: "对,尾号是1234"."""
    said = digits(text)
    return len(said) >= 3 and number.endswith(said)


def _say_limit(ticket: Ticket, call: Call) -> None:
    if ticket.due and ticket.kind not in (Kind.PRAISE, Kind.SUGGESTION):
        call.say("saved_due", due=_by(ticket.due, call.now.date()))


def _contact(draft: Draft, call: Call) -> str:
    if not draft.contact or draft.kind is Kind.PRAISE:
        return ""
    if draft.contact == call.caller:
        return ",联系电话就是您的来电号码"
    return ",联系电话" + ",".join(spell(group) for group in groups(draft.contact))


def _by(due: datetime, today: date) -> str:
    """Return the deadline as it is said; midnight is the end of the day before it."""
    if due.hour or due.minute:
        return when_spoken(due, today) + "以前"
    day = (due - timedelta(days=1)).date()
    near = {0: "今天", 1: "明天", 2: "后天"}.get((day - today).days)
    return (near or f"{day.month}月{day.day}日") + "之内"


def _place(draft: Draft) -> str:
    place = draft.place
    said = place.community and place.community in draft.what and place.detail in draft.what
    return "" if said or not str(place) else f",地点在{place}"
