"""A conversation in text: does what the dialogue decides, without a line or a voice, and remembers what it did."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dialog.conversation import Conversation
from dialog.moves import (
    Expect,
    Found,
    HangUp,
    LookUp,
    MoveIn,
    MoveOut,
    Note,
    SaveTicket,
    Say,
    SendSms,
    TicketSaved,
    Transfer,
    Trouble,
)
from dialog.outbound.errand import Errand
from dialog.outbound.talk import OutboundTalk
from dialog.ports import Humans, Knowledge, Understanding
from dialog.settings import DialogSettings
from hotline.check import Left, Observed
from tickets.store import TicketStore
from tickets.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Mind:
    """What a conversation in text thinks with."""

    knowledge: Knowledge
    understanding: Understanding
    settings: DialogSettings = field(default_factory=DialogSettings)


class TextCall:
    """A conversation without sound: does what the dialogue decides and remembers what it did."""

    def __init__(
        self,
        mind: Mind,
        store: TicketStore,
        caller: str | None,
        now: datetime,
        humans: Humans,
        records: bool = True,
        errand: Errand | None = None,
    ) -> None:
        self._store, self._now, self._records = store, now, records
        thinks = (mind.settings, mind.knowledge, mind.understanding)
        self.conversation: Conversation | OutboundTalk
        if errand:
            self.conversation = OutboundTalk(errand, *thinks, now, humans)
        else:
            self.conversation = Conversation(*thinks, caller, now, humans)
        self.tickets: list[Ticket] = []
        self.sms: list[str] = []
        self.rating: int | None = None
        self.transfers = 0
        self.hung_up = False
        self.moves: list[MoveOut] = []
        """What the dialogue did since the last turn, for showing."""

    def start(self) -> Observed:
        """Answer the call."""
        return self._observe(self.conversation.start())

    def tell(self, move: MoveIn, now: datetime | None = None) -> Observed:
        """Pass `move` on and do what follows."""
        self._now = now or self._now
        return self._observe(self.conversation.hear(move, self._now))

    def left(self) -> Left:
        """Return what the call leaves behind."""
        return Left(
            tuple(self.tickets),
            self.rating,
            tuple(self.sms),
            self.hung_up,
            self.transfers > 0,
            self.conversation.state,
            self.conversation.result if isinstance(self.conversation, OutboundTalk) else None,
        )

    def _observe(self, moves: Sequence[MoveOut]) -> Observed:
        self.moves = self._do(moves)
        says = [move for move in self.moves if isinstance(move, Say)]
        transfers = [move for move in self.moves if isinstance(move, Transfer)]
        expects = [move for move in self.moves if isinstance(move, Expect)]
        saves = sum(isinstance(move, SaveTicket) for move in self.moves) if self._records else 0
        return Observed(
            said=tuple(move.text for move in says),
            slow=tuple(move.slow for move in says),
            answered=tuple(label for move in self.moves if isinstance(move, Note) for label in _answered(move)),
            asked=expects[-1].asked.value if expects else None,
            transfer=bool(transfers),
            urgent=any(move.urgent for move in transfers),
            patient=any(move.patient for move in transfers),
            packet=json.dumps([move.packet for move in transfers], ensure_ascii=False),
            hung_up=any(isinstance(move, HangUp) for move in self.moves),
            saved=tuple(self.tickets[len(self.tickets) - saves :]),
            sms=tuple(move.text for move in self.moves if isinstance(move, SendSms)),
            state=self.conversation.state,
        )

    def _do(self, moves: Sequence[MoveOut]) -> list[MoveOut]:
        """Do `moves`; where the records answer, go on with what follows from that."""
        done: list[MoveOut] = []
        for move in moves:
            done.append(move)
            done += self._do(self._deed(move))
        return done

    def _deed(self, move: MoveOut) -> list[MoveOut]:
        match move:
            case SaveTicket() | LookUp() if not self._records:
                waits = isinstance(move, LookUp) or move.answer
                return self.conversation.hear(Trouble("records"), self._now) if waits else []
            case SaveTicket():
                saved = (
                    self._store.urge_now(move.ticket.number, self._now)
                    if move.urges
                    else self._store.save_now(move.ticket, self._now)
                )
                self.tickets.append(saved)
                if move.answer:
                    return self.conversation.hear(TicketSaved(saved.number, saved, move.tag), self._now)
            case LookUp():
                return self.conversation.hear(Found(self._find(move)), self._now)
            case SendSms():
                self.sms.append(move.text)
            case Note() if move.kind == "rating":
                self.rating = move.facts.get("score")
            case Transfer():
                self.transfers += 1
            case HangUp():
                self.hung_up = True
        return []

    def _find(self, move: LookUp) -> tuple[Ticket, ...]:
        if move.number:
            found = self._store.find_now(move.number)
            return (found,) if found else ()
        return tuple(self._store.by_contact_now(move.contact))


def _answered(note: Note) -> tuple[str, ...]:
    if note.kind != "answer":
        return ()
    return tuple(str(note.facts.get(name, "")) for name in ("entry", "topic", "subject"))
