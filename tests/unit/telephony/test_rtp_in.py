"""The caller's RTP, put in order and filled up."""

import numpy as np
from aiortp.packet import RtpPacket
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.codecs import PCMA, SAMPLES
from telephony.keys import key_packets
from telephony.line import Audio, KeyPress
from telephony.rtp_in import RtpIn

START = 100.0


def packet(number: int, payload: bytes | None = None, first: int = 65530, ssrc: int = 7, kind: int = 8) -> bytes:
    """The RTP packet `number` of a stream whose frames hold their own number; sequence numbers wrap."""
    stamp = (2**32 - 500 + number * SAMPLES) % 2**32
    body = bytes([number % 256]) * SAMPLES if payload is None else payload
    return bytes(RtpPacket(kind, 0, (first + number) % 2**16, stamp, ssrc, body).serialize())


def numbers(frames: "list[Audio | KeyPress] | list[Audio]") -> list[int | None]:
    """What each frame holds: a packet's number, None for silence."""
    names = {PCMA.decode(bytes([n]) * SAMPLES): n for n in range(100)}
    return [names.get(frame.pcm) if frame.pcm != silence() else None for frame in frames if isinstance(frame, Audio)]


def silence() -> bytes:
    return PCMA.decode(PCMA.silence * SAMPLES)


def stream() -> RtpIn:
    return RtpIn(PCMA, 101, START)


def feed(rtp: RtpIn, arrivals: list[tuple[float, bytes]], until: float) -> list[Audio | KeyPress]:
    """Deliver packets at their times, tick every 20 ms in between."""
    out: list[Audio | KeyPress] = []
    waiting = sorted(arrivals, key=lambda item: item[0])
    for tick in range(round(until / 0.02)):
        now = tick * 0.02
        while waiting and waiting[0][0] <= now:
            at, data = waiting.pop(0)
            out += rtp.receive(data, START + at)
        out += rtp.tick(START + now)
    return out


def test_packets_in_order_are_passed_on_at_once() -> None:
    rtp = stream()
    for number in range(10):
        assert numbers(rtp.receive(packet(number), START + number * 0.02)) == [number]


def test_two_packets_that_changed_places_are_put_right() -> None:
    rtp = stream()
    order = [0, 1, 3, 2, 4]
    out = [n for number in order for n in numbers(rtp.receive(packet(number), START))]
    assert out == [0, 1, 2, 3, 4]
    assert rtp.lost == 0


def test_a_lost_packet_is_filled_by_the_one_before() -> None:
    rtp = stream()
    out = feed(rtp, [(n * 0.02, packet(n)) for n in range(20) if n != 7], until=0.4)
    heard = [n for n in numbers(out) if n is not None]
    assert heard == [*range(7), 6, *range(8, 20)]
    assert rtp.lost == 1


def test_duplicates_and_late_ones_are_dropped() -> None:
    rtp = stream()
    arrivals = [(n * 0.02, packet(n)) for n in range(20)] * 2 + [(0.3, packet(2))]
    assert [n for n in numbers(feed(rtp, arrivals, until=0.4)) if n is not None] == list(range(20))


def test_a_pause_is_filled_with_silence_at_the_same_pace() -> None:
    arrivals = [(n * 0.02, packet(n)) for n in [*range(25), *range(75, 100)]]
    # the sequence numbers go on as if nothing was (silence suppression), the clock jumps
    paused = [
        (at, bytes(RtpPacket(8, 0, i, RtpPacket.parse(data).timestamp, 7, RtpPacket.parse(data).payload).serialize()))
        for i, (at, data) in enumerate(arrivals)
    ]
    out = numbers(feed(stream(), paused, until=2.0))
    assert [n for n in out if n is not None] == [*range(25), *range(75, 100)]
    assert 95 <= len(out) <= 103


def test_silence_comes_where_nothing_ever_comes() -> None:
    out = numbers(feed(stream(), [], until=1.0))
    assert 48 <= len(out) <= 51 and set(out) == {None}


def test_a_burst_after_a_stall_is_not_thrown_away() -> None:
    arrivals = [(n * 0.02 if n < 20 else max(n * 0.02, 0.9), packet(n)) for n in range(60)]
    out = numbers(feed(stream(), arrivals, until=1.2))
    assert [n for n in out if n is not None] == list(range(60))


def test_another_source_takes_over() -> None:
    arrivals = [(n * 0.02, packet(n)) for n in range(10)]
    arrivals += [(0.2 + n * 0.02, packet(n + 50, ssrc=8, first=9)) for n in range(10)]
    out = numbers(feed(stream(), arrivals, until=0.4))
    assert [n for n in out if n is not None] == [*range(10), *range(50, 60)]


def test_a_stream_that_starts_again_lower_is_followed() -> None:
    rtp = stream()
    for n in range(10):
        rtp.receive(packet(n, first=500), START)
    out = [n for k in range(5) for n in numbers(rtp.receive(packet(k, first=400), START))]
    assert out == [1, 2, 3, 4]


@settings(max_examples=30, deadline=None)
@given(st.sampled_from([10, 20, 30, 40, 60, 100]))
def test_any_packet_time_gives_frames_of_20_ms(packet_ms: int) -> None:
    size = packet_ms * 8
    codes = np.random.default_rng(1).integers(0, 256, 8000, dtype=np.uint8).tobytes()
    arrivals = [
        (start / 8000, bytes(RtpPacket(8, 0, n, start, 7, codes[start : start + size]).serialize()))
        for n, start in enumerate(range(0, 8000, size))
    ]
    out = feed(stream(), arrivals, until=1.04)
    pcm = b"".join(frame.pcm for frame in out if isinstance(frame, Audio))
    assert all(len(frame.pcm) == 320 for frame in out if isinstance(frame, Audio))
    assert pcm.find(PCMA.decode(codes[: 8000 - size])) >= 0


def test_keys_come_once_and_do_not_disturb_the_audio() -> None:
    rtp = stream()
    data = [packet(n) for n in range(5)]
    events = [payload for payload in key_packets("5") if payload]
    data += [bytes(RtpPacket(101, n == 0, (65535 + n) % 2**16, 300, 7, p).serialize()) for n, p in enumerate(events)]
    after = 5 + len(events)
    data += [packet(n) for n in range(after, after + 5)]
    out = feed(rtp, [(n * 0.02, d) for n, d in enumerate(data)], until=len(data) * 0.02)
    assert [event.key for event in out if isinstance(event, KeyPress)] == ["5"]
    assert [n for n in numbers(out) if n is not None] == [*range(5), *range(after, after + 5)]
    assert rtp.lost == 0


def test_a_flood_cannot_make_the_clock_race() -> None:
    rtp = stream()
    out = [frame for n in range(5000) for frame in rtp.receive(packet(n), START + n * 0.0001)]
    assert len(out) < 100


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=400), max_size=20))
def test_garbage_is_nothing(datagrams: list[bytes]) -> None:
    rtp = stream()
    for n, data in enumerate(datagrams):
        rtp.receive(data, START + n * 0.02)
        rtp.tick(START + n * 0.02)
    rtp.receive(b"\x80\x08" + bytes(10) + b"\xd5" * 160, START + 1)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_with_loss_and_jitter_about_fifty_frames_a_second_come_in_order(data: st.DataObject) -> None:
    lost = data.draw(st.sets(st.integers(1, 98), max_size=20))
    delays = data.draw(st.lists(st.floats(0, 0.035), min_size=100, max_size=100))
    arrivals = [(n * 0.02 + (delays[n] if n else 0.0), packet(n)) for n in range(100) if n not in lost]
    out = numbers(feed(stream(), arrivals, until=2.1))
    heard = [n for n in out if n is not None]
    assert heard == sorted(heard)
    assert set(range(100)) - lost <= set(heard)
    assert 95 <= len(out) <= 115


def test_keys_of_a_new_stream_count_whatever_its_clock_says() -> None:
    rtp = stream()
    payload = next(key_packets("1"))
    presses = []
    for number, (ssrc, stamp) in enumerate([(7, 2**31), (9, 100), (9, 100 + 80_000)]):
        data = RtpPacket(101, 1, number, stamp, ssrc, payload).serialize()
        presses += [e for e in rtp.receive(bytes(data), START + 10 * number) if isinstance(e, KeyPress)]
    assert [press.key for press in presses] == ["1", "1", "1"]


def test_no_word_is_lost_to_a_line_that_stalls_every_second() -> None:
    arrivals: list[tuple[float, bytes]] = []
    for number in range(1000):
        stalled = (number + 1) // 50 + 0.2 if number % 50 < 10 and number >= 50 else 0.0
        arrivals.append((max(number * 0.02, stalled), packet(number, bytes([number % 100]) * SAMPLES)))
    heard = [n for n in numbers(feed(stream(), arrivals, 21)) if n is not None]
    assert len(heard) >= 990
