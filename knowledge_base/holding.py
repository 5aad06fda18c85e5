"""When and where entries hold, as arrays, so that a question needs no look at each entry."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from knowledge_base.entry import Entry


class Holding:
    """The days and areas that entries hold for."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        """Note the days and areas of `entries`."""
        first = [entry.valid_from.toordinal() if entry.valid_from else 0 for entry in entries]
        last = [entry.valid_to.toordinal() if entry.valid_to else date.max.toordinal() for entry in entries]
        self._first, self._last = np.asarray(first, dtype=np.int32), np.asarray(last, dtype=np.int32)
        self._everywhere = np.asarray([not entry.areas for entry in entries], dtype=np.bool_)
        self._only_in: dict[str, list[int]] = defaultdict(list)
        for number, entry in enumerate(entries):
            for area in entry.areas:
                self._only_in[area].append(number)

    def mask(self, today: date | None, area: str) -> npt.NDArray[np.bool_]:
        """Return which entries hold `today` (None: any day) in `area` ("": anywhere), bool [entries]."""
        held = np.ones(len(self._first), dtype=np.bool_)
        if area:
            held = self._everywhere.copy()
            held[self._only_in.get(area, [])] = True
        if today is not None:
            day = today.toordinal()
            held &= (self._first <= day) & (day <= self._last)
        return held
