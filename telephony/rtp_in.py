"""What the caller's RTP says, put in order and filled up to 50 frames a second. No clock, no socket."""

from aiortp.packet import RtpPacket

from core.audio import FRAME_MS
from telephony.codecs import RATE, SAMPLES, Codec
from telephony.keys import KeysIn
from telephony.line import Audio, KeyPress

FRAME_S = FRAME_MS / 1000

REORDER_S = 0.04
"""How long a missing packet is waited for: two frames, as later ones seldom come at all."""

HELD_MOST = 3
"""Packets that may wait behind a missing one."""

PAUSE_S = 0.06
"""Without audio for this long the caller's phone has paused (or the network has); silence takes its place."""

GAP_MOST = RATE
"""A jump of the RTP clock beyond one second is a new stream, not a gap to fill."""

RATE_MOST, BURST_MOST = 52.0, 50.0
"""Frames of packets a second, and at once after a stall, that are passed on: nobody can flood a call."""

PAYLOAD_MOST = RATE // 5
"""Bytes in a packet: 200 ms; no phone sends more."""


class RtpIn:
    """One caller's stream. Packets are passed on as they come, so that in order they wait for nothing."""

    def __init__(self, codec: Codec, keys_type: int | None, now: float) -> None:
        self._codec = codec
        self.keys_type = keys_type
        """RTP payload type of telephone keys, None where the phone sends none; a new offer may move it."""
        self._keys = KeysIn()
        self._source: int | None = None
        self._next_seq: int | None = None
        self._next_stamp: int | None = None
        self._resync_seq: int | None = None
        self._held: dict[int, tuple[RtpPacket, float]] = {}
        self._rest = b""
        self._last_code = b""
        self._pause_s = PAUSE_S
        self._fill_at = now
        self._allowance, self._allowed_at = BURST_MOST, now
        self.last_packet = now
        """When anything well-formed last came."""
        self.lost = 0
        """Packets that never came."""

    def receive(self, data: bytes, now: float) -> list[Audio | KeyPress]:
        """Take one datagram from the caller's address; garbage is nothing."""
        try:
            packet = RtpPacket.parse(data)
        except (ValueError, IndexError):
            return []
        if packet.payload_type in (72, 73, 74, 75, 76):  # RTCP on the same port (RFC 5761)
            return []
        self.last_packet = now
        if packet.ssrc != self._source:
            self._source, self._next_seq, self._next_stamp = packet.ssrc, None, None
            self._held.clear()
            self._keys = KeysIn()  # a new stream counts its time anew
        out: list[Audio | KeyPress] = []
        if packet.payload_type == self.keys_type:
            key = self._keys.receive(packet.timestamp, packet.payload, now)
            if key:
                out.append(KeyPress(key, now))
        return out + self._in_order(packet, now)

    def tick(self, now: float) -> list[Audio]:
        """Let time pass: give up missing packets, and fill a pause with silence. Call every 20 ms."""
        out: list[Audio] = []
        if self._held and now - min(at for _, at in self._held.values()) >= REORDER_S:
            out += self._skip(now)
        if now >= self._fill_at and not self._held:
            # Not from the allowance: what comes late after a stall is words.
            out.append(Audio(self._codec.decode(self._rest.ljust(SAMPLES, self._codec.silence)), now))
            self._rest = b""
            self._fill_at = max(self._fill_at + FRAME_S, now - FRAME_S)
            if self._next_stamp is not None:
                self._next_stamp = (self._next_stamp + SAMPLES) % 2**32
        return out

    def _in_order(self, packet: RtpPacket, now: float) -> list[Audio]:
        if self._next_seq is None:
            self._next_seq = packet.sequence_number
        ahead = _signed(packet.sequence_number - self._next_seq, 16)
        if ahead == 0:
            self._resync_seq = None
            return self._take(packet, now, lost=0) + self._release(now)
        if 0 < ahead < 50:
            self._held[packet.sequence_number] = (packet, now)
            return self._skip(now) if len(self._held) > HELD_MOST else []
        if ahead > -1000 and ahead < 0 and packet.sequence_number != self._resync_seq:
            self._resync_seq = (packet.sequence_number + 1) % 2**16  # a duplicate, or a restart: the next one tells
            return []
        self._held.clear()
        self._resync_seq, self._next_stamp = None, None
        return self._take(packet, now, lost=0)

    def _skip(self, now: float) -> list[Audio]:
        """Give up what is missing before the first packet that waits."""
        assert self._next_seq is not None
        first = min(self._held, key=lambda seq: _signed(seq - (self._next_seq or 0), 16))
        lost = _signed(first - self._next_seq, 16)
        self.lost += lost
        packet, _ = self._held.pop(first)
        return self._take(packet, now, lost) + self._release(now)

    def _release(self, now: float) -> list[Audio]:
        out: list[Audio] = []
        while self._next_seq in self._held:
            packet, _ = self._held.pop(self._next_seq)
            out += self._take(packet, now, lost=0)
        return out

    def _take(self, packet: RtpPacket, now: float, lost: int) -> list[Audio]:
        """Pass on a packet whose turn it is, and what its clock says was missing before it."""
        self._next_seq = (packet.sequence_number + 1) % 2**16
        payload: bytes = packet.payload
        if packet.payload_type != self._codec.payload_type or not 0 < len(payload) <= PAYLOAD_MOST:
            return []
        missing = 0 if self._next_stamp is None else _signed(packet.timestamp - self._next_stamp, 32)
        if 0 < missing <= GAP_MOST:
            # One lost frame sounds better repeated than cut out; more of them would be a stutter.
            patch = self._last_code[-SAMPLES:] if lost else b""
            self._rest += patch[:missing].ljust(missing, self._codec.silence)
        self._rest += payload
        self._last_code = payload
        self._next_stamp = (packet.timestamp + len(payload)) % 2**32
        self._pause_s = max(PAUSE_S, 1.5 * len(payload) / RATE + FRAME_S)
        self._fill_at = now + self._pause_s
        out: list[Audio] = []
        while len(self._rest) >= SAMPLES:
            out += self._frame(self._rest[:SAMPLES], now)
            self._rest = self._rest[SAMPLES:]
        return out

    def _frame(self, code: bytes, now: float) -> list[Audio]:
        self._allowance = min(BURST_MOST, self._allowance + (now - self._allowed_at) * RATE_MOST)
        self._allowed_at = now
        if self._allowance < 1:
            return []
        self._allowance -= 1
        return [Audio(self._codec.decode(code), now)]


def _signed(difference: int, bits: int) -> int:
    """Return a difference on a counter that wraps around as a number around zero."""
    half = 1 << (bits - 1)
    return ((difference + half) & ((1 << bits) - 1)) - half
