"""Who is in an appeal, for whom its caller speaks, and how urgent that makes it."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.people import find_people, speaks_for
from tickets.urgency import days_to_festival, urgency

NOW = datetime(2026, 11, 24, 10)
CASES = [
    ("我替我妈问一下养老金", "代为反映", "我妈"),
    ("我是他女儿,他说不清楚", "代为反映", "他人(来电人是其女儿)"),
    ("帮邻居反映一下路灯", "代为反映", "邻居"),
    ("登记就写我妈的名字王秀英", "代为反映", "我妈(王秀英)"),
    ("我代表我们业主反映一下", "代为反映", "我们业主"),
    ("包工头跑了不给钱", "被反映", "包工头"),
    ("开发商不交房", "被反映", "开发商"),
    ("物业什么都不管", "被反映", "物业"),
    ("出租车司机骂人", "被反映", "司机"),
    ("村主任把鱼塘包出去了", "被反映", "村主任"),
    ("健身房关门了会员卡不退", "被反映", "健身房"),
    ("房东不退押金", "被反映", "房东"),
    ("家里有八十岁的老人", "受影响", "老人"),
    ("孩子没学上", "受影响", "孩子"),
    ("我怀孕了没水用", "受影响", "怀孕"),
    ("农民工等着回家", "受影响", "农民工"),
    ("我们业主都没钥匙", "受影响", "业主"),
    ("宏达建筑有限公司不发工资", "单位名称", "宏达建筑有限公司"),
    ("我被金太阳幼儿园骗了", "单位名称", "金太阳幼儿园"),
    ("在万佳超市买的过期奶", "单位名称", "万佳超市"),
    ("拖欠我们十五个人的钱", "人数", "十五个人"),
    ("三百多户没暖气", "人数", "三百多户"),
    ("几十个工人围着", "人数", "几十个工人"),
    ("全村200户吃不上水", "人数", "200户"),
    ("我们一桌八个人吃坏了", "人数", "八个人"),
]


@pytest.mark.parametrize(("said", "role", "who"), CASES)
def test_person(said: str, role: str, who: str) -> None:
    found = {(one.role, one.who): one for one in find_people(said)}
    assert (role, who) in found
    assert found[role, who].evidence in said  # type: ignore[index]


@pytest.mark.parametrize("said", ["", "路灯坏了", "跟一家公司签了合同", "社保卡丢了怎么补"])
def test_nobody_is_invented(said: str) -> None:
    assert not [one for one in find_people(said) if one.role in ("单位名称", "人数", "代为反映")]


def test_who_speaks_for_himself_speaks_for_nobody_else() -> None:
    assert speaks_for("我家暖气不热") is None


LEVELS = [
    ("路灯坏了", "一般"),
    ("老板拖欠我工资三个月", "较急"),
    ("老板拖欠我们十五个人的工资", "紧急"),
    ("停水三天了", "较急"),
    ("停水三天了家里有八十岁老人", "紧急"),
    ("三百多户没暖气", "紧急"),
    ("在他家吃完饭上吐下泻", "紧急"),
    ("我们一桌八个人吃完席全上吐下泻", "特急"),
    ("再不解决我就不想活了", "特急"),
    ("几十个工人围着项目部要钱", "紧急"),
    ("马路上井盖没了", "紧急"),
    ("建议公交延长末班车", "一般"),
]


@pytest.mark.parametrize(("said", "level"), LEVELS)
def test_urgency(said: str, level: str) -> None:
    found = urgency(said, find_people(said), NOW)
    assert found.level == level
    assert bool(found.reasons) == bool(found.evidence) == (level != "一般")
    assert all(word in said for word in found.evidence)


def test_unpaid_wages_are_urgent_before_the_festival() -> None:
    said = "老板拖欠我工资"
    before = urgency(said, (), datetime(2027, 1, 20))
    assert before.level == "紧急" and "离春节 17 天" in before.reasons[0]
    assert urgency(said, (), datetime(2027, 3, 20)).level == "较急"


def test_days_to_the_festival_are_none_where_it_is_not_known() -> None:
    assert days_to_festival(datetime(2027, 2, 6).date()) == 0
    assert days_to_festival(datetime(2099, 1, 1).date()) is None


@given(st.text(alphabet="老人孩子工人几百十多户名替我妈问公司物业厂不给跑三的,", max_size=60))
def test_anything_can_be_said(text: str) -> None:
    assert all(one.evidence in text for one in find_people(text))
