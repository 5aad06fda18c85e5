"""The outgoing stream: counted exactly, silent where nothing waits."""

import itertools

from aiortp.packet import RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from telephony.codecs import PCMA, PCMU, SAMPLES
from telephony.keys import KeysIn
from telephony.rtp_out import RtpOut


def take(out: RtpOut, count: int) -> list[RtpPacket]:
    return [RtpPacket.parse(out.next_packet()) for _ in range(count)]


def test_silence_is_sent_where_nothing_waits() -> None:
    for codec in (PCMA, PCMU):
        packets = take(RtpOut(codec), 3)
        assert all(packet.payload == codec.silence * SAMPLES for packet in packets)
        assert max(abs(int.from_bytes(codec.decode(codec.silence), "little", signed=True)), 0) <= 8


def test_numbers_and_stamps_run_on() -> None:
    packets = take(RtpOut(PCMA), 5)
    assert [p.marker for p in packets] == [1, 0, 0, 0, 0]
    assert {(b.sequence_number - a.sequence_number) % 2**16 for a, b in itertools.pairwise(packets)} == {1}
    assert {(b.timestamp - a.timestamp) % 2**32 for a, b in itertools.pairwise(packets)} == {SAMPLES}
    assert len({p.ssrc for p in packets}) == 1


@given(st.lists(st.integers(0, 700), max_size=8), st.integers(0, 20))
def test_every_queued_sample_goes_out_once_and_is_counted(sizes: list[int], frames: int) -> None:
    out = RtpOut(PCMA)
    for number, size in enumerate(sizes):
        out.play((1000 + 100 * number).to_bytes(2, "little") * size)
    total = sum(sizes)
    packets = take(out, frames)
    assert out.played == min(total, frames * SAMPLES)
    assert out.played + out.queued == total
    codes = b"".join(packet.payload for packet in packets)
    wanted = b"".join(
        PCMA.encode((1000 + 100 * number).to_bytes(2, "little")) * size for number, size in enumerate(sizes)
    )
    assert codes == wanted[: len(codes)].ljust(len(codes), PCMA.silence)


def test_stop_is_heard_on_the_next_frame() -> None:
    out = RtpOut(PCMA)
    out.play(b"\x00\x20" * 1000)
    take(out, 1)
    out.stop()
    assert take(out, 1)[0].payload == PCMA.silence * SAMPLES
    assert (out.played, out.queued) == (SAMPLES, 0)


def test_keys_that_we_send_are_read_back() -> None:
    out, keys = RtpOut(PCMA, 101), KeysIn()
    out.play(b"\x00\x20" * 320)
    out.press("11*0#9")
    packets = take(out, 100)
    pressed = [
        keys.receive(packet.timestamp, packet.payload, n * 0.02)
        for n, packet in enumerate(packets)
        if packet.payload_type == 101
    ]
    assert "".join(key for key in pressed if key) == "11*0#9"
    assert out.played == 320 and out.idle


def test_keys_are_dropped_where_nobody_takes_them() -> None:
    out = RtpOut(PCMA)
    out.press("1")
    assert out.idle and take(out, 1)[0].payload_type == 8
