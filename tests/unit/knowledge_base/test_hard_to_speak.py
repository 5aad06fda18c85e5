"""What the advice says of a spoken answer, held against what the voice makes of it."""

from functools import cache

import pytest

from knowledge_base.advice.remarks import Severity
from knowledge_base.advice.speech import hard_to_speak, speech
from knowledge_base.entry import Entry
from tts.phonemes import Phonemes
from tts.speakable import speakable


def told(spoken: str, at_least: Severity = Severity.HINT) -> str:
    remarks = hard_to_speak(Entry(id="a", question="", spoken=spoken))
    return "\n".join(remark.what for remark in remarks if remark.severity >= at_least)


@pytest.mark.parametrize(
    ("spoken", "part"),
    [
        ("账号6222021234567890123", "太长"),
        ("请看www.lanjiang.gov.cn/zwfw吧", "网址"),
        ("发到abc@lanjiang.gov.cn", "网址"),
        ("打开APP办理", "手机应用"),
        ("满18周岁（含18周岁）的", "括号"),
        ("1，234元", "念成两个数"),
        ("住2-1-301", "横线"),
        ("带身份证 2.带户口簿", "编号"),
        ("您好😀", "没有读音"),
        ("Ⅱ类→乙", "Ⅱ→"),
        ("囍字", "冷僻"),
        ("臺灣", "繁体"),
        ("到支行办", "读错音"),
        ("带甲证、乙证、丙证、丁证、戊证", "5 项"),
        ("字" * 41, "没有停顿"),
        ("一。二。三。", "3 句话"),
        ("打12333、12366、12329、12348", "4 个电话"),
        ("一" * 64, "快到"),
    ],
)
def test_what_is_hard_to_speak_is_told(spoken: str, part: str) -> None:
    assert part in told(spoken)


def test_the_letters_of_an_address_are_told_once() -> None:
    assert len(told("请看www.lanjiang.gov.cn/zwfw").splitlines()) == 1


@pytest.mark.parametrize(
    "spoken",
    [
        "1,234.5元", "¥100", "2026/1/3起", "9:00—12:00", "3-5个工作日", "300~500元", "0579-88888888", "400-800-1234",
        "13812345678", "国办函〔2025〕66号", "年龄≥60岁", "①身份证", "№12", "60km/h", "500m³", "A4纸", "B超", "WiFi",
        "12栋3单元", "PM2.5", "一次最长租五年", "二〇二六年",
    ],
)  # fmt: skip
def test_what_the_voice_says_well_is_not_told(spoken: str) -> None:
    assert told(spoken) == ""
    assert speakable(spoken)


def test_signs_without_a_sound_are_those_that_the_voice_leaves_out() -> None:
    for sign in "😀→★Ⅱ㈠√≈^":
        assert speakable(f"甲{sign}乙") == "甲乙"
        assert "没有读音" in told(f"甲{sign}乙")


@cache
def phonemes() -> Phonemes:
    return Phonemes()


@pytest.mark.parametrize(
    ("word", "like"),
    [
        ("支行", "支航"), ("应诉", "硬诉"), ("调档", "掉荡"), ("长租", "常租"), ("长住", "常住"),
        ("长护险", "常护险"),
        ("调高", "条高"), ("调低", "条低"), ("重测", "虫测"), ("重填", "虫填"), ("重置", "虫置"), ("还钱", "环钱"),
        ("还车", "环车"), ("划卡", "华卡"), ("供养", "公养"), ("标识", "标志"), ("撒药", "洒药"), ("犬只", "犬支"),
    ],
)  # fmt: skip
def test_words_told_to_be_misread_are_misread(word: str, like: str) -> None:
    assert phonemes().of(word) != phonemes().of(like)
    assert "读错音" in told(word)


def test_what_is_proposed_instead_is_itself_easy_to_speak() -> None:
    for better in (*speech().misread.values(), *speech().instead.values()):
        assert told(better) == "", better
