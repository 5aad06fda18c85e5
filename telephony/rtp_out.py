"""What we send to the other side: one packet every 20 ms, silence where nothing is queued. No clock, no socket."""

import secrets
from collections import deque
from collections.abc import Iterator

from aiortp.packet import RtpPacket

from telephony.codecs import SAMPLES, Codec
from telephony.keys import key_packets
from telephony.play_queue import PlayQueue


class RtpOut:
    """The outgoing stream; `keys_type` is the payload type of telephone keys where the other side takes them.

    `queue` holds its codes; the owner may give one that somebody else empties.
    """

    def __init__(self, codec: Codec, keys_type: int | None = None, queue: PlayQueue | None = None) -> None:
        self._codec = codec
        self._keys_type = keys_type
        self._queue = queue or PlayQueue()
        self._keys: deque[str] = deque()
        self._press: Iterator[bytes | None] | None = None
        self._press_stamp = 0
        self._source = secrets.randbits(32)
        self._seq = secrets.randbits(15)  # below 2**15, so that the first wrap is far off (RFC 3711, 3.3.1)
        self._stamp = secrets.randbits(32)
        self._marker = 1

    @property
    def queued(self) -> int:
        """Samples that wait."""
        return self._queue.queued

    @property
    def played(self) -> int:
        """Samples of queued audio that have gone out."""
        return self._queue.played

    @property
    def idle(self) -> bool:
        """True where neither audio nor a key waits."""
        return not (self._queue.queued or self._press or self._keys)

    def play(self, pcm: bytes) -> None:
        """Queue 16-bit PCM at 8 kHz."""
        self._queue.add(self._codec.encode(pcm))

    def press(self, keys: str) -> None:
        """Queue key presses; they go before audio. Dropped where the other side takes none."""
        if self._keys_type is not None:
            self._keys.extend(keys)

    def stop(self) -> None:
        """Drop the queued audio."""
        self._queue.clear()

    def next_packet(self) -> bytes:
        """Return the datagram for the next 20 ms."""
        if self._press is None and self._keys:
            self._press, self._press_stamp, self._marker = key_packets(self._keys.popleft()), self._stamp, 1
        event = self._next_event()
        if event is not None and self._keys_type is not None:
            data = self._packet(self._keys_type, self._press_stamp, event)
        else:
            code = b"" if self._press else self._queue.take(SAMPLES)
            data = self._packet(self._codec.payload_type, self._stamp, code.ljust(SAMPLES, self._codec.silence))
        self._stamp = (self._stamp + SAMPLES) % 2**32
        return data

    def _next_event(self) -> bytes | None:
        if self._press is None:
            return None
        try:
            return next(self._press)
        except StopIteration:
            self._press = None
            return None

    def _packet(self, payload_type: int, stamp: int, payload: bytes) -> bytes:
        packet = RtpPacket(payload_type, self._marker, self._seq, stamp, self._source, payload)
        self._marker = 0
        self._seq = (self._seq + 1) % 2**16
        return bytes(packet.serialize())
