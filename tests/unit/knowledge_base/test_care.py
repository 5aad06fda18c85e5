"""What entries need, when departments are told, and what the quality report says."""

from datetime import UTC, date, datetime, timedelta

import pytest

from knowledge_base.care.findings import Care, Held, Use, due, findings
from knowledge_base.care.page import page
from knowledge_base.care.report import lines
from knowledge_base.gaps.gap import Gap, GapState
from knowledge_base.settings import CareSettings

TODAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
RULES = CareSettings()


def _held(id: str = "a", since: date = TODAY, valid_to: date | None = None) -> Held:
    return Held(id, "公安局", "怎么办", since, valid_to)


@pytest.mark.parametrize(("left", "step"), [(31, None), (30, 30), (8, 30), (7, 7), (1, 1), (0, 1), (-1, None)])
def test_an_entry_about_to_expire_is_told_of_at_30_7_and_1_days(left: int, step: int | None) -> None:
    found = findings([_held(valid_to=TODAY + timedelta(days=left))], {}, TODAY, RULES)
    assert [one.step for one in found if one.kind is Care.EXPIRING] == ([] if step is None else [step])


def test_an_entry_that_answered_nobody_is_found_after_half_a_year_only() -> None:
    old, new = _held("old", TODAY - timedelta(days=180)), _held("new", TODAY - timedelta(days=179))
    used = _held("used", TODAY - timedelta(days=400))
    found = findings([old, new, used], {"used": Use(answered=1)}, TODAY, RULES)
    assert [(one.entry, one.kind) for one in found] == [("old", Care.NEVER_HIT)]


@pytest.mark.parametrize(
    ("use", "kinds"),
    [
        (Use(answered=10, rejected=3), [Care.REJECTED]),
        (Use(answered=100, rejected=3), []),
        (Use(answered=2, rejected=2), []),
        (Use(answered=10, to_human=3), [Care.TO_HUMAN]),
        (Use(answered=11, to_human=3), []),
    ],
)
def test_rejections_and_hand_overs_count_by_number_and_share(use: Use, kinds: list[Care]) -> None:
    assert [one.kind for one in findings([_held()], {"a": use}, TODAY, RULES)] == kinds


def test_the_same_is_told_weekly_at_most_but_a_nearer_end_at_once() -> None:
    month = findings([_held(valid_to=TODAY + timedelta(days=8))], {}, TODAY, RULES)
    told = {month[0].key: TODAY}
    assert due(month, told, TODAY + timedelta(days=6)) == ()
    assert due(month, told, TODAY + timedelta(days=7)) == month
    week = findings([_held(valid_to=TODAY + timedelta(days=8))], {}, TODAY + timedelta(days=1), RULES)
    assert due(week, told, TODAY + timedelta(days=1)) == week
    assert due(month, told, TODAY - timedelta(days=400)) == month, "a clock that was ahead silences nothing"


def _gap(state: GapState, department: str, age: int, took: int | None = None, due: date | None = None) -> Gap:
    at = NOW - timedelta(days=age)
    closed = at + timedelta(days=took) if took is not None else None
    return Gap(1, state, "问", department, due, "", "", {"refused": 2}, at, at, at, closed, 0)


def test_the_report_has_a_line_for_each_department() -> None:
    gaps = [
        _gap(GapState.ASSIGNED, "公安局", 9, due=TODAY - timedelta(days=1)),
        _gap(GapState.CLOSED, "公安局", 20, took=4),
        _gap(GapState.CLOSED, "公安局", 20, took=7),
        _gap(GapState.OPEN, "", 3),
    ]
    use = {"a": Use(answered=8, refused=2, rejected=2), "gone": Use(answered=1, refused=1)}
    police, nobody = sorted(
        lines([_held()], ["公安局"], use, gaps, NOW, {"gone": "公安局"}), key=lambda one: -one.entries
    )
    assert (police.department, police.entries, police.expired) == ("公安局", 1, 1)
    assert police.coverage == pytest.approx(9 / 12)
    assert (police.gaps_open, police.gaps_overdue, police.gaps_closed) == (1, 1, 2)
    assert (police.oldest_days, police.days_to_close) == (9, 5.5)
    assert (nobody.department, nobody.gaps_open, nobody.coverage) == ("(未定部门)", 1, None)


def test_the_page_is_one_file_with_bars_and_no_script() -> None:
    made = page(lines([Held("a", "<script>局", "问", TODAY)], [], {"a": Use(answered=1)}, [], NOW), NOW, 30)
    assert "&lt;script&gt;局" in made and "<script" not in made
    assert made.count("<svg") == 3 and 'width="120" height="12" fill="#2a7"' in made
