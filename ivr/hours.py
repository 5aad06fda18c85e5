"""Hours of the day in settings: a window from one time to another, over midnight where it ends before it begins."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from core.settings import Settings


def minutes(written: str) -> int:
    """Return the minutes since midnight of "HH:MM"; "24:00" is the end of the day."""
    hour, minute = written.split(":")
    return int(hour) * 60 + int(minute)


def _within_a_day(written: str) -> str:
    if minutes(written) > 24 * 60:
        raise ValueError("最晚写 24:00")
    return written


TimeOfDay = Annotated[str, StringConstraints(pattern=r"^[0-2]\d:[0-5]\d$"), AfterValidator(_within_a_day)]
"""A time of day, "08:30"."""


class Hours(Settings):
    """From when to when, in local time; the last minute is not part of it."""

    begins: TimeOfDay = Field(alias="from")
    """`from = "08:30"`: the first minute of the window."""
    ends: TimeOfDay = Field(alias="to")
    """`to = "17:30"`: the minute at which the window is over. Before `from`: on the next day. The whole day is
    "00:00" to "24:00"."""

    @model_validator(mode="after")
    def _last_some_time(self) -> "Hours":
        if self.begins == self.ends:
            raise ValueError(f'from 与 to 相同({self.begins});全天请写 from = "00:00", to = "24:00"')
        if self.begins == "24:00" or self.ends == "00:00":
            raise ValueError('一天从 "00:00" 开始,到 "24:00" 结束')
        return self

    def hold(self, now: datetime) -> bool:
        """Return whether `now` (local) is within these hours."""
        return self.hold_at(now.hour * 60 + now.minute)

    def hold_at(self, minute: int) -> bool:
        """Return whether `minute` of the day (0 to 1439) is within these hours."""
        begin, end = minutes(self.begins), minutes(self.ends)
        return begin <= minute < end if begin < end else minute >= begin or minute < end
