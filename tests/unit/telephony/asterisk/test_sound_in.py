"""The caller's sound, cut into frames: gaps are filled, and there is never much more sound than time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.asterisk.sound_in import KEPT_BEHIND_S, MOST_AHEAD_S, PATIENCE_S, SoundIn
from telephony.line import Audio

START = 1000.0
BYTES = {8000: 320, 16000: 640}


def pcm(number: int, rate: int = 8000) -> bytes:
    """A frame that holds its own number, never silence."""
    return (number % 255 + 1).to_bytes(1, "little") * BYTES[rate]


def play(sound: SoundIn, arrivals: list[tuple[float, bytes]], until: float, tick_s: float = 0.02) -> list[Audio]:
    """Deliver sound at its times, tick in between."""
    waiting, out = sorted(arrivals, key=lambda each: each[0]), []
    for step in range(round(until / tick_s)):
        now = START + step * tick_s
        while waiting and START + waiting[0][0] <= now:
            at, data = waiting.pop(0)
            out += sound.receive(data, START + at)
        out += sound.tick(now)
    return out


def steady(first: int, last: int, rate: int = 8000) -> list[tuple[float, bytes]]:
    """Frames `first` to `last`, each at its time."""
    return [(number * 0.02, pcm(number, rate)) for number in range(first, last)]


@pytest.mark.parametrize("rate", [8000, 16000])
def test_frames_in_time_are_passed_on_at_once(rate: int) -> None:
    sound = SoundIn(rate, START)
    for number in range(200):
        at = START + number * 0.02
        assert sound.receive(pcm(number, rate), at) == [Audio(pcm(number, rate), at)]
        assert sound.tick(at) == []


@given(st.lists(st.integers(1, 900), max_size=60), st.sampled_from([8000, 16000]))
def test_any_lengths_give_even_frames_and_lose_nothing(lengths: list[int], rate: int) -> None:
    sound, sent, got, now = SoundIn(rate, START), b"", b"", START
    for place, length in enumerate(lengths):
        part = bytes([place % 255 + 1]) * length
        sent += part
        now += length / rate / 2
        for frame in sound.receive(part, now):
            assert len(frame.pcm) == BYTES[rate]
            got += frame.pcm
    assert got == sent[: len(sent) // BYTES[rate] * BYTES[rate]]


@pytest.mark.parametrize("rate", [8000, 16000])
def test_silence_comes_where_nothing_ever_comes(rate: int) -> None:
    out = play(SoundIn(rate, START), [], 10.0)
    assert {frame.pcm for frame in out} == {bytes(BYTES[rate])}
    assert 10.0 - PATIENCE_S - 0.04 <= len(out) * 0.02 <= 10.0 - KEPT_BEHIND_S + 0.04


def test_a_short_gap_is_not_filled_and_a_long_one_is() -> None:
    short = play(SoundIn(8000, START), [*steady(0, 20), *steady(24, 40)], 0.8)
    assert len(short) == 36
    out = play(SoundIn(8000, START), [*steady(0, 20), *steady(70, 100)], 2.0)
    silent = [frame for frame in out if frame.pcm == bytes(320)]
    assert 44 <= len(silent) <= 48
    assert [frame.pcm for frame in out if frame.pcm != bytes(320)] == [pcm(n) for n in (*range(20), *range(70, 100))]


def test_half_a_frame_before_a_gap_is_kept() -> None:
    sound = SoundIn(8000, START)
    sound.receive(b"\7" * 100, START)
    first = sound.tick(START + 0.2)[0]
    assert first.pcm == b"\7" * 100 + bytes(220)


def test_a_burst_after_a_stall_is_heard_whole() -> None:
    late = [(max(number * 0.02, 0.9) if number >= 20 else number * 0.02, pcm(number)) for number in range(60)]
    out = play(SoundIn(8000, START), late, 1.4)
    assert [frame.pcm for frame in out if frame.pcm != bytes(320)] == [pcm(n) for n in range(60)]


def test_a_pause_after_a_burst_is_still_filled_soon() -> None:
    sound = SoundIn(8000, START)
    play(sound, [(0.5, pcm(n)) for n in range(25)], 0.52)
    assert sound.tick(START + 0.52 + 0.02 + PATIENCE_S) != []


def test_a_caller_who_sends_ten_times_too_much_is_cut_to_real_time() -> None:
    sound = SoundIn(8000, START)
    out = play(sound, [(number * 0.002, pcm(number)) for number in range(30_000)], 60.0)
    assert len(out) * 0.02 <= 60.0 + MOST_AHEAD_S + 0.02
    assert sound.dropped >= 26_000


def test_pauses_give_back_what_stalls_took() -> None:
    """Thirty stalls with a burst each: with pauses between them no sound is lost."""
    arrivals: list[tuple[float, bytes]] = []
    for stall in range(30):
        arrivals += [(stall * 4 + 0.4, pcm(number)) for number in range(20)]  # 0.4 s at once, then a pause
    sound = SoundIn(8000, START)
    out = play(sound, arrivals, 120.0)
    assert sound.dropped == 0
    assert sum(frame.pcm != bytes(320) for frame in out) == 600
    assert len(out) * 0.02 <= 120.0 + MOST_AHEAD_S


gaps = st.lists(st.tuples(st.floats(0, 2), st.integers(1, 80)), min_size=1, max_size=25)


@settings(max_examples=60, deadline=None)
@given(gaps, st.sampled_from([8000, 16000]))
def test_over_any_stretch_there_is_about_as_much_sound_as_time(bursts: list[tuple[float, int]], rate: int) -> None:
    arrivals, at = [], 0.0
    for gap, count in bursts:
        at += gap
        arrivals += [(at, pcm(number, rate)) for number in range(count)]
    sound, passed = SoundIn(rate, START), 0
    waiting = list(arrivals)
    for step in range(round((at + 3) / 0.02)):
        now = START + step * 0.02
        while waiting and START + waiting[0][0] <= now:
            when, data = waiting.pop(0)
            passed += len(sound.receive(data, START + when))
        passed += len(sound.tick(now))
        assert passed * 0.02 <= step * 0.02 + MOST_AHEAD_S + 0.02
        # What came to be let behind: the patience, plus what has been given back (a quarter at most).
        assert passed * 0.02 >= step * 0.02 - PATIENCE_S - 0.06
