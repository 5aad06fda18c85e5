"""What is understood at any moment of a call of ours: not now, wrong person, who are you, never again."""

import re
from dataclasses import dataclass

from dialog.call import Call
from dialog.commands import Command, says
from dialog.form import Form, Next
from dialog.forms.ending import Goodbye, Rating
from dialog.forms.open import AnythingElse, Open
from dialog.interceptors import INTERCEPTORS, Interceptor, anger, emergency
from dialog.outbound.answers import solved, tells_more
from dialog.outbound.errand import Errand
from dialog.outbound.follow_up import AskReason, AskSolved, OutboundForm
from dialog.outbound.journal import Journal
from dialog.outbound.later import said_back, time_named
from dialog.outbound.signs import Sign, shows
from dialog.ports import Understanding
from dialog.signs import asks
from tickets.callbacks import CallBackKind

_CALLS = re.compile("打|联系|来电|通话")
"""Who asks with one of these asks to be called: 晚点打给我行吗."""
_GOING_ON = re.compile(r"呢\W*$")
"""The 呢 of 我在开车呢 asks nothing."""
_CALLED = re.compile("电话|号码|投诉|举报|拉黑|骚扰|有完没完|热线")
"""Words that make 再打我 a matter of telephone calls."""


@dataclass(frozen=True, slots=True)
class Courtesies:
    """The interceptors of one outbound call; what they decide is kept in its journal."""

    errand: Errand
    journal: Journal

    def all(self) -> tuple[Interceptor, ...]:
        """Return them among those of every conversation, in the order in which they are asked."""
        rest = tuple(self.calm if each is anger else each for each in INTERCEPTORS if each is not emergency)
        return (self.alarm, self.stop_calling, self.wrong_person, self.later, self.who_are_you, *rest)

    def business(self, text: str) -> bool:
        """Whether the first words already say what becomes of the call, before it has said what it is for."""
        known: tuple[Sign, ...] = ("stop_calling", "later", "absent")
        return any(shows(text, sign) for sign in known) or says(text, Command.HUMAN)

    def alarm(self, text: str, form: Form, call: Call) -> Next | None:
        """An emergency as in every call; but "再打我就投诉" is about calls, not about blows."""
        return None if _is_about_calls(text) else emergency(text, form, call)

    def is_alarm(self, text: str, understanding: Understanding) -> bool:
        """Whether the first words are an emergency."""
        return not _is_about_calls(text) and understanding.emergency(text) is not None

    def stop_calling(self, text: str, form: Form, call: Call) -> Next | None:
        """ "别再打了": never again."""
        if isinstance(form, AskReason) or not shows(text, "stop_calling"):
            return None
        self.journal.ending = "do_not_call"
        call.note("do_not_call", reason="来电人不要再打", said=text)
        return Goodbye("stop_calling", "do not call")

    def wrong_person(self, text: str, form: Form, call: Call) -> Next | None:
        """ "打错了", "我没反映过": an apology, and nothing of the ticket is told."""
        if not isinstance(form, OutboundForm) or isinstance(form, AskReason) or shows(text, "family"):
            return None
        if not shows(text, "wrong_person"):
            return None
        if self.errand.kind is CallBackKind.MISSED:  # whoever dialled by mistake is the right person
            self.journal.served = True
            call.note("missed_call", reason="误拨", said=text)
            return Goodbye("missed_not_called", "not called")
        if isinstance(form, AskSolved):
            self.journal.ending = "wrong_number"
            call.note("wrong_number", said=text)
            return Goodbye("wrong_number", "wrong number")
        return None

    def later(self, text: str, form: Form, call: Call) -> Next | None:
        """ "我在开会,下午再打": at that time, or at another one; what was answered meanwhile is kept."""
        if not isinstance(form, OutboundForm) or isinstance(form, AskReason):
            return None
        if not (shows(text, "later") or shows(text, "absent")) or _wants_something(text):
            return None
        answer = solved(text) if isinstance(form, AskSolved) else None
        if answer is not None:
            self.journal.solved = answer
            if tells_more(text):
                self.journal.tell(text)
        self.journal.ending = "put_off"
        self.journal.again = at = time_named(text, call.now)
        when = said_back(at, call.now) if at else ""
        call.note("put_off", until=at.isoformat() if at else None, said=text)
        if self.journal.result().ending == "done":
            return Goodbye("later_noted", "put off")
        if when:
            call.say("later_at", when=when)
            return Goodbye("", "put off")
        return Goodbye("later", "put off")

    def who_are_you(self, text: str, form: Form, call: Call) -> Next | None:
        """ "你是谁,是不是骗子": who we are, what we never ask for, and how to make sure."""
        if not isinstance(form, OutboundForm | Open | AnythingElse) or not shows(text, "who"):
            return None
        call.note("who_are_you", said=text)
        call.say("who_we_are")
        form.again(call)
        return form

    def calm(self, text: str, form: Form, call: Call) -> Next | None:
        """Anger in answer to 解决了吗 is an answer; elsewhere it is what it always is."""
        return None if isinstance(form, OutboundForm | Rating) else anger(text, form, call)


def _is_about_calls(text: str) -> bool:
    return shows(text, "stop_calling") and bool(_CALLED.search(text))


def _wants_something(text: str) -> bool:
    """Whether whoever is busy or away has a matter all the same: 我在外地,想问一下社保怎么转."""
    return shows(text, "new_matter") or (asks(_GOING_ON.sub("", text)) and not _CALLS.search(text))
