"""Names as callers give them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.person import find_name

GIVEN_UNASKED = [
    ("我姓王", "王"),
    ("免贵姓李,叫李建国", "李建国"),
    ("免贵姓李叫李建国", "李建国"),
    ("我叫张伟", "张伟"),
    ("我叫欧阳娜娜", "欧阳娜娜"),
    ("我姓陈,耳东陈", "陈"),
    ("我姓望", "王"),
    ("我是刘女士", "刘女士"),
    ("我是赵建军,我家停水了", "赵建军"),
    ("我叫李建国电话是13800001234", "李建国"),
    ("你好我姓张弓长张", "张"),
    ("我姓周,名建华", "周建华"),
]

GIVEN_ASKED = [
    ("王女士", "王女士"),
    ("王建国", "王建国"),
    ("嗯,王建国", "王建国"),
    ("姓孙", "孙"),
    ("刘芳", "刘芳"),
    ("欧阳修", "欧阳修"),
    ("叫我老师就行,我姓徐,双人徐", "徐"),
    ("我叫孙丽", "孙丽"),
    ("李大爷", "李大爷"),
]

NO_NAME = [
    "路灯坏了",
    "谢谢",
    "不方便说",
    "你问这个干嘛",
    "不用了",
    "高兴",
    "我是业主",
    "我是来反映问题的",
    "",
    "方便",
    "转人工",
    "不想说",
]


@pytest.mark.parametrize(("text", "name"), GIVEN_UNASKED)
def test_name_is_heard_anywhere(text: str, name: str) -> None:
    found = find_name(text)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(("text", "name"), GIVEN_UNASKED + GIVEN_ASKED)
def test_name_is_heard_where_it_was_asked_for(text: str, name: str) -> None:
    found = find_name(text, asked=True)
    assert found is not None
    assert found.name.startswith(name[:1])
    assert name in (found.name, found.surname) or found.name.startswith(name[:2])


@pytest.mark.parametrize(
    "text", ["我们老板姓李", "公交司机,他姓张", "保安叫张伟", "姓刘的医生态度不好", "经理名叫王强"]
)
def test_somebody_elses_name_is_not_the_callers(text: str) -> None:
    assert find_name(text) is None


@pytest.mark.parametrize("text", NO_NAME)
def test_no_name_is_invented(text: str) -> None:
    assert find_name(text) is None
    assert find_name(text, asked=True) is None


def test_a_surname_heard_by_sound_is_believed_less() -> None:
    heard, meant = find_name("我姓望"), find_name("我姓王")
    assert heard is not None
    assert meant is not None
    assert heard.confidence < meant.confidence


@given(st.text(max_size=40), st.booleans())
def test_anything_can_be_said(text: str, asked: bool) -> None:
    find_name(text, asked)
