"""A dialer without a network: those whom it calls behave as they are told, for the tests of what calls them."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from telephony.dialer import Unanswered
from telephony.line import Call
from telephony.memory_line import FRAME_S, MemoryCall, MemoryCaller, MemoryLine

OUR_NUMBER = "12345"


@dataclass(frozen=True, slots=True)
class Callee:
    """How somebody behaves who is called. Times are seconds of the dialer's own time."""

    after_s: float | None = 1.0
    """When the call is taken; None for never."""
    busy: bool = False
    """Declines at once, or talks with somebody else."""
    fails: bool = False
    """The network does not carry the call."""
    says: bytes = b""
    """16-bit PCM at 8 kHz, said when the call is taken: 喂, or an announcement."""
    leaves_after_s: float | None = None
    """Hangs up so long after taking the call."""
    talks: Callable[[MemoryCaller], Awaitable[None]] | None = None
    """What goes on at the other end from then on."""


class MemoryDialer:
    """A `telephony.dialer.Dialer` to `callees`, by number; any other number takes the call and is silent.

    `tick_s` is how many real seconds a frame of 20 ms takes. Use it as an async context, or `start` and `stop` it.
    """

    def __init__(self, callees: Mapping[str, Callee] | None = None, tick_s: float = FRAME_S) -> None:
        self.callees = dict(callees or {})
        self._tick_s = tick_s
        self._line = MemoryLine(tick_s)
        self._tasks: set[asyncio.Task[None]] = set()
        self.dialled: list[str] = []
        """Every number dialled so far, in order."""
        self.sides: list[MemoryCaller] = []
        """The other end of each call that was taken, in order."""
        self.most_at_once = 0
        """The most calls that rang or were up at the same time."""

    async def start(self) -> None:
        """Let time run."""
        await self._line.start(_nobody)

    async def stop(self) -> None:
        """End every call and let go of everything."""
        for side in self.sides:
            await side.hang_up()
        for task in list(self._tasks):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self._line.stop()

    async def __aenter__(self) -> "MemoryDialer":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def running(self) -> int:
        """How many calls ring or are up now."""
        return self._line.running

    async def dial(self, number: str, ring_s: float) -> Call | Unanswered:
        """Call `number`; see `telephony.dialer.Dialer`."""
        self.dialled.append(number)
        callee = self.callees.get(number, Callee())
        if callee.fails:
            return Unanswered("failed", "network")
        if callee.busy:
            return Unanswered("busy", "486")
        call = self._line.ring(number, OUR_NUMBER)
        self.most_at_once = max(self.most_at_once, self.running)
        try:
            taken = callee.after_s is not None and callee.after_s <= ring_s
            await self._pass(callee.after_s if taken and callee.after_s is not None else ring_s)
        except asyncio.CancelledError:
            call.end("us", "cancelled")
            raise
        if not taken:
            call.end("us", "no answer")
            return Unanswered("no_answer")
        await call.answer()
        self._live(call, callee)
        return call

    def _live(self, call: MemoryCall, callee: Callee) -> None:
        side = call.caller_side
        self.sides.append(side)
        if callee.says:
            side.send(callee.says)
        for deed in (callee.talks(side) if callee.talks else None, self._leave(side, callee.leaves_after_s)):
            if deed is not None:
                task = asyncio.ensure_future(deed)
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _leave(self, side: MemoryCaller, after_s: float | None) -> None:
        if after_s is not None:
            await self._pass(after_s)
            await side.hang_up()

    async def _pass(self, seconds: float) -> None:
        """Wait `seconds` of the line's time."""
        until = self._line.now + seconds
        while self._line.now < until:  # noqa: ASYNC110 - its clock runs faster than the real one
            await asyncio.sleep(self._tick_s)


async def _nobody(_call: Call) -> None:
    """Nobody calls in on a dialer."""
