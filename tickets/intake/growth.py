"""When many appeals are more than usual. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

_DAY = timedelta(days=1)


def usual(times: Iterable[datetime], now: datetime, window: timedelta, days: int) -> float:
    """Return how many of `times` fall into the `window` before this hour on an average of the `days` before today.

    Half an appeal is added for what has not happened yet but could.
    """
    ago = (now - at for at in times)
    found = sum(1 for past in ago if _DAY <= past < _DAY * days + window and past % _DAY < window)
    return (found + 0.5) / days


def by_chance(count: int, expected: float) -> float:
    """Return how likely `count` or more are where `expected` are usual (Poisson's upper tail)."""
    from scipy.special import pdtrc  # takes a moment that no other command should wait for

    return float(pdtrc(count - 1, expected)) if count > 0 else 1.0


def level(members: int, levels: Sequence[int]) -> int:
    """Return how many of the rising `levels` are reached."""
    return sum(members >= least for least in levels)
