"""Every limit of a ticket, from its log alone."""

from datetime import datetime, timedelta

import pytest

from tests.unit.tickets.life.walking import (
    BEIJING,
    BOT,
    DISPATCHER,
    MONDAY,
    STREET,
    SYSTEM,
    WATER,
    Walk,
    dispatch,
    handled,
)
from tickets.deadlines import CHINA
from tickets.life import steps as s
from tickets.life.clocks import Standing
from tickets.life.rules import city_rules, load_city
from tickets.life.span import parse_span, runs_out
from tickets.ticket import Kind, Matter, Ticket

DONE = s.Feedback(reply="修好了。", solved=True)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("span", "start", "end"),
    [
        ("3min", at(22, 23, 59), at(23, 0, 2)),
        ("24h", at(27, 9), at(28, 9)),  # a Friday: hours do not wait for Monday
        ("3d", at(26, 9), datetime(2026, 12, 1, 9, tzinfo=BEIJING)),  # Thursday: Friday, Monday, Tuesday
        ("1d", at(28, 15), datetime(2026, 12, 1, 0, tzinfo=BEIJING)),  # Saturday: all of Monday
        ("5cd", at(26, 9), datetime(2026, 12, 1, 9, tzinfo=BEIJING)),
    ],
)
def test_spans_run_on_the_working_calendar(span: str, start: datetime, end: datetime) -> None:
    assert runs_out(start, parse_span(span), CHINA) == end


def test_made_up_days_count_and_holidays_do_not() -> None:
    before = datetime(
        2026, 2, 13, 9, tzinfo=BEIJING
    )  # Friday; Saturday 14 February works, then spring festival to the 23rd
    assert runs_out(before, parse_span("2d"), CHINA) == datetime(2026, 2, 24, 9, tzinfo=BEIJING)


def test_stops_are_not_counted() -> None:
    start = at(23, 9)
    stops = [(at(23, 10), at(23, 12)), (at(23, 13), at(24, 13))]
    assert runs_out(start, parse_span("2h"), CHINA, stops) == at(23, 13)
    assert runs_out(start, parse_span("150min"), CHINA, stops) == at(24, 13, 30)
    assert runs_out(start, parse_span("3h"), CHINA, stops) == at(24, 14)


def test_linyi_dispatches_in_three_minutes_and_is_on_the_spot_in_two_hours() -> None:
    walk = Walk(load_city("linyi")).does(BOT, s.Take())
    assert walk.limits()["dispatch"].due == MONDAY + timedelta(minutes=3)
    walk.wait(minutes=2).does(SYSTEM, dispatch())
    limits = walk.limits()
    assert limits["dispatch"].standing is Standing.MET
    assert limits["arrive"].due == walk.now + timedelta(hours=2)
    assert limits["handle"].due == at(26, 9, 2)
    walk.wait(hours=1, minutes=45)
    assert walk.limits()["arrive"].standing is Standing.NEAR
    walk.wait(minutes=30)
    assert walk.limits()["arrive"].standing is Standing.OVERDUE
    walk.does(WATER, s.Sign()).does(WATER, s.Arrive())
    assert walk.limits()["arrive"].standing is Standing.LATE
    assert walk.limits()["handle"].standing is Standing.RUNNING


def test_the_clock_stands_still_while_the_citizen_is_asked() -> None:
    walk = handled(load_city("jinchang"))
    due = walk.limits()["handle"].due
    walk.does(WATER, s.Ask(question="几号楼?")).wait(hours=5)
    assert walk.limits()["handle"].standing is Standing.PAUSED
    assert walk.limits()["handle"].due == due + timedelta(hours=5)
    walk.does(BOT, s.Tell(answer="五号楼")).wait(hours=1)
    assert walk.limits()["handle"].due == due + timedelta(hours=5)
    assert walk.limits()["handle"].standing is Standing.RUNNING


def test_an_extension_counts_only_when_it_is_granted() -> None:
    walk = handled(load_city("jinchang"))
    due = walk.limits()["handle"].due
    walk.does(WATER, s.Extend(reason="等配件", by="2d"))  # type: ignore[arg-type]
    assert walk.limits()["handle"].due == due
    walk.does(DISPATCHER, s.Grant())
    assert walk.limits()["handle"].due == runs_out(due, parse_span("2d"), CHINA)


def test_a_promise_stops_the_clock_until_it_is_taken_up_again() -> None:
    walk = handled(load_city("jinchang"))
    due = walk.limits()["handle"].due
    walk.does(WATER, s.Promise(reason="等汛期", until=at(30, 0).date())).does(DISPATCHER, s.Grant()).wait(days=7)
    assert walk.limits()["handle"].standing is Standing.PAUSED
    walk.does(SYSTEM, s.Resume())
    assert walk.limits()["handle"].due == due + timedelta(days=7)


def test_what_is_taken_from_a_unit_no_longer_runs_against_it() -> None:
    walk = handled(load_city("jinchang")).does(WATER, s.Return(reason="不归我们", rule="第3条"))
    walk.does(DISPATCHER, s.Grant())
    handle, again = walk.limits()["handle"], walk.limits()["dispatch"]
    assert handle.standing is Standing.DROPPED and handle.unit == "市水务局"
    assert again.standing is Standing.RUNNING and again.due == walk.now + timedelta(minutes=30)
    walk.does(DISPATCHER, dispatch("市住建局"))
    assert walk.limits()["handle"].unit == "市住建局"
    assert len([limit for limit in walk.all_limits() if limit.id == "handle"]) == 2


def test_those_who_assist_do_not_meet_the_lead_s_limit() -> None:
    walk = Walk(load_city("linyi")).does(BOT, s.Take())
    walk.does(SYSTEM, dispatch("市水务局", "东关街道办事处", way=s.Way.DOUBLE)).does(STREET, s.Sign())
    assert walk.limits()["sign"].standing is Standing.RUNNING
    walk.does(STREET, DONE)
    assert walk.limits()["handle"].standing is Standing.RUNNING


def test_a_change_of_the_rules_changes_no_history() -> None:
    strict = load_city("linyi")
    walk = handled(strict)
    before = walk.all_limits()
    looser = strict.model_dump() | {"usual": "3天", "limits": {"咨询": "9d", "3天": "30d"}, "clocks": [
        rule.model_dump() | {"within": "30d"} for rule in strict.clocks
    ]}  # fmt: skip
    walk.rules = city_rules(looser)
    assert walk.all_limits() == before
    walk.wait(hours=1).does(WATER, s.Note(words="已联系"))
    assert [limit.due for limit in walk.all_limits()] == [limit.due for limit in before]


@pytest.mark.parametrize(
    ("city", "ticket", "several", "limit"),
    [
        ("jinchang", Ticket(Kind.CONSULTATION, "", ""), False, "30min"),
        ("jinchang", Ticket(Kind.HELP, "", "", matter=Matter("gas", "城乡建设/燃气", "", "", 0)), False, "3h"),
        ("jinchang", Ticket(Kind.COMPLAINT, "", ""), False, "3d"),
        ("jinchang", Ticket(Kind.COMPLAINT, "", ""), True, "5d"),
        ("linyi", Ticket(Kind.COMPLAINT, "", ""), False, "3d"),
        ("jining", Ticket(Kind.COMPLAINT, "", "", matter=Matter("w", "城乡建设/供水", "", "", 0)), False, "2d"),
        ("jining", Ticket(Kind.COMPLAINT, "", ""), False, "5d"),
        ("chengdu", Ticket(Kind.COMPLAINT, "", ""), False, "5d"),
        ("chengdu", Ticket(Kind.COMPLAINT, "", ""), True, "15d"),
        ("shenyang", Ticket(Kind.COMPLAINT, "", ""), False, "9d"),
    ],
)
def test_each_city_gives_its_own_time(city: str, ticket: Ticket, several: bool, limit: str) -> None:
    assert str(load_city(city).limit_for(ticket, several)) == limit
