"""An entry goes out as plain data and comes back the same; what is not one is refused with its field."""

import json
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.entry import Entry
from knowledge_base.serial import DATES, LISTS, NAMES, FieldWrong, from_data, to_data
from tests.editors import entry

WORD = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map(str.strip).filter(bool)
ENTRY = st.builds(
    Entry,
    **{
        name: st.none() | st.dates() if name in DATES else st.lists(WORD).map(tuple) if name in LISTS else WORD
        for name in NAMES
    },
)


@given(ENTRY)
def test_what_goes_out_comes_back(whole: Entry) -> None:
    assert from_data(json.loads(json.dumps(to_data(whole), ensure_ascii=False))) == whole


def test_what_is_empty_is_left_out() -> None:
    assert set(to_data(Entry("a", "问", ""))) == {"id", "question"}


def test_text_is_stripped_and_empty_items_are_no_items() -> None:
    read = from_data({"id": " a ", "asked": [" 问 ", "", "  "], "telephone": 12345, "valid_to": " "})
    assert read == Entry("a", "", "", asked=("问",), telephone="12345")


@pytest.mark.parametrize("value", ["2026-01-31", date(2026, 1, 31), datetime(2026, 1, 31, 8)])
def test_a_date_may_come_as_a_cell_has_it(value: object) -> None:
    assert from_data(to_data(entry()) | {"valid_to": value}).valid_to == date(2026, 1, 31)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("colour", "red"),
        ("question", ["一"]),
        ("question", True),
        ("question", {"a": 1}),
        ("asked", "一个问法"),
        ("asked", [["一"]]),
        ("asked", [None]),
        ("valid_to", "2026-02-30"),
        ("valid_to", 5),
    ],
)
def test_a_value_that_cannot_stand_there_is_refused(field: str, value: Any) -> None:
    with pytest.raises(FieldWrong) as wrong:
        from_data(to_data(entry()) | {field: value})
    assert wrong.value.field == field and wrong.value.what
