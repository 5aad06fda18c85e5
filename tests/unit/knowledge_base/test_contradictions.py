"""Facts that differ between entries, and within one."""

from dataclasses import replace
from datetime import date

import pytest

from knowledge_base.advice.alike import alike, duplicates, hold_together
from knowledge_base.advice.contradictions import addresses, contradictions, within
from knowledge_base.entry import Entry

FEE = Entry(
    id="passport-fee",
    question="办护照多少钱？",
    spoken="每本一百二十元，当场可以扫码付。",
    subject="护照",
    aspect="费用",
    asked=("护照收费标准", "护照工本费"),
    text="普通护照每本120元。补领不用登报。",
    place="市政务服务中心四楼出入境大厅（滨湖区澜江大道1号）",
    hours="工作日 9:00—12:00，13:30—17:00",
    telephone="12367",
    department="市公安局",
)
OTHER = replace(FEE, id="other", department="某局", question="办本护照收多少钱？", asked=("护照贵不贵",))


def between(entry: Entry, other: Entry = FEE) -> str:
    return "\n".join(remark.what for remark in contradictions(entry, alike(entry, [other])))


def test_the_same_facts_in_other_words_are_no_contradiction() -> None:
    assert between(replace(OTHER, spoken="普通护照每本120元。", text="")) == ""


def test_a_number_more_on_one_side_is_no_contradiction() -> None:
    posted = replace(FEE, spoken="普通护照每本120元，邮寄的普通护照每本130元。", text="")
    assert between(replace(OTHER, spoken="普通护照每本120元。", text=""), posted) == ""


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("spoken", "每本一百六十元，当场可以扫码付。", "一百六十元"),
        ("text", "普通护照每本120元。补领需要登报。", "说法相反"),
        ("place", "市政务服务中心三楼出入境大厅（滨湖区澜江大道1号）", "3楼和4楼"),
        ("telephone", "12345", "电话"),
        ("hours", "工作日 8:00—11:30", "办理时间"),
    ],
)
def test_a_fact_that_differs_is_told_with_both_sentences(field: str, value: str, told: str) -> None:
    entry = replace(OTHER, **({"text": ""} | {field: value}))
    (remark,) = contradictions(entry, alike(entry, [FEE]))
    assert told in remark.what
    assert remark.other == FEE.id
    assert len(remark.shown) == 2


def test_a_matter_named_in_another_way_is_compared_too() -> None:
    renamed = replace(OTHER, subject="因私护照", asked=("护照收费标准",), text="", spoken="工本费一百六十元。")
    assert "一百六十元" in between(renamed)


def test_another_matter_is_not_compared() -> None:
    assert (
        between(replace(OTHER, subject="港澳通行证", question="办通行证多少钱", spoken="每本六十元。", text="")) == ""
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"areas": ("城东区",)}, {"areas": ("云山县",)}),
        ({"valid_to": date(2026, 6, 30)}, {"valid_from": date(2026, 7, 1)}),
    ],
)
def test_what_never_holds_together_cannot_contradict(one: dict[str, object], other: dict[str, object]) -> None:
    assert not hold_together(replace(FEE, **one), replace(FEE, **other))  # type: ignore[arg-type]
    assert hold_together(replace(FEE, **one), replace(FEE, **one))  # type: ignore[arg-type]


def test_a_district_answers_in_its_own_way_and_a_day_without_end_meets_every_other() -> None:
    assert not hold_together(replace(FEE, areas=("城东区",)), FEE)
    assert hold_together(replace(FEE, valid_to=date(2026, 6, 30)), FEE)


def test_an_office_has_one_address() -> None:
    moved = replace(FEE, id="far", subject="驾驶证", place=FEE.place.replace("澜江大道1号", "湖滨大道9号"))
    (remark,) = addresses(moved, [FEE])
    assert "地址" in remark.what
    assert list(addresses(replace(moved, place=FEE.place), [FEE])) == []


@pytest.mark.parametrize(
    ("spoken", "told"),
    [
        ("每本一百六十元。", "一百六十元"),
        ("补领需要登报。", "说法相反"),
        ("上午八点上班。", "8:00"),
        ("到市政务服务中心三楼办。", "3楼"),
        ("打12366问。", "12366"),
    ],
)
def test_a_spoken_answer_says_what_the_text_says(spoken: str, told: str) -> None:
    assert [remark for remark in within(replace(FEE, spoken=spoken)) if told in remark.what]
    assert list(within(FEE)) == []


def test_duplicates_name_what_is_alike() -> None:
    (remark,) = duplicates(alike(replace(OTHER, asked=("护照收费标准",)), [FEE]))
    assert "事项和方面相同" in remark.what
    assert "护照收费标准" in remark.what
    assert "市公安局" in remark.what


def test_entries_that_differ_in_the_matter_alone_are_no_duplicates() -> None:
    water = replace(FEE, id="water", subject="水费发票", question="水费发票怎么开？", asked=(), spoken="在应用里开。")
    power = replace(water, id="power", subject="电费发票", question="电费发票怎么开？", spoken="打电话开。")
    assert list(duplicates(alike(power, [water]))) == []
    assert list(duplicates(alike(replace(power, subject="水费电子发票", question="水费发票怎么开"), [water])))
