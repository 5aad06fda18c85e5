"""An outbound call from its first silence to its result: listens who is there, then says what it is for. Pure."""

from datetime import datetime

from dialog.commands import squeeze
from dialog.conversation import Conversation
from dialog.lines import is_fixed, line
from dialog.moves import (
    Asked,
    Expect,
    Gone,
    HangUp,
    Heard,
    Key,
    MoveIn,
    MoveOut,
    Note,
    Say,
    Silence,
    Spoken,
    TicketSaved,
    Transfer,
)
from dialog.outbound.errand import Errand
from dialog.outbound.first_words import Answerer, announces, who_answers
from dialog.outbound.follow_up import AskSolved, OutboundForm
from dialog.outbound.interceptors import Courtesies
from dialog.outbound.journal import Journal
from dialog.outbound.missed import AskMissed
from dialog.ports import Humans, Knowledge, Understanding
from dialog.settings import DialogSettings
from tickets.callbacks import CallBackKind, Result

_FIRST_WORDS = ("喂", "你好", "喂你好", "哪位", "谁啊")


class OutboundTalk:
    """One outbound call, to be used like a `dialog.conversation.Conversation`; `result` is what it brought.

    Until somebody has spoken nothing personal is said: it may be a machine that listens.
    """

    def __init__(
        self,
        errand: Errand,
        settings: DialogSettings,
        knowledge: Knowledge,
        understanding: Understanding,
        now: datetime,
        humans: Humans | None = None,
        call_id: str = "",
    ) -> None:
        self.errand, self._settings, self._call_id = errand, settings, call_id
        self._understanding = understanding
        self.journal = Journal()
        self._courtesies = Courtesies(errand, self.journal)
        missed = errand.kind is CallBackKind.MISSED
        self._first: AskMissed | AskSolved = (AskMissed if missed else AskSolved)(errand, self.journal)
        # A survey is not rated itself, and nobody is handed over because it was not understood.
        patient = settings if missed else settings.model_copy(update={"ask_rating": False, "misses_before_human": 4})
        self._conversation = Conversation(
            patient,
            knowledge,
            understanding,
            errand.number,
            now,
            humans,
            call_id,
            first=self._first,
            interceptors=self._courtesies.all(),
        )
        self._begun = self._over = False
        self._doubtful = 2
        """Turns in which a call assistant that began with 喂 may still give itself away."""
        self._waited = False
        """It was said who calls, because nobody spoke."""

    @property
    def state(self) -> str:
        """The name of what has the floor, for the records."""
        if self._over:
            return "ended"
        return self._conversation.state if self._begun else "first_words"

    @property
    def result(self) -> Result:
        """What the call brought, as it stands."""
        return self.journal.result(self._call_id)

    def start(self) -> list[MoveOut]:
        """Say nothing: who takes a call speaks first."""
        return [self._listen()]

    def hear(self, move: MoveIn, now: datetime) -> list[MoveOut]:
        """Return what follows from `move`, which came at `now` (local, aware)."""
        if self._over:
            return []
        if not self._begun:
            return self._first_words(move, now)
        if isinstance(move, Heard):
            announced = announces(move.text) if self._doubtful else None
            if announced:
                return self._end(announced, move.text)
            self._doubtful -= 1 if self._doubtful else 0
            if squeeze(move.text):
                self.journal.answerer = Answerer.PERSON
        if isinstance(move, Key):
            self.journal.answerer = Answerer.PERSON
        if isinstance(move, TicketSaved):
            self.journal.tickets.append(move.number)
        return self._watched(self._conversation.hear(move, now))

    def _watched(self, moves: list[MoveOut]) -> list[MoveOut]:
        """Note that the call has become what the citizen wanted, where it left its own errand."""
        floor = self._conversation.floor
        if any(isinstance(move, Transfer) for move in moves) or not (
            isinstance(floor, OutboundForm) or self._conversation.state == "ended"
        ):
            self.journal.served = True
        return moves

    # ---- before anybody is sure to be there ----

    def _first_words(self, move: MoveIn, now: datetime) -> list[MoveOut]:
        match move:
            case Heard():
                return self._heard_first(move, now)
            case Silence() if not self._waited:
                self._waited = True
                return [self._say("nobody_spoke"), self._listen(self._settings.silence_ms)]
            case Silence():
                self._over = True
                return [Note("nobody", {"reason": "接通后一直没有人说话"}), HangUp("nobody")]
            case Gone():
                self._over = True
                return [Note("gone", {"state": "first_words", "reason": "对方挂断"})]
            case Spoken():
                return []
            case Key():
                self.journal.answerer = Answerer.PERSON
                return self._begin(now) if move.key != "0" else [*self._briefly(now), *self.hear(move, now)]
            case _:
                return self._begin(now)

    def _heard_first(self, heard: Heard, now: datetime) -> list[MoveOut]:
        longest = self._settings.machine_voice_ms
        answerer = who_answers(heard.text, 0 if self._waited else heard.speech_ms, longest)
        emergency = self._courtesies.is_alarm(heard.text, self._understanding)
        if answerer is not Answerer.PERSON and not emergency:
            return self._end(answerer, heard.text)
        self.journal.answerer = Answerer.PERSON
        if not emergency and not self._courtesies.business(heard.text):
            return self._begin(now)
        said = self._briefly(now)
        return [*([] if emergency else said), *self.hear(heard, now)]

    def _begin(self, now: datetime) -> list[MoveOut]:
        self._begun = True
        return self._conversation.start(now)

    def _briefly(self, now: datetime) -> list[MoveOut]:
        """Say only who calls: what becomes of the call was said before."""
        self._first.brief = True
        return [move for move in self._begin(now) if not isinstance(move, Expect)]

    def _end(self, answerer: Answerer, text: str) -> list[MoveOut]:
        """Hang up on a machine, politely and without a word about anybody; on an announcement without any."""
        self.journal.answerer, self._over = answerer, True
        out: list[MoveOut] = [Note("machine", {"answerer": answerer.value, "said": text})]
        if answerer is Answerer.MACHINE:
            out.append(self._say("machine_goodbye"))
        return [*out, HangUp(answerer.value)]

    def _listen(self, silence_ms: int = 0) -> Expect:
        return Expect(Asked.ANYTHING, _FIRST_WORDS, silence_ms or self._settings.first_words_ms)

    @staticmethod
    def _say(key: str) -> Say:
        return Say(line(key), fixed=is_fixed(key))
