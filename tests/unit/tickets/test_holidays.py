"""Years that the calendar does not know: warned of in time, counted plainly, or written down by the city."""

import logging
from datetime import date, datetime
from pathlib import Path

import pytest

from tickets.deadlines import CHINA, due, known_years, missing_year, said_of, warn_ahead
from tickets.errors import HolidaysInvalid
from tickets.holidays import calendar_of

NEXT = max(known_years()) + 1
LAST = max(known_years())


def write(folder: Path, text: str) -> Path:
    file = folder / "holidays.yaml"
    file.write_text(text, encoding="utf8")
    return file


def test_a_missing_year_is_told_from_october_on(caplog: pytest.LogCaptureFixture) -> None:
    assert missing_year(CHINA, date(LAST, 9, 30)) is None
    assert missing_year(CHINA, date(LAST, 10, 1)) == NEXT
    assert missing_year(CHINA, date(NEXT, 3, 1)) == NEXT
    with caplog.at_level(logging.WARNING, logger="tickets.deadlines"):
        warn_ahead(CHINA, date(LAST, 9, 30))
        assert not caplog.records
        warn_ahead(CHINA, date(LAST, 10, 1))
    assert str(NEXT) in caplog.text


def test_a_limit_in_a_missing_year_says_how_it_was_counted() -> None:
    assert "周一至周五" in said_of(CHINA, datetime(NEXT, 1, 5))
    assert said_of(CHINA, datetime(LAST, 1, 5)) == ""


def test_a_city_adds_a_year_itself(tmp_path: Path) -> None:
    file = write(tmp_path, "2099:\n  holidays: [2099-01-01, [2099-10-01, 2099-10-07]]\n  workdays: [2099-10-10]\n")
    calendar = calendar_of(file)
    assert not calendar.is_workday(date(2099, 1, 1)) and not calendar.is_workday(date(2099, 10, 5))
    assert calendar.is_workday(date(2099, 10, 10)) and not calendar.is_workday(date(2099, 10, 11))
    assert missing_year(calendar, date(2099, 3, 1)) is None
    assert due(datetime(2099, 9, 30, 15), 24, calendar) == datetime(2099, 10, 8, 15)


def test_no_file_is_the_packages_calendar() -> None:
    assert calendar_of(None) is CHINA


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[]", "按年份写"),
        ("2099: {workdays: [2099-01-02]}", "没有 holidays"),
        ("2099: {holidays: [2098-01-01]}", "不在 2099 年"),
        ("2099: {holidays: [2099-01-01], workdays: [2099-01-01]}", "既放假又上班"),
        ("2099: {holidays: [元旦]}", "不是日期"),
        ("2099: {holidays: [[2099-10-07, 2099-10-01]]}", "从早到晚"),
        ("2099: {holidays: [}", "节假日文件"),
    ],
)
def test_a_wrong_file_is_a_sentence(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(HolidaysInvalid, match=told):
        calendar_of(write(tmp_path, text))
