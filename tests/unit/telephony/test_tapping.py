"""Which legs are tapped: those of talks that go on, no more than allowed, and no leg by two processes."""

from hypothesis import given
from hypothesis import strategies as st

from telephony.asterisk.talks import Talk
from telephony.asterisk.tapping import Place, wanted
from telephony.legs import Leg


def talk(number: int, **facts: str) -> Talk:
    values = {"agent": f"8{number:03}", "agent_channel": f"a{number}", "queue": "general", "stage": "talking"}
    return Talk(call_id=f"c{number}", caller_channel=f"p{number}", **(values | facts))  # type: ignore[arg-type]


def test_both_legs_of_a_talk_are_tapped_once_it_talks() -> None:
    assert wanted([talk(1)], "", (), 8) == {
        Place("c1", "p1"): Leg("c1", "caller", "8001"),
        Place("c1", "a1"): Leg("c1", "agent", "8001"),
    }
    assert wanted([talk(1, stage="ringing"), talk(2, agent_channel="")], "", (), 8) == {}


def test_each_process_taps_the_talks_of_its_own_callers() -> None:
    talks = [talk(1, node="bot1"), talk(2, node="bot2")]
    assert {place.call_id for place in wanted(talks, "bot2", (), 8)} == {"c2"}
    assert {place.call_id for place in wanted(talks, "", (), 8)} == {"c1", "c2"}


@given(st.lists(st.integers(0, 30), unique=True), st.integers(1, 6), st.sets(st.integers(0, 30)))
def test_no_more_than_allowed_and_who_is_heard_stays_heard(numbers: list[int], most: int, before: set[int]) -> None:
    tapped = {f"c{number}" for number in before}
    legs = wanted([talk(number) for number in numbers], "", tapped, most)
    heard = {place.call_id for place in legs}
    assert len(heard) == min(most, len(numbers)) and len(legs) == 2 * len(heard)
    there = {f"c{number}" for number in numbers}
    assert len(heard & tapped) == min(most, len(there & tapped))
