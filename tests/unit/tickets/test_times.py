"""When something happened, as people say it, counted from the time of the call."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.times import find_times, number

NOW = datetime(2026, 11, 24, 10, 30)  # a Tuesday
CASES = [
    ("昨天晚上十点多工地还在打桩", "时刻", "2026-11-23 22:00", "昨天晚上十点多"),
    ("暖气连续三天不热了", "持续", "2026-11-21 起至今", "连续三天"),
    ("从上个月开始自来水就发黄", "持续", "2026-10-01 起至今", "从上个月开始"),
    ("每天早上六点就放音乐", "反复", "每天 06:00", "每天早上六点"),
    ("停水两天了", "持续", "2026-11-22 起至今", "停水两天了"),
    ("老板拖欠三个月工资", "持续", "2026-08-26 起至今", "拖欠三个月"),
    ("今天早上七点半到现在没电", "持续", "2026-11-24 07:30 起至今", "今天早上七点半到现在"),
    ("上周三下午我去大厅办事", "时段", "2026-11-18 13:00 至 11-18 18:00", "上周三下午"),
    ("天天晚上十一点到凌晨两点唱歌", "反复", "每天 23:00–02:00", "天天晚上十一点到凌晨两点"),
    ("去年冬天就不热", "时段", "2025-11-01 至 2026-02-28", "去年冬天"),
    ("前天中午十二点吵起来的", "时刻", "2026-11-22 12:00", "前天中午十二点"),
    ("半夜两点还在施工", "时刻", "2026-11-24 02:00", "半夜两点"),
    ("等了一个小时", "持续", "2026-11-24 09:30 起至今", "等了一个小时"),
    ("10月20号交的钱", "时段", "2026-10-20", "10月20号"),
    ("房子五年前买的", "时段", "2021-11-25", "五年前"),
    ("都半年了没人管", "持续", "2026-05-25 起至今", "都半年了"),
    ("昨晚两点打起来的", "时刻", "2026-11-24 02:00", "昨晚两点"),
    ("凌晨四点多把我吵醒", "时刻", "2026-11-24 04:00", "凌晨四点多"),
    ("上个星期天去的", "时段", "2026-11-22", "上个星期天"),
    ("隔三差五停电", "反复", "时常", "隔三差五"),
    ("每周三下午关门", "反复", "每周三下午", "每周三下午"),
    ("15号晚上八点停的电", "时刻", "2026-11-15 20:00", "15号晚上八点"),
    ("今年三月份到现在没发工资", "持续", "2026-03-01 起至今", "今年三月份到现在"),
    ("都快一个半月了", "持续", "2026-10-10 起至今", "快一个半月了"),
    ("这个月五号发的通知", "时段", "2026-11-05", "这个月五号"),
    ("半年前交的定金", "时段", "2026-05-26", "半年前"),
    ("早上九点到晚上九点一直响", "时段", "2026-11-24 09:00 至 11-24 21:00", "早上九点到晚上九点"),
    ("礼拜六早上没水", "时段", "2026-11-21 06:00 至 11-21 09:00", "礼拜六早上"),
    ("明天上午要用护照", "时段", "2026-11-25 08:00 至 11-25 12:00", "明天上午"),
    ("2024年5月买的车", "时段", "2024-05-01 至 2024-05-31", "2024年5月"),
    ("12月份就断供了", "时段", "2025-12-01 至 2025-12-31", "12月份"),
    ("前几天反映过", "时段", "2026-11-17 至 2026-11-23", "前几天"),
    ("昨天下午三点一刻", "时刻", "2026-11-23 15:15", "昨天下午三点一刻"),
    ("自从去年年底就没来过", "持续", "2025-11-01 起至今", "自从去年年底"),
]


@pytest.mark.parametrize(("said", "shape", "when", "words"), CASES)
def test_time(said: str, shape: str, when: str, words: str) -> None:
    (found,) = find_times(said, NOW)
    assert (found.shape, str(found), found.evidence) == (shape, when, words)
    assert found.evidence in said


@pytest.mark.parametrize("said", ["", "我住3号楼", "提三点建议", "一个月休两天", "八号线怎么走", "工资一个月多少"])
def test_what_is_no_time(said: str) -> None:
    assert find_times(said, NOW) == ()


def test_several_times_come_in_their_order_and_in_the_zone_of_the_call() -> None:
    zone = timezone(timedelta(hours=8))
    found = find_times("上个月开始水就发黄，昨天晚上八点彻底没水了", NOW.replace(tzinfo=zone))
    assert [one.shape for one in found] == ["持续", "时刻"]
    assert found[1].start == datetime(2026, 11, 23, 20, tzinfo=zone)


def test_what_cannot_be_a_date_is_none() -> None:
    (found,) = find_times("2月30号停的水", NOW)
    assert found.start is None and found.confidence < 0.5


def test_vague_words_are_less_sure() -> None:
    assert find_times("前几天停水", NOW)[0].confidence < find_times("前天停水", NOW)[0].confidence


@given(st.text(alphabet="昨今明前天上下个月年号日点半晚早中午从到开始每周星期连续了没三十一两几0129,", max_size=60))
def test_anything_can_be_said(text: str) -> None:
    for found in find_times(text, NOW):
        assert found.evidence in text and 0 < found.confidence <= 1
        assert str(found)


@pytest.mark.parametrize(
    ("said", "is_"), [("十", 10), ("十五", 15), ("二十", 20), ("三十一", 31), ("半", 0.5), ("12", 12)]
)
def test_number(said: str, is_: float) -> None:
    assert number(said) == is_
