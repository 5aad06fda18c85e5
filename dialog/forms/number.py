"""A number, spoken in groups or keyed: length and prefix checked, read back in groups, corrected in part."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from dialog.call import Call
from dialog.commands import Command, only, says, squeeze, yes_or_no
from dialog.form import Form, Missed, Next, ToHuman
from dialog.forms.leaving import cancel, leave
from dialog.moves import Asked, Expect, Heard
from tickets import spoken_numbers


@dataclass(frozen=True, slots=True)
class NumberKind:
    """How a kind of number is checked: `check` gives the digits, what is wrong with them, and their groups."""

    check: Callable[[str], tuple[str, str, tuple[str, ...]]]
    longest: int
    part: int
    """Up to this many digits are a first group, and the rest is waited for."""
    full: re.Pattern[str]
    """What is complete without waiting for more keys."""


def _telephone(number: str) -> tuple[str, str, tuple[str, ...]]:
    checked = spoken_numbers.check_phone(number)
    return checked.number, checked.problem, checked.groups


def _ticket(number: str) -> tuple[str, str, tuple[str, ...]]:
    checked = spoken_numbers.check_ticket_number(number)
    return checked.number, checked.problem, checked.groups


TELEPHONE = NumberKind(_telephone, 12, 7, re.compile(r"1\d{10}|0\d{11}|[2-8]\d{7}"))
TICKET = NumberKind(_ticket, 12, 8, re.compile(r"\d{12}|\d{10}"))

_NONE = re.compile(r"没有?(工单|号|电话|手机|别的|其他)|找不到|没记")
_THIS_ONE = re.compile(r"(?<!不)(?<!别)(就|打|用|是)(打|用|是)?(这个|本机|来电|现在这个|我这个)")

Then = Callable[[str, Call], Next]


@dataclass(slots=True)
class Number(Form):
    """Takes a number of `kind` and goes on with `then`. `otherwise` follows where the caller has none to give."""

    name: ClassVar[str] = "number"
    takes_keys: ClassVar[bool] = True
    asks: str
    kind: NumberKind
    then: Then
    otherwise: Callable[[Call], Next] | None = None
    sofar: str = ""
    keyed: str = ""
    reading_back: bool = False
    attempts: int = 0
    heard_first: str = ""
    """What the caller already said when the number was not yet asked for."""
    silent: bool = False
    """It was just asked for in other words."""
    unread: bool = False
    """It is taken without a read-back, which its caller would not understand."""

    def enter(self, call: Call) -> Next:
        """Ask; or take what was already said."""
        if self.heard_first:
            text, self.heard_first = self.heard_first, ""
            return self._take(spoken_numbers.add_digits("", text), call)
        if not self.silent:
            call.say(self.asks)
        return self

    def hear(self, heard: Heard, call: Call) -> Next:
        """A group, the whole, a correction; yes and no to what was read back; a farewell, or no ticket any more."""
        text, self.keyed = heard.text, ""
        digits = spoken_numbers.digits(text)
        if only(text, Command.BYE):
            return leave(call)
        if len(digits) < 2 and says(text, Command.CANCEL) and not (self.otherwise and says(text, Command.SKIP)):
            return cancel(call)
        if self.reading_back:
            answer = yes_or_no(text)
            if answer is True and (len(digits) < 3 or self.sofar.endswith(digits)):
                return self._confirmed(call)  # "对,尾号5678" says yes
            if len(digits) < 3:
                return self._wrong(call) if answer is False else Missed("number_again")
        elif len(digits) < 2 and self.kind is TELEPHONE and call.caller and _THIS_ONE.search(text):
            return self.then(call.caller, call)
        elif (len(digits) < 2 and self.otherwise and (says(text, Command.DO_NOT_KNOW) or _NONE.search(text))) or (
            len(digits) < 2 and self.otherwise and (says(text, Command.SKIP) or says(text, Command.NO))
        ):
            return self.otherwise(call)
        elif not digits:
            return Missed("number_not_heard")
        self.reading_back = False
        return self._take(spoken_numbers.add_digits(self.sofar, text), call)

    def key(self, key: str, call: Call) -> Next | None:
        """Digits add up, # ends them, * begins afresh; while reading back 1 is yes and 2 is no."""
        if self.reading_back and not self.keyed and key in "12#*":
            return self._confirmed(call) if key in "1#" else self._wrong(call)
        self.reading_back = False
        if key == "*":
            self.keyed = ""
            return self
        if key != "#" and len(self.keyed) < self.kind.longest:
            self.keyed += key
        if key == "#" or self.kind.full.fullmatch(self.keyed) or len(self.keyed) >= self.kind.longest:
            return self._take_keys(call)
        return self

    def silence(self, call: Call) -> Next | None:
        """After keys silence is their end; after a spoken group the rest is asked for by the usual ladder."""
        return self._take_keys(call) if self.keyed else None

    def again(self, call: Call) -> None:
        """Ask again, or read back again."""
        if self.reading_back:
            self._read_back(call)
        else:
            call.say("number_go_on" if self.sofar else self.asks)

    def expect(self, call: Call) -> Expect | None:
        """A number, or yes and no."""
        if self.reading_back:
            return call.expectation(Asked.YES_NO, Command.YES, Command.NO)
        expect = call.expectation(Asked.NUMBER)
        return Expect(expect.asked, expect.phrases, call.settings.silence_keys_ms) if self.keyed else expect

    def _take_keys(self, call: Call) -> Next:
        keyed, self.keyed, self.sofar = self.keyed, "", ""
        return self._take(keyed, call, whole=True)

    def _take(self, number: str, call: Call, whole: bool = False) -> Next:
        """Check what there is; wait for the rest, say what is missing, or read back."""
        checked, problem, _ = self.kind.check(number)
        if not problem and self.unread:
            return self.then(checked, call)
        if not problem:
            self.sofar = checked
            self.reading_back = True
            self._read_back(call)
            return self
        if number and not whole and len(number) <= self.kind.part:
            self.sofar = number
            call.say("number_go_on")
            return self
        return self._problem(problem, number, call)

    def _problem(self, problem: str, number: str, call: Call) -> Next:
        self.sofar, self.reading_back = "", False
        self.attempts += 1
        call.note("number", reason=problem, digits=len(number), attempts=self.attempts)
        if self.attempts >= call.settings.number_attempts:
            return ToHuman("number_not_understood", "sorry_human")
        call.say("number_problem", problem=problem)
        return self

    def _wrong(self, call: Call) -> Next:
        self.sofar, self.reading_back = "", False
        self.attempts += 1
        call.note("number", reason="来电人说不对", attempts=self.attempts)
        if self.attempts >= call.settings.number_attempts:
            return ToHuman("number_not_understood", "sorry_human")
        call.say("number_again")
        return self

    def _read_back(self, call: Call) -> None:
        _, _, groups = self.kind.check(self.sofar)
        spoken = ",".join(spoken_numbers.spell(group) for group in groups)
        call.say("number_read_back", slow=True, number=spoken)

    def _confirmed(self, call: Call) -> Next:
        call.note("number", reason="来电人确认", digits=len(self.sofar))
        return self.then(self.sofar, call)


def has_number(text: str) -> bool:
    """Whether `text` holds enough digits to be a group of a telephone number rather than a count."""
    return len(spoken_numbers.digits(text)) >= 3 and len(squeeze(text)) < 60
