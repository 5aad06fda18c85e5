"""Time as an argument: the wall clock, and one that tests turn by hand."""

from datetime import datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the local time of the city, with its time zone."""

    def now(self) -> datetime:
        """Return the current local time, aware."""
        ...


class SystemClock:
    """The machine's own clock in the machine's own time zone."""

    def now(self) -> datetime:
        """Return the current local time, aware."""
        return datetime.now().astimezone()


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """Return the time it was set to."""
        return self._at

    def advance(self, step: timedelta) -> None:
        """Move on by `step`."""
        self._at += step
