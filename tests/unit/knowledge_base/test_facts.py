"""Numbers, stances, places and times as entries write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.advice.facts import facts
from knowledge_base.advice.figures import worth
from knowledge_base.advice.places import floors, offices, telephones, times
from knowledge_base.advice.stances import stances
from tts.numerals import quantity


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.5", 1234.5), ("30万", 300_000), ("五百五", 550), ("一千二", 1200), ("一万五千", 15_000),
        ("一百零五", 105), ("二〇二六", 2026), ("二点六", 2.6), ("一亿二千万", 120_000_000), ("三五", None),
    ],
)  # fmt: skip
def test_a_number_is_worth(text: str, value: float | None) -> None:
    assert worth(text) == value


@given(st.integers(min_value=0, max_value=99_999_999))
def test_whatever_the_voice_counts_is_read_back(number: int) -> None:
    assert worth(quantity(str(number))) == number


@given(st.text(max_size=60))
def test_any_text_has_facts_stances_and_places(text: str) -> None:
    facts(text), stances(text), times(text), floors(text), offices(text), telephones(text)


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("每本一百二十元", "每本120元"),
        ("每本五百五十块钱", "每本550元"),
        ("三块二一吨", "3.2元一吨"),
        ("一般三个工作日", "一般3个工作日"),
        ("提前一天", "提前24小时"),
        ("百分之二点六", "2.6%"),
        ("三成到五成", "30%到50%"),
        ("满十八周岁", "满18岁"),
        ("十一月十五号", "11月15日"),
        ("绳子不超过一米五", "绳子不超过1.5米"),
    ],
)
def test_spoken_and_written_numbers_agree(spoken: str, written: str) -> None:
    (said,), (other,) = facts(spoken), facts(written)
    assert said.agrees(other)
    assert not any(said.agrees(fact) for fact in facts("每本999元，999个工作日，999岁，9米9，9%，9月9日"))


@pytest.mark.parametrize("text", ["一百多块", "几十块", "大约五天", "第三天", "三五天"])
def test_an_estimate_is_no_fact(text: str) -> None:
    assert facts(text) == ()


def test_what_is_needed_and_what_is_not() -> None:
    (yes,), (no,) = stances("补领需要登报"), stances("补领不用登报")
    assert (yes.so, no.so) == (True, False)
    assert yes.speaks_of_the_same(no)
    assert not yes.speaks_of_the_same(stances("补领不用照片")[0])
    assert not stances("未成年人需要登报")[0].speaks_of_the_same(stances("老年朋友不用登报")[0])


def test_a_condition_is_no_stance() -> None:
    assert stances("不能到场的办公证委托") == ()


def test_times_are_read_on_a_dial_of_twelve() -> None:
    assert times("上午九点到十二点，下午一点半到五点") == times("9:00—12:00，13:30—17:00")
    assert times("在交管12123点学法减分") == frozenset()


def test_offices_floors_and_telephones() -> None:
    (office,) = offices("市政务服务中心二楼大厅（滨湖区澜江大道1号）")
    assert office.address == "滨湖区澜江大道1号"
    assert floors("到市政务服务中心二楼办") == floors("政务服务中心2楼") == {("政务服务中心", 2)}
    assert telephones("打12333或0579-88888888") == {"12333", "057988888888"}
