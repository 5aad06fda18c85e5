"""Offer and answer."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony import sdp

BOTH = ("PCMA", "PCMU")


def text(media: str = "RTP/AVP 0 8 96", *attributes: str, host: str = "10.0.0.9", port: int = 4000) -> str:
    head = ["v=0", f"o=- 1 1 IN IP4 {host}", "s=-", f"c=IN IP4 {host}", "t=0 0", f"m=audio {port} {media}"]
    return "\r\n".join([*head, *attributes, ""])


def test_our_liking_decides() -> None:
    assert sdp.read(text(), BOTH).codec.name == "PCMA"
    assert sdp.read(text(), ("PCMU", "PCMA")).codec.name == "PCMU"
    assert sdp.read(text("RTP/AVP 0"), BOTH).codec.name == "PCMU"


def test_keys_are_taken_where_the_caller_sends_them() -> None:
    keys = ("a=rtpmap:110 telephone-event/48000", "a=rtpmap:96 telephone-event/8000")
    remote = sdp.read(text("RTP/AVP 8 110 96", *keys), BOTH)
    assert remote.keys_type == 96
    assert "a=rtpmap:96 telephone-event/8000" in sdp.answer(
        text("RTP/AVP 8 110 96", *keys), remote, "10.0.0.1", 5000, 1
    )
    assert sdp.read(text(), BOTH).keys_type is None


def test_a_codec_under_another_number() -> None:
    offered = text("RTP/AVP 97", "a=rtpmap:97 PCMA/8000")
    remote = sdp.read(offered, BOTH)
    assert (remote.codec.name, remote.codec.payload_type) == ("PCMA", 97)
    assert "m=audio 5000 RTP/AVP 97" in sdp.answer(offered, remote, "10.0.0.1", 5000, 1)


def test_hold_in_all_its_ways() -> None:
    assert sdp.read(text(), BOTH).hears
    for line in ("a=sendonly", "a=inactive"):
        assert not sdp.read(text("RTP/AVP 8", line), BOTH).hears
    assert not sdp.read(text("RTP/AVP 8", "a=recvonly"), BOTH).speaks
    assert sdp.read(text(host="0.0.0.0"), BOTH).address is None
    before_media = text("RTP/AVP 8").replace("m=audio", "a=sendonly\r\nm=audio")
    assert not sdp.read(before_media, BOTH).hears
    answer = sdp.answer(text("RTP/AVP 8", "a=sendonly"), sdp.read(text("RTP/AVP 8"), BOTH), "10.0.0.1", 5000, 2)
    assert "a=recvonly" in answer


def test_an_offer_of_ours_is_acceptable_and_keeps_the_order() -> None:
    remote = sdp.read(sdp.offer("10.0.0.1", 5000, ("PCMU", "PCMA")), BOTH)
    assert remote.address == ("10.0.0.1", 5000)
    assert remote.keys_type == 101
    assert "m=audio 5000 RTP/AVP 0 8 101" in sdp.offer("10.0.0.1", 5000, ("PCMU", "PCMA"))


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "nothing of the kind",
        text("RTP/AVP 18"),
        text("RTP/SAVP 8"),
        text(port=0),
        text(port=70000),
        text(host="phone.example.com"),
        text(host="224.0.0.1"),
        text("RTP/AVP x"),
        text("RTP/AVP 8").replace("c=IN IP4 10.0.0.9\r\n", ""),
        text("RTP/AVP 8", "a=rtpmap:x PCMA/8000"),
        text("RTP/AVP 8", "a=rtpmap:8 PCMA/fast"),
    ],
)
def test_what_cannot_be_taken_is_said(bad: str) -> None:
    with pytest.raises(sdp.Unacceptable):
        sdp.read(bad, BOTH)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(noise: str) -> None:
    for body in (noise, text("RTP/AVP 8", noise), text() + noise):
        with contextlib.suppress(sdp.Unacceptable):
            sdp.read(body, BOTH)
