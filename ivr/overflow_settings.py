"""Settings of the overflow, `[ivr.overflow]`: who takes a call first, and when the others do."""

from enum import StrEnum

from pydantic import Field, model_validator

from core.settings import Settings
from ivr.hours import Hours

_DAY = range(24 * 60)


class Mode(StrEnum):
    """Who takes a call first."""

    BOT_FIRST = "bot_first"
    """The bot; humans where it is full."""
    HUMANS_FIRST = "humans_first"
    """Humans; the bot where none is free in time."""


class Days(StrEnum):
    """The days that a rule is for, by the working calendar with its made-up days (调休)."""

    WORKDAY = "workday"
    RESTDAY = "restday"
    ALL = "all"

    def hold(self, workday: bool) -> bool:
        """Return whether a day that is (or is not) a `workday` is one of these."""
        return self is Days.ALL or (self is Days.WORKDAY) is workday


class OverflowRule(Hours):
    """`{days = "workday", from = "08:30", to = "17:30", mode = "humans_first"}`: who is first in these hours."""

    days: Days = Days.ALL
    """The days: `workday`, `restday` or `all`. After midnight it is the new day that counts."""
    mode: Mode
    """Who is first then."""


class OverflowSettings(Settings):
    """Who takes a call first, and where it goes when they are full."""

    mode: Mode = Mode.BOT_FIRST
    """Who is first where no rule fits: `bot_first` (a call is answered at once, at any hour) or `humans_first`."""
    rules: tuple[OverflowRule, ...] = ()
    """Rules by day and hour, such as `{days = "workday", from = "08:30", to = "17:30", mode = "humans_first"}`; the
    first that fits counts. Windows over midnight (`from = "22:00", to = "06:00"`) are meant as written."""
    wait_s: float = Field(default=15.0, ge=0, le=3600)
    """Humans first: seconds that a caller may be expected to wait for one before the bot takes the call; 0: the bot
    takes it as soon as all humans talk. GB/T 33358-2016 wants an answer within 15 s."""
    longest_wait_s: float = Field(default=600.0, gt=0, le=7200)
    """Expected wait in seconds from which the queue of the humans counts as full and a call is called back instead;
    few callers hold out for ten minutes, and who hangs up in a queue has to be called back all the same."""
    most_waiting: int = Field(default=5, ge=1, le=100)
    """Callers waiting for each human on duty from which the queue counts as full, whatever wait is expected: with
    150 s a call, five of them are twelve minutes."""

    @model_validator(mode="after")
    def _possible(self) -> "OverflowSettings":
        if self.longest_wait_s <= self.wait_s:
            raise ValueError(
                f"longest_wait_s({self.longest_wait_s:g})须大于 wait_s({self.wait_s:g}),否则没有人排得上队"
            )
        for number, rule in enumerate(self.rules, 1):
            if not _counts(rule, self.rules[: number - 1]):
                raise ValueError(f"rules 第 {number} 条永远轮不到:它的时间都已被前面的规则占了")
        return self


def _counts(rule: OverflowRule, before: tuple[OverflowRule, ...]) -> bool:
    """Whether there is a minute at which `rule` is the first that fits."""
    return any(
        rule.days.hold(workday)
        and rule.hold_at(minute)
        and not any(other.days.hold(workday) and other.hold_at(minute) for other in before)
        for workday in (True, False)
        for minute in _DAY
    )
