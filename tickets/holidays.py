"""A city's own file of days off and made-up working days, for a year that the package does not know yet."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from yaml import YAMLError

from core.yaml_file import read_yaml
from tickets.deadlines import CHINA, ChinaCalendar
from tickets.errors import HolidaysInvalid


def calendar_of(file: Path | None) -> ChinaCalendar:
    """Return the working calendar with the days of `file`; without one the package's. Raises `HolidaysInvalid`.

    The file says for each year `holidays` and `workdays`, as days (2027-02-05) or stretches
    ([2027-02-05, 2027-02-11]).
    """
    if file is None:
        return CHINA
    try:
        years = read_yaml(file)
    except (OSError, ValueError, YAMLError) as error:
        raise HolidaysInvalid(file=file, what=error) from error
    if not isinstance(years, dict) or not years:
        raise HolidaysInvalid(file=file, what="要按年份写,例如 2027: {holidays: [2027-01-01], workdays: []}")
    own: dict[date, bool] = {}
    for year, days in years.items():
        if not isinstance(year, int) or not isinstance(days, dict) or not days.get("holidays"):
            raise HolidaysInvalid(file=file, what=f"{year} 没有 holidays,或年份不是数字")
        for name, worked in (("holidays", False), ("workdays", True)):
            for day in _days(file, days.get(name) or []):
                if day.year != year:
                    raise HolidaysInvalid(file=file, what=f"{day} 不在 {year} 年")
                if own.get(day, worked) is not worked:
                    raise HolidaysInvalid(file=file, what=f"{day} 既放假又上班")
                own[day] = worked
    return ChinaCalendar(own, years)


def _days(file: Path, written: Any) -> Iterable[date]:
    if not isinstance(written, list):
        raise HolidaysInvalid(file=file, what=f"“{written}”不是一列日期")
    for one in written:
        first, last = one if isinstance(one, list) and len(one) == 2 else (one, one)
        if type(first) is not date or type(last) is not date or last < first:
            raise HolidaysInvalid(file=file, what=f"“{one}”不是日期,也不是从早到晚的一段")
        yield from (first + timedelta(days=at) for at in range((last - first).days + 1))
