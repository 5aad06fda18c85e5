"""Districts named in questions."""

import pytest

from knowledge_base.areas import all_areas, named_areas, without_areas


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
