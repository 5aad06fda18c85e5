"""Emergencies are heard, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.emergency import emergency

ALARMS = [
    ("我们楼下着火了!", "119"),
    ("楼下找火了", "119"),
    ("对面楼着火了怎么办", "119"),
    ("三楼冒浓烟", "119"),
    ("家里煤气泄漏了,味道特别大", "119"),
    ("燃气泄漏了", "119"),
    ("有人困在电梯里出不来", "119"),
    ("工地起火了火势很大", "119"),
    ("我家厨房烧起来了", "119"),
    ("刚刚有辆车自燃了", "119"),
    ("有人晕倒了", "120"),
    ("我妈晕过去了叫不醒", "120"),
    ("有个老人昏倒在路边", "120"),
    ("他心脏病犯了", "120"),
    ("流了好多血快叫救护车", "120"),
    ("孩子触电了", "120"),
    ("有人要跳楼", "110"),
    ("有人要跳搂", "110"),
    ("再不给工资我就跳楼", "110"),
    ("我不想活了", "110"),
    ("有人打架", "110"),
    ("门口打起来了,有人拿刀", "110"),
    ("有人持刀伤人", "110"),
    ("我被抢了", "110"),
    ("孩子丢了找不到", "110"),
    ("有人掉河里了", "110"),
    ("救命啊", "110"),
    ("我老公打我", "110"),
    ("出车祸了", "122"),
    ("路口两辆车追尾了", "122"),
    ("有人被车撞了", "122"),
    ("撞人了,司机跑了", "122"),
]

NO_ALARMS = [
    "消防通道被占",
    "消防通道被占了着急",
    "楼上小孩打架子鼓太吵了",
    "火灾隐患怎么举报",
    "上周我家着火了,保险怎么理赔",
    "去年工地着火那次赔偿款还没给",
    "货运到了没人签收",
    "大家都说不热",
    "楼上天天打架扰民",
    "电动车在楼道充电容易着火",
    "担心哪天燃气泄漏",
    "烟花爆竹会不会引起着火",
    "交通事故责任认定书在哪领",
    "车祸以后伤残鉴定怎么做",
    "建议搞个消防演练",
    "灭火器过期了",
    "电话打我这个号就行",
    "别打我这个电话,打我儿子的",
    "跳楼价甩卖是不是骗人的",
    "救护车收费标准是多少",
    "前天撞车了,保险公司不赔",
    "我家没着火,就是烟味大",
    "家里没电了",
    "暖气不热冻死了",
    "昨天晚上门口打架了,警察处理完了,想问监控能看吗",
    "烦得想死,这个物业",
    "我找活干,有招聘会吗",
    "楼上往下扔东西",
    "落水管坏了漏水",
    "煤气本丢了怎么补",
    "转人工",
    "",
]


@pytest.mark.parametrize(("text", "service"), ALARMS)
def test_an_alarm_names_its_service(text: str, service: str) -> None:
    heard = emergency(text)
    assert heard is not None
    assert heard.service == service
    assert heard.evidence
    assert heard.say


@pytest.mark.parametrize("text", NO_ALARMS)
def test_no_false_alarm(text: str) -> None:
    assert emergency(text) is None


@given(st.text(max_size=60))
def test_anything_can_be_said(text: str) -> None:
    emergency(text)


@given(st.sampled_from([text for text, _ in ALARMS]), st.sampled_from(["喂,", "你好,", "快点,", "嗯那个,"]))
def test_an_alarm_is_heard_behind_any_opening(text: str, opening: str) -> None:
    assert emergency(opening + text) is not None
