"""Appeals find their line of the responsibility list; what is nobody's goes to the centre."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.matters import lanjiang_matters, match_matter

SAID = [
    ("我家暖气三天不热了打物业没人接", "heat-cold"),
    ("暖器一点都不热", "heat-cold"),
    ("暖气费收多了", "heat-fee"),
    ("家里没水了", "water-cut"),
    ("自来水是黄的", "water-quality"),
    ("村里变压器坏了", "power-cut"),
    ("下水道往外冒脏水", "sewer"),
    ("路上井盖不见了", "manhole"),
    ("紧盖坏了", "manhole"),
    ("我们这条街路灯全黑着", "lamp"),
    ("路登坏了", "lamp"),
    ("马路上有个大坑", "road-damage"),
    ("垃圾也没人收", "garbage"),
    ("饭店用地沟油", "food"),
    ("车牌鲁QG54321堵我家门口了", "parking"),
    ("建议公交延长末班车", "bus"),
    ("站到精英把路堵死了", "stall"),
    ("占道经营", "stall"),
    ("老板欠我三个月工钱", "wages"),
    ("我们村拆迁补偿按什么标准", "demolition"),
    ("社保几点下班", "social-security"),
    ("攻击金怎么提取", "housing-fund"),
    ("半夜工地打桩", "noise-site"),
    ("跳广场舞的音响太大", "noise-life"),
    ("物业啥也不管", "property"),
    ("电梯坏了半个月", "elevator"),
    ("健身房跑路了会员卡不退", "consumer"),
    ("消防通道被占了", "fire-safety"),
    ("楼下饭店油烟太大", "air"),
    ("老师有偿补课", "school-conduct"),
    ("出租车不打表", "taxi"),
    ("低保怎么申请", "low-income"),
]


@pytest.mark.parametrize(("text", "matter"), SAID)
def test_matter(text: str, matter: str) -> None:
    found = match_matter(text)
    assert found.matter.id == matter
    assert found.sure
    assert found.matter.unit
    assert found.matter.limit_hours > 0


@pytest.mark.parametrize("text", ["你好", "我想问个事", "", "你们就知道推", "今天天气真好", "ABC"])
def test_what_is_nobodys_goes_to_the_centre(text: str) -> None:
    found = match_matter(text)
    assert found.matter.id == "centre"
    assert not found.sure


def test_the_list_is_whole() -> None:
    matters = lanjiang_matters().matters
    assert len(matters) >= 60
    assert len({matter.id for matter in matters}) == len(matters)


def test_every_example_of_the_list_finds_its_own_line() -> None:
    wrong = [matter.name for matter in lanjiang_matters().matters if match_matter(matter.name).matter != matter]
    assert wrong == []


@given(st.text(max_size=80))
def test_anything_can_be_said(text: str) -> None:
    assert 0 <= match_matter(text).confidence <= 1
