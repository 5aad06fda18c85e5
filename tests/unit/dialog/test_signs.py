"""What the words of a turn show."""

import pytest

from dialog.signs import asks, demands, takes_ticket


@pytest.mark.parametrize(
    "text", ["社保卡怎么补", "能退不", "还能退步", "要不要钱", "几天能拿到", "居住证有啥好处", "该归谁", "想问一下"]
)
def test_questions(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize("text", ["小区动不动就停水", "时不时停电", "几个月没发工资了", "好几天了", "路灯坏了"])
def test_stories(text: str) -> None:
    assert not asks(text)


@pytest.mark.parametrize(
    "text",
    ["我要投诉他", "路灯坏了能不能修一下", "赶紧派人来", "什么时候给修", "让人来把垃圾拉走", "投诉出租车"],
)
def test_demands(text: str) -> None:
    assert demands(text)


@pytest.mark.parametrize("text", ["怎么投诉", "社保卡能代办吗", "违章能在网上处理吗"])
def test_no_demands(text: str) -> None:
    assert not demands(text)


@pytest.mark.parametrize(
    "text",
    ["登记吧", "你给我登记吧", "都不是,登记吧", "不是的，登记吧", "请专人答复我吧", "你帮我问问吧", "那就记一下"],
)
def test_a_ticket_is_taken(text: str) -> None:
    assert takes_ticket(text) is True


@pytest.mark.parametrize("text", ["不用登记了", "不登记", "都不是,不用登记了", "先不登记", "算了，别登记了"])
def test_a_ticket_is_left(text: str) -> None:
    assert takes_ticket(text) is False


@pytest.mark.parametrize(
    "text", ["结婚登记", "不动产登记要多久", "怎么登记", "好", "第二个", "", "登记" * 300 + "吗"]
)
def test_other_words_are_neither(text: str) -> None:
    assert takes_ticket(text) is None
