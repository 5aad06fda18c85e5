"""Settings of the queues, `[ivr.queues]`: which the exchange has, and on which days leaders answer."""

import datetime as dt
from calendar import monthrange
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from core.settings import Settings
from ivr.hours import Hours

QueueName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]*$", max_length=64)]
"""The name of a queue in the exchange; empty where there is none."""


class Weekday(StrEnum):
    """A day of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


_WEEK = tuple(Weekday)


class LeaderDay(Hours):
    """`{weekday = "monday", nth = 1, from = "09:00", to = "11:00"}`: a time at which leaders answer (领导接听日)."""

    date: dt.date | None = None
    """One day, `date = 2026-12-01`."""
    weekday: Weekday | None = None
    """A day of every week, `weekday = "monday"`."""
    nth: int = Field(default=0, ge=-1, le=5)
    """Which one of the month, `nth = 1` for the first, -1 for the last; 0: every one."""

    @model_validator(mode="after")
    def _one_day(self) -> "LeaderDay":
        if (self.date is None) == (self.weekday is None):
            raise ValueError("date 与 weekday 恰好写一项")
        if self.date is not None and self.nth:
            raise ValueError("nth 只与 weekday 一起写")
        if self.begins > self.ends:
            raise ValueError(f"to({self.ends})须晚于 from({self.begins})")
        return self

    def is_now(self, now: dt.datetime) -> bool:
        """Return whether leaders answer at `now` (local)."""
        return self.hold(now) and self._is_day(now.date())

    def _is_day(self, day: dt.date) -> bool:
        if self.weekday is None:
            return day == self.date
        if _WEEK[day.weekday()] is not self.weekday:
            return False
        if self.nth < 0:
            return day.day + 7 > monthrange(day.year, day.month)[1]
        return self.nth in (0, (day.day + 6) // 7)


class QueueNames(Settings):
    """The queues (队列) of the human agents, by what they are for."""

    general: QueueName = "general"
    """Everything; the most agents. Where one of the others is not there, its callers come here."""
    company: QueueName = "company"
    """Companies (企业专席); empty where the exchange has no such queue."""
    dialect: QueueName = "dialect"
    """Dialects (方言专席), for callers who were not understood; empty where the exchange has no such queue."""
    leader: QueueName = "leader"
    """Leaders on their days (领导接听日); empty where the exchange has no such queue."""
    leader_days: tuple[LeaderDay, ...] = ()
    """When leaders answer: by date `{date = 2026-12-01, from = "09:00", to = "11:00"}`, or by weekday
    `{weekday = "monday", nth = 1, from = "09:00", to = "11:00"}` for the first Monday of each month."""

    @model_validator(mode="after")
    def _possible(self) -> "QueueNames":
        if not self.general:
            raise ValueError("general 不能为空:没有专席的来电都进这个队列")
        if self.leader_days and not self.leader:
            raise ValueError("写了 leader_days,但 leader 为空:请写出领导接听队列的名称")
        return self
