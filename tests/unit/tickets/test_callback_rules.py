"""Nobody is dialled at night, too often, or twice at once, whatever the calls bring."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from core.events import Event
from tickets.callback_rules import due, is_dialling, next_due, overdone
from tickets.callback_settings import CallBackSettings, span
from tickets.callbacks import CallBackKind, CallBackTask, Outcome, Result, Stage, Try, after_call, fold, planned

MONDAY = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
RULES = CallBackSettings()


class Weekdays:
    def is_workday(self, day: date) -> bool:
        return day.weekday() < 5


CALENDAR = Weekdays()


def missed(id: str = "m-1", number: str = "13800001234", since: datetime = MONDAY) -> CallBackTask:
    return CallBackTask(id, CallBackKind.MISSED, number, since, since, call_id=id)


def follow_up(id: str = "f-1", number: str = "13800001234", since: datetime = MONDAY) -> CallBackTask:
    return CallBackTask(id, CallBackKind.FOLLOW_UP, number, since, since, ticket=id)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}+08:00")


@pytest.mark.parametrize(
    ("task", "now", "expected"),
    [
        (missed(), "23T10:00", "23T10:02"),
        (missed(), "23T10:30", "23T10:30"),
        (missed(since=at("23T20:59")), "23T20:59", "24T08:00"),
        (missed(since=at("23T03:00")), "23T03:05", "23T08:00"),
        (follow_up(), "23T10:00", "23T11:00"),
        (follow_up(), "23T12:00", "23T14:00"),
        (follow_up(since=at("23T18:59")), "23T19:00", "23T19:59"),
        (follow_up(since=at("23T19:30")), "23T20:00", "24T09:00"),
        (follow_up(since=at("27T19:30")), "27T20:00", "28T09:00"),
    ],
)
def test_the_next_moment_lies_in_the_hours(task: CallBackTask, now: str, expected: str) -> None:
    assert next_due(task, at(now), RULES, CALENDAR) == at(expected)


def test_follow_ups_can_be_left_for_working_days_and_missed_calls_cannot() -> None:
    rules = CallBackSettings(follow_up_workdays_only=True)
    saturday = at("28T10:00")
    assert next_due(follow_up(since=at("27T19:30")), saturday, rules, CALENDAR) == at("30T09:00")
    assert next_due(missed(since=saturday), saturday, rules, CALENDAR) == at("28T10:02")


@pytest.mark.parametrize(
    ("outcome", "minutes"),
    [(Outcome.BUSY, 10), (Outcome.NO_ANSWER, 120), (Outcome.MACHINE, 180), (Outcome.FAILED, 15)],
)
def test_each_outcome_has_its_own_wait(outcome: Outcome, minutes: int) -> None:
    task = replace(missed(), tries=(Try(MONDAY, outcome),))
    assert next_due(task, MONDAY, RULES, CALENDAR) == MONDAY + timedelta(minutes=minutes)


def test_a_missed_call_of_yesterday_is_no_longer_returned() -> None:
    assert overdone(missed(), MONDAY + timedelta(hours=25), RULES) == "age"
    assert next_due(missed(), MONDAY + timedelta(hours=25), RULES, CALENDAR) is None


def test_a_promised_time_is_kept_even_after_the_last_attempt() -> None:
    tries = tuple(Try(MONDAY, Outcome.ANSWERED) for _ in range(RULES.most_tries_follow_up))
    promised = MONDAY + timedelta(days=2)
    task = replace(follow_up(), tries=tries, not_before=promised)
    assert next_due(task, MONDAY, RULES, CALENDAR) == promised
    assert next_due(replace(task, not_before=None), MONDAY, RULES, CALENDAR) is None


def test_a_promised_time_may_lie_in_the_noon_rest_but_never_in_the_night() -> None:
    rules = CallBackSettings(follow_up_workdays_only=True)
    noon, night = at("28T12:30"), at("28T23:00")
    assert next_due(replace(follow_up(), not_before=noon), MONDAY, rules, CALENDAR) == noon
    assert next_due(replace(follow_up(), not_before=night), MONDAY, rules, CALENDAR) == at("29T08:00")


def test_promises_come_first_then_missed_calls_then_follow_ups() -> None:
    now = MONDAY + timedelta(hours=5)
    promise = replace(follow_up("f-2", "13800000002"), not_before=now - timedelta(minutes=1))
    tasks = [
        follow_up("f-1", "13800000001", now - timedelta(hours=4)),
        missed("m-2", "13800000003", now - timedelta(hours=1)),
        missed("m-1", "13800000004", now - timedelta(hours=2)),
        promise,
    ]
    rules = CallBackSettings(at_once=3)
    assert [task.id for task in due(tasks, now, rules, CALENDAR)] == ["f-2", "m-1", "m-2"]


def test_one_task_a_number_and_a_pause_between_two() -> None:
    now = MONDAY + timedelta(hours=5)
    both = [missed("m-1", since=now - timedelta(hours=1)), follow_up("f-1", since=MONDAY)]
    assert [task.id for task in due(both, now, RULES, CALENDAR)] == ["m-1"]
    dialling = replace(both[0], stage=Stage.DIALLING, tries=(Try(now),))
    assert due([dialling, both[1]], now + timedelta(minutes=1), RULES, CALENDAR) == []
    talked = replace(both[0], stage=Stage.DONE, tries=(Try(now, Outcome.ANSWERED),))
    assert due([talked, both[1]], now + timedelta(minutes=1), RULES, CALENDAR) == []
    assert due([talked, both[1]], now + timedelta(minutes=11), RULES, CALENDAR) == [both[1]]


def test_a_number_is_not_called_all_day_for_one_thing_after_another() -> None:
    now = MONDAY + timedelta(hours=5)
    calls = tuple(Try(MONDAY + timedelta(hours=hour), Outcome.BUSY) for hour in range(RULES.most_a_day))
    tasks = [replace(missed("m-1"), stage=Stage.GIVEN_UP, tries=calls), follow_up()]
    assert due(tasks, now, RULES, CALENDAR) == []
    assert due(tasks, now + timedelta(days=1), RULES, CALENDAR) == [tasks[1]]


def test_a_call_that_never_reported_gives_its_place_back() -> None:
    lost = replace(missed(), stage=Stage.DIALLING, tries=(Try(MONDAY),))
    assert is_dialling(lost, MONDAY + timedelta(minutes=59), RULES)
    assert next_due(lost, MONDAY + timedelta(minutes=61), RULES, CALENDAR) == MONDAY + timedelta(minutes=61)


@pytest.mark.parametrize(
    "hours",
    [
        ("22:30-23:00",),
        ("05:00-08:00",),
        ("12:00-09:00",),
        ("9-12",),
        ("09:00-12:00", "11:00-13:00"),
        (),
        ("24:30-25:00",),
    ],
)
def test_hours_that_wake_people_are_refused(hours: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError):
        CallBackSettings(hours_missed=hours)


RESULTS = st.one_of(
    st.builds(Result, st.sampled_from([o for o in Outcome if o is not Outcome.ANSWERED])),
    st.just(Result(Outcome.ANSWERED, ending="done")),
    st.builds(
        lambda hours: Result(Outcome.ANSWERED, ending="put_off", again=MONDAY + timedelta(hours=hours)),
        st.integers(-5, 400),
    ),
    st.just(Result(Outcome.ANSWERED, ending="put_off")),
    st.just(Result(Outcome.ANSWERED, ending="do_not_call")),
    st.none(),  # the program dies in the call
)


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(st.tuples(st.integers(1, 600), RESULTS, st.integers(1, 90)), min_size=1, max_size=60),
    at_once=st.integers(1, 3),
)
def test_hours_attempts_and_one_call_a_number_hold_in_every_week(
    steps: list[tuple[int, Result | None, int]], at_once: int
) -> None:
    rules = CallBackSettings(at_once=at_once)
    numbers = ("13800000001", "13800000001", "13800000002", "13800000003")
    begun = [missed("m-1", numbers[0]), follow_up("f-1", numbers[1]), follow_up("f-2", numbers[2])]
    begun.append(missed("m-2", numbers[3], MONDAY - timedelta(hours=2)))
    events = {task.id: [Event(0.0, task.stream, "callback.planned", planned(task))] for task in begun}
    running: dict[str, tuple[datetime, Result]] = {}
    now = MONDAY
    for minutes, result, lasts in steps:
        now += timedelta(minutes=minutes)
        for id in [id for id, (until, _) in running.items() if until <= now]:
            until, brought = running.pop(id)
            stream = events[id][0].stream
            events[id] += [Event(until.timestamp(), stream, kind, body) for kind, body in after_call(brought)]
        tasks = [task for told in events.values() if (task := fold(told))]
        for task in due(tasks, now, rules, CALENDAR):
            wide = task.kind is CallBackKind.MISSED or task.not_before
            spans = rules.hours_missed if wide else rules.hours_follow_up
            assert any(first <= now.time() < last for first, last in map(span, spans))
            others = [t for t in tasks if t.number == task.number and is_dialling(t, now, rules)]
            assert not others and task.id not in running
            events[task.id].append(Event(now.timestamp(), task.stream, "callback.dialled", {}))
            if result:
                running[task.id] = (now + timedelta(minutes=min(lasts, rules.stuck_min - 1)), result)
        tasks = [task for told in events.values() if (task := fold(told))]
        assert sum(is_dialling(task, now, rules) for task in tasks) <= at_once
        for number in set(numbers):
            assert sum(is_dialling(task, now, rules) for task in tasks if task.number == number) <= 1
            today = [t.at for task in tasks if task.number == number for t in task.tries if t.at.date() == now.date()]
            assert len(today) <= rules.most_a_day
        for task in tasks:
            most = rules.most_tries_missed if task.kind is CallBackKind.MISSED else rules.most_tries_follow_up
            promised = sum(e.kind == "callback.put_off" and bool(e.body["until"]) for e in events[task.id])
            assert len(task.tries) <= most + promised
