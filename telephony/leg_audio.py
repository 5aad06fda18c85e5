"""A test caller's audio: says, presses, hears, measures, records."""

import asyncio
from collections.abc import AsyncIterator

import numpy as np
from aiortp.packet import RtpPacket

from core.audio import Pcm
from telephony.codecs import RATE, SAMPLES
from telephony.rtp_out import RtpOut
from telephony.rtp_port import RtpPort
from telephony.sdp import Remote
from telephony.sounds import Heard, LoudCodes, Sounds
from telephony.timeliness import Timeliness
from telephony.udp import Address


class LegAudio:
    """One call's sound, seen from the caller. Sends from `start` on, silence where nothing is queued."""

    def __init__(self) -> None:
        self.port = RtpPort(self._received)
        self.sounds = Sounds()
        """When the other side could be heard."""
        self.said = Sounds()
        """When we could be heard: the times at which our sound left."""
        self.timeliness = Timeliness()
        self.began: float | None = None
        self._remote: Remote | None = None
        self._out: RtpOut | None = None
        self._loud: LoudCodes | None = None
        self._before: list[bytes] = []
        self._sent: list[bytes] = []
        self._came: list[tuple[float, int, bytes]] = []
        self._more = asyncio.Event()
        self._all_sent = asyncio.Event()
        self._all_sent.set()
        self._closed = False

    def start(self, remote: Remote, signalling: Address, now: float) -> None:
        """Begin to send and to hear."""
        self._remote = remote
        self._out = RtpOut(remote.codec, remote.keys_type)
        self._loud = LoudCodes(remote.codec)
        self.began = now
        self.port.connect(remote.address, signalling)
        for pcm in self._before:
            self._out.play(pcm)

    def send(self, pcm: bytes) -> None:
        """Queue 16-bit PCM at 8 kHz."""
        self._all_sent.clear()
        if self._out:
            self._out.play(pcm)
        else:
            self._before.append(pcm)

    def press(self, keys: str) -> None:
        """Queue keys, 100 ms each and 100 ms apart; before the answer there is nobody to hear them."""
        if self._out:
            self._all_sent.clear()
            self._out.press(keys)

    async def sent(self) -> None:
        """Wait until all that was queued has left, or the call is over."""
        if not self._closed:
            await self._all_sent.wait()

    @property
    def heard(self) -> bytes:
        """All PCM that came, in order of its numbers, without what was lost."""
        assert self._remote is not None or not self._came
        codes = b"".join(code for _, _, code in sorted(self._came, key=lambda item: item[1]))
        return self._remote.codec.decode(codes) if self._remote else b""

    async def frames(self) -> AsyncIterator[Heard]:
        """Yield what came and comes, until the call is over."""
        index = 0
        while True:
            while index < len(self._came):
                at, _, code = self._came[index]
                index += 1
                assert self._remote is not None
                yield Heard(self._remote.codec.decode(code), at)
            if self._closed:
                return
            self._more.clear()
            await self._more.wait()

    def tracks(self) -> Pcm:
        """Return what was said (track 0) and heard (track 1) on one clock: shape [samples, 2], 8 kHz."""
        if self.began is None or self._remote is None:
            return np.zeros((0, 2), np.int16)
        said = self._decode(b"".join(self._sent))
        offset = max(0, round((self._came[0][0] - self.began) * RATE)) if self._came else 0
        first = self._came[0][1] if self._came else 0
        last = max((number for _, number, _ in self._came), default=0)
        both = np.zeros((max(len(said), offset + (last - first + 1) * SAMPLES), 2), np.int16)
        both[: len(said), 0] = said
        for _, number, code in self._came:
            start = offset + (number - first) * SAMPLES
            if start >= 0:
                part = self._decode(code)[: len(both) - start]
                both[start : start + len(part), 1] = part
        return both

    def close(self) -> None:
        """Let go of the port. Harmless twice."""
        self._closed = True
        self.port.close()
        self._more.set()
        self._all_sent.set()

    def tick(self, now: float) -> None:
        """Send one frame. Call every 20 ms."""
        if self._out is None or self._loud is None or self._remote is None:
            return
        packet = self._out.next_packet()
        self.port.send(packet)
        code = packet[12:] if len(packet) == 12 + SAMPLES else self._remote.codec.silence * SAMPLES
        self._sent.append(code)
        self.said.add(self._loud.is_loud(code), now)
        if self._out.idle:
            self._all_sent.set()

    def _received(self, data: bytes, now: float) -> None:
        try:
            packet = RtpPacket.parse(data)
        except (ValueError, IndexError):
            return
        if self._remote is None or self._loud is None or packet.payload_type != self._remote.codec.payload_type:
            return
        number = self.timeliness.add(packet.sequence_number, now)
        self._came.append((now, number, packet.payload))
        self.sounds.add(self._loud.is_loud(packet.payload), now)
        self._more.set()

    def _decode(self, code: bytes) -> Pcm:
        assert self._remote is not None
        return np.frombuffer(self._remote.codec.decode(code), "<i2").astype(np.int16)
