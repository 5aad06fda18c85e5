"""How the agents' queues stand, from Asterisk's events alone."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from telephony.asterisk.ami_text import Message
from telephony.asterisk.queues import USUAL_TALK_S, Queues, Standing

NOW = 1_800_000_000.0


def event(name: str, queue: str = "general", **fields: object) -> Message:
    """An event as Asterisk sends it."""
    headers = {"Event": name, "Queue": f"hotline-{queue}", **fields}
    return Message(tuple((key, str(value)) for key, value in headers.items()))


def member(number: int, status: int = 1, paused: int = 0, last_call: int = 0, queue: str = "general") -> Message:
    """The state of an agent's phone: 0 unknown, 1 free, 2 in use, 5 unavailable, 6 ringing."""
    interface = f"PJSIP/{number}"
    return event(
        "QueueMemberStatus", queue, MemberName=f"坐席{number}", Interface=interface, Status=status, Paused=paused,
        LastCall=last_call,
    )  # fmt: skip


def heard(*messages: Message, wrapup_s: float = 20.0) -> Queues:
    """Queues that have heard `messages`."""
    queues = Queues({"general": wrapup_s})
    for message in messages:
        queues.hear(message)
    return queues


def joins(channel: str, position: int) -> Message:
    """A caller who joins."""
    return event("QueueCallerJoin", Channel=channel, Position=position, Count=position)


def leaves(channel: str, position: int = 1) -> Message:
    """A caller who leaves, connected or not."""
    return event("QueueCallerLeave", Channel=channel, Position=position, Count=0)


def test_an_unknown_queue_has_nobody() -> None:
    assert Queues().standing("nowhere", NOW) == Standing(0, 0, 0, None)
    assert not Queues().agents_here and Queues().members("nowhere") == [] and Queues().position("x") is None


@pytest.mark.parametrize(
    ("status", "paused", "here", "free"),
    [(1, 0, 1, 1), (2, 0, 1, 0), (6, 0, 1, 0), (0, 0, 0, 0), (4, 0, 0, 0), (5, 0, 0, 0), (1, 1, 0, 0), (2, 1, 0, 0)],
)
def test_who_is_logged_in_and_who_is_free(status: int, paused: int, here: int, free: int) -> None:
    standing = heard(member(8001, status, paused)).standing("general", NOW)
    assert (standing.logged_in, standing.free) == (here, free)
    assert heard(member(8001, status, paused)).agents_here == here
    [known] = heard(member(8001, status, paused)).members("general")
    assert (known.here, known.free(NOW)) == (bool(here), bool(free))


def test_an_agent_writing_the_ticket_is_not_free_until_that_time_is_over() -> None:
    queues = heard(member(8001, last_call=int(NOW) - 19))
    assert queues.standing("general", NOW).free == 0
    assert queues.standing("general", NOW).logged_in == 1
    assert queues.standing("general", NOW + 1).free == 1


def test_wrap_up_is_each_queues_own() -> None:
    queues = heard(member(8001, last_call=int(NOW) - 5, queue="company"))
    assert queues.standing("company", NOW).free == 1


def test_a_free_agent_is_no_wait_and_nobody_is_no_figure() -> None:
    assert heard(member(8001)).standing("general", NOW).expected_wait_s == 0.0
    assert heard(member(8001, 5)).standing("general", NOW).expected_wait_s is None


def test_the_wait_is_a_share_of_a_usual_talk() -> None:
    queues = heard(member(8001, 2), member(8002, 2))
    assert queues.standing("general", NOW).expected_wait_s == USUAL_TALK_S / 2
    queues.hear(joins("a", 1))
    assert queues.standing("general", NOW).expected_wait_s == USUAL_TALK_S
    queues.hear(event("AgentComplete", TalkTime=60))
    queues.hear(event("AgentComplete", TalkTime=30))
    assert queues.standing("general", NOW).expected_wait_s == 45.0


def test_a_free_agent_counts_for_the_first_who_waits() -> None:
    queues = heard(member(8001), member(8002, 2), joins("a", 1))
    assert queues.standing("general", NOW).expected_wait_s == USUAL_TALK_S / 2


def test_only_the_last_talks_count() -> None:
    queues = heard(member(8001, 2))
    for seconds in [9999] * 5 + [40] * 20:
        queues.hear(event("AgentComplete", TalkTime=seconds))
    assert queues.standing("general", NOW).expected_wait_s == 40.0


def test_whoever_leaves_moves_the_others_up() -> None:
    queues = heard(joins("a", 1), joins("b", 2), joins("c", 3))
    queues.hear(leaves("a"))
    assert [queues.position(channel) for channel in "abc"] == [None, ("general", 1), ("general", 2)]


def test_giving_up_is_leaving() -> None:
    queues = heard(joins("a", 1), joins("b", 2))
    queues.hear(event("QueueCallerAbandon", Channel="a", Position=1, OriginalPosition=1, HoldTime=9))
    queues.hear(leaves("a"))
    assert queues.standing("general", NOW).waiting == 1 and queues.position("b") == ("general", 1)


def test_an_urgent_caller_moves_the_others_back() -> None:
    queues = heard(joins("a", 1), joins("b", 2), joins("urgent", 1))
    assert [queues.position(each) for each in ("urgent", "a", "b")] == [("general", n) for n in (1, 2, 3)]


def test_what_was_read_is_not_counted_again_when_its_event_comes_late() -> None:
    queues = Queues()
    queues.read([event("QueueParams"), *(event("QueueEntry", Channel=c, Position=n) for n, c in enumerate("ab", 1))])
    queues.hear(joins("a", 1))
    assert [queues.position(channel) for channel in "ab"] == [("general", 1), ("general", 2)]


def test_leaving_twice_changes_nothing() -> None:
    queues = heard(joins("a", 1), joins("b", 2), leaves("a"), leaves("a"))
    assert queues.position("b") == ("general", 1)


def test_members_come_change_and_go() -> None:
    queues = heard(member(8001))
    queues.hear(
        event(
            "QueueMemberPause", MemberName="坐席8001", Interface="PJSIP/8001", Status=1, Paused=1, PausedReason="会议"
        )
    )
    [known] = queues.members("general")
    assert (known.name, known.paused, known.reason, known.here) == ("坐席8001", True, "会议", False)
    queues.hear(event("QueueMemberRemoved", Interface="PJSIP/8001"))
    assert queues.members("general") == []


def test_a_new_reading_replaces_all_but_the_lengths_of_talks() -> None:
    queues = heard(member(8001, 2), joins("gone", 1), event("AgentComplete", TalkTime=50))
    queues.read(
        [
            event("QueueParams"),
            event("QueueMember", Name="乙", Location="PJSIP/8002", Status=2, Paused=0, LastCall=0),
            event("QueueEntry", Channel="new", Position=1),
            event("QueueParams", queue="company"),
        ]
    )
    assert [each.interface for each in queues.members("general")] == ["PJSIP/8002"]
    assert queues.standing("general", NOW) == Standing(1, 0, 1, 100.0)
    assert queues.position("gone") is None


class Waiting(RuleBasedStateMachine):
    """Asterisk's own list of callers, and ours from its events."""

    def __init__(self) -> None:
        super().__init__()
        self.theirs: list[str] = []
        self.queues = Queues()
        self.count = 0

    @rule(urgent=st.booleans(), place=st.integers(0, 5))
    def somebody_joins(self, urgent: bool, place: int) -> None:
        self.count += 1
        at = min(place, len(self.theirs)) if urgent else len(self.theirs)
        self.theirs.insert(at, f"c{self.count}")
        self.queues.hear(joins(f"c{self.count}", at + 1))

    @rule(place=st.integers(0, 20))
    def somebody_leaves(self, place: int) -> None:
        if self.theirs:
            gone = self.theirs.pop(place % len(self.theirs))
            self.queues.hear(leaves(gone))

    @rule()
    def the_connection_comes_back(self) -> None:
        entries = [event("QueueEntry", Channel=each, Position=at) for at, each in enumerate(self.theirs, 1)]
        self.queues.read([event("QueueParams"), *entries])

    @invariant()
    def both_agree(self) -> None:
        assert self.queues.standing("general", NOW).waiting == len(self.theirs)
        for at, each in enumerate(self.theirs, 1):
            assert self.queues.position(each) == ("general", at)


TestWaiting = Waiting.TestCase
TestWaiting.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
