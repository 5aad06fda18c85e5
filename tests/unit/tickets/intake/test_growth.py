"""What is more than usual, and what only looks so."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.intake.growth import by_chance, level, usual

NOW = datetime.fromisoformat("2026-11-24T10:00:00+08:00")
WINDOW = timedelta(hours=2)


def test_usual_is_what_came_at_this_hour_on_other_days() -> None:
    same_hour = [NOW - timedelta(days=day, minutes=30) for day in range(1, 29) for _ in range(3)]
    other_hour = [NOW - timedelta(days=day, hours=5) for day in range(1, 29) for _ in range(9)]
    today = [NOW - timedelta(minutes=5)] * 50
    long_ago = [NOW - timedelta(days=40)] * 50
    assert usual([*same_hour, *other_hour, *today, *long_ago], NOW, WINDOW, 28) == pytest.approx(3, abs=0.05)


@pytest.mark.parametrize(
    ("count", "expected", "likely"), [(5, 0.02, False), (5, 3, True), (20, 3, False), (0, 3, True)]
)
def test_what_would_hardly_come_by_chance(count: int, expected: float, likely: bool) -> None:
    assert (by_chance(count, expected) > 0.001) is likely


def test_the_tail_is_poissons() -> None:
    assert by_chance(1, 2.0) == pytest.approx(1 - 2.718281828**-2)


@given(st.integers(0, 500), st.floats(0.01, 300))
def test_more_is_never_likelier(count: int, expected: float) -> None:
    assert 0 <= by_chance(count + 1, expected) <= by_chance(count, expected) <= 1


def test_levels_are_counted() -> None:
    assert [level(members, (5, 20)) for members in (4, 5, 19, 20, 900)] == [0, 1, 1, 2, 2]
