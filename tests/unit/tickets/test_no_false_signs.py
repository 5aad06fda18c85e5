"""Some six hundred everyday appeals hold no emergency, no plate, no caller's name and no invented community."""

import pytest

from tickets.data_files import read
from tickets.emergency import emergency
from tickets.gazetteer import lanjiang
from tickets.legal_ways import out_of_scope
from tickets.matters import match_matter
from tickets.person import find_name
from tickets.place import find_place
from tickets.plates import find_plate
from tickets.several import split_appeals
from tickets.written import written

APPEALS = [one.text for one in written()]
EXAMPLES = [(text, row["id"]) for row in read("lanjiang_matters") for text in row["examples"]]
EVERYDAY = APPEALS + [text for text, _ in EXAMPLES]


def test_there_are_enough_of_them() -> None:
    assert len(APPEALS) >= 280
    assert len(EXAMPLES) >= 240


@pytest.mark.parametrize("text", EVERYDAY)
def test_nothing_is_heard_that_was_not_said(text: str) -> None:
    assert emergency(text) is None
    assert out_of_scope(text) is None
    assert find_plate(text) is None
    assert find_name(text) is None
    assert len(split_appeals(text)) == 1


@pytest.mark.parametrize("text", EVERYDAY)
def test_no_community_is_invented(text: str) -> None:
    community = find_place(text).place.community
    assert community in ("", *lanjiang().homes)


def test_each_example_finds_its_matter() -> None:
    wrong = [text for text, matter in EXAMPLES if match_matter(text).matter.id != matter]
    assert wrong == []
