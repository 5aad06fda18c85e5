"""Who sees what of a ticket: every role, confidential and not, with a reason and without."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

from tickets.life import steps as s
from tickets.life.case import Taken
from tickets.life.roles import Actor, Role
from tickets.life.span import Span
from tickets.secrecy.view import Field, Relation, Seen, Viewer, ViewRole, listed_view, relation_to, view
from tickets.ticket import Kind, Place, State, Ticket

OPEN = Ticket(
    Kind.COMPLAINT,
    "王建国家暖气不热",
    "我叫王建国,3号楼2单元501室暖气不热,打13800001234",
    Place("城东区", "解放路街道", "阳光花园", "3号楼2单元501室"),
    name="王建国",
    contact="138 0000 1234",
    call_id="20261120-100000-abcdef",
    note="王建国说钥匙在邻居那里",
)
SECRET = replace(OPEN, confidential=True)
PERSON = ("王建国", "1234", "501")


def _seen(role: ViewRole, ticket: Ticket = OPEN, relation: Relation = "has", reason: str = "") -> Seen:
    seen = view(ticket, Viewer(role, "小李", "热力公司", contact="13800001234"), relation, reason, published=True)
    assert seen
    return seen


def _tells(seen: Seen) -> str:
    return str(seen.ticket) + seen.words("王建国说打13800001234")


def test_an_agent_sees_the_number_only_with_a_reason() -> None:
    without, with_ = _seen(ViewRole.AGENT), _seen(ViewRole.AGENT, reason="回电核实地址")
    assert without.ticket.name == "王建国" and without.ticket.contact == "138****1234"
    assert Field.CONTACT not in without.plain and Field.NAME in without.plain
    assert with_.ticket.contact == "138 0000 1234" and Field.CONTACT in with_.plain
    assert _seen(ViewRole.AGENT, reason="  ").ticket == without.ticket


@pytest.mark.parametrize("role", [ViewRole.AGENT, ViewRole.DISPATCHER, ViewRole.SUPERVISOR])
def test_of_a_confidential_ticket_the_centre_sees_no_person_without_a_reason(role: ViewRole) -> None:
    without = _seen(role, SECRET)
    assert not any(word in _tells(without) for word in PERSON) and without.plain == ()
    assert "暖气不热" in without.ticket.what
    with_ = _seen(role, SECRET, reason="核实")
    assert with_.ticket.name == "王建国" and {Field.NAME, Field.CONTACT, Field.TEXT} <= set(with_.plain)


@pytest.mark.parametrize(("role", "reason"), [*product([ViewRole.UNIT, ViewRole.GRID], ["", "要上门"])])
def test_of_a_confidential_ticket_who_handles_it_gets_the_appeal_without_the_person(
    role: ViewRole, reason: str
) -> None:
    seen = _seen(role, SECRET, reason=reason)
    assert not any(word in _tells(seen) for word in PERSON) and seen.plain == ()
    assert "暖气不热" in seen.ticket.what and seen.ticket.place.community == "阳光花园"


def test_a_unit_sees_whom_to_call_while_it_has_the_ticket_and_no_longer() -> None:
    assert _seen(ViewRole.UNIT).ticket.contact == "138 0000 1234"
    had = _seen(ViewRole.UNIT, relation="had")
    assert not any(word in _tells(had) for word in PERSON)
    for relation, unit in (("", "热力公司"), ("has", "")):
        assert view(OPEN, Viewer(ViewRole.UNIT, "老赵", unit), relation) is None  # type: ignore[arg-type]


def test_a_grid_worker_sees_the_door_but_the_number_only_where_the_visit_needs_it() -> None:
    assert _seen(ViewRole.GRID).ticket.contact == "(保密)" and "501" in str(_seen(ViewRole.GRID).ticket.place)
    assert _seen(ViewRole.GRID, reason="敲门没人").ticket.contact == "138 0000 1234"


@pytest.mark.parametrize("ticket", [OPEN, SECRET])
def test_leaders_see_no_persons_whatever_the_reason(ticket: Ticket) -> None:
    seen = _seen(ViewRole.LEADER, ticket, reason="想看")
    assert not any(word in _tells(seen) for word in PERSON) and seen.plain == ()


def test_the_public_sees_what_its_caller_agreed_to_and_nothing_confidential() -> None:
    public = Viewer(ViewRole.PUBLIC)
    assert view(OPEN, public) is None
    assert view(SECRET, public, published=True) is None
    seen = view(OPEN, public, published=True)
    assert seen and not any(word in _tells(seen) for word in PERSON) and "暖气不热" in seen.ticket.what


def test_a_caller_sees_his_own_ticket_whole_and_no_other() -> None:
    mine = view(SECRET, Viewer(ViewRole.CITIZEN, contact="13800001234"))
    assert mine and mine.ticket.name == "王建国" and mine.ticket.what == SECRET.what
    assert view(SECRET, Viewer(ViewRole.CITIZEN, contact="13800009999")) is None
    assert view(replace(OPEN, contact=""), Viewer(ViewRole.CITIZEN)) is None


@pytest.mark.parametrize(("role", "ticket"), [*product(ViewRole, [OPEN, SECRET])])
def test_a_list_shows_no_person_to_anybody(role: ViewRole, ticket: Ticket) -> None:
    shown = str(listed_view(ticket, Viewer(role, unit="热力公司")))
    assert not any(word in shown for word in PERSON)
    assert ("阳光花园" in shown) is not ticket.confidential


@pytest.mark.parametrize("role", [role for role in ViewRole if role is not ViewRole.CITIZEN])
def test_whatever_personal_is_shown_in_plain_is_named(role: ViewRole) -> None:
    for ticket, reason in product([OPEN, SECRET], ["", "核实"]):
        seen = view(ticket, Viewer(role, unit="热力公司"), "has", reason, published=True)
        if seen and not seen.plain:
            assert "13800001234" not in str(seen.ticket) or not ticket.confidential
            assert "138 0000 1234" not in seen.ticket.contact


def _taken(step: s.AnyStep, unit: str = "") -> Taken:
    return Taken(datetime(2026, 11, 20, tzinfo=UTC), Actor("小王", Role.UNIT, unit), step, State.HANDLING)


def test_a_unit_had_a_ticket_that_was_sent_passed_on_or_worked_on() -> None:
    sent = _taken(s.Dispatch(lead="水务局", assisting=("街道",), within=Span(1, "d"), reason="清单"))
    steps = [sent, _taken(s.PassOn(to="水厂", reason="下级"), "水务局"), _taken(s.Note(words="看过"), "社区")]
    assert [relation_to(unit, steps, False) for unit in ("水务局", "街道", "水厂", "社区", "热力公司", "")] == [
        "had", "had", "had", "had", "", "",
    ]  # fmt: skip
    assert relation_to("水务局", steps, True) == "has"
