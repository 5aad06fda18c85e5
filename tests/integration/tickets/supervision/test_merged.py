"""Whose ticket was merged into another is not left alone: he hears how it ended, or goes on by himself."""

from datetime import timedelta

import pytest

from tests.integration.tickets.supervision.town import Town
from tests.unit.tickets.life.walking import AGENT, BOT, DISPATCHER, SYSTEM, WATER
from tickets.intake.merging import callers, merge
from tickets.life import steps as s
from tickets.life.rules import city_rules, load_city
from tickets.notices.outbox import CITIZEN
from tickets.secrecy.retention import Retention
from tickets.secrecy.settings import RetentionSettings
from tickets.secrecy.view import Viewer, ViewRole
from tickets.ticket import State


def joins(town: Town, into: str, contact: str) -> str:
    """Another citizen's ticket about the same, merged into `into`."""
    number = town.opens(contact=contact)
    town.database.run(
        lambda c: merge(c, number, into, "同一件事", DISPATCHER, town.now, town.rules, town.calendar, town.then), True
    )
    return number


def told(town: Town, number: str) -> list[str]:
    """What the caller of `number` was sent, by its subject."""
    return [subject for subject, to, _, _ in town.notices(number) if to == CITIZEN]


def test_the_first_of_the_others_takes_over_where_it_was(town: Town) -> None:
    lead = town.handled()
    first, second = joins(town, lead, "13811110000"), joins(town, lead, "13822220000")
    third = joins(town, second, "13833330000")
    town.wait(hours=3).does(lead, AGENT, s.Withdraw())
    case = town.case(first)
    assert case.state is State.SENT and case.lead and case.lead.unit == "市水务局"
    assert case.limit == town.case(lead).limit
    assert {town.case(one).merged_into for one in (second, third)} == {first}
    assert sorted(town.database.run(lambda c: callers(c, first, town.now))) == [second, third]
    assert town.database.run(lambda c: callers(c, lead, town.now)) == []
    assert "已派办" in told(town, first) and told(town, second).count("已并单") == 2
    assert told(town, lead) == ["已派办"]


def test_before_its_dispatch_it_waits_for_one_and_the_clock_runs(town: Town) -> None:
    lead = town.opens()
    first, gone = joins(town, lead, "13811110000"), joins(town, lead, "13822220000")
    by = Viewer(ViewRole.SYSTEM, "系统")
    Retention(town.database, RetentionSettings()).erase(gone, by, "本人要求", town.now)
    town.does(lead, AGENT, s.Withdraw())
    assert town.case(first).state is State.READY and town.case(gone).state is State.MERGED
    town.wait(hours=1)
    assert town.look().climbed >= 1
    assert "派单超时" in town.case(first).rungs


def test_where_only_people_merge_and_dispatch_each_waits_for_them(town: Town) -> None:
    people = {"merge": ["派单员"], "dispatch": ["派单员"]}
    rules = city_rules(load_city("jinchang").model_dump(mode="json", exclude_unset=True) | {"roles": people})
    strict = Town(town.database, rules, town.now)
    lead = strict.handled()
    others = [joins(strict, lead, contact) for contact in ("13811110000", "13822220000")]
    strict.does(lead, BOT, s.Withdraw())
    assert [strict.case(one).state for one in others] == [State.READY] * 2


@pytest.mark.parametrize(
    ("asked", "owner"),
    [
        (s.CallBack(reached=True, solved=True), False),
        (s.CallBack(reached=False), True),
        (s.CallBack(reached=False, wrong_number=True), False),
    ],
)
def test_a_call_back_that_closes_it_is_told_to_all_who_did_not_hear_it(
    town: Town, asked: s.CallBack, owner: bool
) -> None:
    lead = town.handled()
    other = joins(town, lead, "13811110000")
    town.does(lead, WATER, s.Feedback(reply="修好了。", solved=True))
    town.does(lead, DISPATCHER, s.Verify())
    town.does(lead, AGENT, asked)
    assert ("已办结" in told(town, lead)) is owner
    assert told(town, other).count("已办结") == 1
    town.wait(minutes=1).does(lead, AGENT, s.Note(words="存档"))
    assert told(town, other).count("已办结") == 1


def test_what_is_settled_at_once_is_told_to_the_others(town: Town) -> None:
    lead = town.opens()
    other = joins(town, lead, "li@mail.example")
    town.does(lead, AGENT, s.Settle(reply="明天恢复供水"))
    assert told(town, lead) == [] and told(town, other) == ["已办结", "已并单"]
    town.deliver()
    assert [to for to, _ in town.mail.kept] == ["li@mail.example"] * 2


def test_the_others_hear_by_when_the_ticket_that_is_worked_on_is_due(town: Town) -> None:
    lead = town.opens()
    other = joins(town, lead, "13811110000")
    town.does(lead, DISPATCHER, s.Check())
    town.does(lead, SYSTEM, s.Dispatch(lead="市水务局", within="3d", reason="清单"))  # type: ignore[arg-type]
    town.wait(minutes=1).deliver()
    (words,) = [
        words for to, words in town.sms.kept if to == "13811110000" and "办理" in words and "合并" not in words
    ]
    due = town.now - timedelta(minutes=1) + timedelta(days=3)
    assert other in words and f"{due.day}日{due.hour}点前答复您" in words
