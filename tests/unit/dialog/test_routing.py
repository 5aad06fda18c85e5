"""Whether a turn is a question for the knowledge base or an appeal for a ticket."""

from collections.abc import Callable

import pytest

from tests.unit.dialog.conftest import Talk

Make = Callable[..., Talk]


@pytest.mark.parametrize(
    "said",
    [
        "社保卡一直没发下来，我现在还能补吗",
        "社保卡都三个月了，还能用不",
        "社保卡丢了，怎么弄呀",
        "我们这儿停水了，社保卡啥时候能取",
        "社保卡取钱的密码我记不住了",
        "我的社保卡不见了，找不到了",
    ],
)
def test_what_the_knowledge_base_knows_is_answered_though_it_sounds_like_trouble(talk: Make, said: str) -> None:
    call = talk().say(said)
    assert "市民中心" in call.said and not call.conversation.state.startswith("intake")


@pytest.mark.parametrize(
    "said",
    [
        "我要投诉社保卡窗口，没人管，怎么回事",
        "举报单位，社保卡一直没给我们办，为什么",
        "楼道灯坏了，能不能派人来修一下",
        "社保卡窗口的态度太差，没人理",
        "自来水发黄好几个月了，没人管",
        "自来水一直没来",
        "公司几个月没发工资了",
        "小区动不动就停水",
        "能不能让人来把门口的垃圾拉走，堆了一个星期了",
        "下水道堵了什么时候能通",
    ],
)
def test_who_demands_something_gets_a_ticket(talk: Make, said: str) -> None:
    assert talk().say(said).conversation.state.startswith("intake")


def test_after_an_answer_to_trouble_a_ticket_is_offered(talk: Make) -> None:
    call = talk().say("我们这儿停水了，社保卡啥时候能取")
    assert "市民中心" in call.said and "登记" in call.said
    assert talk().say("我们这儿停水了，社保卡啥时候能取", "不用").conversation.state == "anything_else"
    assert talk().say("我们这儿停水了，社保卡啥时候能取", "要，登记吧").conversation.state.startswith("intake")


@pytest.mark.parametrize("said", ["你给我登记吧", "那就登记一下", "请专人答复我吧", "帮我登记"])
def test_what_was_answered_can_still_be_registered(talk: Make, said: str) -> None:
    call = talk().say("社保卡丢了怎么补", said)
    assert call.conversation.state.startswith("intake")


@pytest.mark.parametrize("said", ["我要投诉", "我要举报"])
def test_a_complaint_after_an_answer_to_no_trouble_is_another_matter(talk: Make, said: str) -> None:
    assert talk().say("居住证怎么办", said).conversation.state == "open"
