"""Chinese characters as pinyin, and what an accent makes of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.pinyin import FIGURES, blurred, spelled, split


def test_neighbours_decide_how_a_character_is_read() -> None:
    assert spelled("重庆重要") == ["chong", "qing", "zhong", "yao"]
    assert spelled("影响了", tones=True) == ["ying3", "xiang3", "le5"]


def test_what_has_no_sound_stands_for_itself() -> None:
    assert spelled("A座,兙兡12") == ["A", "zuo", ",", "兙", "兡", "1", "2"]
    assert spelled("12".translate(FIGURES)) == ["yi", "er"]


@given(st.text(max_size=30))
def test_every_character_has_one_syllable(text: str) -> None:
    assert len(spelled(text)) == len(text) == len(spelled(text, tones=True))


@pytest.mark.parametrize(
    ("syllable", "parts"),
    [("zhuang", ("zh", "uang")), ("yi", ("y", "i")), ("an", ("", "an")), ("n", ("n", "")), ("", ("", ""))],
)
def test_a_syllable_is_an_initial_and_a_final(syllable: str, parts: tuple[str, str]) -> None:
    assert split(syllable) == parts


@pytest.mark.parametrize(
    ("said", "heard"), [("zhuang", "zuan"), ("sheng", "sen"), ("ying", "yin"), ("ang", "an"), ("zhong", "zong")]
)
def test_an_accent_is_forgiven(said: str, heard: str) -> None:
    assert blurred(said) == heard == blurred(heard)


def test_n_is_l_only_where_it_is_asked_for() -> None:
    assert blurred("niang") == "nian"
    assert blurred("niang", n_is_l=True) == "lian"
