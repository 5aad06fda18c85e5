"""Telephone keys in RTP (RFC 4733): many packets, one press."""

from collections.abc import Iterator

from aiortp.dtmf import DTMF_EVENTS, EVENT_TO_DIGIT, DtmfEvent

from telephony.codecs import SAMPLES

SAME_PRESS_S = 0.1
"""Packets of one press come every 20 or 50 ms; a phone that restamps or splits a long press stays within this."""

PRESS_FRAMES, END_FRAMES, GAP_FRAMES = 5, 3, 5
"""20 ms frames of a press that we send: 100 ms down, its end three times (RFC 4733, 2.5.1.4), 100 ms up."""


class KeysIn:
    """Turns event packets into presses, each told at its first packet, so that no lost end delays it."""

    def __init__(self) -> None:
        self._stamp: int | None = None
        self._event = -1
        self._ended = True
        self._at = 0.0

    def receive(self, timestamp: int, payload: bytes, now: float) -> str | None:
        """Return the key (0–9, *, #) where this packet begins a press."""
        if len(payload) < 4:
            return None
        packet = DtmfEvent.parse(payload)
        same_press = self._stamp is not None and (
            timestamp == self._stamp
            or 0 < (self._stamp - timestamp) % 2**32 < 2**31  # an old packet, late
            or (not self._ended and packet.event == self._event and now - self._at < SAME_PRESS_S)
        )
        if same_press:
            if timestamp == self._stamp or not self._ended:
                self._ended, self._at = self._ended or bool(packet.end), now
            return None
        self._stamp, self._event, self._ended, self._at = timestamp, packet.event, bool(packet.end), now
        key = str(EVENT_TO_DIGIT.get(packet.event, ""))
        return key if key in "0123456789*#" and key else None


def key_packets(key: str) -> Iterator[bytes | None]:
    """Yield the payload of each 20 ms of one press of `key`; None is a pause. Raises `KeyError` for no key."""
    event = DTMF_EVENTS[key]
    for frame in range(1, PRESS_FRAMES + 1):
        yield DtmfEvent(event, False, 10, frame * SAMPLES).serialize()
    for _ in range(END_FRAMES):
        yield DtmfEvent(event, True, 10, PRESS_FRAMES * SAMPLES).serialize()
    for _ in range(GAP_FRAMES):
        yield None
