"""The tree of categories, the appeals it is learned from, and the model that is shipped."""

from collections import Counter
from importlib.resources import files

import pytest

from core.yaml_file import read_yaml
from tests.benchmarks.appeals_eval import held_out
from tickets.learning.shipped import shipped_categories
from tickets.matters import lanjiang_matters
from tickets.ticket import Kind
from tickets.written import categories, source, written


def test_there_are_appeals_of_every_kind_in_every_category() -> None:
    cells = Counter((one.category, one.kind) for one in written())
    assert len(written()) >= 600 and len(categories()) >= 60
    assert {(name, kind.value) for name in categories() for kind in Kind} == set(cells)
    assert len({one.text for one in written()}) == len(written())


def test_the_tree_agrees_with_the_responsibility_list_and_the_cities() -> None:
    known = {*categories(), *(name.split("/")[0] for name in categories())}
    used = {matter.category for matter in (*lanjiang_matters().matters, lanjiang_matters().fallback)}
    for city in (files("tickets") / "data" / "cities").iterdir():
        if city.name.endswith(".yaml"):
            for rule in read_yaml(city)["limit_of"]:
                used |= set(rule.get("category", ()))
    assert used <= known


def test_the_shipped_model_is_of_the_data_beside_it() -> None:
    assert shipped_categories().about.source == source(), "run python -m tickets.learning.shipped"
    assert set(shipped_categories().classes) == set(categories())


def test_what_is_held_out_was_never_learned() -> None:
    learned = {one.text for one in written()}
    held = held_out()
    assert len(held) >= 120 and sum(one.misheard for one in held) >= 60
    assert not learned & {one.text for one in held}
    assert {one.category for one in held} == set(categories())


def test_held_out_appeals_find_their_category() -> None:
    held = held_out()
    judged = shipped_categories().judge([one.text for one in held])
    right = sum(one.label == asked.category for one, asked in zip(judged, held, strict=True)) / len(held)
    assert right >= 0.8


@pytest.mark.parametrize(
    ("said", "category"),
    [("去暖费怎么交", "城乡建设/供热"), ("公鸡金能提吗", "住房/公积金"), ("广场无吵得睡不着", "生态环境/噪声")],
)
def test_what_was_misheard_is_known_by_its_sound(said: str, category: str) -> None:
    (judged,) = shipped_categories().judge([said])
    assert judged.label == category
    assert judged.evidence and all(quote in said for quote in judged.evidence)
