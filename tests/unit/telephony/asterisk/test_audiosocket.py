"""AudioSocket's frames, however the network cuts them."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.asterisk.audiosocket import HEADER, RATES, SOUND_KINDS, AudioSocketBroken, Frame, FrameReader, Kind

frames = st.lists(st.builds(Frame, st.integers(0, 255), st.binary(max_size=700)), max_size=12)


def chopped(data: bytes, cuts: list[int]) -> list[bytes]:
    """Cut `data` at the places given, in order."""
    places = sorted({cut % (len(data) + 1) for cut in cuts})
    return [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True)]


@given(frames, st.lists(st.integers(0, 10_000), max_size=30))
def test_any_chopping_gives_the_same_frames(sent: list[Frame], cuts: list[int]) -> None:
    reader = FrameReader()
    data = b"".join(frame.encode() for frame in sent)
    assert [frame for part in chopped(data, cuts) for frame in reader.feed(part)] == sent


@given(frames)
def test_byte_by_byte_gives_the_same_frames(sent: list[Frame]) -> None:
    reader = FrameReader()
    data = b"".join(frame.encode() for frame in sent)
    assert [frame for byte in data for frame in reader.feed(bytes([byte]))] == sent


@given(st.integers(0, 255), st.binary(max_size=65535))
def test_a_frame_survives_the_way_there_and_back(kind: int, payload: bytes) -> None:
    encoded = Frame(kind, payload).encode()
    assert encoded[:3] == bytes([kind]) + len(payload).to_bytes(2, "big")
    assert FrameReader().feed(encoded) == [Frame(kind, payload)]


@given(st.lists(st.binary(max_size=400), max_size=20))
def test_garbage_never_raises_and_never_invents_bytes(parts: list[bytes]) -> None:
    reader = FrameReader()
    seen = [frame for part in parts for frame in reader.feed(part)]
    whole = b"".join(frame.encode() for frame in seen)
    assert b"".join(parts).startswith(whole)
    rest = b"".join(parts)[len(whole) :]
    assert len(rest) < HEADER.size or len(rest) < HEADER.size + int.from_bytes(rest[1:3], "big")


def test_an_unfinished_frame_waits_for_its_end() -> None:
    reader = FrameReader()
    encoded = Frame(Kind.SOUND_8K, b"\1\2" * 160).encode()
    assert reader.feed(encoded[:-1]) == []
    assert reader.feed(encoded[-1:]) == [Frame(Kind.SOUND_8K, b"\1\2" * 160)]


@given(st.uuids())
def test_the_first_frame_names_the_call(call: uuid.UUID) -> None:
    assert Frame(Kind.CALL_ID, call.bytes).call_id == call


@pytest.mark.parametrize("frame", [Frame(Kind.CALL_ID, b"x" * 15), Frame(Kind.CALL_ID, b""), Frame(0x10, b"x" * 16)])
def test_a_first_frame_that_names_no_call_is_refused_in_words(frame: Frame) -> None:
    with pytest.raises(AudioSocketBroken, match="不是通话编号"):
        frame.call_id  # noqa: B018


def test_each_rate_has_one_kind() -> None:
    assert RATES == {0x10: 8000, 0x12: 16000}
    assert {RATES[kind] for kind in SOUND_KINDS.values()} == set(SOUND_KINDS)
