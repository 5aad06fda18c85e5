"""Time limits as cities write them – 3 minutes, 2 hours, 5 working days – and when they run out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, PlainSerializer

from tickets.deadlines import WorkingCalendar

Unit = Literal["min", "h", "cd", "d"]
_WRITTEN = re.compile(rf"(\d{{1,4}})\s*({'|'.join(get_args(Unit))})")
_MOST = 9999
"""The longest that is written: four digits."""
_A_DAY = 24 * 60
"""Minutes from which on hours are told instead."""
_SPOKEN: dict[Unit, str] = {"min": "分钟", "h": "小时", "cd": "天", "d": "个工作日"}
_LENGTH: dict[Unit, timedelta] = {
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "cd": timedelta(days=1),
    "d": timedelta(days=1),
}

Interval = tuple[datetime, datetime]
"""From (included) to (excluded)."""


@dataclass(frozen=True, slots=True)
class Span:
    """A limit: `min` and `h` run round the clock, `cd` are calendar days, `d` working days of 24 hours each."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"

    @property
    def spoken(self) -> str:
        """As it is said: 3个工作日."""
        return f"{self.count}{_SPOKEN[self.unit]}"

    @property
    def length(self) -> timedelta:
        """How much time that counts must pass."""
        return self.count * _LENGTH[self.unit]


def parse_span(text: str) -> Span:
    """Return the span that "3min", "2h", "1cd" or "5d" names. Raises `ValueError` with what is allowed."""
    found = _WRITTEN.fullmatch(text.strip())
    if not found:
        raise ValueError(f"“{text}” 不是时限:请写成 3min(分钟)、2h(小时)、1cd(自然日)或 5d(工作日)")
    unit: Unit = found[2]  # type: ignore[assignment]  # the pattern has no others
    return Span(int(found[1]), unit)


def _read(value: Any) -> Any:
    return parse_span(value) if isinstance(value, str) else value


SpanText = Annotated[Span, BeforeValidator(_read), PlainSerializer(str)]
"""A span in a model that is read from and written to text."""


def runs_out(start: datetime, span: Span, calendar: WorkingCalendar, stops: Sequence[Interval] = ()) -> datetime:
    """Return when `span` has run since `start` (aware), the time within `stops` not counted.

    A `stop` that has not ended yet ends at the moment that is asked about; stops follow one another.
    """
    left, at = span.length, start
    waiting = [stop for stop in stops if stop[1] > start]
    while True:
        if waiting and waiting[0][0] <= at:
            at = max(at, waiting.pop(0)[1])
            continue
        end = waiting[0][0] if waiting else None
        if span.unit == "d":
            midnight = datetime.combine(at.date() + timedelta(days=1), datetime.min.time(), at.tzinfo)
            if not calendar.is_workday(at.date()):
                at = midnight
                continue
            end = min(midnight, end) if end else midnight
        if end is None or left <= end - at:
            return at + left
        left, at = left - (end - at), end


def capped(span: Span, start: datetime, end: datetime, calendar: WorkingCalendar) -> Span:
    """Return `span`, or what is left from `start` to `end` where it would run out later than `end` (both aware)."""
    if runs_out(start, span, calendar) <= end:
        return span
    minutes = max(1, int((end - start).total_seconds()) // 60)
    return Span(minutes, "min") if minutes < _A_DAY else Span(min(minutes // 60, _MOST), "h")
