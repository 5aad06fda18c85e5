"""Positions of what the bot has queued stay right whatever is cut, resumed or forgotten."""

from hypothesis import given
from hypothesis import strategies as st

from ivr.track import Track


def test_what_was_cut_can_be_queued_again() -> None:
    track = Track(8000)
    track.add(bytes(range(200)))
    rest = track.cut(40)
    assert (rest, track.end) == (bytes(range(80, 200)), 40)
    track.add(rest)
    assert track.read(0, 100) == bytes(range(200))


@given(st.lists(st.tuples(st.integers(0, 2000), st.floats(0, 1)), max_size=30))
def test_a_short_memory_never_returns_wrong_sound(steps: list[tuple[int, float]]) -> None:
    track, whole = Track(8000, keep_s=0.05), b""
    for length, share in steps:
        pcm = bytes((len(whole) + n) % 251 for n in range(length * 2))
        track.add(pcm)
        whole += pcm
        played = int(track.end * share)
        track.forget(played)
        assert whole.endswith(track.read(0, track.end))
        assert track.end == len(whole) // 2
