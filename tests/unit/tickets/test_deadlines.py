"""Deadlines on the working calendar, with its made-up days."""

import logging
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.deadlines import ChinaCalendar, due

CASES = [
    # Taken on Friday, a working day later is Monday.
    (datetime(2026, 11, 20, 15, 30), 24, datetime(2026, 11, 23, 15, 30)),
    # Repairs do not wait for Monday.
    (datetime(2026, 11, 21, 22), 3, datetime(2026, 11, 22, 1)),
    (datetime(2026, 11, 16, 9), 48, datetime(2026, 11, 18, 9)),
    # Over the National Day holiday, 1 to 7 October 2026; Saturday the 10th is worked.
    (datetime(2026, 9, 30, 15), 24, datetime(2026, 10, 8, 15)),
    (datetime(2026, 10, 9, 15), 24, datetime(2026, 10, 10, 15)),
    # Taken on a day off, the clock starts with the next working day.
    (datetime(2026, 11, 21, 10), 24, datetime(2026, 11, 24)),
]


@pytest.mark.parametrize(("created", "hours", "expected"), CASES)
def test_due(created: datetime, hours: int, expected: datetime) -> None:
    assert due(created, hours) == expected


def test_a_year_without_calendar_is_a_warning_and_counts_weekdays(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="tickets.deadlines"):
        assert ChinaCalendar().is_workday(date(2098, 1, 1)) is True
        assert ChinaCalendar().is_workday(date(2098, 1, 4)) is False
    assert "2098" in caplog.text


@given(st.datetimes(datetime(2025, 1, 1), datetime(2026, 6, 1)), st.integers(1, 240))
def test_due_is_later_and_never_earlier_for_a_longer_limit(created: datetime, hours: int) -> None:
    assert due(created, hours) >= created + timedelta(hours=hours)
    assert due(created, hours + 24) > due(created, hours)
