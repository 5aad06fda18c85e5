"""Whether the other side's packets came, and came in time. No clock, no socket."""

LATE_S = (0.04, 0.06)
"""Seconds behind schedule at which a packet counts as late, and as very late (a phone's buffer holds about 60 ms)."""

FRAME_S = 0.02

WINDOW = 100
"""Packets (2 s) after which an older, earlier schedule is forgotten, as phones do after a stall."""


class Timeliness:
    """Holds every packet against the schedule that the earliest ones of the last 2–4 s set: one every 20 ms."""

    def __init__(self) -> None:
        self._first: int | None = None
        self._seen: set[int] = set()
        self._highest = 0
        self._earliest = self._before = 0.0
        self._count = 0
        self.late = 0
        """Packets more than 40 ms behind."""
        self.very_late = 0
        """Packets more than 60 ms behind."""
        self.worst_s = 0.0

    def add(self, sequence: int, at: float) -> int:
        """Take a packet's 16-bit sequence number and its arrival; return its number counted from the first."""
        if self._first is None:
            self._first, self._earliest, self._before = sequence, at, at
        wanted = self._first + self._highest
        number = self._highest + ((sequence - wanted + 0x8000) & 0xFFFF) - 0x8000
        self._seen.add(number)
        self._highest = max(self._highest, number)
        began = at - number * FRAME_S
        self._count += 1
        if self._count % WINDOW == 0:
            self._before, self._earliest = self._earliest, began
        self._earliest = min(self._earliest, began)
        behind = began - min(self._earliest, self._before)
        self.late += behind > LATE_S[0]
        self.very_late += behind > LATE_S[1]
        self.worst_s = max(self.worst_s, behind)
        return number

    @property
    def received(self) -> int:
        """Different packets that came."""
        return len(self._seen)

    @property
    def lost(self) -> int:
        """Packets before the last one that never came."""
        return self._highest + 1 - len(self._seen) if self._seen else 0
