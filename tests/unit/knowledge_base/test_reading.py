"""One check for every way in: what cannot be kept, what cannot be spoken, and what is quietly tidied."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.entry import Entry
from knowledge_base.reading import problems, spoken_seconds, tidied, too_much
from knowledge_base.serial import DATES, LISTS, NAMES
from tests.editors import entry

TEXTS = [name for name in NAMES if name not in DATES]


def with_text(field: str, text: str) -> Entry:
    value: Any = (*getattr(entry(), field), text) if field in LISTS else text
    return replace(entry(), **{field: value})


def fields(found: tuple[Any, ...]) -> set[str]:
    return {problem.field for problem in found}


def test_a_whole_entry_has_no_problem() -> None:
    assert problems(entry(), {"shebaoka"}) == ()


@pytest.mark.parametrize("field", ["question", "spoken", "topic", "subject", "aspect", "short", "text", "department"])
def test_what_is_empty_can_be_kept_but_not_reviewed(field: str) -> None:
    draft = replace(entry(), **{field: ""})
    assert too_much(draft) == ()
    assert fields(problems(draft)) == {field}


@pytest.mark.parametrize("field", TEXTS)
def test_a_hundred_thousand_characters_are_not_kept(field: str) -> None:
    found = too_much(with_text(field, "好" * 100_000))
    assert fields(found) == {field}
    assert len(str(found[0])) < 100


@pytest.mark.parametrize("field", sorted(LISTS))
def test_a_list_without_end_is_not_kept(field: str) -> None:
    assert fields(too_much(replace(entry(), **{field: ("x",) * 301}))) == {field}


@pytest.mark.parametrize("field", [name for name in TEXTS if name != "id"])
@pytest.mark.parametrize(
    "code", ["<script>alert(1)</script>", "<img src=x onerror=y>", "&#60;b&#62;", "JavaScript:x()"]
)
def test_markup_is_kept_and_not_reviewed(field: str, code: str) -> None:
    draft = tidied(with_text(field, code))
    assert too_much(draft) == ()
    assert "网页代码" in "".join(problem.what for problem in problems(draft) if problem.field == field)


@pytest.mark.parametrize("id", ["", "大", "../etc", "a b", "<b>", "A", "-a", "a\n", "x" * 71])
def test_an_id_is_small_letters(id: str) -> None:
    assert fields(too_much(replace(entry(), id=id))) == {"id"}


@pytest.mark.parametrize("text", ["收入<5000元", "a < b 且 c > d", "A&B公司", "满6个月&不超过1年"])
def test_signs_of_less_and_more_are_no_markup(text: str) -> None:
    assert problems(with_text("text", text)) == ()


@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize("sign", ["\0", "\x1b", "\u200f", "\u202e", "\u2066", "\ufeff", "\ud83d", "\u200b", "\x85"])
def test_signs_that_nobody_sees_are_taken_out(field: str, sign: str) -> None:
    assert tidied(with_text(field, f"甲{sign}乙")) == with_text(field, "甲乙")


@pytest.mark.parametrize("field", TEXTS)
def test_only_the_text_has_lines(field: str) -> None:
    told = tidied(with_text(field, " 甲\r\n\t乙 "))
    expected = "甲 \n 乙" if field == "text" else "甲   乙"
    assert told == with_text(field, expected)


@pytest.mark.parametrize("field", TEXTS)
def test_emoji_are_kept_whole(field: str) -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467好"
    assert tidied(with_text(field, family)) == with_text(field, family)


def test_an_answer_of_emoji_cannot_be_spoken() -> None:
    assert fields(problems(entry(spoken="😀😀"))) == {"spoken"}


def test_an_answer_is_at_most_fifteen_seconds() -> None:
    assert spoken_seconds("一二三四五六七八九，") == pytest.approx(9.5 / 4.6)
    assert fields(problems(entry(spoken="好" * 68))) == set()
    assert fields(problems(entry(spoken="好" * 70))) == {"spoken"}


def test_an_entry_does_not_end_before_it_begins() -> None:
    first, last = date(2026, 6, 1), date(2026, 5, 31)
    assert fields(problems(entry(valid_from=first, valid_to=last))) == {"valid_to"}
    assert problems(entry(valid_from=first, valid_to=first)) == ()


def test_related_entries_are_there() -> None:
    assert fields(problems(entry(related=("gone",)), {"shebaoka"})) == {"related"}
    assert problems(entry(related=("gone",))) == ()


@given(st.sampled_from(TEXTS), st.text(st.characters(), max_size=40))
def test_tidying_twice_is_tidying_once(field: str, text: str) -> None:
    once = tidied(with_text(field, text))
    assert tidied(once) == once
    "".join(map(str, (getattr(once, name) for name in NAMES))).encode("utf8")
