"""Several things in one breath become several appeals; one thing stays one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.several import split_appeals

SEVERAL = [
    ("路灯坏了,还有,那个垃圾也没人收,顺便问下社保几点下班。", ["路灯坏了", "垃圾也没人收", "社保几点下班"]),
    ("路灯坏了还有那个垃圾也没人收顺便问下社保几点下班", ["路灯坏了", "垃圾也没人收", "社保几点下班"]),
    ("暖气不热,另外我想问一下公积金怎么提取", ["暖气不热", "我想问一下公积金怎么提取"]),
    ("井盖没了,还有一个事,路灯也不亮", ["井盖没了", "路灯也不亮"]),
    ("电梯老是坏,再就是楼道里堆满了杂物", ["电梯老是坏", "楼道里堆满了杂物"]),
    ("居住证怎么办,对了,还想问一下医保怎么转", ["居住证怎么办", "医保怎么转"]),
    ("我有两件事,一个是路灯坏了,一个是垃圾没人收", ["路灯坏了", "垃圾没人收"]),
    ("一是暖气不热,二是物业不管", ["暖气不热", "物业不管"]),
    ("路灯坏了啊还有井盖也没了还有那个下水道也堵了", ["路灯坏了啊", "井盖也没了", "下水道也堵了"]),
    ("社保卡怎么补然后再问下公积金怎么提取", ["社保卡怎么补", "问下公积金怎么提取"]),
    ("小区停水了,第二个事是物业费太高了", ["小区停水了", "物业费太高了"]),
]

ONE = [
    "暖气不热,还有多久能修好",
    "还有什么材料要带",
    "还有没有别的办法",
    "问一下居住证怎么办,还有要多少钱",
    "我家停水了,还有,我的电话是13800001234",
    "我家停水了,另外我叫王建国",
    "路灯坏了,就在人民公园门口",
    "老板拖欠工资,还有三个月没发",
    "暖气三天不热了,打物业电话没人接",
    "民政局小王服务特别好,表扬一下",
    "嗯",
]


@pytest.mark.parametrize(("text", "appeals"), SEVERAL)
def test_several(text: str, appeals: list[str]) -> None:
    assert split_appeals(text) == appeals


@pytest.mark.parametrize("text", ONE)
def test_one(text: str) -> None:
    assert len(split_appeals(text)) <= 1


def test_nothing() -> None:
    assert split_appeals("") == []
    assert split_appeals("。。") == []


@given(st.text(max_size=80))
def test_anything_can_be_said(text: str) -> None:
    assert all(split_appeals(text))


@given(
    st.lists(
        st.sampled_from(["路灯坏了", "井盖没了", "垃圾没人收", "电梯坏了", "自来水发黄"]), min_size=1, max_size=4
    )
)
def test_none_is_lost(appeals: list[str]) -> None:
    assert split_appeals(",还有,".join(appeals)) == appeals
