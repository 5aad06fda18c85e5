"""Matching by sound: toneless syllables and accents."""

from hypothesis import given
from hypothesis import strategies as st

from tickets.sound import blur, find, likeness, plain, syllables


def test_one_syllable_for_each_character() -> None:
    assert syllables("七号楼3") == ("qi", "hao", "lou", "san")


def test_the_same_sound_counts_more_than_a_close_one() -> None:
    assert likeness("阳光", "阳光") == 1
    assert likeness("阳光", "阳光") > likeness("洋光", "阳光") > likeness("阳关", "阳光") > likeness("路灯", "阳光")


def test_an_accent_is_forgiven() -> None:
    assert blur("资金程城") == blur("知经岑层") or blur("城东") == blur("岑东")


def test_a_phrase_is_found_by_sound() -> None:
    span = find("公积金", "我的攻击金怎么提", least=0.9)
    assert span is not None
    assert (span.start, span.end) == (2, 5)
    assert find("公积金", "社保卡", least=0.9) is None


@given(st.text(max_size=50))
def test_lengths_agree(text: str) -> None:
    said = plain(text)
    assert len(syllables(said)) == len(said) == len(blur(said))
