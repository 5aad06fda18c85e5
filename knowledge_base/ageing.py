"""When an entry's end is written down: a clock that is wrong for a while ends nothing for good.

What callers hear needs no writing: each question is held against the entries' validity on the day on which it is
asked, so that a clock that is put right puts the answers right in the same moment. The state "expired" is for people
and for a smaller index, and can wait until the end has been past at every look for `GRACE_S`, counted by a clock
that nobody sets (`time.monotonic`). A process that begins anew counts anew. A clock that stays wrong for longer is
for a person to take back: `EntryStore.revive`.
"""

from collections.abc import Iterable
from datetime import date

from knowledge_base.entry import Entry

GRACE_S = 12 * 3600.0
"""How long an entry's end must have been past, in seconds: a working day, in which a wrong clock is noticed; shorter
than the time between two nightly restarts."""


class Ageing:
    """Remembers which entries were over at every look, and since when."""

    def __init__(self, grace_s: float = GRACE_S) -> None:
        self._grace_s = grace_s
        self._over: dict[str, tuple[date, float]] = {}

    def look(self, entries: Iterable[Entry], today: date, steady_s: float) -> tuple[str, ...]:
        """Return the ids of `entries` that are over `today` and were so for the grace; `steady_s` only grows.

        An entry that holds at one look, or whose end was moved, is counted from the beginning.
        """
        over = {entry.id: entry.valid_to for entry in entries if entry.valid_to and entry.valid_to < today}
        before = self._over
        self._over = {
            id: before[id] if id in before and before[id][0] == end else (end, steady_s) for id, end in over.items()
        }
        return tuple(id for id, (_, since_s) in self._over.items() if steady_s - since_s >= self._grace_s)
