"""When and how often citizens are called: `[callback]` in hotline.toml."""

import re
from datetime import time
from itertools import pairwise

from pydantic import Field, field_validator

from core.settings import Settings

EARLIEST, LATEST = time(7), time(22)
"""Nobody is called outside of these, whatever the settings say: it is night."""
_HOURS = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")

Span = tuple[time, time]
"""From (included) to (excluded), local time of one day."""


def span(text: str) -> Span:
    """Return the hours that "09:00-12:00" names. Raises `ValueError` with what is allowed."""
    found = _HOURS.fullmatch(text)
    if not found:
        raise ValueError("hours are written like 09:00-12:00")
    try:
        first, last = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    except ValueError as error:
        raise ValueError("hours end at 23:59 at the latest") from error
    if not EARLIEST <= first < last <= LATEST:
        raise ValueError(f"hours go forward and lie between {EARLIEST:%H:%M} and {LATEST:%H:%M}: nobody is woken")
    return first, last


class CallBackSettings(Settings):
    """Outbound calls: call-back of missed calls (漏接回拨) and follow-up of closed tickets (回访)."""

    hours_missed: tuple[str, ...] = Field(default=("08:00-21:00",), min_length=1)
    """Hours of the day (local) in which missed calls are called back: the citizen wanted to talk a moment ago, so
    only the night is spared. At the earliest 07:00, at the latest 22:00."""

    hours_follow_up: tuple[str, ...] = Field(default=("09:00-12:00", "14:00-20:00"), min_length=1)
    """Hours of the day (local) for follow-ups: not before work, not in the noon rest, not late."""

    follow_up_workdays_only: bool = False
    """Whether follow-ups are left for working days; people in work have more time at weekends, so they are not."""

    wait_missed_min: int = Field(default=2, ge=0, le=240)
    """Minutes after a missed call before it is returned: most callers dial again at once and may get through."""

    wait_follow_up_min: int = Field(default=60, ge=0, le=10080)
    """Minutes after the closing of a ticket before the follow-up: the unit's own answer should have arrived."""

    most_age_missed_h: int = Field(default=24, ge=1, le=240)
    """Hours after which a missed call is no longer returned: the matter is settled or was called in again."""

    most_age_follow_up_h: int = Field(default=168, ge=1, le=1440)
    """Hours after the closing of a ticket after which nobody asks any more; a week holds three attempts."""

    most_tries_missed: int = Field(default=3, ge=1, le=10)
    """Attempts for one missed call."""

    most_tries_follow_up: int = Field(default=3, ge=1, le=10)
    """Attempts for one follow-up; more is felt as harassment."""

    retry_busy_min: int = Field(default=10, ge=1, le=10080)
    """Minutes until the next attempt after a busy line: a telephone call lasts a few minutes."""

    retry_no_answer_min: int = Field(default=120, ge=1, le=10080)
    """The same after no answer: another part of the day."""

    retry_machine_min: int = Field(default=180, ge=1, le=10080)
    """The same after an answering machine or a call assistant."""

    retry_failed_min: int = Field(default=15, ge=1, le=10080)
    """The same after a failure of the network or of ours."""

    retry_hung_up_min: int = Field(default=1440, ge=1, le=10080)
    """The same after somebody hung up at once: a day later, or never if it was the last attempt."""

    put_off_min: int = Field(default=1440, ge=1, le=10080)
    """Minutes until the next attempt where the citizen said 改天 and no time."""

    most_a_day: int = Field(default=3, ge=1, le=20)
    """Calls to one number on one day, all tasks together."""

    between_calls_min: int = Field(default=10, ge=0, le=1440)
    """Minutes between two calls to one number, whatever they are for."""

    at_once: int = Field(default=2, ge=1, le=500)
    """Outbound calls at the same time. Each takes a place of the recogniser from those who call in."""

    ring_s: float = Field(default=35.0, ge=5, le=120)
    """Seconds that a telephone rings before it counts as not answered; operators cut off at 45 to 60."""

    stuck_min: int = Field(default=60, ge=5, le=1440)
    """Minutes after which a call that never reported back (the program died) counts as failed. Longer than the
    longest call (`ivr.max_call_s`)."""

    @field_validator("hours_missed", "hours_follow_up")
    @classmethod
    def _hours(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        spans = [span(each) for each in value]
        if any(before[1] > after[0] for before, after in pairwise(spans)):
            raise ValueError("hours follow one another and do not overlap")
        return value
