"""A line without a network: the same calls, held to the same contract, for the tests of what answers them."""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Literal

from core.audio import frame_bytes
from core.ids import new_id
from telephony.inbox import Inbox
from telephony.line import Answerer, Audio, HungUp, KeyPress, LineEvent, Returned
from telephony.play_queue import PlayQueue
from telephony.sounds import Ended, Sounds, is_loud

log = logging.getLogger(__name__)

RATE = 8000
FRAME = frame_bytes(RATE)
FRAME_S = 0.02


class MemoryLine:
    """Calls come from `dial`.

    `tick_s` is how many real seconds a frame of 20 ms takes: 0.02 is real time, less is faster, 0 as fast as
    the event loop goes. The events' `at` always moves by 20 ms a frame, from `time.monotonic()` at the start.
    """

    def __init__(self, tick_s: float = FRAME_S) -> None:
        self._tick_s = tick_s
        self._answerer: Answerer | None = None
        self._calls: dict[str, MemoryCall] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._clock: asyncio.Task[None] | None = None
        self.now = time.monotonic()
        """The line's own time, in seconds."""

    @property
    def running(self) -> int:
        """How many calls are up now."""
        return len(self._calls)

    async def start(self, answerer: Answerer) -> None:
        """Let `dial` reach `answerer`."""
        self._answerer = answerer
        self.now = time.monotonic()
        self._clock = asyncio.create_task(self._run())

    async def stop(self, drain_s: float = 0.0) -> None:
        """Refuse new calls, wait `drain_s` real seconds for the running ones, end the rest."""
        self._answerer = None
        if self._tasks and drain_s > 0:
            await asyncio.wait(self._tasks, timeout=drain_s)
        for call in list(self._calls.values()):
            call.end("us", "line stopped")
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=2.0)
        for task in [*self._tasks, *([self._clock] if self._clock else [])]:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._clock = None

    def dial(self, caller: str | None = None, called: str = "12345") -> "MemoryCaller":
        """Place a call; it is refused where the line is not started."""
        call = self.ring(caller, called)
        if self._answerer is None:
            self.forget(call)
            call.caller_side.finish(Ended("refused", 503, self.now))
            return call.caller_side
        task = asyncio.create_task(self._serve(call, self._answerer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return call.caller_side

    def ring(self, caller: str | None, called: str) -> "MemoryCall":
        """Return a new call that is not answered yet and that nobody was given."""
        call = MemoryCall(self, new_id(datetime.now()), caller, called)
        self._calls[call.id] = call
        return call

    def forget(self, call: "MemoryCall") -> None:
        """Called by a call that has ended."""
        self._calls.pop(call.id, None)

    async def _serve(self, call: "MemoryCall", answerer: Answerer) -> None:
        try:
            await answerer(call)
        except Exception:
            log.exception("call %s: answerer failed", call.id)
        finally:
            call.end("us", "answerer returned")

    async def _run(self) -> None:
        due = time.monotonic()
        while True:
            self.now += FRAME_S
            for call in list(self._calls.values()):
                call.tick(self.now)
            due += self._tick_s
            # Several turns of the loop, so that readers act on this frame before the next one comes.
            for _ in range(4):
                await asyncio.sleep(0)
            await asyncio.sleep(max(0.0, due - time.monotonic()))


class MemoryCall:
    """The hotline's end of a call: see `telephony.line.Call`."""

    def __init__(self, line: MemoryLine, call_id: str, caller: str | None, called: str) -> None:
        self.id = call_id
        self.caller = caller
        self.called = called
        self.rate = RATE
        self._line = line
        self._inbox = Inbox()
        self._out = PlayQueue()
        self._drained = asyncio.Event()
        self._over = False
        self._up = False
        self.caller_side = MemoryCaller(self, line)

    @property
    def played(self) -> int:
        """Samples of queued audio that have gone out."""
        return self._out.played // 2

    @property
    def queued(self) -> int:
        """Samples that wait."""
        return self._out.queued // 2

    @property
    def away(self) -> bool:
        """Never: until the other side has taken the caller, we have."""
        return False

    @property
    def returned(self) -> Returned:
        """Nobody took the call; more is not told."""
        return Returned.NOBODY

    async def answer(self) -> None:
        """Take the call."""
        if not self._over and not self._up:
            self._up = True
            self.caller_side.was_answered()

    async def refuse(self, busy: bool = True) -> None:
        """Decline the call."""
        if not self._up:
            self.end("us", "refused", code=486 if busy else 480)

    def events(self) -> AsyncIterator[LineEvent]:
        """Yield what the caller does."""
        return self._inbox.events()

    def play(self, pcm: bytes) -> None:
        """Queue PCM."""
        if not self._over:
            self._out.add(pcm[: len(pcm) // 2 * 2])
            self._drained.clear()

    def stop_playing(self) -> None:
        """Drop what is queued."""
        self._out.clear()
        self._drained.set()

    async def played_out(self) -> None:
        """Wait until nothing is queued, or the call is over."""
        if self._out.queued and not self._over:
            await self._drained.wait()

    async def transfer(self, target: str, patience_s: float | None = None, urgent: bool = False) -> bool:
        """Ask the caller's side to go to `target`; it answers as its `accepts_transfer` says."""
        if self._over or not self._up:
            return False
        accepted = await self.caller_side.asked_to_go(target)
        if accepted:
            self.end("us", "transferred")
        return accepted

    async def hang_up(self) -> None:
        """End the call."""
        self.end("us", "hung up")

    def end(self, by: Literal["caller", "line", "us"], reason: str, code: int = 480) -> None:
        """End the call once; later calls change nothing."""
        if self._over:
            return
        self._over = True
        self._out.clear()
        self._drained.set()
        self._inbox.put(HungUp(by, reason, self._line.now))
        self._line.forget(self)
        if by == "us":
            self.caller_side.finish(Ended("them", 200, self._line.now) if self._up else self._refusal(code))

    def tick(self, now: float) -> None:
        """Move 20 ms of sound both ways."""
        if not self._up:
            return
        for event in self.caller_side.next_events(now):
            self._inbox.put(event)
        self.caller_side.hear(self._out.take(FRAME).ljust(FRAME, b"\0"), now)
        if not self._out.queued:
            self._drained.set()

    def _refusal(self, code: int) -> Ended:
        return Ended("refused", code, self._line.now)


class MemoryCaller:
    """The caller's end of a call."""

    def __init__(self, call: MemoryCall, line: MemoryLine) -> None:
        self._call = call
        self._line = line
        self._out = PlayQueue()
        self._keys: deque[str] = deque()
        self._answered = asyncio.Event()
        self._over = asyncio.Event()
        self._said = asyncio.Event()
        self._heard = bytearray()
        self.accepts_transfer = True
        """What it says to a transfer."""
        self.transferred_to: str | None = None
        """Where it was last asked to go."""
        self.sounds = Sounds()
        self.ended: Ended | None = None

    @property
    def heard(self) -> bytes:
        """All PCM since the answer, silence included."""
        return bytes(self._heard)

    def send(self, pcm: bytes) -> None:
        """Say 16-bit PCM at 8 kHz, behind what is already queued; silence follows."""
        self._out.add(pcm[: len(pcm) // 2 * 2])
        self._said.clear()

    def press(self, keys: str) -> None:
        """Press keys, one a frame."""
        self._keys.extend(keys)
        self._said.clear()

    async def sent(self) -> None:
        """Wait until all that was queued is said and pressed, or the call is over."""
        if self._out.queued or self._keys:
            await self._said.wait()

    async def answered(self) -> bool:
        """Wait for the answer; False where the call ended without one."""
        over = asyncio.ensure_future(self._over.wait())
        up = asyncio.ensure_future(self._answered.wait())
        await asyncio.wait({over, up}, return_when=asyncio.FIRST_COMPLETED)
        over.cancel()
        up.cancel()
        return self._answered.is_set()

    async def over(self) -> Ended:
        """Wait for the end."""
        await self._over.wait()
        assert self.ended is not None
        return self.ended

    async def hang_up(self) -> None:
        """Leave, before or after the answer."""
        up = self._answered.is_set()
        self.finish(Ended("us", 200, self._line.now) if up else Ended("cancelled", 487, self._line.now))
        self._call.end("caller", "hung up" if up else "cancelled")

    def finish(self, ended: Ended) -> None:
        """Called by the line: the call is over."""
        if self.ended is None:
            self.ended = ended
            self._over.set()
            self._said.set()

    def was_answered(self) -> None:
        """Called by the line."""
        self._answered.set()

    async def asked_to_go(self, target: str) -> bool:
        """Called by the line: decide on a transfer."""
        self.transferred_to = target
        await asyncio.sleep(0)
        return self.accepts_transfer and self.ended is None

    def next_events(self, now: float) -> list[LineEvent]:
        """Called by the line: what happens in these 20 ms."""
        events: list[LineEvent] = [Audio(self._out.take(FRAME).ljust(FRAME, b"\0"), now)]
        if self._keys:
            events.append(KeyPress(self._keys.popleft(), now))
        if not self._out.queued and not self._keys:
            self._said.set()
        return events

    def hear(self, pcm: bytes, now: float) -> None:
        """Called by the line: 20 ms of the other side."""
        self._heard += pcm
        self.sounds.add(is_loud(pcm), now)
