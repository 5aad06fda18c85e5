"""By when a ticket is due, on China's working calendar with its made-up days (调休)."""

import logging
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Protocol

import chinese_calendar

log = logging.getLogger(__name__)


class WorkingCalendar(Protocol):
    """Knows the days on which offices work."""

    def is_workday(self, day: date) -> bool:
        """Return whether offices work on `day`."""
        ...


class ChinaCalendar:
    """The State Council's holidays and made-up days; a year that is not announced yet counts Monday to Friday.

    `own` are days that a city has written down itself (True: worked), `years` the years that these make known.
    """

    def __init__(self, own: Mapping[date, bool] | None = None, years: Collection[int] = ()) -> None:
        self._own, self._years = dict(own or {}), frozenset(years)

    def knows(self, year: int) -> bool:
        """Whether the holidays of `year` are known."""
        return year in self._years or year in known_years()

    def is_workday(self, day: date) -> bool:
        """Return whether offices work on `day`; the first day of an unknown year leaves a warning."""
        if day in self._own:
            return self._own[day]
        if day.year in self._years:
            return day.weekday() < 5
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            _warn(day.year)
            return day.weekday() < 5


@cache
def known_years() -> frozenset[int]:
    """Return the years whose holidays chinesecalendar has."""
    return frozenset(day.year for day in (*chinese_calendar.constants.holidays, *chinese_calendar.constants.workdays))


def missing_year(calendar: ChinaCalendar, today: date) -> int | None:
    """Return the year whose holidays should be known on `today` and are not: this one, from October the next one."""
    wanted = [today.year, *([today.year + 1] if today.month >= _ANNOUNCED_SOON else [])]
    return next((year for year in wanted if not calendar.knows(year)), None)


def warn_ahead(calendar: ChinaCalendar, today: date) -> None:
    """Leave a warning in the log where a year will be missing soon, long before a limit is wrong."""
    if (year := missing_year(calendar, today)) is not None:
        log.warning("%d 年的节假日还没有:请更新 chinesecalendar,或在 [tickets] holidays 写明节假日文件", year)


_ANNOUNCED_SOON = 10
"""Month from which the next year is asked for: the State Council announces it in the autumn."""


def said_of(calendar: WorkingCalendar, until: datetime) -> str:
    """Return what is told beside a limit that runs into a year without holidays; empty where they are known."""
    if isinstance(calendar, ChinaCalendar) and not calendar.knows(until.year):
        return f"({until.year} 年节假日未公布,暂按周一至周五为工作日计算)"
    return ""


@cache
def _warn(year: int) -> None:
    log.warning("chinesecalendar 里没有 %d 年的节假日,暂按周一至周五为工作日计算,请更新", year)


CHINA = ChinaCalendar()


def due(created: datetime, limit_hours: int, calendar: WorkingCalendar = CHINA) -> datetime:
    """Return when a ticket taken at `created` (local, aware or not) must be answered.

    Limits under 24 hours are repairs that do not wait for Monday: they run round the clock.
    From 24 hours on each full 24 are a working day, and the hours of days off do not count.
    """
    if limit_hours < 24:
        return created + timedelta(hours=limit_hours)
    left, at = timedelta(hours=limit_hours), created
    while True:
        midnight = datetime.combine(at.date() + timedelta(days=1), datetime.min.time(), at.tzinfo)
        if calendar.is_workday(at.date()):
            if left <= midnight - at:
                return at + left
            left -= midnight - at
        at = midnight
