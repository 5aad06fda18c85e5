"""One event of ours for what Asterisk tells of each queue, and who ended a talk."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.asterisk.call_course import CallCourse
from telephony.asterisk.queues import wrap_up_reason
from telephony.asterisk.seats import Seats
from tests.unit.telephony.asterisk.test_talks import event

Told = list[tuple[str, str, Mapping[str, Any]]]
QUEUES = ("general", "company", "dialect", "leader")


def member(name: str, queue: str, status: str, reason: str) -> Any:
    fields = {"Interface": "PJSIP/8001", "Queue": f"hotline-{queue}", "Status": status}
    return event(name, Paused=str(int(bool(reason))), PausedReason=reason, **fields)


@given(st.lists(st.tuples(st.sampled_from(["1", "2", "5"]), st.sampled_from(["", "吃饭", wrap_up_reason(9)]))))
def test_each_change_once_however_many_queues(states: list[tuple[str, str]]) -> None:
    told: Told = []
    seats = Seats(lambda stream, kind, facts: told.append((stream, kind, facts)))
    for status, reason in states:
        for queue in QUEUES:
            seats.hear(member("QueueMemberPause", queue, status, reason), 1.0)
            seats.hear(member("QueueMemberStatus", queue, status, reason), 1.0)
    here = [status != "5" for status, _ in states]
    changes = [now for before, now in zip([False, *here], here, strict=False) if before != now]
    logged = [kind for _, kind, _ in told if "logged" in kind]
    assert logged == ["agent.logged_in" if now else "agent.logged_out" for now in changes]
    reasons = [reason for _, reason in states]
    paused = sum(before != now for before, now in zip(["", *reasons], reasons, strict=False))
    assert sum(kind in ("agent.paused", "agent.unpaused", "agent.wrapup") for _, kind, _ in told) == paused


def test_who_ended_a_talk_and_how_long_it_was() -> None:
    for first, cause, by in (("PJSIP/8001-1", "16", "agent"), ("PJSIP/trunk-1", "16", "caller"), ("", "44", "line")):
        told: Told = []
        seats = Seats(lambda stream, kind, facts, told=told: told.append((stream, kind, facts)))  # type: ignore[misc]
        both = {"Channel": "PJSIP/trunk-1", "DestChannel": "PJSIP/8001-1", "Interface": "PJSIP/8001"}
        seats.hear(event("AgentConnect", "call-a", HoldTime="7", Queue="hotline-general", **both), 100.0)
        seats.hear(event("HangupRequest", "call-a", Channel=first), 160.0)
        seats.hear(event("Hangup", "call-a", Channel="PJSIP/8001-1", Cause=cause), 160.0)
        assert told[0] == (
            "agent:8001",
            "agent.talking",
            {"call": "call-a", "queue": "general", "hold_s": 7, "ring_s": 0},
        )
        assert told[1] == ("agent:8001", "agent.finished", {"call": "call-a", "talk_s": 60.0, "by": by})


def test_a_caller_whose_leg_is_gone_before_the_agents_has_ended_the_talk_all_the_same() -> None:
    told: Told = []
    seats = Seats(lambda stream, kind, facts: told.append((stream, kind, facts)))
    both = {"Channel": "PJSIP/trunk-1", "DestChannel": "PJSIP/9001-1", "Interface": "PJSIP/9001"}
    seats.hear(event("AgentConnect", "call-a", Queue="hotline-general", **both), 100.0)
    seats.hear(event("HangupRequest", "call-a", Channel="PJSIP/trunk-1"), 160.0)
    seats.hear(event("Hangup", "call-a", Channel="PJSIP/trunk-1", Cause="16"), 160.0)
    seats.hear(event("Hangup", "call-a", Channel="PJSIP/9001-1", Cause="16"), 160.0)
    assert told[1] == ("agent:9001", "agent.finished", {"call": "call-a", "talk_s": 60.0, "by": "caller"})


@pytest.mark.parametrize("gone", ["HangupRequest", "SoftHangupRequest", ""])
def test_who_gives_up_waiting_is_told_from_who_is_taken_out_of_the_queue(gone: str) -> None:
    told: Told = []
    course = CallCourse(lambda stream, kind, facts: told.append((stream, kind, facts)))
    caller = {"Channel": "PJSIP/trunk-1", "ChanVariable(x)": "HOTLINE_CALLER=13800001234"}
    course.hear(
        event("QueueCallerJoin", "call-a", Context="human", Queue="hotline-general", Position="2", **caller), 10.0
    )
    if gone:
        course.hear(event(gone, "call-a", Context="human", **caller), 25.0)
    course.hear(event("QueueCallerLeave", "call-a", Context="human", Queue="hotline-general", **caller), 25.0)
    assert [(kind, facts) for _, kind, facts in told] == [
        ("call.queued", {"queue": "general", "position": 2}),
        ("call.left_queue", {"queue": "general", "waited_s": 15.0, "abandoned": bool(gone)}),
    ]


def test_what_ended_while_nobody_told_is_forgotten() -> None:
    told: Told = []
    course = CallCourse(lambda stream, kind, facts: told.append((stream, kind, facts)))
    seats = Seats(lambda stream, kind, facts: told.append((stream, kind, facts)))
    caller = {"Channel": "PJSIP/trunk-1", "Context": "human", "Queue": "hotline-general"}
    course.hear(event("QueueCallerJoin", "call-a", Position="1", **caller), 10.0)
    connect = {"DestChannel": "PJSIP/8001-1", "Interface": "PJSIP/8001"}
    seats.hear(event("AgentConnect", "call-a", **caller, **connect), 20.0)
    told.clear()
    course.read([])
    seats.forget([])
    seats.hear(event("Hangup", "", Channel="PJSIP/8001-1"), 400.0)
    assert told == []
    course.hear(event("QueueCallerLeave", "call-a", **caller), 500.0)
    assert told == [("call:call-a", "call.left_queue", {"queue": "", "waited_s": 0.0, "abandoned": False})]
