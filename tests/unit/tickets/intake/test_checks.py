"""What is wrong with a submission is said, and what was said is kept."""

from datetime import timedelta

import pytest

from tests.integration.tickets.intake.making import NOW, understanding
from tickets.contact import contact_key
from tickets.intake.channels import channel_ways
from tickets.intake.checks import checks, person, placed, reachable
from tickets.intake.submission import Content
from tickets.ticket import Channel


def _officer(content: Content, channel: Channel = Channel.WEB) -> str:
    return " ".join(check.officer for check in checks(content, channel_ways()[channel], NOW))


@pytest.mark.parametrize(
    ("parts", "wrong"),
    [
        ({"district": "城东区", "street": "解放路街道", "community": "阳光花园", "detail": "5号楼"}, ""),
        ({"district": "火星区", "street": "环形山街道"}, "火星区"),
        ({"district": "城东区", "street": "环形山街道"}, "环形山街道"),
        ({"district": "城东区", "community": "月亮宝石公寓"}, "月亮宝石公寓"),
        ({"detail": "门口的大树下"}, ""),
    ],
)
def test_a_place_that_does_not_exist_is_kept_and_flagged(parts: dict[str, str], wrong: str) -> None:
    place, found = placed(Content(**parts), understanding())
    assert {name: getattr(place, name) for name in parts} == parts
    assert [check.officer for check in found if wrong in check.officer] == [check.officer for check in found]
    assert bool(found) is bool(wrong)
    assert all(check.caller for check in found)


def test_an_address_line_is_taken_apart_where_nothing_is_lost() -> None:
    place, _ = placed(Content(detail="城东区阳光花园5号楼2单元"), understanding())
    assert (place.district, place.community, place.detail) == ("城东区", "阳光花园", "5号楼2单元")
    kept, _ = placed(Content(detail="城东区阳光花园后面那条没有名字的小路尽头"), understanding())
    assert "没有名字的小路尽头" in str(kept)


def test_the_place_is_found_in_the_text_where_none_is_given() -> None:
    place, found = placed(Content(text="城东区阳光花园的路灯坏了"), understanding())
    assert (place.district, place.community, found) == ("城东区", "阳光花园", [])


def test_who_gives_another_name_is_asked_about() -> None:
    assert person(Content(name="李先生"), "王女士")
    assert person(Content(name="王建国"), "王建军")
    for name, known in (("王女士", "王小明"), ("王女士", ""), ("", "王女士"), ("王女士", "王女士")):
        assert person(Content(name=name), known) is None
    assert person(Content(name="李先生", about="王女士"), "王女士") is None


@pytest.mark.parametrize(
    ("contact", "can"),
    [("138 0000 1234", True), ("wang@example.com", True), ("12345", True), ("微信同号", False), ("1" * 500, False)],
)
def test_who_can_be_reached(contact: str, can: bool) -> None:
    assert reachable(contact) is can
    assert ("不像电话" in _officer(Content(text="路灯坏了", contact=contact))) is not can


def test_a_mail_address_is_not_taken_for_the_digits_in_it() -> None:
    assert contact_key("Wang1985@QQ.com") == "wang1985@qq.com"
    assert contact_key("138-0000-1234") == "13800001234"
    assert contact_key("1985@") == ""


def test_a_clock_a_little_ahead_is_nothing() -> None:
    assert "收到的时间" not in _officer(Content(text="x", contact="12345", made=NOW + timedelta(minutes=3)))
    assert "收到的时间" in _officer(Content(text="x", contact="12345", made=NOW + timedelta(hours=1)))
    assert _officer(Content(text="x", contact="12345", made="0001-01-01T00:00:00+14:00")) == ""
