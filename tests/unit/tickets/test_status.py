"""How a ticket stands, as its caller hears it."""

from dataclasses import replace
from datetime import date, datetime

from tickets.status import overdue, status_spoken, when_spoken
from tickets.ticket import Kind, Matter, Place, State, Ticket

LAMP = Matter("lamp", "城乡建设/市政设施", "路灯不亮", "市城市管理局", 48)
TICKET = Ticket(
    Kind.HELP,
    "路灯坏了",
    "我叫王建国,路灯坏了",
    Place("城东区", "解放路街道", "阳光花园", "5号楼"),
    name="王建国",
    contact="13800001234",
    matter=LAMP,
    due=datetime(2026, 11, 25, 15, 30),
)


def test_open_ticket_names_unit_and_day() -> None:
    said = status_spoken(TICKET, datetime(2026, 11, 20, 9))
    assert said == "您反映的路灯坏了已经受理,由市城市管理局办理,11月25日星期三前会答复您。"


def test_a_limit_that_has_passed_is_said_to_have_passed() -> None:
    said = status_spoken(TICKET, datetime(2026, 11, 25, 15, 31))
    assert "原定11月25日星期三答复,已经超期" in said and "会答复您" not in said
    assert not overdue(TICKET, datetime(2026, 11, 25, 15, 30))
    assert not overdue(replace(TICKET, state=State.CLOSED), datetime(2026, 12, 1))


def test_near_days_are_said_as_people_say_them() -> None:
    assert when_spoken(datetime(2026, 11, 25, 15, 30), date(2026, 11, 25)) == "今天15点30分"
    assert when_spoken(datetime(2026, 11, 25, 15), date(2026, 11, 24)) == "明天15点"
    assert when_spoken(datetime(2026, 11, 25, 15), None) == "11月25日星期三"


def test_each_state_is_told_apart() -> None:
    said = {status_spoken(replace(TICKET, state=state)) for state in State}
    assert len(said) == len(State)


def test_nobody_is_named() -> None:
    for state in State:
        said = status_spoken(replace(TICKET, state=state))
        assert not any(secret in said for secret in ("王建国", "13800001234", "5号楼", "阳光花园"))
