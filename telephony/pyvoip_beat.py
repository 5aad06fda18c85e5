"""A beat of 20 ms for a sender that can only be told by how much to shorten its wait. No clock, no thread."""

from core.audio import FRAME_MS
from telephony.ticker import CATCH_UP_S

FRAME_S = FRAME_MS / 1000

NO_WAIT = 1e6
"""A divisor that leaves nothing of a wait."""


class Beat:
    """Absolute deadlines for pyVoIP's loop, which waits 20 ms after each packet, divided by a number of ours.

    By itself it falls behind by what sending and waking take; times are in seconds of `time.monotonic()`.
    """

    def __init__(self) -> None:
        self._due: float | None = None

    def leaves(self, now: float) -> None:
        """A packet leaves now."""
        due = now if self._due is None else max(self._due, now - CATCH_UP_S)
        self._due = due + FRAME_S

    def divisor(self, now: float) -> float:
        """Return what to divide 20 ms by, so that the next packet leaves when it is due."""
        left = (self._due or now) - now
        return FRAME_S / left if left > FRAME_S / NO_WAIT else NO_WAIT
