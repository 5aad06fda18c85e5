"""Packets keep to 50 a second, whatever sending and waking take."""

from hypothesis import given
from hypothesis import strategies as st

from telephony.pyvoip_beat import FRAME_S, Beat
from telephony.ticker import CATCH_UP_S


def departures(beat: Beat, delays: list[float], began: float = 1000.0) -> list[float]:
    """Do as pyVoIP's loop does: send, then wait for the rest of 20 ms, divided; waking takes `delays` longer."""
    now, out = began, []
    for delay in delays:
        out.append(now)
        beat.leaves(now)
        now += FRAME_S / beat.divisor(now) + delay
    return out


@given(st.lists(st.floats(0, 0.015), min_size=2, max_size=200))
def test_what_waking_takes_does_not_add_up(delays: list[float]) -> None:
    for number, at in enumerate(departures(Beat(), delays)):
        assert -1e-6 <= at - 1000.0 - number * FRAME_S <= 0.0151


@given(st.floats(0.5, 30))
def test_a_long_stall_is_not_made_up_for(stall_s: float) -> None:
    times = departures(Beat(), [0.0] * 10 + [stall_s] + [0.0] * 50)
    resumed = times[11]
    at_once = [at for at in times if resumed <= at < resumed + FRAME_S / 2]
    assert len(at_once) <= CATCH_UP_S / FRAME_S + 2
    assert abs(times[-1] - times[-2] - FRAME_S) < 1e-6
