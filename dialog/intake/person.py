"""Who called: the number to call back, the name, and whether both stay secret."""

import re
from typing import ClassVar

from dialog.call import Call
from dialog.commands import Command, says, squeeze, yes_or_no
from dialog.draft import Draft
from dialog.form import Done, Next
from dialog.forms.number import TELEPHONE, Number, has_number
from dialog.intake.correct import refuses
from dialog.intake.slot import Slot
from dialog.moves import Asked, Expect
from tickets.ticket import Kind

_KEEPS_IT = re.compile(r"不(想|愿意?|方便|要|用)?(留|联系|告诉|透露|给)|别联系|匿名|不用了?$|不需要|没有(电话|手机)")


_ANOTHER = re.compile(r"别的|另外?一?个|换|儿子|女儿|老伴|老公|老婆|爱人|我妈|我爸|家里|别打")


class Contact(Slot):
    """Offers the calling number first; another is spoken in groups or keyed."""

    name: ClassVar[str] = "intake.contact"
    slot = "contact"
    optional = True
    missed = "contact_caller"

    def needed(self, draft: Draft, call: Call) -> bool:
        """Needed once; praise needs no call back."""
        return not draft.contact and not draft.no_contact and draft.kind is not Kind.PRAISE

    def enter(self, call: Call) -> Next:
        """Offer the calling number, or ask for one where it is withheld."""
        draft = self.draft(call)
        draft.asks(self.slot)
        if not call.caller:
            return _number("contact_number")
        self.again(call)
        return self

    def take(self, text: str, draft: Draft, call: Call) -> Next | None:
        """Yes, no, another number, or none at all."""
        if has_number(text):
            return _number("contact_other", text)
        answer = yes_or_no(text)
        if answer is True or (re.search(r"(就|打|用)(这个|这|本机|来电)", text) and not re.search(r"不|别", text)):
            draft.contact = call.caller or ""
            return Done()
        if _KEEPS_IT.search(squeeze(text)):
            return without_number(call)
        if answer is False or _ANOTHER.search(text):
            return _number("contact_other")
        return None

    def key(self, key: str, call: Call) -> Next | None:
        """Key 1 is yes, 2 is no."""
        if key == "1":
            self.draft(call).contact = call.caller or ""
            return Done()
        return _number("contact_other") if key == "2" else None

    def expect(self, call: Call) -> Expect | None:
        """Yes or no."""
        return call.expectation(Asked.YES_NO, Command.YES, Command.NO)


def without_number(call: Call) -> Next:
    """The caller leaves no number: that is their right, and the ticket goes on."""
    call.note("contact", reason="来电人不愿留电话")
    if call.draft:
        call.draft.no_contact = True
    return Done()


def _number(asks: str, said: str = "") -> Number:
    return Number(asks, TELEPHONE, keep_number, without_number, heard_first=said)


def keep_number(number: str, call: Call) -> Next:
    """Put the confirmed number into the ticket."""
    if call.draft:
        call.draft.contact = number
    return Done()


class Name(Slot):
    """Asks for the name, once; it may be left out."""

    name: ClassVar[str] = "intake.name"
    slot = "name"
    optional = True

    def needed(self, draft: Draft, call: Call) -> bool:
        """Needed once, and never from a caller who wants secrecy, praises or proposes."""
        asks = call.settings.ask_name and draft.kind in (Kind.COMPLAINT, Kind.HELP, Kind.CONSULTATION)
        return asks and not draft.name and not draft.confidential and not draft.asked.get(self.slot)

    def again(self, call: Call) -> None:
        """Ask."""
        call.say("name")

    def take(self, text: str, draft: Draft, call: Call) -> Next | None:
        """A name, or none; a caller is not asked twice."""
        if says(text, Command.SKIP) or yes_or_no(text) is False:
            return Done()
        found = call.understanding.find_name(text, asked=True)
        name, said = found.name if found else "", squeeze(text)
        if (
            not name
            and not refuses(text)
            and re.fullmatch(r"(?:我)?(?:叫|姓|是)?[\u4e00-\u9fff]{2,4}", said)
            and yes_or_no(text) is None
        ):
            name = re.sub(r"^我?(叫|姓|是)?", "", said)
        draft.name = name
        return Done() if name or (len(said) <= 8 and not refuses(text)) else None

    def expect(self, call: Call) -> Expect | None:
        """A name."""
        return call.expectation(Asked.NAME)


class Secrecy(Slot):
    """Asks who reports something whether it should stay secret (保密工单)."""

    name: ClassVar[str] = "intake.secrecy"
    slot = "secrecy"
    optional = True
    missed = "secrecy"

    def needed(self, draft: Draft, call: Call) -> bool:
        """Needed once for a report."""
        return draft.kind is Kind.REPORT and not draft.confidential and not draft.asked.get(self.slot)

    def take(self, text: str, draft: Draft, call: Call) -> Next | None:
        """Yes or no."""
        if re.search(r"不(用|需要|必|要)|公开|无所谓|不怕", text) and not says(text, Command.SECRET):
            return Done()
        wants = re.search(r"要|需要|得|当然|最好|保密", text)
        if wants or yes_or_no(text) is True or says(text, Command.SECRET):
            draft.confidential = True
            call.say("will_be_secret")
            return Done()
        return Done() if yes_or_no(text) is False else None

    def key(self, key: str, call: Call) -> Next | None:
        """Key 1 is yes, 2 is no."""
        if key not in "12":
            return None
        self.draft(call).confidential = key == "1"
        return Done()

    def expect(self, call: Call) -> Expect | None:
        """Yes or no."""
        return call.expectation(Asked.YES_NO, Command.YES, Command.NO)
