"""What callers say to steer a call is heard in many wordings, and not where they talk about something else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog.commands import Command, choice, closed_set, only, says, yes_or_no
from dialog.correction import corrected, denied


@pytest.mark.parametrize(
    "text",
    [
        "转人工。",
        "人工",
        "给我转人工服务",
        "找个活人",
        "你给我找个真人来",
        "不要机器,换个人来听",
        "我不想跟机器人说",
        "帮我转接社保局",
        "有没有真人啊",
        "我要跟人说话",
        "叫你们领导来",
        "转人功",
        "人工人工",
        "喂你好,请帮我转一下人工,谢谢",
        "算了你给我转人工吧",
    ],
)
def test_a_human_is_wanted(text: str) -> None:
    assert says(text, Command.HUMAN)


@pytest.mark.parametrize(
    "text",
    [
        "人工湖太臭了",
        "有人工作时间打麻将",
        "物业的人工费太高",
        "人工窗口几点上班",
        "你是真人吗",
        "工地拖欠农民工工资",
        "客服态度特别差不理人",
        "医院人工流产要什么手续",
        "社保能转到外地吗",
    ],
)
def test_no_human_is_wanted(text: str) -> None:
    assert not says(text, Command.HUMAN)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("再说一遍。", Command.REPEAT),
        ("麻烦你再说一遍", Command.REPEAT),
        ("啥?", Command.REPEAT),
        ("说慢点,我耳朵不好。", Command.SLOWER),
        ("你能不能慢一点说", Command.SLOWER),
        ("你是机器人吗", Command.MACHINE),
        ("你到底是真人还是机器", Command.MACHINE),
        ("发到我手机上吧", Command.SMS),
        ("别告诉他们是我说的", Command.SECRET),
        ("我怕被打击报复", Command.SECRET),
        ("我上周反映的井盖的事怎么样了", Command.STATUS),
        ("帮我查一下工单进度", Command.STATUS),
        ("我反映过的路灯有结果了吗", Command.STATUS),
        ("我上次投诉物业的事怎么还没有回复", Command.STATUS),
        ("我之前打过电话,怎么没人给我答复", Command.STATUS),
        ("查一下我投诉的进度", Command.STATUS),
        ("我想查一下处理进度", Command.STATUS),
    ],
)
def test_commands_are_heard(text: str, command: Command) -> None:
    assert says(text, command)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("我妈耳朵不好,怎么办残疾证", Command.SLOWER),
        ("他们说再说一遍就打我", Command.REPEAT),
        ("收到诈骗短信怎么办", Command.SMS),
        ("离婚要预约吗", Command.ABUSE),
        ("我要投诉买的机器人是坏的", Command.MACHINE),
        ("怎么投诉物业", Command.STATUS),
        ("我想问一下,我要投诉物业乱收费", Command.STATUS),
        ("我想投诉单位一直不给我答复", Command.STATUS),
        ("我想查一下退税进度", Command.STATUS),
        ("我想了解一下投诉电话", Command.STATUS),
        ("你说的这种情况要带什么材料", Command.STATUS),
        ("物业不给我回复,小区电梯一直坏着", Command.STATUS),
        ("楼上漏水好几天了,我给物业反映的,没人处理", Command.STATUS),
        ("公司泄露我的个人隐私", Command.SECRET),
    ],
)
def test_other_talk_is_no_command(text: str, command: Command) -> None:
    assert not says(text, command)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("可以", True),
        ("嗯,行吧", True),
        ("对对对没错", True),
        ("就打这个", True),
        ("没问题", True),
        ("不用了", False),
        ("不对", False),
        ("别打这个", False),
        ("不是,错了", False),
        ("对了,供暖温度是多少度", None),
        ("阳光花园", None),
        ("", None),
    ],
)
def test_yes_and_no(text: str, answer: bool | None) -> None:
    assert yes_or_no(text) is answer


def test_rows_of_phrases() -> None:
    assert only("嗯,没有了,谢谢啊,再见", Command.DONE, Command.BYE)
    assert not only("没有了,不过还想问社保", Command.DONE, Command.BYE)
    assert not only("嗯那个", Command.DONE)  # fillers alone say nothing


@pytest.mark.parametrize(
    ("text", "options", "index"),
    [
        ("第一个", 2, 0),
        ("后面那个吧", 2, 1),
        ("最后一个", 3, 2),
        ("都不是", 2, -1),
        ("居住证", 2, None),
        ("最后那个", 2, 1),
    ],
)
def test_choices_by_order(text: str, options: int, index: int | None) -> None:
    assert choice(text, options) == index


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("等一下,不是这个,我说的是驾驶证。", "驾驶证"),
        ("不对不对,我问的是驾驶证", "驾驶证"),
        ("等等,我是问驾驶证", "驾驶证"),
        ("不是居住证,是驾驶证", "驾驶证"),
        ("不是,我说驾驶证丢了怎么补", "驾驶证丢了怎么补"),
        ("你听错了", ""),
        ("不是这个", ""),
        ("那租房的呢", None),
        ("不是说好了昨天来修吗", None),
        ("我想问一下驾驶证", None),
        ("等一下", None),
    ],
)
def test_corrections(text: str, meant: str | None) -> None:
    assert corrected(text) == meant


def test_what_was_denied() -> None:
    assert denied("不是医保卡,是社保卡") == "医保卡"
    assert denied("不是这个,我说的是社保卡") == ""


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    for command in Command:
        says(text, command)
    yes_or_no(text)
    corrected(text)


@given(st.integers(1, 2000))
def test_long_rows_end_soon(count: int) -> None:
    assert not only("嗯" * count + "路灯", Command.YES)


def test_the_closed_set_has_each_phrase_once() -> None:
    phrases = closed_set(*Command)
    assert len(phrases) == len(set(phrases)) >= 20
    assert {"转人工", "人工", "是的", "不是", "等一下"} <= set(phrases)
