"""Answers that differ from district to district, in the city's own entries."""

from dataclasses import replace
from datetime import date

import pytest

from knowledge_base.base import KnowledgeBase
from knowledge_base.entry import Context, Decision

EAST, LAKE = "chengguan-bulky-day-east", "chengguan-bulky-day-lake"
MARKET, MARKET_YUNSHAN = "chengguan-morning-market", "chengguan-morning-market-yunshan"
BULKY = "大件垃圾哪天收"


def answered(decision: Decision) -> str:
    return decision.entry.id if decision.kind == "answer" and decision.entry else decision.kind


@pytest.mark.parametrize(
    ("question", "area", "expected"),
    [
        (BULKY, "城西区", EAST),
        (BULKY, "高新区", LAKE),
        (BULKY, "云山县", "refuse"),
        ("城东区大件垃圾哪天上门收", "", EAST),
        ("城东区大件垃圾哪天上门收", "滨湖区", EAST),
        ("南溪县大件垃圾哪天上门收", "城东区", "refuse"),
        ("早市几点开始", "城西区", MARKET),
        ("早市几点开始", "云山县", MARKET_YUNSHAN),
        ("南溪县早市几点开始", "", MARKET),
        ("城东区居住证怎么办", "", "juzhuzheng-new"),
        ("居住证怎么办", "云山县", "juzhuzheng-new"),
    ],
)
def test_a_question_is_looked_up_where_the_caller_is(
    base: KnowledgeBase, question: str, area: str, expected: str
) -> None:
    decision = base.ask(question, Context(area=area))
    assert answered(decision) == expected, decision.reason


@pytest.mark.parametrize("question", [BULKY, "大件垃圾收运日", "城东区和滨湖区大件垃圾哪天收"])
def test_where_the_area_is_not_known_it_is_asked_for(base: KnowledgeBase, question: str) -> None:
    decision = base.ask(question)
    assert decision.kind == "ask_back"
    assert set(decision.areas) == {"城东区", "城西区", "滨湖区", "高新区"}
    assert len(decision.options) == 1


def test_the_city_s_rule_too_is_asked_back_where_a_district_has_its_own(base: KnowledgeBase) -> None:
    assert base.ask("早市几点开始").areas == ("云山县",)


def test_a_refusal_names_the_areas_that_have_an_answer(base: KnowledgeBase) -> None:
    assert "只适用于城东区、城西区、滨湖区、高新区" in base.ask(BULKY, Context(area="云山县")).reason


def test_variants_do_not_make_each_other_doubtful(base: KnowledgeBase) -> None:
    asked, there = base.ask(BULKY), base.ask(BULKY, Context(area="城东区"))
    assert asked.confidence == pytest.approx(there.confidence, abs=0.1)


def test_the_chosen_entry_is_the_one_for_the_area(base: KnowledgeBase) -> None:
    east = base.entry(EAST)
    assert base.chosen(east, BULKY).areas
    assert answered(base.chosen(east, BULKY, area="滨湖区")) == LAKE
    assert base.chosen(east, BULKY, area="云山县").kind == "refuse"


@pytest.mark.parametrize(
    ("first", "area", "question", "expected"),
    [
        (BULKY, "城东区", "那滨湖呢", LAKE),
        (BULKY, "城东区", "那云山县呢", "refuse"),
        ("早市几点开始", "城西区", "那云山呢", MARKET_YUNSHAN),
        ("居住证怎么办", "", "那城西呢", "juzhuzheng-new"),
        ("云山县早市几点开始", "", "周末开门吗", MARKET_YUNSHAN),
    ],
)
def test_a_follow_up_moves_to_another_area_or_stays_in_it(
    base: KnowledgeBase, first: str, area: str, question: str, expected: str
) -> None:
    last = base.ask(first, Context(area=area)).entry
    assert last is not None
    assert answered(base.ask(question, Context((last,), area))) == expected


def test_what_has_expired_in_an_area_is_no_reason_to_ask(base: KnowledgeBase) -> None:
    over = replace(base.entry(MARKET_YUNSHAN), valid_to=date(2026, 1, 1))
    assert answered(base.changed([over]).ask("早市几点开始")) == MARKET
