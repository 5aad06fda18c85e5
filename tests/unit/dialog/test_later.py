"""The time that a citizen names is the time that he means."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog.outbound.later import said_back, time_named

NOW = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
"""A Monday."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("明天再打吧", "24T10:00"),
        ("我在开会,明天下午打给我", "24T15:00"),
        ("后天上午", "25T10:00"),
        ("下午三点以后", "23T15:00"),
        ("三点再打", "23T15:00"),
        ("晚上八点半吧", "23T20:30"),
        ("今晚七点", "23T19:00"),
        ("明早九点", "24T09:00"),
        ("十一点", "23T11:00"),
        ("半个小时以后", "23T10:30"),
        ("过两个小时再打", "23T12:00"),
        ("一个半小时以后", "23T11:30"),
        ("二十分钟后打来", "23T10:20"),
        ("10分钟以后", "23T10:10"),
        ("等会儿再打", "23T10:30"),
        ("晚点再说", "23T12:00"),
        ("周三下午", "25T15:00"),
        ("下周一上午十点", "30T10:00"),
        ("礼拜天吧", "29T10:00"),
        ("周末再打", "28T10:00"),
        ("过两天", "25T10:00"),
        ("三天以后", "26T10:00"),
        ("中午打吧", "23T12:30"),
        ("下班以后", "23T18:30"),
        ("九点", "24T09:00"),
        ("14点", "23T14:00"),
        ("下午四点二十", "23T16:20"),
    ],
)
def test_the_time_that_is_named(text: str, expected: str) -> None:
    assert time_named(text, NOW) == datetime.fromisoformat(f"2026-11-{expected}:00+08:00")


@pytest.mark.parametrize("text", ["改天吧", "我在忙", "没空", "以后再说", "不方便", ""])
def test_no_time_is_no_time(text: str) -> None:
    assert time_named(text, NOW) is None


@given(st.text(alphabet="明后今大天早晚上下午中两三十八点半个小时分钟周一日末过会儿再打0123456789", max_size=14))
def test_whatever_is_said_the_time_lies_ahead(text: str) -> None:
    at = time_named(text, NOW)
    assert at is None or NOW < at <= NOW + timedelta(days=100)
    if at:
        said_back(at, NOW)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("24T15:00", "明天下午3点"),
        ("23T19:30", "今天晚上7点半"),
        ("23T10:30", "半小时后"),
        ("27T10:00", "11月27日上午10点"),
    ],
)
def test_it_is_said_back_as_people_say_it(at: str, expected: str) -> None:
    assert said_back(datetime.fromisoformat(f"2026-11-{at}:00+08:00"), NOW) == expected


def test_no_call_is_promised_for_the_night() -> None:
    assert said_back(datetime.fromisoformat("2026-11-23T22:30:00+08:00"), NOW) == ""
