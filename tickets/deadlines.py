"""By when a ticket is due, on China's working calendar with its made-up days (调休)."""

import logging
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
    """The State Council's holidays and made-up days; a year that is not announced yet counts Monday to Friday."""

    def is_workday(self, day: date) -> bool:
        """Return whether offices work on `day`; the first day of an unknown year leaves a warning."""
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            _warn(day.year)
            return day.weekday() < 5


@cache
def _warn(year: int) -> None:
    log.warning("no holidays of %d in chinesecalendar: Monday to Friday are counted; update the package", year)


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
