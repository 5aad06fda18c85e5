"""One clock for all calls of a line: 20 ms against absolute deadlines, so that nothing drifts."""

import asyncio
import logging
from collections.abc import Callable

log = logging.getLogger(__name__)

Member = Callable[[float], None]
"""Called every 20 ms with the time in seconds of `time.monotonic()`."""

CATCH_UP_S = 0.2
"""After a longer stall the missed ticks are skipped: a burst of more would overrun a phone's jitter buffer."""


class Ticker:
    """Calls each member every `period_s` seconds.

    Members are spread over `phases` groups, so that with many calls the loop is held up for a fraction
    of the work at a time. It sleeps while it has no member.
    """

    def __init__(self, period_s: float = 0.02, phases: int = 4) -> None:
        self._step = period_s / phases
        self._groups: list[dict[Member, None]] = [{} for _ in range(phases)]
        self._next = 0.0
        self._turn = 0
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return sum(len(group) for group in self._groups)

    def add(self, member: Member) -> None:
        """Start calling `member`, in the emptiest group."""
        min(self._groups, key=len)[member] = None
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._next = loop.time()
            self._timer = loop.call_soon(self._tick)  # type: ignore[assignment]

    def remove(self, member: Member) -> None:
        """Stop calling `member`. Harmless twice."""
        for group in self._groups:
            group.pop(member, None)
        if self._timer is not None and not len(self):
            self._timer.cancel()
            self._timer = None

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        if now - self._next > CATCH_UP_S:
            self._next = now
        while self._next <= now:
            for member in list(self._groups[self._turn]):
                try:
                    member(now)
                except Exception:
                    log.exception("tick failed")
            self._turn = (self._turn + 1) % len(self._groups)
            self._next += self._step
        self._timer = loop.call_at(self._next, self._tick) if len(self) else None
