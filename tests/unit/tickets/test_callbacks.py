"""A call-back is what its events tell, whatever they are."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.events import Event
from tickets.callbacks import (
    DO_NOT_CALL,
    CallBackKind,
    CallBackTask,
    Outcome,
    Result,
    Satisfied,
    Solved,
    Stage,
    after_call,
    fold,
    planned,
)
from tickets.contact import dialable

NOW = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
TASK = CallBackTask("m-1", CallBackKind.MISSED, "13800001234", NOW, NOW - timedelta(minutes=5), call_id="1")


def event(kind: str, body: Any = None, minutes: int = 0) -> Event:
    return Event((NOW + timedelta(minutes=minutes)).timestamp(), TASK.stream, kind, body or {})


BEGIN = event("callback.planned", planned(TASK))


def told(*results: Result) -> list[Event]:
    events = [BEGIN]
    for minute, result in enumerate(results):
        events.append(event("callback.dialled", minutes=minute))
        events += [event(kind, body, minute) for kind, body in after_call(result)]
    return events


def test_a_task_comes_back_from_its_first_event() -> None:
    assert fold([BEGIN]) == TASK
    assert fold([]) is None
    assert fold([event("callback.dialled")]) is None


def test_a_dialled_task_waits_again_after_no_answer() -> None:
    dialling = fold([BEGIN, event("callback.dialled", minutes=3)])
    assert dialling and dialling.stage is Stage.DIALLING and dialling.last and dialling.last.outcome is None
    waiting = fold(told(Result(Outcome.NO_ANSWER)))
    assert waiting and waiting.stage is Stage.WAITING
    assert [each.outcome for each in waiting.tries] == [Outcome.NO_ANSWER]


def test_an_attempt_that_never_reported_counts_as_failed() -> None:
    task = fold([BEGIN, event("callback.dialled"), event("callback.dialled", minutes=90)])
    assert task and [each.outcome for each in task.tries] == [Outcome.FAILED, None]


def test_each_ending_settles_the_task_its_own_way() -> None:
    at = NOW + timedelta(days=1)
    done = fold(
        told(Result(Outcome.ANSWERED, ending="done", solved=Solved.NO, satisfied=Satisfied.NO, reason="没人来"))
    )
    assert done and done.stage is Stage.DONE and done.result and done.result["reason"] == "没人来"
    later = fold(told(Result(Outcome.ANSWERED, ending="put_off", again=at)))
    assert later and later.stage is Stage.WAITING and later.not_before == at
    wrong = fold(told(Result(Outcome.ANSWERED, ending="wrong_number")))
    assert wrong and wrong.stage is Stage.GIVEN_UP and wrong.reason == "wrong_number"
    never = fold(told(Result(Outcome.ANSWERED, ending="do_not_call")))
    assert never and never.refused and never.reason == DO_NOT_CALL


def test_a_promised_time_is_forgotten_once_it_was_tried() -> None:
    at = NOW + timedelta(days=1)
    task = fold(told(Result(Outcome.ANSWERED, ending="put_off", again=at), Result(Outcome.BUSY)))
    assert task and task.not_before is None


def test_a_later_missed_call_of_the_number_joins_and_makes_it_younger() -> None:
    later = (NOW + timedelta(minutes=30)).isoformat()
    task = fold([BEGIN, event("callback.joined", {"call_id": "2", "since": later})])
    assert task and task.joined == ("2",) and task.since == NOW + timedelta(minutes=30)


BODIES = st.one_of(
    st.builds(lambda o: ("callback.tried", {"outcome": o.value}), st.sampled_from(Outcome)),
    st.sampled_from(
        [
            ("callback.dialled", {}),
            ("callback.joined", {"call_id": "2", "since": (NOW + timedelta(hours=1)).isoformat()}),
            ("callback.put_off", {"until": (NOW + timedelta(days=1)).isoformat()}),
            ("callback.put_off", {"until": None}),
            ("callback.done", {"solved": "yes"}),
            ("callback.given_up", {"reason": "tries"}),
            ("callback.withdrawn", {"reason": DO_NOT_CALL}),
            ("callback.of_tomorrow", {}),
        ]
    ),
)


@given(st.lists(BODIES, max_size=15))
def test_whatever_follows_the_fold_stands_and_what_is_over_stays(bodies: list[tuple[str, dict[str, Any]]]) -> None:
    events = [BEGIN, *(event(kind, body, minute) for minute, (kind, body) in enumerate(bodies))]
    states = [fold(events[: count + 1]) for count in range(len(events))]
    for before, after in pairwise(states):
        assert before is not None and after is not None
        assert (after.id, after.kind, after.number) == (TASK.id, TASK.kind, TASK.number)
        assert len(after.tries) in (len(before.tries), len(before.tries) + 1)
        assert (after.stage is Stage.DIALLING) == (
            after.last is not None and after.last.outcome is None
        ) or after.over
        if before.over:
            assert after == before


def test_a_redo_is_wanted_where_it_is_not_solved_or_not_liked() -> None:
    assert Result(Outcome.ANSWERED, solved=Solved.NO).wants_redo
    assert Result(Outcome.ANSWERED, solved=Solved.PARTLY).wants_redo
    assert Result(Outcome.ANSWERED, solved=Solved.YES, satisfied=Satisfied.NO).wants_redo
    assert not Result(Outcome.ANSWERED, solved=Solved.YES, satisfied=Satisfied.FAIRLY).wants_redo
    assert not Result(Outcome.NO_ANSWER).wants_redo


def test_the_digits_of_a_mail_address_are_nobodys_number() -> None:
    assert dialable("51234567@qq.com") == ""
    assert dialable("sip:13800001234@127.0.0.1") != ""
