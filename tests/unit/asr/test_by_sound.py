"""Text is corrected by its sound where it makes no sense, and left alone where it does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.by_sound import SoundVocabulary

TERMS = [
    "公积金",
    "社保卡",
    "社保",
    "申领",
    "占道经营",
    "补办",
    "居住证",
    "暖气",
    "物业",
    "失业金",
    "滨湖区",
    "转人工",
    "公租房",
]
RARE = ["取现", "干完", "上网", "上个月", "流水", "自助"]
VOCABULARY = SoundVocabulary([*((term, 50.0) for term in TERMS), *((term, 5.0) for term in RARE)])


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("攻击金怎么提取", "公积金怎么提取"),
        ("怎么升零失业金", "怎么申领失业金"),
        ("有人站到精英没人管", "有人占道经营没人管"),
        ("举住证要什么材料", "居住证要什么材料"),
        ("专人工", "转人工"),
        ("卧室保卡丢了怎么补", "卧社保卡丢了怎么补"),
        ("兵湖区的暖器不热，共租房也是", "滨湖区的暖气不热，公租房也是"),
    ],
)
def test_what_makes_no_sense_is_corrected(heard: str, meant: str) -> None:
    assert VOCABULARY.correct(heard) == meant


@pytest.mark.parametrize(
    "text",
    [
        "我用社保看病能报销吗",
        "他们攻击别人",
        "你们到底办不办",
        "为什么不办",
        "我要投诉物业",
        "那个我想去香港玩",
        "住院花了三万",
        "干了三个月活",
        "孩子满六岁了",
        "公积金",
        "",
        "12345",
        "Hello",
    ],
)
def test_what_makes_sense_is_left_alone(text: str) -> None:
    assert VOCABULARY.correct(text) == text


def test_negation_is_never_corrected_away() -> None:
    assert VOCABULARY.correct("身份证不办了") == "身份证不办了"


def test_an_empty_vocabulary_changes_nothing() -> None:
    assert SoundVocabulary([]).correct("攻击金怎么提取") == "攻击金怎么提取"


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("那要戴神魔材料", "那要带什么材料"),
        ("身份证怎么不办", "身份证怎么补办"),
        ("那怎么不啊", "那怎么补啊"),
        ("我想不办社保卡", "我想补办社保卡"),
        ("需要待什么材料", "需要带什么材料"),
    ],
)
def test_words_of_every_call_need_no_vocabulary(heard: str, meant: str) -> None:
    assert SoundVocabulary([]).correct(heard) == meant


@pytest.mark.parametrize(
    "text",
    [
        "你们怎么不办",
        "怎么还不办",
        "你们怎么不来修",
        "我不想办了",
        "想不办了",
        "为什么不办",
        "要不要办",
        "那里停水了",
        "我要带孩子去看病",
        "多少人在这里跳舞",
        "神仙和魔鬼",
        "他怎么不补办",
    ],
)
def test_everyday_words_replace_nothing_that_makes_sense(text: str) -> None:
    assert SoundVocabulary([]).correct(text) == text


@given(st.text(alphabet="公积金攻击社保卡看申领升零不办的a1，。 ", max_size=40))
def test_the_length_and_everything_but_characters_stay(text: str) -> None:
    corrected = VOCABULARY.correct(text)
    assert len(corrected) == len(text)
    kept = [(i, c) for i, c in enumerate(text) if c in "a1，。 "]
    assert all(corrected[i] == c for i, c in kept)


@given(st.lists(st.sampled_from(TERMS), max_size=6).map("".join))
def test_the_vocabulary_itself_is_never_changed(text: str) -> None:
    assert VOCABULARY.correct(text) == text
