"""Districts named in questions, and entries that hold in some of them only."""

import pytest

from knowledge_base.areas import Variants, all_areas, holds_in, named_areas, without_areas
from knowledge_base.entry import Entry


def entry(id: str, *areas: str, subject: str = "早市") -> Entry:
    return Entry(id, "早市几点开", "六点。", subject=subject, aspect="时间", areas=areas)


CITY, EAST, BOTH, OTHER = (
    entry("city"),
    entry("east", "城东区"),
    entry("both", "城西区", "滨湖区"),
    entry("x", subject="夜市"),
)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("城东区的早市几点开", ("城东区",)),
        ("那城西呢", ("城西区",)),
        ("我们云山这边几点", ("云山县",)),
        ("城东和滨湖区一样吗", ("城东区", "滨湖区")),
        ("早市几点开", ()),
        ("滨湖公园几点关门", ()),
        ("滨湖大道66号怎么走", ()),
        ("城东汽车站在哪", ()),
        ("高新技术企业怎么认定", ()),
        ("", ()),
    ],
)
def test_the_districts_that_a_question_names(question: str, named: tuple[str, ...]) -> None:
    assert named_areas(question) == named


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("那城西呢", "那呢"),
        ("我家住在城东区,早市几点开", "早市几点开"),
        ("云山县那边的早市几点开", "早市几点开"),
        ("早市几点开", "早市几点开"),
    ],
)
def test_what_is_asked_beside_the_district(question: str, rest: str) -> None:
    assert without_areas(question) == rest


def test_every_known_area_is_understood_in_full_and_in_short() -> None:
    for area in all_areas():
        assert named_areas(f"{area}几点开") == named_areas(f"那{area[:-1]}呢") == (area,)


def test_an_entry_without_areas_holds_everywhere() -> None:
    assert holds_in(CITY, "城东区") and holds_in(CITY, "") and holds_in(EAST, "")
    assert holds_in(EAST, "城东区") and not holds_in(EAST, "城西区")


def test_variants_are_what_answers_the_same_in_other_areas() -> None:
    variants = Variants([CITY, EAST, BOTH, OTHER])
    assert {one.id for one in variants.of(CITY)} == {"city", "east", "both"} == {one.id for one in variants.of(EAST)}
    assert variants.of(OTHER) == ()
    assert variants.any and not Variants([CITY, OTHER]).any


def test_a_districts_own_rule_stands_before_the_citys() -> None:
    variants = Variants([CITY, EAST, BOTH, OTHER])
    assert variants.overruled("城东区") == {"city"}
    assert variants.overruled("云山县") == variants.overruled("") == frozenset()
