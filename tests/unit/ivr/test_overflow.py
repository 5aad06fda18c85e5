"""Who takes the next call: a table by load, hour and calendar; and what may never happen."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SettingsError
from core.settings import check
from ivr.admission import Verdict
from ivr.overflow import Load, Overflow, To, Way
from ivr.overflow_settings import Days, Mode, OverflowSettings
from ivr.settings import IvrSettings

WORK, REST = True, False
ROOM, FULL = Verdict(True, "40 % busy"), Verdict(False, "recognisers would be 71 % busy")
MOST = 20


def policy(rules: list[dict[str, str]] | None = None, **values: object) -> Overflow:
    return Overflow.from_settings(check(OverflowSettings, {**values, "rules": rules or []}, "hotline.toml"), MOST)


def decide(overflow: Overflow, load: Load, at: str = "10:00", workday: bool = WORK) -> Way:
    return overflow.decide(load, datetime.fromisoformat(f"2026-11-23T{at}:00+08:00"), workday)


BOT_FIRST, HUMANS_FIRST = policy(), policy(mode="humans_first")

# Who is first, bot calls, its room, humans on duty, free, waiting, expected wait (s) → way, words of its reason.
LOADS: list[tuple[Overflow, int, Verdict, int, int, int, float | None, To, str]] = [
    (BOT_FIRST, 0, ROOM, 0, 0, 0, None, To.BOT, "room"),
    (BOT_FIRST, 19, ROOM, 5, 5, 0, 0.0, To.BOT, "room"),
    (BOT_FIRST, 20, ROOM, 5, 5, 0, 0.0, To.QUEUE, "20 of 20"),
    (BOT_FIRST, 21, ROOM, 5, 5, 0, 0.0, To.QUEUE, "21 of 20"),
    (BOT_FIRST, 8, FULL, 5, 1, 0, 0.0, To.QUEUE, "71 %"),
    (BOT_FIRST, 8, FULL, 5, 0, 3, 90.0, To.QUEUE, "71 %"),
    (BOT_FIRST, 8, FULL, 5, 0, 3, None, To.QUEUE, "71 %"),
    (BOT_FIRST, 8, FULL, 5, 0, 24, None, To.QUEUE, "71 %"),
    (BOT_FIRST, 8, FULL, 5, 0, 25, None, To.CALL_BACK, "25 waiting for 5"),
    (BOT_FIRST, 8, FULL, 5, 0, 3, 599.0, To.QUEUE, "71 %"),
    (BOT_FIRST, 8, FULL, 5, 0, 3, 600.0, To.CALL_BACK, "600 s"),
    (BOT_FIRST, 8, FULL, 5, 2, 1, 900.0, To.QUEUE, "71 %"),  # one is free: what was forecast no longer holds
    (BOT_FIRST, 8, FULL, 0, 0, 0, None, To.CALL_BACK, "no human on duty"),
    (BOT_FIRST, 20, FULL, 0, 0, 9, 10.0, To.CALL_BACK, "no human on duty"),
    (BOT_FIRST, 8, Verdict(False, ""), 0, 0, 0, None, To.CALL_BACK, "not admitted"),
    (HUMANS_FIRST, 0, ROOM, 5, 1, 0, 0.0, To.QUEUE, "1 of 5 free"),
    (HUMANS_FIRST, 0, ROOM, 5, 3, 2, None, To.QUEUE, "3 of 5 free"),
    (HUMANS_FIRST, 0, ROOM, 5, 2, 2, None, To.BOT, "busy"),  # both are being rung by those who wait
    (HUMANS_FIRST, 0, ROOM, 5, 0, 0, None, To.BOT, "all 5 humans busy"),
    (HUMANS_FIRST, 0, ROOM, 5, 0, 0, 14.0, To.QUEUE, "0 waiting"),
    (HUMANS_FIRST, 0, ROOM, 5, 0, 0, 15.0, To.BOT, "15 s"),
    (HUMANS_FIRST, 0, ROOM, 5, 0, 4, 120.0, To.BOT, "120 s"),
    (HUMANS_FIRST, 0, ROOM, 0, 0, 0, None, To.BOT, "no human on duty"),
    (HUMANS_FIRST, 0, ROOM, 0, 2, 0, 0.0, To.BOT, "no human on duty"),  # a count that contradicts itself
    (HUMANS_FIRST, 20, ROOM, 5, 0, 4, 120.0, To.QUEUE, "bot full"),
    (HUMANS_FIRST, 8, FULL, 5, 0, 4, 120.0, To.QUEUE, "bot full"),
    (HUMANS_FIRST, 8, FULL, 5, 0, 4, 700.0, To.CALL_BACK, "700 s"),
    (HUMANS_FIRST, 8, FULL, 5, 0, 30, None, To.CALL_BACK, "30 waiting"),
    (HUMANS_FIRST, 8, ROOM, 5, 0, 30, 5.0, To.BOT, "queue full"),
    (HUMANS_FIRST, 8, FULL, 0, 0, 0, None, To.CALL_BACK, "no human on duty"),
    (HUMANS_FIRST, 20, FULL, 5, 1, 0, None, To.QUEUE, "1 of 5 free"),
    (policy(mode="humans_first", wait_s=0), 0, ROOM, 5, 0, 0, 1.0, To.BOT, "1 s"),
    (policy(mode="humans_first", wait_s=60), 0, ROOM, 5, 0, 2, 59.0, To.QUEUE, "2 waiting"),
    (policy(most_waiting=1), 20, ROOM, 2, 0, 2, None, To.CALL_BACK, "2 waiting"),
    (policy(longest_wait_s=60), 20, ROOM, 2, 0, 1, 61.0, To.CALL_BACK, "61 s"),
]


@pytest.mark.parametrize(("overflow", "running", "room", "on_duty", "free", "waiting", "wait_s", "to", "why"), LOADS)
def test_the_way_of_a_call(
    overflow: Overflow,
    running: int,
    room: Verdict,
    on_duty: int,
    free: int,
    waiting: int,
    wait_s: float | None,
    to: To,
    why: str,
) -> None:
    way = decide(overflow, Load(running, room, on_duty, free, waiting, wait_s))
    assert way.to is to and why in way.why


OFFICE = {"days": "workday", "from": "08:30", "to": "17:30", "mode": "humans_first"}
LUNCH = {"days": "all", "from": "12:00", "to": "13:00", "mode": "bot_first"}
NIGHT = {"days": "all", "from": "22:00", "to": "06:00", "mode": "bot_first"}
WEEKEND = {"days": "restday", "from": "00:00", "to": "24:00", "mode": "humans_first"}
EVENING = {"days": "workday", "from": "20:00", "to": "02:00", "mode": "humans_first"}


@pytest.mark.parametrize(
    ("rules", "default", "at", "workday", "mode"),
    [
        ([], Mode.BOT_FIRST, "10:00", WORK, Mode.BOT_FIRST),
        ([], Mode.HUMANS_FIRST, "03:00", REST, Mode.HUMANS_FIRST),
        ([OFFICE], Mode.BOT_FIRST, "08:29", WORK, Mode.BOT_FIRST),
        ([OFFICE], Mode.BOT_FIRST, "08:30", WORK, Mode.HUMANS_FIRST),
        ([OFFICE], Mode.BOT_FIRST, "17:29", WORK, Mode.HUMANS_FIRST),
        ([OFFICE], Mode.BOT_FIRST, "17:30", WORK, Mode.BOT_FIRST),
        ([OFFICE], Mode.BOT_FIRST, "10:00", REST, Mode.BOT_FIRST),
        ([LUNCH, OFFICE], Mode.BOT_FIRST, "12:30", WORK, Mode.BOT_FIRST),
        ([OFFICE, LUNCH], Mode.BOT_FIRST, "12:30", WORK, Mode.HUMANS_FIRST),
        ([OFFICE, LUNCH], Mode.HUMANS_FIRST, "12:30", REST, Mode.BOT_FIRST),
        ([NIGHT], Mode.HUMANS_FIRST, "21:59", WORK, Mode.HUMANS_FIRST),
        ([NIGHT], Mode.HUMANS_FIRST, "22:00", WORK, Mode.BOT_FIRST),
        ([NIGHT], Mode.HUMANS_FIRST, "23:59", REST, Mode.BOT_FIRST),
        ([NIGHT], Mode.HUMANS_FIRST, "00:00", WORK, Mode.BOT_FIRST),
        ([NIGHT], Mode.HUMANS_FIRST, "05:59", WORK, Mode.BOT_FIRST),
        ([NIGHT], Mode.HUMANS_FIRST, "06:00", WORK, Mode.HUMANS_FIRST),
        ([WEEKEND], Mode.BOT_FIRST, "00:00", REST, Mode.HUMANS_FIRST),
        ([WEEKEND], Mode.BOT_FIRST, "23:59", REST, Mode.HUMANS_FIRST),
        ([WEEKEND], Mode.BOT_FIRST, "12:00", WORK, Mode.BOT_FIRST),
        ([EVENING], Mode.BOT_FIRST, "23:00", WORK, Mode.HUMANS_FIRST),
        ([EVENING], Mode.BOT_FIRST, "01:00", REST, Mode.BOT_FIRST),  # after midnight the new day counts
        ([EVENING], Mode.BOT_FIRST, "01:00", WORK, Mode.HUMANS_FIRST),
    ],
)
def test_who_is_first_by_hour_and_calendar(
    rules: list[dict[str, str]], default: Mode, at: str, workday: bool, mode: Mode
) -> None:
    overflow = policy(rules, mode=default)
    free_bot_and_human = Load(0, ROOM, 3, 3)
    to = decide(overflow, free_bot_and_human, at, workday).to
    assert to is (To.QUEUE if mode is Mode.HUMANS_FIRST else To.BOT)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"mode": "humans"}, "overflow.mode"),
        ({"wait_s": -1}, "overflow.wait_s"),
        ({"most_waiting": 0}, "overflow.most_waiting"),
        ({"longest_wait_s": 10, "wait_s": 20}, "longest_wait_s"),
        ({"rules": [{**OFFICE, "from": "25:00"}]}, r"rules\.0\.from"),
        ({"rules": [{**OFFICE, "to": "24:30"}]}, r"rules\.0\.to"),
        ({"rules": [{**OFFICE, "to": "8:30"}]}, r"rules\.0\.to"),
        ({"rules": [{**OFFICE, "to": "08:30"}]}, r"rules\.0.*相同"),
        ({"rules": [{**OFFICE, "from": "24:00"}]}, r"rules\.0.*24:00"),
        ({"rules": [{**OFFICE, "days": "sunday"}]}, r"rules\.0\.days"),
        ({"rules": [{**OFFICE, "mode": "both"}]}, r"rules\.0\.mode"),
        ({"rules": [{**OFFICE, "begin": "08:30"}]}, r"rules\.0\.begin"),
        ({"rules": [WEEKEND, {**LUNCH, "days": "restday"}]}, "第 2 条"),
        ({"rules": [OFFICE, WEEKEND, LUNCH]}, "第 3 条"),
    ],
)
def test_what_cannot_be_is_named_at_the_start(values: dict[str, object], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        check(IvrSettings, {"overflow": values}, "hotline.toml")


def test_it_is_a_section_of_the_call_s_settings() -> None:
    ivr = check(IvrSettings, {"overflow": {"mode": "humans_first", "rules": [LUNCH]}}, "hotline.toml")
    assert ivr.overflow.mode is Mode.HUMANS_FIRST and ivr.overflow.rules[0].days is Days.ALL


TIMES = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda time: f"{time[0]:02}:{time[1]:02}")
RULES = st.lists(
    st.fixed_dictionaries(
        {"days": st.sampled_from(list(Days)), "from": TIMES, "to": TIMES, "mode": st.sampled_from(list(Mode))}
    ),
    max_size=4,
)


@given(
    rules=RULES,
    mode=st.sampled_from(list(Mode)),
    running=st.integers(0, 40),
    admitted=st.booleans(),
    counts=st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 60)),
    wait_s=st.none() | st.floats(0, 5000),
    at=st.datetimes(),
    workday=st.booleans(),
)
def test_whatever_the_load_nobody_is_sent_where_nobody_is(
    rules: list[dict[str, str]],
    mode: Mode,
    running: int,
    admitted: bool,
    counts: tuple[int, int, int],
    wait_s: float | None,
    at: datetime,
    workday: bool,
) -> None:
    try:
        overflow = policy(rules, mode=mode)
    except SettingsError:
        return
    load = Load(running, Verdict(admitted, "asked"), *counts, wait_s)
    way = overflow.decide(load, at, workday)
    bot, on_duty = admitted and running < MOST, counts[0] > 0
    assert way.why
    if way.to is To.BOT:
        assert bot
    if way.to is To.QUEUE:
        assert on_duty
    if way.to is To.CALL_BACK:
        assert not bot
        assert not on_duty or min(counts[0], counts[1]) <= counts[2], "a free human was not asked"
