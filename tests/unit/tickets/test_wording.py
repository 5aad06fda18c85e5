"""Cleaned appeals, titles and summaries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.wording import SUMMARY, TITLE, clean, summary, title

CLEANED = [
    ("嗯,那个,路灯坏了", "路灯坏了"),
    ("那个那个路灯路灯坏了", "路灯坏了"),
    ("我家,呃,暖气不热", "我家,暖气不热"),
    ("就是,就是我们小区停水了", "我们小区停水了"),
    ("那个路口的红绿灯坏了", "路口的红绿灯坏了"),
    ("垃圾天天没人收", "垃圾天天没人收"),
    ("电话是零零零零", "电话是零零零零"),
    ("", ""),
]

TITLES = [
    ("嗯你好,我想反映一下,就是我家暖气都三天不热了,打物业电话没人接!", ("暖气",), "", "暖气都三天不热了"),
    ("我家暖气都三天不热了打物业电话没人接", ("暖气",), "阳光花园", "阳光花园暖气都三天不热了"),
    ("我的车被堵住了", ("车",), "", "车被堵住了"),
    ("我爱我家中介骗人", (), "", "我爱我家中介骗人"),
    ("我要举报一个饭店用地沟油,但别告诉他们是我说的", ("地沟油",), "", "一个饭店用地沟油"),
    ("民政局小王服务特别好,表扬一下。", (), "", "民政局小王服务特别好"),
    ("请问一下社保卡丢了怎么补啊,谢谢", ("社保卡",), "", "社保卡丢了怎么补"),
    ("嗯", (), "", "诉求内容待核实"),
]


@pytest.mark.parametrize(("text", "expected"), CLEANED)
def test_clean(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(("text", "words", "place", "expected"), TITLES)
def test_title(text: str, words: tuple[str, ...], place: str, expected: str) -> None:
    assert title(text, words, place) == expected


def test_summary_leaves_greetings_and_thanks_out() -> None:
    said = "你好,我想反映一下,我家暖气都三天不热了,打物业电话没人接,谢谢"
    assert summary(said, "阳光花园") == "阳光花园,您家暖气都三天不热了,打物业电话没人接"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("我家暖气不热", "您家暖气不热"),
        ("我们小区停水了", "您小区停水了"),
        ("邻居骂我", "邻居骂您"),
        ("我市公交太少", "我市公交太少"),
        ("我爱我家中介骗人", "我爱我家中介骗人"),
    ],
)
def test_the_caller_is_you_where_the_story_is_told_back(said: str, told: str) -> None:
    assert summary(said) == told


@given(st.text(max_size=300), st.text(max_size=30))
def test_lengths_hold_whatever_is_said(text: str, place: str) -> None:
    assert 0 < len(title(text, (), place)) <= TITLE
    assert len(summary(text, place)) <= SUMMARY


@given(st.text(max_size=100))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
