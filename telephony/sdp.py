"""Offer and answer of the call's audio (RFC 3264, RFC 8866), in words of our own around `aiosipua`'s SDP."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from aiosipua import Codec as SdpCodec
from aiosipua import MediaDescription, SdpMessage, build_sdp, negotiate_sdp, parse_sdp, serialize_sdp

from telephony.codecs import BY_NAME, RATE, Codec
from telephony.udp import Address

KEYS_TYPE = 101
"""The payload type that we propose for telephone keys, the one that everybody uses."""


class Unacceptable(ValueError):
    """The other side's audio is none that we can take."""


@dataclass(frozen=True, slots=True)
class Remote:
    """What the other side wants: where its audio goes, which codec, which payload type carries keys."""

    address: Address | None
    """None where it wants no audio now (hold in the old way)."""
    codec: Codec
    keys_type: int | None
    hears: bool
    speaks: bool


def read(text: str, liked: Sequence[str]) -> Remote:
    """Return what `text` offers that is in `liked` (codec names, best first). Raises `Unacceptable`."""
    try:
        sdp: SdpMessage = parse_sdp(text)
    except (ValueError, IndexError) as error:
        raise Unacceptable("no SDP") from error
    media: MediaDescription | None = sdp.audio
    if media is None or media.port == 0 or media.proto not in ("RTP/AVP", "RTP/AVPF"):
        raise Unacceptable("no plain audio")
    direction = media.direction
    if direction == "sendrecv" and not media.attributes.get("sendrecv"):
        direction = next((d for d in ("sendonly", "recvonly", "inactive") if d in sdp.attributes), direction)
    return Remote(
        address=_address(sdp, media),
        codec=_codec(media.codecs, liked),
        keys_type=_keys_type(media.codecs),
        hears=direction in ("sendrecv", "recvonly"),
        speaks=direction in ("sendrecv", "sendonly"),
    )


def answer(offered: str, remote: Remote, host: str, port: int, version: int) -> str:
    """Return the answer to the text that `remote` was read from; `version` counts answers in one call."""
    sdp, _ = negotiate_sdp(
        parse_sdp(offered),
        host,
        port,
        supported_codecs=[remote.codec.payload_type],
        dtmf_payload_type=remote.keys_type or 0,
        session_id=str(port),
    )
    sdp.origin.session_version = str(version)
    sdp.audio.attributes["ptime"] = ["20"]
    return str(serialize_sdp(sdp))


def offer(host: str, port: int, names: Sequence[str]) -> str:
    """Return an offer of the codecs in `names`, best first, and of keys."""
    first = BY_NAME[names[0]]
    sdp = build_sdp(host, port, first.payload_type, first.name, dtmf_payload_type=KEYS_TYPE, session_id=str(port))
    for codec in (BY_NAME[name] for name in names[1:]):
        sdp.audio.formats.insert(-1, str(codec.payload_type))
        sdp.audio.attributes["rtpmap"].insert(-1, f"{codec.payload_type} {codec.name}/{RATE}")
    return str(serialize_sdp(sdp))


def _address(sdp: SdpMessage, media: MediaDescription) -> Address | None:
    """Only a numeric address counts: a name would be looked up while every call waits."""
    connection = media.connection or sdp.connection
    try:
        address = IPv4Address(connection.address)
    except (ValueError, AttributeError) as error:
        raise Unacceptable("no IPv4 address") from error
    if address.is_multicast or not 0 < media.port < 65536:
        raise Unacceptable("no usable address")
    return None if address == IPv4Address(0) else (str(address), int(media.port))


def _codec(offered: Sequence[SdpCodec], liked: Sequence[str]) -> Codec:
    for name in liked:
        for codec in offered:
            if codec.encoding_name.upper() == name and codec.clock_rate == RATE and 0 <= codec.payload_type < 128:
                return replace(BY_NAME[name], payload_type=codec.payload_type)
    raise Unacceptable("no codec in common")


def _keys_type(offered: Sequence[SdpCodec]) -> int | None:
    for codec in offered:
        keys = codec.encoding_name.lower() == "telephone-event" and codec.clock_rate == RATE
        if keys and 0 <= codec.payload_type < 128:
            return int(codec.payload_type)
    return None
