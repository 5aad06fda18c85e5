"""Looks into mailboxes and folders again and again; an outage is waited out."""

from collections.abc import Callable

from core.errors import HotlineError

LONGEST_S = 600.0
"""The longest pause between two tries, in seconds, where the usual one is not longer."""


def keep_collecting(
    look: Callable[[], None], every_s: float, wait: Callable[[float], object], tell: Callable[[str], None]
) -> None:
    """Call `look` until somebody interrupts, `wait(every_s)` between; `tell` hears why a look failed.

    While it fails the pauses double up to `LONGEST_S`.
    """
    pause_s = every_s
    while True:
        try:
            look()
        except (HotlineError, OSError) as error:
            pause_s = min(pause_s * 2, max(LONGEST_S, every_s))
            why = str(error) if isinstance(error, HotlineError) else error.strerror or type(error).__name__
            tell(f"{why}({pause_s:.0f} 秒后再试)")
        else:
            pause_s = every_s
        wait(pause_s)
