"""Text as the index sees it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.text import character_grams, clean, question_core, sound_grams, syllables


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text(alphabet="社保卡补办 请问公积金abc123,。?", max_size=40))
def test_every_word_that_is_left_has_grams(text: str) -> None:
    core = question_core(text)
    assert bool(core) == bool(clean(text))
    assert bool(character_grams(core)) == bool(core) == bool(sound_grams(core))


def test_courtesies_say_nothing() -> None:
    assert question_core("您好,请问社保卡怎么补办?谢谢!") == question_core("社保卡怎么补办")


def test_only_courtesies_are_kept() -> None:
    assert question_core("谢谢") == "谢谢"


@pytest.mark.parametrize(
    ("one", "other"), [("如何办理", "怎样办理"), ("去哪儿办", "到哪里办"), ("多少费用", "几多钱")]
)
def test_words_of_one_meaning_are_one(one: str, other: str) -> None:
    assert question_core(one) == question_core(other)


@pytest.mark.parametrize(
    ("said", "heard"), [("公积金", "攻击金"), ("占道经营", "站到精英"), ("牛奶", "流来"), ("3月", "三月")]
)
def test_what_sounds_alike_on_the_telephone_is_alike(said: str, heard: str) -> None:
    assert syllables(clean(said)) == syllables(clean(heard))
