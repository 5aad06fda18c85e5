"""All guesses about an appeal in one: with confidence, with words that are really in it, whatever is said."""

import json
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.serial import from_data, to_data
from tickets.understanding import Understanding
from tickets.understood import gist, quotes, understood_to_data

NOW = datetime(2026, 11, 24, 10, 30)
SAID = "喂你好\uff0c我替我妈打的\uff0c阳光花园五号楼\uff0c从上个星期三开始暖气就不热了\uff0c打电话没人接"


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    return Understanding()


def test_everything_is_guessed_with_its_words(understanding: Understanding) -> None:
    found = understanding.understand(SAID, NOW)
    assert (found.kind.value, found.category.value) == ("投诉", "城乡建设/供热")
    assert found.place.value == "城东区解放路街道阳光花园5号楼"
    assert [str(one) for one in found.times] == ["2026-11-18 起至今"]
    assert ("代为反映", "我妈") in [(one.role, one.who) for one in found.people]
    assert found.title == "阳光花园从上个星期三开始暖气就不热了"
    for guess in (found.kind, found.category, found.matter):
        assert guess.evidence and all(words in SAID for words in guess.evidence)


def test_the_ticket_carries_why_it_is_what_it_is(understanding: Understanding) -> None:
    ticket = understanding.make_ticket(SAID, NOW)
    kept = json.loads(json.dumps(to_data(ticket), ensure_ascii=False))
    assert from_data(kept).understood == understood_to_data(understanding.understand(SAID, NOW))
    assert kept["understood"]["kind"]["evidence"] == ["没人接"]


def test_a_ticket_of_an_older_version_has_no_guesses(understanding: Understanding) -> None:
    data = to_data(understanding.make_ticket(SAID, NOW))
    del data["understood"]
    assert from_data(data).understood is None


def test_the_point_is_found_behind_ten_thousand_words_of_anger(understanding: Understanding) -> None:
    rant = "你们到底管不管,我跟你说我气死了,打了多少回电话了," * 400
    found = understanding.understand(rant + "就是金桂苑楼下那个烧烤摊天天晚上十二点还在吵", NOW)
    assert found.place.value.endswith("金桂苑楼下")
    assert "烧烤摊" in found.title and len(found.title) <= 20
    assert [one.every for one in found.times] == ["每天 00:00"]


def test_no_words_are_no_guess(understanding: Understanding) -> None:
    found = understanding.understand("", NOW)
    assert (found.category.value, found.place.value, found.times, found.people) == ("", "", (), ())
    assert (found.urgency.level, found.title) == ("一般", "诉求内容待核实")


def test_no_marks_are_no_hindrance(understanding: Understanding) -> None:
    found = understanding.understand(SAID.replace("\uff0c", ""), NOW)
    assert found.category.value == "城乡建设/供热" and found.place.value and found.times


def test_quotes_stand_in_the_text_gaps_and_all() -> None:
    assert quotes("暖 气,不热", ("暖气不热", "路灯")) == ("暖 气,不热",)


@given(st.text(max_size=400), st.integers(3, 100))
def test_a_gist_is_never_too_long(text: str, most: int) -> None:
    assert len(gist(text, most)) <= most


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=120))
def test_anything_can_be_said(text: str) -> None:
    found = Understanding().understand(text, NOW)
    json.dumps(understood_to_data(found))
    assert all(words in text for guess in (found.kind, found.category, found.matter) for words in guess.evidence)
