"""The wait at the end of a turn depends on what was asked and on what was said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.end_of_turn import Ending, EndOfTurn, Pace, digits_in, ending
from asr.recogniser import Transcript

POLICY = EndOfTurn()


def heard(text: str, phrase: str | None = None, confidence: float = 0.8) -> Transcript:
    return Transcript(text, confidence, phrase)


@pytest.mark.parametrize(
    "text", ["我社保卡丢了怎么补啊?", "公积金能提取吗", "路灯坏了", "居住证在哪里办", "要多少钱？"]
)
def test_questions_and_finished_clauses_are_complete(text: str) -> None:
    assert ending(text) is Ending.COMPLETE


@pytest.mark.parametrize(
    "text", ["电压不稳把冰箱烧了谁赔", "护照咋弄", "钱能退点不", "房子怎么转到我名下", "几点得关"]
)
def test_a_question_word_near_the_end_makes_a_sentence_complete(text: str) -> None:
    assert ending(text) is Ending.COMPLETE


@pytest.mark.parametrize("text", ["居住证怎么", "不知道谁家的狗昨天咬了我们家孩子", "我家在几", "我说不"])
def test_a_question_word_that_is_far_away_or_wants_more_does_not(text: str) -> None:
    assert ending(text) is not Ending.COMPLETE


@pytest.mark.parametrize("text", ["我想问一下", "我们小区那个", "就是说，", "因为", "我家的", "然后呢", "喂，你好"])
def test_thinking_words_are_dangling(text: str) -> None:
    assert ending(text) is Ending.DANGLING


def test_a_finished_question_is_answered_sooner_than_an_open_one() -> None:
    complete = POLICY.wait_ms(2000, Pace.SENTENCE, heard("社保卡丢了怎么补办呢"))
    unclear = POLICY.wait_ms(2000, Pace.SENTENCE, heard("滨湖区阳光花园"))
    thinking = POLICY.wait_ms(2000, Pace.SENTENCE, heard("我想问一下那个"))
    assert complete < unclear < thinking


def test_a_doubtful_text_does_not_hurry() -> None:
    assert POLICY.wait_ms(2000, Pace.SENTENCE, heard("坏了", confidence=0.1)) == POLICY.settings.sentence_ms


def test_a_story_gets_more_time_than_a_sentence() -> None:
    for text in ("暖气不热了", "滨湖区阳光花园", "然后"):
        assert POLICY.wait_ms(3000, Pace.STORY, heard(text)) > POLICY.wait_ms(3000, Pace.SENTENCE, heard(text))


def test_a_number_waits_for_its_groups_and_no_longer_than_them() -> None:
    assert not POLICY.is_over(1000, 1500, Pace.NUMBER, heard("138"))
    assert not POLICY.is_over(1000, 1500, Pace.NUMBER, heard("1380000123"))
    assert POLICY.is_over(500, 4000, Pace.NUMBER, heard("13800001234"))
    assert POLICY.is_over(500, 4000, Pace.NUMBER, heard("幺三八零零零零一二三四"))
    assert POLICY.is_over(1200, 1500, Pace.NUMBER, heard("138"))


def test_a_phrase_chosen_by_its_sound_ends_the_turn_at_once() -> None:
    assert POLICY.is_over(360, 500, Pace.SHORT, heard("是的", "是的"))
    assert POLICY.is_over(360, 500, Pace.SENTENCE, heard("转人工", "转人工"))
    assert not POLICY.is_over(360, 500, Pace.SHORT, heard("事的"))


def test_a_place_goes_on_until_a_door() -> None:
    estate = POLICY.wait_ms(1000, Pace.PLACE, heard("阳光花园"))
    door = POLICY.wait_ms(2500, Pace.PLACE, heard("阳光花园五号楼二单元"))
    assert door < estate < POLICY.wait_ms(1000, Pace.PLACE, heard("就在那个"))


def test_digits_are_counted_in_both_scripts() -> None:
    assert digits_in("138，零零零零，幺二三四") == 11


@given(
    st.sampled_from(Pace),
    st.integers(0, 20_000),
    st.none() | st.builds(Transcript, st.text(max_size=30), st.floats(0, 1), st.none() | st.just("好的")),
)
def test_every_turn_ends_within_two_seconds_and_none_within_a_quarter(
    pace: Pace, speech_ms: int, text: Transcript | None
) -> None:
    assert not POLICY.is_over(250, speech_ms, pace, text)
    assert POLICY.is_over(2000, speech_ms, pace, text)
