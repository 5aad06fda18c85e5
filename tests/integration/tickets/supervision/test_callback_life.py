"""From the feedback to the close: the call-back is planned with the step, and what is said decides what follows."""

import pytest

from tests.integration.tickets.supervision.town import Town
from tests.unit.tickets.life.walking import AGENT, DISPATCHER, WATER
from tickets.callbacks import CallBackTask, Outcome, Result, Satisfied, Solved, Stage
from tickets.life import steps as s
from tickets.life.rules import load_city
from tickets.ticket import Kind, State

DONE = s.Feedback(reply="修好了。", solved=True)
HAPPY = Result(Outcome.ANSWERED, ending="done", solved=Solved.YES, satisfied=Satisfied.FAIRLY, contacted=True)
ANGRY = Result(Outcome.ANSWERED, ending="done", solved=Solved.NO, satisfied=Satisfied.NO, reason="没人来过")


def dialled(town: Town) -> CallBackTask:
    """The task that the bot dials next, in the hours in which citizens are called."""
    for _ in range(48):
        if task := town.calls.take_now(town.wait(hours=1).now):
            return task
    raise AssertionError("nobody is to be called")


def called(town: Town, result: Result) -> str:
    """The bot dials and reports; returns the task's id."""
    task = dialled(town)
    town.calls.report_now(task.id, result, town.now)
    return task.id


def test_a_content_citizen_closes_it(town: Town) -> None:
    number = town.verified()
    assert town.case(number).state is State.VERIFIED
    called(town, HAPPY)
    case = town.case(number)
    assert case.state is State.CLOSED and case.called_back
    assert (case.called_back.solved, case.called_back.satisfaction) == (True, s.Satisfaction.FAIR)
    assert case.called_back.contacted is True
    assert town.lives.steps(number, town.now)[-1].by.role == "机器人"
    town.calls.plan_now(town.wait(hours=3).now)
    assert town.calls.take_now(town.now) is None, "who was asked is not asked again"


def test_a_discontent_citizen_has_it_redone_and_is_asked_again(town: Town) -> None:
    number = town.verified()
    called(town, ANGRY)
    case = town.case(number)
    assert case.state is State.HANDLING and case.redone == 1 and case.called_back
    assert case.called_back.reason == "没人来过"
    assert town.kinds(number).count("ticket.redo_wanted") == 1
    town.does(number, WATER, DONE)
    town.does(number, DISPATCHER, s.Verify())
    assert called(town, HAPPY) == f"f-{number}-2"
    assert town.case(number).state is State.CLOSED


def test_three_calls_that_reach_nobody_close_it_as_not_reached(town: Town) -> None:
    number = town.verified()
    for _ in range(3):
        assert town.case(number).state is State.VERIFIED
        called(town, Result(Outcome.NO_ANSWER))
    case = town.case(number)
    assert case.state is State.CLOSED and case.called_back and not case.called_back.reached


@pytest.mark.parametrize("ending", ["wrong_number", "void", "do_not_call"])
def test_a_number_that_leads_nowhere_closes_it(town: Town, ending: str) -> None:
    number = town.verified()
    called(town, Result(Outcome.ANSWERED, ending=ending))
    case = town.case(number)
    assert case.state is State.CLOSED and case.called_back and not case.called_back.reached


def test_what_was_said_before_the_line_broke_counts_in_the_end(town: Town) -> None:
    number = town.verified()
    called(town, Result(Outcome.HUNG_UP_EARLY, solved=Solved.NO))
    assert town.case(number).state is State.VERIFIED
    called(town, Result(Outcome.NO_ANSWER))
    called(town, Result(Outcome.NO_ANSWER))
    case = town.case(number)
    assert case.state is State.HANDLING and case.called_back and case.called_back.solved is False


@pytest.mark.parametrize("changed", [{"contact": ""}, {"kind": Kind.PRAISE}])
def test_where_nobody_is_to_be_asked_it_closes_by_itself(town: Town, changed: dict[str, object]) -> None:
    number = town.verified(**changed)
    assert town.case(number).state is State.CLOSED
    assert town.calls.list_now(town.now) == []


def test_who_wants_no_calls_is_not_planned(town: Town) -> None:
    first = town.verified()
    called(town, Result(Outcome.ANSWERED, ending="do_not_call"))
    second = town.verified()
    assert [town.case(number).state for number in (first, second)] == [State.CLOSED] * 2


def test_an_agent_who_asks_first_spares_the_call(town: Town) -> None:
    number = town.verified()
    town.does(number, AGENT, s.CallBack(reached=True, solved=True, satisfaction=s.Satisfaction.VERY))
    assert town.case(number).state is State.CLOSED
    assert town.calls.find_now(f"f-{number}").stage is Stage.WITHDRAWN


def test_an_agent_who_closes_it_while_the_bot_dials_wins_and_nothing_said_is_lost(town: Town) -> None:
    number = town.verified()
    task = dialled(town)
    town.does(number, DISPATCHER, s.Close())
    town.calls.report_now(task.id, ANGRY, town.now)
    assert town.case(number).state is State.CLOSED
    assert "ticket.followed_up" in town.kinds(number)


def test_a_city_without_verifying_plans_it_with_the_feedback(town: Town) -> None:
    shenyang = Town(town.database, load_city("shenyang"), town.now)
    number = shenyang.handled()
    shenyang.does(number, WATER, DONE)
    assert shenyang.case(number).state is State.VERIFIED
    called(shenyang, HAPPY)
    assert shenyang.case(number).state is State.CLOSED


def test_supervision_of_a_late_call_back_plans_no_second_one(town: Town) -> None:
    number = town.verified()
    town.wait(days=3)
    town.look()
    assert "回访超时" in town.case(number).rungs
    assert len(town.calls.list_now(town.now)) == 1


def test_where_only_agents_may_record_it_what_was_said_waits_for_one(town: Town) -> None:
    rules = load_city("jinchang").model_copy(update={"roles": {"call_back": ["坐席"]}})
    strict = Town(town.database, rules, town.now)
    number = strict.verified()
    called(strict, ANGRY)
    assert strict.case(number).state is State.VERIFIED
    assert "ticket.followed_up" in strict.kinds(number)
