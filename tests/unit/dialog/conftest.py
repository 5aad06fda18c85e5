"""A conversation to talk to in tests."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest

from dialog.conversation import Conversation
from dialog.humans import ConstantHumans
from dialog.moves import (
    Expect,
    Found,
    HangUp,
    Heard,
    LookUp,
    MoveIn,
    MoveOut,
    SaveTicket,
    Say,
    TicketSaved,
    Transfer,
)
from dialog.ports import Humans
from dialog.settings import DialogSettings
from tests.unit.dialog.knowledge import ThreeEntries
from tickets.ticket import Ticket
from tickets.understanding import Understanding

NOW = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
UNDERSTANDING = Understanding()


@dataclass
class Talk:
    """A conversation whose records answer at once."""

    conversation: Conversation
    earlier: tuple[Ticket, ...] = ()
    moves: list[MoveOut] = field(default_factory=list)
    """The moves of the last turn."""
    saved: list[Ticket] = field(default_factory=list)

    def start(self) -> "Talk":
        self.moves = self._answer(self.conversation.start())
        return self

    def tell(self, move: MoveIn) -> "Talk":
        self.moves = self._answer(self.conversation.hear(move, NOW))
        return self

    def say(self, *texts: str) -> "Talk":
        for text in texts:
            self.tell(Heard(text))
        return self

    @property
    def said(self) -> str:
        return "".join(move.text for move in self.moves if isinstance(move, Say))

    @property
    def says(self) -> list[Say]:
        return [move for move in self.moves if isinstance(move, Say)]

    @property
    def expect(self) -> Expect:
        return next(move for move in self.moves if isinstance(move, Expect))

    @property
    def transfer(self) -> Transfer | None:
        return next((move for move in self.moves if isinstance(move, Transfer)), None)

    @property
    def hung_up(self) -> bool:
        return any(isinstance(move, HangUp) for move in self.moves)

    def _answer(self, moves: list[MoveOut]) -> list[MoveOut]:
        done: list[MoveOut] = []
        for move in moves:
            done.append(move)
            if isinstance(move, SaveTicket):
                self.saved.append(replace(move.ticket, number=f"261123{len(self.saved) + 1:04}"))
                if move.answer:
                    reply = TicketSaved(self.saved[-1].number, self.saved[-1], move.tag)
                    done += self._answer(self.conversation.hear(reply, NOW))
            elif isinstance(move, LookUp):
                done += self._answer(self.conversation.hear(Found(self.earlier), NOW))
        return done


@pytest.fixture
def talk() -> Callable[..., Talk]:
    def make(
        caller: str | None = "13800001234",
        human: bool = True,
        earlier: tuple[Ticket, ...] = (),
        humans: Humans | None = None,
    ) -> Talk:
        humans = humans or ConstantHumans(human)
        conversation = Conversation(DialogSettings(), ThreeEntries(), UNDERSTANDING, caller, NOW, humans)
        return Talk(conversation, earlier).start()

    return make
