"""The dialogue: a pure state machine. Moves come in, moves go out; one form has the floor at a time."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from dialog.call import Call
from dialog.commands import Command, only, squeeze
from dialog.form import Back, Done, Form, Missed, Next, Route, ToHuman
from dialog.forms.call_back import CallBack
from dialog.forms.ending import Ended, Goodbye
from dialog.forms.human import HandingOver, NoHuman
from dialog.forms.leaving import keep_drafts
from dialog.forms.open import Open
from dialog.forms.special import Alarm
from dialog.humans import ConstantHumans
from dialog.interceptors import INTERCEPTORS, Interceptor, say_again
from dialog.lines import fillers
from dialog.moves import (
    Found,
    Gone,
    HangUp,
    Heard,
    Key,
    MoveIn,
    MoveOut,
    Say,
    Silence,
    Spoken,
    TicketSaved,
    TransferFailed,
    Transferred,
    Trouble,
)
from dialog.ports import Humans, Knowledge, Understanding
from dialog.router import onward, route
from dialog.settings import DialogSettings

_MOST_STEPS = 20
"""Forms that may pass the floor on within one turn; more is a circle."""


class Conversation:
    """One conversation. Every turn ends with one `Expect`, `Transfer`, `HangUp`, or a wait for the records.

    A wait is a `SaveTicket` with `answer` or a `LookUp`; `TicketSaved` and `Found` answer them. `Spoken` is only
    taken note of. After `HangUp` nothing is said any more.
    """

    def __init__(
        self,
        settings: DialogSettings,
        knowledge: Knowledge,
        understanding: Understanding,
        caller: str | None,
        now: datetime,
        humans: Humans | None = None,
        call_id: str = "",
        first: Form | None = None,
        interceptors: Sequence[Interceptor] = INTERCEPTORS,
    ) -> None:
        """Begin with `caller` at `now`; without `humans` a human can always be tried."""
        self.call = Call(settings, knowledge, understanding, caller, now, humans or ConstantHumans(), call_id)
        self._form: Form = first or Open()
        self._interceptors = interceptors
        self._repeating = False
        self._leaving = False
        """Whether the goodbye is being said, which a caller may still interrupt."""

    @property
    def state(self) -> str:
        """The name of the form that has the floor, for the records."""
        return self._form.name

    @property
    def floor(self) -> Form:
        """The form that has the floor."""
        return self._form

    def start(self, now: datetime | None = None) -> list[MoveOut]:
        """Return the greeting with its one open question; `now` where that is later than the making."""
        self.call.now = now or self.call.now
        return self._end(self._form.enter(self.call))

    def hear(self, move: MoveIn, now: datetime) -> list[MoveOut]:
        """Return what follows from `move`, which came at `now` (local, aware)."""
        call = self.call
        call.now = now
        if isinstance(self._form, Ended) and not self._comes_back(move):
            return []
        match move:
            case Heard():
                return self._end(self._heard(move))
            case Key():
                return self._end(self._key(move.key))
            case Silence():
                return self._end(self._silence())
            case TicketSaved():
                return self._answered(self._form.saved(move.number, move.ticket, call))
            case Found():
                return self._answered(self._form.found(move.tickets, call))
            case TransferFailed():
                return self._failed(move)
            case Transferred():
                return self._transferred()
            case Trouble():
                return self._trouble(move)
            case Gone():
                return self._gone()
            case Spoken():
                return []

    # ---- moves in ----

    def _comes_back(self, move: MoveIn) -> bool:
        """Whether a caller speaks into the goodbye, and says more than goodbye: then the call is open again."""
        polite = (Command.BYE, Command.DONE, Command.NO, Command.SKIP)
        self._leaving = self._leaving and not isinstance(move, Gone)
        if not self._leaving or not isinstance(move, Heard) or not squeeze(move.text) or only(move.text, *polite):
            return False
        self.call.note("came back", state=self.state)
        self._form, self._leaving = Open(), False
        return True

    def _heard(self, move: Heard) -> Next:
        call, text = self.call, _text(move)
        call.silences = 0
        if self._form.expect(call) is None:  # the line or the records have the next word
            call.said.append(text)
            return self._form
        if not squeeze(text) or (move.confidence < call.settings.least_confidence and move.phrase is None):
            return Missed("not_heard")
        call.said.append(text)
        for intercept in self._interceptors:
            taken = intercept(text, self._form, call)
            if taken is not None:
                call.note("intercepted", by=intercept.__name__, state=self.state)
                return taken
        return self._form.hear(replace(move, text=text), call)

    def _key(self, key: str) -> Next:
        call = self.call
        call.silences = 0
        if self._form.expect(call) is None:
            return self._form
        if key == "0" and not self._typing():
            # Where no human can be reached, that form knows what a further wish for one means.
            return (self._form.key(key, call) if isinstance(self._form, NoHuman) else None) or ToHuman("key 0")
        taken = self._form.key(key, call)
        if taken is None and key == "*":
            say_again(call)
        return self._form if taken is None else taken

    def _typing(self) -> bool:
        """Whether a 0 belongs to a number whose first digits were already keyed."""
        return bool(getattr(self._form, "keyed", ""))

    def _silence(self) -> Next:
        call, form = self.call, self._form
        if form.expect(call) is None:
            return form
        call.silences += 1
        taken = form.silence(call)
        if taken is not None:
            return taken
        if call.silences > call.settings.silences_before_goodbye:
            call.note("silence", reason="一直没有声音,结束通话", times=call.silences)
            kept = keep_drafts(call)
            return Goodbye("silence_goodbye_kept" if kept else "silence_goodbye", "silence")
        if call.draft and call.silences == 1:
            call.say("take_your_time")
        else:
            call.say("are_you_there" if call.silences == 1 else "still_there")
            if call.silences > 1 and call.draft:
                form.again(call)
        return form

    def _failed(self, move: TransferFailed) -> list[MoveOut]:
        if not isinstance(self._form, HandingOver | Alarm):
            return []
        return self._end(self._form.failed(move, self.call))

    def _transferred(self) -> list[MoveOut]:
        self.call.note("transferred", reason="人工已接")
        self._form = Ended()
        return self._flush()

    def _trouble(self, move: Trouble) -> list[MoveOut]:
        call = self.call
        call.note("trouble", what=move.what, state=self.state)
        waiting = self._form.expect(call) is None
        if move.what == "records" and waiting and not isinstance(self._form, HandingOver | Alarm):
            if isinstance(self._form, NoHuman) or not call.staffing("records_trouble").reachable:
                return self._end(self._without_records())
            return self._end(ToHuman("records_trouble", "save_failed" if call.draft else "records_trouble"))
        if waiting:
            return []
        return self._end(Missed("not_heard") if move.what == "recogniser" else self._form)

    def _without_records(self) -> Next:
        """Say what failed and end; what was to be stored is on record, and tried once more as a draft."""
        call = self.call
        kept = keep_drafts(call) if call.draft or call.todo or isinstance(self._form, CallBack) else False
        return Goodbye("save_failed_no_human" if kept else "records_trouble_no_human", "trouble")

    def _gone(self) -> list[MoveOut]:
        call = self.call
        call.out.clear()
        call.note("gone", state=self.state, reason="来电人挂断")
        keep_drafts(call)
        self._form = Ended()
        return self._flush()

    # ---- the end of a turn ----

    def _answered(self, taken: Next | None) -> list[MoveOut]:
        """A move that the form did not wait for changes nothing."""
        return [] if taken is None else self._end(taken)

    def _end(self, following: Next) -> list[MoveOut]:
        """Let the floor pass on until a form keeps it, and close the turn with what is expected."""
        for _ in range(_MOST_STEPS):
            if isinstance(following, Form):
                if following is self._form:
                    break
                self._form = following
                following = following.enter(self.call)
            else:
                following = self._resolve(following)
        expect = self._form.expect(self.call)
        if expect is not None:
            self.call.out.append(expect)
        return self._flush()

    def _resolve(self, following: Done | Route | Missed | ToHuman | Back) -> Next:
        call = self.call
        match following:
            case Missed():
                return self._missed(following.key)
            case Done():
                call.misses = 0
                return onward(call)
            case Route():
                return route(following.text, call)
            case ToHuman():
                if isinstance(self._form, NoHuman):
                    return self._form.still(following, call)
                resume = None if isinstance(self._form, Open) else self._form
                return HandingOver(following.reason, following.key, resume)
            case Back():
                self._form = following.form
                if following.heard:
                    return following.form.hear(following.heard, call)
                following.form.again(call)
                return following.form

    def _missed(self, key: str) -> Next:
        call = self.call
        call.misses += 1
        call.note("missed", line=key, times=call.misses, state=self.state)
        if call.misses >= call.settings.misses_before_human:
            call.misses = 0
            return ToHuman("not_understood", "sorry_human")
        call.say(key)
        return self._form

    def _flush(self) -> list[MoveOut]:
        out, self.call.out = self.call.out, []
        said = [move for move in out if isinstance(move, Say) and move.text not in fillers()]
        if said:
            self.call.last_said = said
        if any(isinstance(move, HangUp) for move in out):
            self._form, self._leaving = Ended(), True
        return out


def _text(move: Heard) -> str:
    """Return what was heard: the phrase that the sound chose, unless the free decoding says clearly more."""
    if move.phrase and len(squeeze(move.text)) <= len(move.phrase) + 4:
        return move.phrase
    return unicodedata.normalize("NFKC", move.text).strip()
