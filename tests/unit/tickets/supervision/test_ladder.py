"""The ladder, rung by rung, on tickets that are walked through their life."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.tickets.life.walking import AGENT, BOT, DISPATCHER, STREET, SUPERVISOR, SYSTEM, WATER, Walk, handled
from tickets.errors import CityWrong
from tickets.life import steps as s
from tickets.life.rules import PRESETS, CityRules, city_rules, load_city
from tickets.replies.library import load_library
from tickets.supervision.ladder import due_rungs, sent_of
from tickets.supervision.rules import Supervision, When
from tickets.ticket import State

LINYI, JINCHANG = load_city("linyi"), load_city("jinchang")
DONE = s.Feedback(reply="修好了。", solved=True)


def due(walk: Walk) -> list[str]:
    found = due_rungs(walk.all_limits(), walk.case, walk.rules.supervision, walk.now, sent_of(walk.taken))
    return [one.rung.rung for one in found]


def climb(walk: Walk) -> list[str]:
    found = due_rungs(walk.all_limits(), walk.case, walk.rules.supervision, walk.now, sent_of(walk.taken))
    for one in found:
        walk.does(SYSTEM, s.Supervise(rung=one.rung.rung, words="请办理", clock=one.clock))
    return [one.rung.rung for one in found]


def through(walk: Walk, days: int) -> list[str]:
    """Look every hour, as the worker does."""
    climbed = []
    for _ in range(days * 24):
        climbed += climb(walk.wait(hours=1))
    return climbed


@pytest.mark.parametrize(
    ("city", "ladder"),
    [
        ("linyi", ["超期提醒", "热线督办", "媒体督办", "政府办督办", "人大政协督办", "纪检监察督办"]),
        ("jinchang", ["日常督办", "重点督办", "专班督办"]),
        ("jining", ["超期提醒", "重点督办", "现场督办"]),
        ("chengdu", ["超期提醒", "热线督办", "督查室督办"]),
        ("shenyang", ["超期提醒", "热线督办", "督查室督办"]),
    ],
)
def test_a_city_s_ladder_is_climbed_in_its_order_each_rung_once(city: str, ladder: list[str]) -> None:
    walk = handled(load_city(city)).does(WATER, s.Arrive())
    climbed = through(walk, 40)
    assert climbed == ["临期提醒", *ladder]
    assert walk.case.rungs == tuple(climbed)


def test_each_rung_waits_for_the_one_before_it() -> None:
    walk = handled(LINYI).does(WATER, s.Arrive())
    limit = walk.limits()["handle"].due
    walk.now = limit + timedelta(days=28)  # the program was off for a month
    assert climb(walk) == ["超期提醒"]
    assert climb(walk.wait(hours=23)) == []
    assert climb(walk.wait(hours=2)) == ["热线督办"]


def test_what_is_done_is_not_pressed_for() -> None:
    walk = handled(LINYI).does(WATER, s.Arrive())
    walk.now = walk.limits()["handle"].due + timedelta(hours=1)
    assert due(walk) == ["超期提醒"]
    assert due(walk.does(WATER, DONE)) == []


def test_the_unsigned_ticket_is_pressed_for_its_signature() -> None:
    walk = Walk(JINCHANG).does(BOT, s.Take()).does(DISPATCHER, s.Check())
    walk.does(DISPATCHER, s.Dispatch(lead="市水务局", within="3d", reason="清单")).wait(hours=2, minutes=1)  # type: ignore[arg-type]
    assert climb(walk) == ["未签收催签"]
    assert climb(walk.wait(hours=3)) == []
    assert climb(walk.wait(hours=2)) == ["未签收督办"]
    assert due(walk.does(WATER, s.Sign())) == []


def test_a_paused_clock_does_not_climb_and_its_pause_is_not_counted() -> None:
    walk = handled(LINYI).does(WATER, s.Arrive())
    walk.now = walk.limits()["handle"].due + timedelta(minutes=1)
    assert climb(walk) == ["超期提醒"]
    walk.does(WATER, s.Ask(question="哪个单元?")).wait(days=20)
    assert due(walk) == []
    walk.does(AGENT, s.Tell(answer="三单元"))
    assert due(walk) == []
    assert climb(walk.wait(days=1, hours=1)) == ["热线督办"]


@pytest.mark.parametrize("hours", [-2, 1])
def test_nothing_begins_while_the_citizen_is_asked(hours: int) -> None:
    walk = handled(LINYI).does(WATER, s.Arrive())
    walk.now = walk.limits()["handle"].due + timedelta(hours=hours)
    walk.does(WATER, s.Ask(question="哪个单元?"))
    assert due(walk.wait(hours=1)) == []
    assert len(due(walk.does(AGENT, s.Tell(answer="三单元")))) == 1


def test_a_redo_is_a_new_ladder() -> None:
    walk = handled(JINCHANG)
    walk.now = walk.limits()["handle"].due + timedelta(hours=1)
    assert climb(walk) == ["日常督办"]
    walk.does(WATER, DONE).does(DISPATCHER, s.Verify())
    walk.does(BOT, s.CallBack(reached=True, solved=False))
    walk.now = walk.limits()["redo"].due + timedelta(hours=1)
    assert climb(walk) == ["日常督办"]


def test_the_next_unit_begins_at_the_foot_of_the_ladder() -> None:
    walk = handled(JINCHANG)
    walk.now = walk.limits()["handle"].due + timedelta(hours=1)
    assert climb(walk) == ["日常督办"]
    other = s.Redispatch(lead="东关街道办事处", within="3d", reason="属地办理")  # type: ignore[arg-type]
    walk.wait(minutes=5).does(DISPATCHER, other).does(STREET, s.Sign())
    assert climb(walk) == []
    walk.now = walk.limits()["handle"].due + timedelta(hours=1)
    assert climb(walk) == ["日常督办"]


def test_an_extension_gives_time_and_takes_no_rung_back() -> None:
    walk = handled(JINCHANG)
    walk.now = walk.limits()["handle"].due + timedelta(hours=1)
    climb(walk)
    walk.does(WATER, s.Extend(reason="等材料", by="5d")).does(SUPERVISOR, s.Grant())  # type: ignore[arg-type]
    assert climb(walk.wait(days=3)) == []
    walk.now = walk.limits()["handle"].due + timedelta(hours=1)
    assert climb(walk) == [], "the distance is counted from the new limit"
    assert climb(walk.wait(days=5)) == ["重点督办"]


def test_every_third_urging_is_heard() -> None:
    walk = handled(JINCHANG)
    heard = [climb(walk.does(AGENT, s.Urge())) for _ in range(7)]
    assert heard == [[], [], ["多次催办"], [], [], ["多次催办"], []]


def test_a_promised_ticket_is_remembered_before_its_day() -> None:
    walk = handled(JINCHANG)
    walk.does(WATER, s.Promise(reason="等供货", until=date(2026, 12, 10))).does(SUPERVISOR, s.Grant())
    assert through(walk, 40) == ["挂账临期"]


def test_every_preset_s_rungs_have_words_that_fit() -> None:
    library = load_library()
    for city in PRESETS:
        for rung in load_city(city).supervision.rungs:
            assert library.get("notice", rung.words).fields


def test_a_ladder_on_a_limit_that_is_not_there_is_a_sentence() -> None:
    data = load_city("jinchang").model_dump(mode="json", exclude={"limits", "limit_of", "clocks"})
    data |= {
        "limits": {"一般": "3d"},
        "usual": "一般",
        "clocks": [],
        "return_within": "1d",
        "longest_extension": "5d",
    }
    with pytest.raises(CityWrong, match="supervision 里的时限在 clocks 里没有"):
        city_rules(data)


@pytest.mark.parametrize(
    ("quiet", "at", "heard"),
    [
        ("21:00-08:00", "2026-11-23T20:59", "2026-11-23T20:59"),
        ("21:00-08:00", "2026-11-23T21:00", "2026-11-24T08:00"),
        ("21:00-08:00", "2026-11-24T03:00", "2026-11-24T08:00"),
        ("21:00-08:00", "2026-11-24T08:00", "2026-11-24T08:00"),
        ("12:00-14:00", "2026-11-24T13:00", "2026-11-24T14:00"),
    ],
)
def test_messages_wait_for_the_morning(quiet: str, at: str, heard: str) -> None:
    rules = Supervision(quiet=quiet)
    moment = datetime.fromisoformat(at + "+08:00")
    assert rules.audible_from(moment) == datetime.fromisoformat(heard + "+08:00")
    assert rules.audible_from(moment, urgent=True) == moment


_DEEDS = st.sampled_from(["wait", "long", "ask", "tell", "urge", "done", "back", "look"])


@settings(deadline=None, max_examples=60)
@given(st.lists(_DEEDS, max_size=25), st.sampled_from([LINYI, JINCHANG]))
def test_whatever_happens_no_rung_is_climbed_twice_or_passed_over(deeds: list[str], rules: CityRules) -> None:
    walk = handled(rules).does(WATER, s.Arrive())
    ladder = [rung.rung for rung in rules.supervision.of(When.OVERDUE, "handle")]
    for deed in deeds:
        case = walk.case
        match deed:
            case "wait":
                walk.wait(hours=7)
            case "long":
                walk.wait(days=9)
            case "ask" if case.state == "办理中" and not case.asking:
                walk.does(WATER, s.Ask(question="?"))
            case "tell" if case.asking:
                walk.does(AGENT, s.Tell(answer="!"))
            case "urge":
                walk.does(AGENT, s.Urge())
            case "done" if case.state == "办理中":
                walk.does(WATER, DONE)
            case "back" if case.state == "待核验":
                walk.does(DISPATCHER, s.SendBack(reason="没说清楚"))
            case _:
                climb(walk)
                assert due(walk) == [], "what was climbed is due no more"
    for clock in ("handle", "redo"):
        runs = [one for one in walk.all_limits() if one.id == clock]
        for run in runs:
            later = [one.started for one in runs if one.started > run.started]
            climbed = [
                each.rung
                for each in sent_of(walk.taken)
                if each.clock == clock
                and each.rung in ladder
                and each.at >= run.started
                and not (later and each.at >= min(later))
            ]
            assert climbed == ladder[: len(climbed)]


def _meeting(walk: Walk) -> None:
    walk.does(DISPATCHER, s.Meet(units=("市水务局", "东关街道办事处"), reason="责任不清"))


def _returned_too_often(walk: Walk) -> None:
    for _ in range(walk.rules.meeting_after_returns):
        walk.does(DISPATCHER, s.Dispatch(lead="市水务局", within="3d", reason="清单"))  # type: ignore[arg-type]
        walk.does(WATER, s.Return(reason="不归我们", rule="第3条")).does(DISPATCHER, s.Grant())


def _answered(walk: Walk) -> None:
    walk.does(DISPATCHER, s.Dispatch(lead="市水务局", within="3d", reason="清单"))  # type: ignore[arg-type]
    walk.does(WATER, s.Sign()).does(WATER, DONE)


def _unmerged(walk: Walk) -> None:
    walk.does(DISPATCHER, s.Merge(into="2611230001", reason="同一件事"))
    walk.does(SYSTEM, s.Unmerge(reason="2611230001已撤回"))


def _settled_and_redone(walk: Walk) -> None:
    walk.does(AGENT, s.Settle(reply="已答复")).does(AGENT, s.Redo(reason="不对"))


@pytest.mark.parametrize("city", PRESETS)
@pytest.mark.parametrize("comes", [_meeting, _returned_too_often, _answered, _unmerged, _settled_and_redone])
def test_wherever_it_lies_somebody_hears_of_it(city: str, comes: Callable[[Walk], None]) -> None:
    walk = Walk(load_city(city)).does(BOT, s.Take())
    if comes is _settled_and_redone and not walk.rules.checks:
        pytest.skip("nothing is settled here")
    if walk.rules.checks and comes is not _settled_and_redone:
        walk.does(DISPATCHER, s.Check())
    comes(walk)
    assert through(walk, 60), f"nobody hears of what is {walk.case.state}"


@pytest.mark.parametrize("city", PRESETS)
def test_who_has_it_redone_instead_of_asking_leaves_no_limit_behind(city: str) -> None:
    walk = handled(load_city(city)).does(WATER, DONE)
    if walk.case.state is State.ANSWERED:
        walk.does(DISPATCHER, s.Verify())
    walk.does(AGENT, s.Redo(reason="没修好"))
    running = [one.id for one in walk.all_limits() if one.ended is None]
    assert running == ["redo"]
