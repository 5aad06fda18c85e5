"""The ways that a ticket can take, and who may not do what."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.unit.tickets.life.walking import (
    AGENT,
    BOT,
    DISPATCHER,
    STREET,
    SUPERVISOR,
    SYSTEM,
    WATER,
    Walk,
    dispatch,
    handled,
)
from tickets.errors import CityWrong, StepRefused
from tickets.life import steps as s
from tickets.life.machine import Order, decide, possible
from tickets.life.rules import PRESETS, CityRules, load_city
from tickets.ticket import State


@pytest.fixture(scope="module")
def rules() -> CityRules:
    return load_city("jinchang")


DONE = s.Feedback(reply="管道已经修好,当晚恢复供水。", solved=True)
HAPPY = s.CallBack(reached=True, solved=True, satisfaction=s.Satisfaction.SATISFIED)
UNHAPPY = s.CallBack(reached=True, solved=False, satisfaction=s.Satisfaction.NOT, reason="还是没水")
NOT_OURS = s.Return(reason="小区内管道归物业", rule="职责清单第12条", should_be="市住建局")


@pytest.mark.parametrize("city", PRESETS)
def test_every_city_brings_a_ticket_to_its_end(city: str) -> None:
    walk = handled(load_city(city))
    walk.does(WATER, DONE)
    if walk.case.state is State.ANSWERED:
        walk.does(DISPATCHER, s.Verify())
    assert walk.case.state is State.VERIFIED
    walk.wait(hours=3).does(BOT, HAPPY)
    assert walk.case.state is State.CLOSED and walk.case.closed == walk.now
    assert all(limit.ended for limit in walk.all_limits())


def test_a_question_answered_at_once_is_closed_with_its_answer(rules: CityRules) -> None:
    walk = Walk(rules).does(BOT, s.Take()).does(BOT, s.Settle(reply="每吨三块二"))
    assert walk.case.state is State.CLOSED


def test_a_return_is_reviewed_and_the_next_unit_begins_anew(rules: CityRules) -> None:
    walk = handled(rules).does(WATER, NOT_OURS)
    with pytest.raises(StepRefused, match="还没有审批"):
        walk.does(WATER, DONE)
    walk.does(DISPATCHER, s.Grant())
    assert walk.case.state is State.READY and not walk.case.units
    assert walk.case.returns == ("市水务局",) and walk.case.evaded == (("市水务局", "市住建局"),)
    with pytest.raises(StepRefused, match="现在是“待派发”"):
        walk.does(WATER, DONE)


def test_a_refused_return_stays_where_it_was(rules: CityRules) -> None:
    walk = handled(rules).does(WATER, NOT_OURS).does(DISPATCHER, s.Refuse(reason="入户表前归水务"))
    assert walk.case.state is State.HANDLING and walk.case.has("市水务局") and not walk.case.pending
    walk.does(WATER, DONE)


def test_the_third_return_goes_to_a_joint_meeting(rules: CityRules) -> None:
    walk = Walk(rules).does(BOT, s.Take()).does(DISPATCHER, s.Check())
    for _ in range(3):
        walk.does(DISPATCHER, dispatch()).does(WATER, NOT_OURS).does(DISPATCHER, s.Grant())
    assert walk.case.state is State.MEETING
    walk.does(DISPATCHER, dispatch("市住建局", "市水务局"))
    assert walk.case.state is State.SENT and walk.case.lead and walk.case.lead.unit == "市住建局"


def test_it_is_too_late_to_return_after_a_working_day(rules: CityRules) -> None:
    walk = handled(rules).wait(days=1, hours=1)
    with pytest.raises(StepRefused, match="1个工作日以后不能退单"):
        walk.does(WATER, NOT_OURS)


def test_whoever_signs_first_answers_for_it(rules: CityRules) -> None:
    walk = Walk(rules).does(BOT, s.Take()).does(DISPATCHER, s.Check())
    walk.does(DISPATCHER, dispatch("市水务局", "东关街道办事处", way=s.Way.FIRST)).does(STREET, s.Sign())
    assert walk.case.lead and walk.case.lead.unit == "东关街道办事处"
    walk.does(WATER, s.Sign())
    assert walk.case.lead.unit == "东关街道办事处"


def test_the_lead_s_feedback_counts_and_the_other_s_is_kept(rules: CityRules) -> None:
    walk = Walk(rules).does(BOT, s.Take()).does(DISPATCHER, s.Check())
    walk.does(DISPATCHER, dispatch("市水务局", "东关街道办事处", way=s.Way.DOUBLE))
    walk.does(STREET, s.Sign()).does(STREET, DONE)
    assert walk.case.state is State.HANDLING
    with pytest.raises(StepRefused, match="还没有签收"):
        walk.does(WATER, DONE)
    walk.does(WATER, s.Sign()).does(WATER, DONE)
    assert walk.case.state is State.ANSWERED


def test_who_only_assists_returns_his_own_part(rules: CityRules) -> None:
    walk = Walk(rules).does(BOT, s.Take()).does(DISPATCHER, s.Check())
    walk.does(DISPATCHER, dispatch("市水务局", "东关街道办事处", way=s.Way.DOUBLE)).does(WATER, s.Sign())
    walk.does(STREET, NOT_OURS).does(DISPATCHER, s.Grant())
    assert walk.case.state is State.HANDLING and [one.unit for one in walk.case.units] == ["市水务局"]
    assert walk.limits()["handle"].ended is None
    walk.does(WATER, DONE)


def test_a_promise_that_is_kept_early_is_no_promise_any_more(rules: CityRules) -> None:
    walk = handled(rules).does(WATER, s.Promise(reason="等汛期", until=walk_day(60))).does(DISPATCHER, s.Grant())
    assert walk.does(WATER, DONE).case.promised is None


def test_who_assists_ends_no_promise_of_the_lead_s(rules: CityRules) -> None:
    walk = Walk(rules).does(BOT, s.Take()).does(DISPATCHER, s.Check())
    walk.does(DISPATCHER, dispatch("市水务局", "东关街道办事处", way=s.Way.DOUBLE))
    walk.does(WATER, s.Sign()).does(STREET, s.Sign())
    walk.does(WATER, s.Promise(reason="等汛期", until=walk_day(60))).does(DISPATCHER, s.Grant())
    walk.does(STREET, DONE)
    assert (walk.case.state, walk.case.promised) == (State.PROMISED, walk_day(60))


@pytest.mark.parametrize("content", [b"name: [", b"\xff\xfe", b"- a list"])
def test_a_city_file_that_cannot_be_read_is_a_sentence(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "city.yaml"
    file.write_bytes(content)
    with pytest.raises(CityWrong, match="有误"):
        load_city(str(file))


def test_the_unhappy_are_heard_twice_and_then_it_is_a_matter_of_supervision(rules: CityRules) -> None:
    walk = handled(rules)
    for round_ in (1, 2):
        walk.does(WATER, DONE).does(DISPATCHER, s.Verify()).does(BOT, UNHAPPY)
        assert walk.case.state is State.HANDLING and walk.case.redone == round_
    walk.does(WATER, DONE).does(DISPATCHER, s.Verify()).does(BOT, UNHAPPY)
    assert walk.case.state is State.CLOSED
    with pytest.raises(StepRefused, match="已经重办2次"):
        walk.does(AGENT, s.Redo(reason="还是没水"))
    walk.does(SUPERVISOR, s.Supervise(rung="热线督办", words="到现场看过再报"))


def test_a_promise_is_followed_up(rules: CityRules) -> None:
    walk = handled(rules).does(WATER, s.Promise(reason="要等汛期过后", until=walk_day(60)))
    walk.does(DISPATCHER, s.Grant())
    assert walk.case.state is State.PROMISED and walk.case.promised == walk_day(60)
    walk.wait(days=60).does(SYSTEM, s.Resume())
    assert walk.case.state is State.HANDLING and walk.case.promised is None


def walk_day(days: int) -> date:
    return (Walk(load_city("jinchang")).now + timedelta(days=days)).date()


def test_a_promise_of_yesterday_is_none(rules: CityRules) -> None:
    with pytest.raises(StepRefused, match="今天之后"):
        handled(rules).does(WATER, s.Promise(reason="等", until=walk_day(0)))


def test_of_two_who_act_at_once_one_is_told_to_look_again(rules: CityRules) -> None:
    walk = handled(rules)
    seen = walk.case.steps
    walk.does(WATER, s.Arrive())
    with pytest.raises(StepRefused, match="别人已经处理过"):
        decide(walk.case, Order(DONE, WATER, walk.now, seen), rules)


@pytest.mark.parametrize(
    ("by", "step", "why"),
    [
        (STREET, DONE, "不在东关街道办事处"),
        (BOT, s.Check(), "机器人不能做这一步"),
        (WATER, s.Grant(), "承办单位不能做这一步"),
        (DISPATCHER, s.Grant(), "没有待审批的申请"),
        (WATER, s.Sign(), "已经签收过"),
        (WATER, s.Tell(answer="五号楼"), "没有在等"),
        (BOT, HAPPY, "现在是“办理中”"),
        (WATER, s.Extend(reason="等配件", by="9d"), "一次最多延期5个工作日"),  # type: ignore[arg-type]
        (DISPATCHER, s.Redispatch(lead="甲", assisting=("甲",), within="3d", reason="错派"), "同一单位写了两次"),  # type: ignore[arg-type]
    ],
)
def test_a_wrong_step_is_refused_with_its_reason_and_what_may_be_done(
    rules: CityRules, by: object, step: s.AnyStep, why: str
) -> None:
    walk = handled(rules)
    with pytest.raises(StepRefused, match=why) as refused:
        walk.does(by, step)  # type: ignore[arg-type]
    assert "现在可以:" in str(refused.value)


def test_what_is_possible_is_what_a_page_may_show(rules: CityRules) -> None:
    walk = handled(rules)
    assert {"arrive", "ask", "return", "extend", "promise", "feedback", "note"} <= set(
        possible(walk.case, WATER, rules)
    )
    assert possible(walk.case, STREET, rules) == []
    walk.does(WATER, NOT_OURS)
    assert "feedback" not in possible(walk.case, WATER, rules)
    assert {"grant", "refuse"} <= set(possible(walk.case, DISPATCHER, rules))


def test_a_merged_ticket_is_over_and_the_other_one_counts_it(rules: CityRules) -> None:
    other = handled(rules).does(DISPATCHER, s.Joined(number="2611230002"))
    merged = handled(rules).does(DISPATCHER, s.Merge(into="2611230001", reason="同一处停水"))
    assert merged.case.state is State.MERGED and merged.case.merged_into == "2611230001"
    assert other.case.joined == ("2611230002",) and other.case.state is State.HANDLING
