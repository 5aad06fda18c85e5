"""Plays a script over a real call to a running hotline and checks what happened, like `hotline talk` does in text."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from core.events import Event
from hotline.check import Left, Observed, check_end, check_turn
from hotline.script import End, Expectation, Script, Turn
from hotline.service import Service
from telephony.caller import SipCaller
from telephony.dialled import Dialled
from tickets.ticket import State, Ticket
from tts.voice import Voice

TURN_ENDS = {"bot.asked", "dialogue.ended", "transfer.asked", "call.ended", "ticket.unsaved"}
"""Events after which the bot has nothing more to decide until the caller does something."""
REPLY_S = 15.0
"""How long a reply may take before the caller goes on without it."""
SPEECH_S = 45.0
"""How long the bot may speak in one turn."""
QUIET_S = 0.3
"""How long a caller takes to begin an answer."""
TRIES = 3
"""Calls of one script, of which one must go as written: the same words are heard a little differently each time,
depending on where the frames fall, and a script has six or seven of them. How often is measured elsewhere."""
INTERRUPT_S = 1.2
"""How far into the bot's sentence the caller interrupts."""


@dataclass(slots=True)
class Played:
    """How a script went over a call: the id of the call, its events, what failed, and how many calls it took."""

    script: Script
    call_id: str = ""
    events: list[Event] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    tickets: tuple[Ticket, ...] = ()
    tries: int = 1


class OverCall:
    """One caller with one `voice`, who dials `service` and plays scripts."""

    def __init__(self, service: Service, telephone: SipCaller, voice: Voice, caller: str) -> None:
        self._service, self._telephone, self._voice, self._caller = service, telephone, voice, caller
        self._events: list[Event] = []
        self._call_id = ""
        self._watchers: list[Callable[[Event], None]] = []
        service.parts.log.subscribe(self._hear_event)

    def watch(self, watcher: Callable[[Event], None]) -> None:
        """Call `watcher` with every event of this caller's call."""
        self._watchers.append(watcher)

    async def insist(self, script: Script) -> Played:
        """Play `script`, and once more where it did not go as written, up to `TRIES` times."""
        for tries in range(1, TRIES + 1):
            played = await self.play(script)
            played.tries = tries
            if not played.failures:
                break
        return played

    async def play(self, script: Script, wording: int = 0) -> Played:
        """Dial, act every turn of `script`, and check it. Two calls with one number at the same time are mixed up."""
        self._events, self._call_id = [], ""
        lines = [await self._voice.whole(turn.words(wording)) for turn in script.turns if turn.words(wording)]
        played = Played(script)
        call = await self._telephone.dial(self._service.uri, self._caller)
        call.accepts_transfer = not any(turn.transfer_fails for turn in script.turns)
        call.follows = call.accepts_transfer
        turns = [turn for turn in script.turns if not (turn.transferred or turn.transfer_fails or turn.trouble)]
        await self._settle(call, 0, turns[0])
        marks = []
        for place, turn in enumerate(turns):
            marks.append(len(self._events))
            await self._act(call, turn, lines.pop(0) if turn.words(wording) else b"")
            await self._settle(call, marks[-1], turns[place + 1] if place + 1 < len(turns) else None)
        await self._end(call)
        played.call_id, played.events = self._call_id, list(self._events)
        self._check(played, turns, marks)
        return played

    def _check(self, played: Played, turns: Sequence[Turn], marks: Sequence[int]) -> None:
        script, seen = played.script, [self._observed(window) for window in _windows(played.events, marks)]
        played.failures += check_turn(_checkable(script.greeting), seen[0])
        for place, turn in enumerate(turns):
            failed = check_turn(_checkable(turn.expect), seen[place + 1], seen[place])
            played.failures += [f"第 {place + 1} 轮:{each}" for each in failed]
        left = self._left()
        played.failures += check_end(_checkable_end(script.end), left)
        played.tickets = left.tickets

    async def _act(self, call: Dialled, turn: Turn, sound: bytes) -> None:
        if turn.hang_up:
            await call.hang_up()
        elif turn.key:
            call.press(turn.key)
            await call.sent()
        elif turn.silence:
            for _ in range(turn.silence):
                await call.sound_after(asyncio.get_running_loop().time(), REPLY_S)
                await call.quiet(QUIET_S)
        else:
            call.send(sound)
            await call.sent()

    async def _settle(self, call: Dialled, mark: int, following: Turn | None) -> None:
        """Wait until the bot has decided and spoken, or until it is time to interrupt."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        while loop.time() < begun + REPLY_S and not call.ended:
            if any(event.kind in TURN_ENDS for event in self._events[mark:]):
                break
            await asyncio.sleep(0.02)
        if following is not None and following.interrupt:
            await call.sound_after(begun, REPLY_S)
            await asyncio.sleep(INTERRUPT_S)
        else:
            await self._said_out(call, mark)

    async def _said_out(self, call: Dialled, mark: int) -> None:
        """Wait until the bot has said what it decided to say."""
        for _ in range(int(SPEECH_S / 0.02)):
            kinds = [event.kind for event in self._events[mark:]]
            if call.ended or ("bot.quiet" in kinds and kinds[-1] in {"bot.quiet", "turn.answered", "ticket.saved"}):
                await asyncio.sleep(QUIET_S)
                return
            await asyncio.sleep(0.02)

    async def _end(self, call: Dialled) -> None:
        try:
            await asyncio.wait_for(call.over(), REPLY_S)
        except TimeoutError:
            await call.hang_up()
        for _ in range(200):
            if any(event.kind == "call.ended" for event in self._events):
                return
            await asyncio.sleep(0.05)

    def _hear_event(self, event: Event) -> None:
        if event.kind == "call.offered" and event.body["caller"] == self._caller:
            self._call_id = event.stream.removeprefix("call:")
        if self._call_id and event.stream == f"call:{self._call_id}":
            self._events.append(event)
            for watcher in self._watchers:
                watcher(event)

    def _observed(self, events: Sequence[Event]) -> Observed:
        said = [event.body for event in events if event.kind == "bot.said"]
        notes = [
            event.body["facts"]
            for event in events
            if event.kind == "dialogue.note" and event.body["what"] == "answer"
        ]
        asked = [str(event.body["asked"]) for event in events if event.kind == "bot.asked"]
        transfers = [event.body for event in events if event.kind == "transfer.asked"]
        return Observed(
            said=tuple(body["meant"] or body["text"] for body in said),
            slow=tuple(body["slow"] for body in said),
            answered=tuple(str(facts.get(name, "")) for facts in notes for name in ("entry", "topic", "subject")),
            asked=asked[-1] if asked else None,
            transfer=bool(transfers),
            urgent=any(body["urgent"] for body in transfers),
            packet=json.dumps([body["packet"] for body in transfers], ensure_ascii=False),
            hung_up=any(event.kind == "dialogue.ended" for event in events),
            saved=self._tickets(events),
            sms=tuple(event.body["text"] for event in events if event.kind == "sms.sent"),
        )

    def _left(self) -> Left:
        seen = self._observed(self._events)
        ratings: list[Any] = [
            event.body["facts"].get("score")
            for event in self._events
            if event.kind == "dialogue.note" and event.body["what"] == "rating"
        ]
        return Left(seen.saved, ratings[-1] if ratings else None, seen.sms, seen.hung_up, seen.transfer)

    def _tickets(self, events: Sequence[Event]) -> tuple[Ticket, ...]:
        """The tickets in the state that the call left them in: the dispatcher may be further before it ends."""
        states = {event.body["number"]: event.body["state"] for event in events if event.kind == "ticket.saved"}
        found = [self._service.parts.store.find_now(number) for number in states]
        return tuple(replace(ticket, state=State(states[ticket.number])) for ticket in found if ticket)


def _windows(events: Sequence[Event], marks: Sequence[int]) -> list[list[Event]]:
    """Cut the events into the bot's turns; a sentence that was cut belongs to the turn that it was said in."""
    windows = [list(events[a:b]) for a, b in pairwise([0, *marks, len(events)])]
    for before, after in pairwise(windows):
        for event in [event for event in after if event.kind == "bot.said" and not event.body["whole"]]:
            if not any(other.kind == "caller.said" for other in after[: after.index(event)]):
                after.remove(event)
                before.append(event)
    return windows


def _checkable(wanted: Expectation) -> Expectation:
    """Leave out what cannot be seen from outside: the name of the dialogue's form."""
    return wanted.model_copy(update={"state": None})


def _checkable_end(wanted: End) -> End:
    return wanted.model_copy(update={"state": None})
