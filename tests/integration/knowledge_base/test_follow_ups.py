"""Follow-ups in their context, and numbers, names and negation, over the city's own entries."""

import pytest

from knowledge_base.base import KnowledgeBase
from tests.integration.knowledge_base.test_scenes import ask

FOLLOW_UPS = [
    ("居住证怎么办", "那需要什么材料", "juzhuzheng-materials"),
    ("居住证怎么办", "要多久", "juzhuzheng-time"),
    ("居住证怎么办", "要是丢了呢", "juzhuzheng-lost"),
    ("居住证怎么办", "搬家了呢", "juzhuzheng-change"),
    ("居住证怎么办", "过期了呢", "juzhuzheng-overdue"),
    ("护照怎么办理", "多少钱", "passport-fee"),
    ("护照怎么办理", "那小孩呢", "passport-child"),
    ("护照怎么办理", "几天能好", "passport-time"),
    ("护照怎么办理", "多久能下来", "passport-time"),
    ("护照怎么办理", "有效期几年", "passport-valid"),
    ("护照怎么办理", "那港澳通行证呢", "hkmo-new"),
    ("结婚登记怎么办", "那离婚呢", "hunyin-divorce"),
    ("结婚登记怎么办", "那丢了呢", "hunyin-lost"),
    ("结婚登记怎么办", "外地户口呢", "hunyin-place"),
    ("新房怎么办房产证", "那二手房呢", "budongchan-transfer"),
    ("二手房怎么过户", "贷款没还清呢", "budongchan-mortgaged-transfer"),
    ("二手房怎么过户", "要交多少钱", "budongchan-tax"),
    ("公积金能提取吗", "买房的呢", "gongjijin-buy"),
    ("公积金贷款要什么条件", "利率呢", "gongjijin-loan-rate"),
    ("公积金贷款要什么条件", "最多能贷多少", "gongjijin-loan-amount"),
    ("住院医保能报多少", "那门诊呢", "yibao-outpatient"),
    ("身份证到期怎么换", "孩子的呢", "huji-id-child"),
    ("身份证到期怎么换", "那临时的呢", "huji-id-temp"),
    ("身份证丢了怎么补办", "那户口簿呢", "huji-book-lost"),
    ("小学怎么报名", "外地户口的孩子呢", "jiaoyu-migrant"),
    ("供暖费怎么收，一平米多少钱", "发票怎么开", "gongnuan-invoice"),
    ("失业金怎么申领", "每月多少", "laodong-unemployment-standard"),
    ("失业金怎么申领", "自己辞职的呢", "laodong-unemployment-condition"),
    ("驾驶证到期怎么换", "过期一年了呢", "cheguan-license-expired"),
    ("居住证怎么办", "社保卡丢了", "shebao-card-lost"),
]


@pytest.mark.parametrize(("first", "question", "expected"), FOLLOW_UPS)
def test_a_follow_up_is_understood_in_its_context(
    base: KnowledgeBase, first: str, question: str, expected: str
) -> None:
    decision = ask(base, first, question)
    assert decision.kind == "answer", decision.reason
    assert decision.entry is not None and decision.entry.id == expected, decision.reason


@pytest.mark.parametrize(
    ("first", "question", "part"),
    [
        ("居住证怎么办", "多少钱", "免费"),
        ("居住证怎么办", "周末开门吗", "周六"),
        ("结婚登记怎么办", "周六上班吗", "周六"),
        ("二手房怎么过户", "多久能办好", "工作日"),
        ("高龄津贴怎么领", "要去哪办", "街道"),
    ],
)
def test_a_part_of_the_last_answer_is_said(base: KnowledgeBase, first: str, question: str, part: str) -> None:
    decision = ask(base, first, question)
    assert decision.kind == "answer" and part in decision.says, (decision.reason, decision.says)


@pytest.mark.parametrize(
    ("first", "question"),
    [
        ("养狗证怎么办", "那红烧肉呢"),
        ("居住证怎么办", "周杰伦的新专辑叫什么"),
        ("公积金能提取吗", "火星上能买房吗"),
        ("居住证怎么办", "你们那儿有没有好吃的"),
    ],
)
def test_the_last_subject_makes_no_answer_of_what_is_foreign(base: KnowledgeBase, first: str, question: str) -> None:
    assert ask(base, first, question).kind == "refuse"


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("贷款没还清能过户吗", "budongchan-mortgaged-transfer"),
        ("贷款还清了怎么办", "budongchan-mortgage-cancel"),
        ("不满16岁的护照几年有效", "passport-valid"),
        ("驾照过期一年了还能换吗", "cheguan-license-expired"),
        ("不交物业费会怎样", "wuye-fee-refuse"),
        ("单位不给交公积金怎么办", "gongjijin-unpaid"),
        ("对方不同意离婚怎么办", "hunyin-sue"),
        ("新房办房产证", "budongchan-first"),
        ("12345几点上班", "rexian-hours"),
    ],
)
def test_numbers_names_and_negation_are_taken_seriously(base: KnowledgeBase, question: str, right: str) -> None:
    decision = base.ask(question)
    assert decision.kind == "answer" and decision.entry is not None and decision.entry.id == right, decision.reason


@pytest.mark.parametrize(
    ("question", "wrong"),
    [
        ("没有房产证能不能上户口", ("budongchan-first", "huji-birth")),
        ("没有房产证能办居住证吗", ("budongchan-first",)),
        ("二手房办房产证", ("budongchan-first",)),
        ("没有退休能取公积金吗", ("gongjijin-retire",)),
        ("护照没过期能换吗", ("passport-lost",)),
        ("驾照没到期能提前换吗", ("cheguan-license-expired", "cheguan-license-lost")),
        ("没离婚能再结婚吗", ("hunyin-divorce", "hunyin-remarry", "hunyin-marry")),
        ("12333是什么电话", ("rexian-hours",)),
        ("满16岁怎么办身份证", ("huji-id-lost", "huji-id-renew")),
    ],
)
def test_the_neighbour_is_not_answered(base: KnowledgeBase, question: str, wrong: tuple[str, ...]) -> None:
    decision = base.ask(question)
    assert decision.kind != "answer" or (decision.entry is not None and decision.entry.id not in wrong)
