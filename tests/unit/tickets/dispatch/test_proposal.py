"""Whose a ticket is: the list first, the model second, a human third; department first, territory second."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.unit.tickets.life.walking import BOT, DISPATCHER, MONDAY, Walk, dispatch, unit
from tickets.dispatch.lessons import Bounce, Lessons
from tickets.dispatch.proposal import Basis, By, Learned, Proposal, propose
from tickets.duties.duty import Duty, DutyList, Level, Territory, Unit
from tickets.errors import ProposalOpen
from tickets.life import steps as s
from tickets.life.case import Case
from tickets.life.rules import load_city
from tickets.life.span import Span
from tickets.matters import MatterFound
from tickets.ticket import Kind, Place, State, Ticket

TODAY = date(2026, 11, 23)
RULES = load_city("jinchang")
DUTY = Duty("d", ("城建", "供水"), "停水", "市水务局", ("市财政局",), limit=Span(2, "d"))
UNITS = (
    Unit("市水务局", ("水务",)),
    Unit("市财政局"),
    Unit("市水利局", ("市河道处",), dissolved=TODAY, successor="市水务局"),
    Unit("市渔政站", dissolved=TODAY - timedelta(days=1)),
    Unit("东关街道办事处", governs=("东关街道",)),
    Unit("城东区人民政府", governs=("城东区",)),
)
PLACE = Place("城东区", "东关街道")


def proposed(
    duty: Duty = DUTY,
    confidence: float = 0.95,
    place: Place = PLACE,
    learned: Learned | None = None,
    sure: bool = True,
    lessons: Lessons | None = None,
    case: Case | None = None,
    matter: Duty | None = None,
) -> Proposal:
    """What is proposed for a ticket whose words are about `duty`; on the ticket stands `matter`."""
    known = {one.id: one for one in (duty, matter or duty)}
    basis = Basis(DutyList(list(known.values()), UNITS), RULES, TODAY, 0.9, lessons or Lessons())
    ticket = Ticket(Kind.HELP, "停水", "家里没水了", place, matter=(matter or duty).matter(Span(3, "d")))
    if not sure:
        ticket = replace(ticket, matter=None)
    return propose(ticket, MatterFound(duty.matter(Span(3, "d")), confidence, ("没水",), sure), basis, learned, case)


def test_the_list_comes_first_and_a_sure_one_needs_no_human() -> None:
    found = proposed()
    assert (found.by, found.lead, found.assisting, found.alone) == (By.LIST, "市水务局", ("市财政局",), True)
    assert (found.way, found.handling, found.within) == (s.Way.STRAIGHT, s.Handling.BY_LAW, Span(2, "d"))
    assert found.reason == "职责清单“城建/供水/停水”(听到没水):先属责,主办市水务局"
    step = found.step()
    assert isinstance(step, s.Dispatch) and (step.lead, step.grid) == ("市水务局", False)


def test_a_matter_without_a_limit_has_that_of_the_rules() -> None:
    alone = replace(DUTY, limit=None, assisting=())
    assert proposed(alone).within == RULES.limits[RULES.usual]
    assert proposed(replace(DUTY, limit=None)).within == RULES.limits["5天"]  # several units are needed


@pytest.mark.parametrize(
    ("territory", "level", "lead", "way", "second"),
    [
        (Territory.DEPARTMENT, Level.STREET, "市水务局", s.Way.STRAIGHT, ()),
        (Territory.PLACE, Level.STREET, "东关街道办事处", s.Way.STRAIGHT, ("市水务局",)),
        (Territory.PLACE, Level.COUNTY, "城东区人民政府", s.Way.STRAIGHT, ("市水务局",)),
        (Territory.BOTH, Level.STREET, "市水务局", s.Way.DOUBLE, ("东关街道办事处",)),
        (Territory.FIRST, Level.COUNTY, "市水务局", s.Way.FIRST, ("城东区人民政府",)),
    ],
)
def test_department_and_territory(
    territory: Territory, level: Level, lead: str, way: s.Way, second: tuple[str, ...]
) -> None:
    found = proposed(replace(DUTY, assisting=(), territory=territory, level=level))
    assert (found.lead, found.way, found.assisting) == (lead, way, second)


def test_without_a_department_the_place_decides_and_without_a_place_a_human() -> None:
    no_unit = replace(DUTY, unit="", assisting=())
    assert proposed(no_unit).lead == "东关街道办事处"
    assert proposed(no_unit, place=Place("城东区")).lead == "城东区人民政府"  # the county passes it on
    assert proposed(no_unit, place=Place("城西区", "河西镇")).lead == "河西镇人民政府"  # not listed
    found = proposed(no_unit, place=Place())
    assert (found.by, found.lead, found.alone) == (By.HUMAN, "", False)
    with pytest.raises(ProposalOpen, match="地点不明"):
        found.step()


def test_straight_to_the_grid_and_handled_at_once() -> None:
    step = proposed(replace(DUTY, grid=True, handling=s.Handling.AT_ONCE)).step()
    assert isinstance(step, s.Dispatch) and step.grid and step.handling is s.Handling.AT_ONCE


def test_a_dissolved_unit_gives_way_to_its_successor_and_is_named() -> None:
    found = proposed(replace(DUTY, unit="市河道处"))
    assert found.lead == "市水务局" and "市河道处已撤销,由市水务局承接" in found.reason
    found = proposed(replace(DUTY, unit="市渔政站"), place=Place())
    assert (found.by, found.lead) == (By.HUMAN, "") and "市渔政站已撤销,没有承接单位" in found.reason


def test_where_the_list_is_not_sure_a_model_that_agrees_makes_it_so() -> None:
    unsure = proposed(confidence=0.7)
    assert (unsure.lead, unsure.alone) == ("市水务局", False)
    agrees = proposed(confidence=0.7, learned=Learned((("水务", 0.8),), ("停水",)))
    assert (agrees.lead, agrees.alone, round(agrees.confidence, 2)) == ("市水务局", True, 0.94)
    other = proposed(confidence=0.7, learned=Learned((("市财政局", 0.99),), ("水费",)))
    assert (other.lead, other.alone) == ("市水务局", False)
    assert other.others == (("市财政局", "派单模型 99%,依据水费"),)


def test_where_the_list_knows_nothing_the_model_decides_if_it_is_sure_of_a_unit_of_the_city() -> None:
    sure = proposed(sure=False, learned=Learned((("水务", 0.95), ("市财政局", 0.03)), ("停水",)))
    assert (sure.by, sure.lead, sure.alone) == (By.MODEL, "市水务局", True)
    street = proposed(sure=False, learned=Learned((("街镇", 0.95),)))
    assert (street.lead, street.alone) == ("东关街道办事处", True)
    unsure = proposed(sure=False, learned=Learned((("水务", 0.6), ("市财政局", 0.3))))
    assert (unsure.by, unsure.lead) == (By.HUMAN, "")
    assert [name for name, _ in unsure.others] == ["市水务局", "市财政局"]
    stranger = proposed(sure=False, learned=Learned((("教育", 0.99),)))
    assert (stranger.by, stranger.lead, stranger.alone) == (By.HUMAN, "", False)
    assert "“教育”(99%),但没有叫这个名称的单位可派" in stranger.reason
    assert proposed(sure=False).by is By.HUMAN


def test_the_matter_on_the_ticket_holds_but_is_not_sure_where_the_words_say_another() -> None:
    corrected = replace(DUTY, id="other", name="水费", unit="市财政局")
    found = proposed(confidence=1.0, matter=corrected)
    assert (found.lead, found.alone) == ("市财政局", False)


def test_a_matter_that_bounced_is_proposed_to_whom_handled_it() -> None:
    bounced = [Bounce(str(n), "d", "市水务局", "市财政局", "市财政局" if n else "") for n in range(3)]
    found = proposed(lessons=Lessons(bounced, 3))
    assert (found.by, found.lead, found.alone, found.assisting) == (By.RETURNS, "市财政局", False, ())
    assert found.reason == "市水务局近来退回“停水”3 次,其中 2 次最后由市财政局办理,请派单员确认(清单未改)"
    assert proposed(lessons=Lessons(bounced[:2], 3)).by is By.LIST
    scattered = [Bounce(str(n), "d", "市水务局", "", name) for n, name in enumerate(("甲局", "乙局", "丙局"))]
    found = proposed(lessons=Lessons(scattered, 3))
    assert (found.by, found.lead) == (By.HUMAN, "") and "提请联席会议" in found.reason


def returned(*by_whom: tuple[str, str | None]) -> Case:
    """A ticket that each unit returned in its turn, naming another."""
    walk = Walk(RULES, MONDAY).does(BOT, s.Take()).does(DISPATCHER, s.Check())
    for name, named in by_whom:
        walk.does(DISPATCHER, dispatch(name)).does(
            unit(name), s.Return(reason="不归我们", rule="三定方案", should_be=named)
        )
        walk.does(DISPATCHER, s.Grant())
    return walk.case


def test_a_returned_ticket_goes_to_the_one_that_was_named_but_a_human_confirms() -> None:
    found = proposed(case=returned(("市水务局", "市财政局")))
    assert (found.by, found.lead, found.alone, found.assisting) == (By.RETURNS, "市财政局", False, ())
    assert "已被市水务局退回,指出应由市财政局办理" in found.reason


def test_where_all_have_returned_it_a_joint_meeting_is_proposed() -> None:
    found = proposed(case=returned(("市水务局", "市财政局"), ("市财政局", "市水务局")))
    step = found.step()
    assert isinstance(step, s.Meet) and step.units == ("市水务局", "市财政局")


def test_after_the_third_return_the_meeting_decides() -> None:
    case = returned(("市水务局", "市财政局"), ("市财政局", "市水务局"), ("市水务局", "市财政局"))
    found = proposed(case=case)
    assert (found.by, found.lead, found.handling) == (By.HUMAN, "", s.Handling.AGREED)
    assert not found.alone


def test_what_is_discussed_without_a_return_is_left_to_the_meeting_too() -> None:
    found = proposed(case=Case(state=State.MEETING))
    assert (found.by, found.lead, found.alone) == (By.HUMAN, "", False)
    assert "已提请联席会议" in found.reason
