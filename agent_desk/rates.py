"""How many appeals one sender may hand in: a sliding window. Pure: time is an argument."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta

_MOST = 50_000
"""Senders that are remembered; whoever came longest ago is forgotten first."""


class Rates:
    """Counts by sender over the last hour."""

    def __init__(self, an_hour: int, window: timedelta = timedelta(hours=1)) -> None:
        self._most, self._window = an_hour, window
        self._seen: OrderedDict[str, deque[datetime]] = OrderedDict()

    def wait(self, sender: str, now: datetime) -> timedelta | None:
        """Count one more of `sender`; or, where he has too many, count nothing and return how long he has to wait."""
        times = self._seen.setdefault(sender, deque())
        self._seen.move_to_end(sender)
        while times and now - times[0] >= self._window:
            times.popleft()
        if len(times) >= self._most:
            return times[0] + self._window - now
        times.append(now)
        if len(self._seen) > _MOST:
            self._seen.popitem(last=False)
        return None
