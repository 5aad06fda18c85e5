"""The facade that the dialogue takes: a ticket made from what a caller says."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.ticket import Kind, Place, State
from tickets.understanding import Understanding

NOW = datetime(2026, 11, 20, 10)


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    return Understanding()


def test_complaint_becomes_a_ticket(understanding: Understanding) -> None:
    said = "嗯,阳光花园五号楼,我家暖气都三天不热了,打物业电话没人接"
    ticket = understanding.make_ticket(said, NOW, contact="13800001234", call_id="c1")
    assert ticket.kind is Kind.COMPLAINT
    assert ticket.matter is not None
    assert (ticket.matter.id, ticket.matter.unit) == ("heat-cold", "市城市管理局")
    assert ticket.place == Place("城东区", "解放路街道", "阳光花园", "5号楼")
    assert ticket.due == datetime(2026, 11, 23, 10)
    assert "暖气" in ticket.title
    assert "嗯" not in ticket.what
    assert (ticket.contact, ticket.call_id, ticket.state, ticket.number) == ("13800001234", "c1", State.OPEN, "")


def test_secrecy_is_kept_unless_the_caller_says_otherwise(understanding: Understanding) -> None:
    said = "我要举报一个饭店用地沟油,但别告诉他们是我说的"
    assert understanding.make_ticket(said, NOW).confidential
    assert not understanding.make_ticket(said, NOW, confidential=False).confidential


def test_what_was_asked_for_wins_over_what_is_guessed(understanding: Understanding) -> None:
    place = Place("滨湖区", "", "星河湾", "")
    ticket = understanding.make_ticket("路灯坏了", NOW, kind=Kind.REPORT, place=place, state=State.DRAFT)
    assert (ticket.kind, ticket.place, ticket.state) == (Kind.REPORT, place, State.DRAFT)


def test_a_call_that_leaves_nothing_still_makes_a_draft(understanding: Understanding) -> None:
    ticket = understanding.make_ticket("", NOW, state=State.DRAFT, contact="13800001234")
    assert ticket.title
    assert ticket.matter is not None
    assert ticket.matter.id == "centre"


def test_vocabulary_holds_places_and_matters(understanding: Understanding) -> None:
    words = understanding.vocabulary()
    assert {"阳光花园", "城东区", "解放路", "公积金", "供暖不热"} <= set(words)
    assert len(words) == len(set(words))


def test_ten_thousand_words_of_anger(understanding: Understanding) -> None:
    said = "你们就知道推," * 1500
    assert understanding.classify(said).angry
    assert understanding.make_ticket(said, NOW).title
    assert understanding.emergency(said) is None
    assert len(understanding.summary(said)) <= 60


@settings(max_examples=50)
@given(st.text(max_size=200))
def test_anything_can_be_said(text: str) -> None:
    understanding = Understanding()
    ticket = understanding.make_ticket(text, NOW)
    assert ticket.title
    assert ticket.due is not None
    understanding.correct_place(ticket.place, text)
    understanding.split(text)
    understanding.find_plate(text)
    understanding.find_name(text)
    understanding.out_of_scope(text)
