"""The read-back: what is corrected, what is asked for again, and what is never lost."""

from collections.abc import Callable

import pytest

from dialog.intake.words import story
from tests.unit.dialog.conftest import Talk

Make = Callable[..., Talk]
READ_BACK = ("我家暖气不热", "城东区阳光花园五号楼二单元", "可以", "姓王")


@pytest.mark.parametrize(
    "said",
    [
        "区不对",
        "时间不对",
        "内容有问题",
        "位置错了",
        "小区名不对",
        "日期记错了",
        "联系方式要改一下",
        "您登记的地址不对",
    ],
)
def test_an_item_called_wrong_is_asked_for_and_the_story_stays(talk: Make, said: str) -> None:
    call = talk().say(*READ_BACK, said)
    assert "改成" not in call.said
    draft = call.conversation.call.draft
    assert draft is not None
    assert draft.what == "我家暖气不热"


@pytest.mark.parametrize("said", ["不对,没人接电话", "不对,物业也不来", "不是,我家还有老人"])
def test_what_names_no_matter_is_written_beside_the_story(talk: Make, said: str) -> None:
    call = talk().say(*READ_BACK, said, "对")
    assert "暖气不热" in call.saved[0].what
    assert call.saved[0].matter
    assert "供暖" in call.saved[0].matter.name


def test_another_matter_takes_the_place_of_the_story(talk: Make) -> None:
    call = talk().say(*READ_BACK, "不对,是电梯坏了", "对")
    assert call.saved[0].what == "电梯坏了"
    assert call.saved[0].place.detail == "5号楼2单元"


@pytest.mark.parametrize("said", ["不是姓王,姓黄", "不对,姓黄", "名字不对,我叫黄建国", "姓错了,免贵姓黄"])
def test_a_name_is_corrected(talk: Make, said: str) -> None:
    assert talk().say(*READ_BACK, said, "对").saved[0].name.startswith("黄")


@pytest.mark.parametrize(
    "said",
    [
        "我家手机没信号,都一个月了",
        "在我们小区有人养鸡,臭得不行",
        "在解放路路面有个大坑,差点把我摔了",
        "快递不打电话,直接扔驿站",
        "我叫的外卖里有虫子,商家不管",
        "姓王的打人,天天这样",
        "我住我们村没有路,下雨天走不了",
    ],
)
def test_a_story_keeps_the_clause_that_names_a_place_or_a_telephone(said: str) -> None:
    assert story(f"我要投诉,{said}") == said


@pytest.mark.parametrize(
    "said",
    [
        "我家住城东区阳光花园五号楼二单元301",
        "我姓王",
        "电话13911112222",
        "打我这个号码就可以",
        "我叫李建国",
        "在我们小区",
    ],
)
def test_a_clause_that_is_only_an_address_a_name_or_a_number_is_no_story(said: str) -> None:
    assert story(f"{said},停水了") == "停水了"


@pytest.mark.parametrize(
    ("said", "story"),
    [
        ("我想问一下,我要投诉物业乱收费", "物业乱收费"),
        ("我想投诉单位一直不给我答复", "单位一直不给我答复"),
        ("物业不给我回复,小区电梯一直坏着", "小区电梯一直坏着"),
        ("楼上漏水好几天了,我给物业反映的,没人处理", "楼上漏水"),
        ("我要求物业公开维修基金账目", "我要求物业公开维修基金账目"),
    ],
)
def test_a_complaint_is_no_question_about_an_earlier_ticket(talk: Make, said: str, story: str) -> None:
    call = talk().say(said)
    draft = call.conversation.call.draft
    assert draft is not None
    assert story in draft.what


@pytest.mark.parametrize(
    "said", ["我们老板姓李,拖欠我工资三个月", "公交司机他姓张,骂人,态度很差", "我要投诉保安叫张伟,打人"]
)
def test_somebody_elses_name_is_not_the_callers(talk: Make, said: str) -> None:
    draft = talk().say(said).conversation.call.draft
    assert draft is not None
    assert not draft.name


def test_the_number_that_is_reported_is_not_the_callers(talk: Make) -> None:
    draft = talk().say("我要举报骚扰电话,号码是13911112222,天天给我打").conversation.call.draft
    assert draft is not None
    assert not draft.contact
    assert "13911112222" in draft.what


@pytest.mark.parametrize(
    "said",
    ["老板拖欠工资,我的电话是13911112222", "路灯坏了,电话13911112222", "举报黑车,联系我打13911112222"],
)
def test_the_callers_own_number_is_kept(talk: Make, said: str) -> None:
    draft = talk().say(said).conversation.call.draft
    assert draft is not None
    assert draft.contact == "13911112222"


@pytest.mark.parametrize(
    "said", ["阳光花园,从1200涨到1800了", "阳光花园,从11月20号开始停的", "阳光花园,打了12345也没人管"]
)
def test_stray_digits_are_no_house(talk: Make, said: str) -> None:
    draft = talk().say("我家暖气不热", said).conversation.call.draft
    assert draft is not None
    assert draft.place.detail == ""


def test_the_end_of_the_number_said_with_a_yes_is_a_yes(talk: Make) -> None:
    call = talk().say(*READ_BACK, "对,尾号是1234")
    assert call.saved[0].place.detail == "5号楼2单元"
    again = talk().say("我家暖气不热", "城东区阳光花园五号楼", "打13911115678", "对,尾号5678")
    draft = again.conversation.call.draft
    assert draft is not None
    assert draft.contact == "13911115678"


def test_what_is_called_wrong_is_no_name(talk: Make) -> None:
    draft = talk().say(*READ_BACK[:3], "地址不对").conversation.call.draft
    assert draft is not None
    assert not draft.name


def test_an_earlier_item_is_put_right_in_the_middle_of_the_intake(talk: Make) -> None:
    call = talk().say(*READ_BACK[:3], "地址不对", "是六号楼", "姓王", "对")
    assert call.saved[0].place.detail == "6号楼2单元"
    assert call.saved[0].name == "王"
