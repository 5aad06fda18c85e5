"""The audio of one call: a port, the stream in, the stream out, and the beat that moves them."""

import asyncio
from collections.abc import Callable

from telephony.line import LineEvent
from telephony.play_queue import PlayQueue
from telephony.rtp_in import RtpIn
from telephony.rtp_out import RtpOut
from telephony.rtp_port import RtpPort
from telephony.sdp import Remote
from telephony.settings import LineSettings
from telephony.udp import Address


class CallMedia:
    """Runs from `start` to `close`; `tick` is to be called every 20 ms in between."""

    def __init__(
        self, settings: LineSettings, put: Callable[[LineEvent], None], vanished: Callable[[], None]
    ) -> None:
        self.port = RtpPort(self._received)
        self._settings = settings
        self._put = put
        self._vanished = vanished
        self._remote: Remote | None = None
        self._in: RtpIn | None = None
        self._queue = PlayQueue()
        self._out: RtpOut | None = None
        self._drained = asyncio.Event()
        self._closed = False

    def start(self, remote: Remote, signalling: Address, now: float) -> None:
        """Begin to hear and to send."""
        self._in = RtpIn(remote.codec, remote.keys_type, now)
        self._out = RtpOut(remote.codec, remote.keys_type, self._queue)
        self.change(remote, signalling, now)

    def change(self, remote: Remote, signalling: Address, now: float) -> None:
        """Follow the other side to another address, or onto hold and back; the codec stays."""
        self._remote = remote
        self.port.connect(remote.address, signalling)
        if self._in:
            self._in.last_packet = now  # a new stream may take its time
            self._in.keys_type = remote.keys_type

    @property
    def played(self) -> int:
        """Samples of queued audio that have gone out."""
        return self._out.played if self._out else 0

    @property
    def queued(self) -> int:
        """Samples that wait."""
        return self._out.queued if self._out else 0

    def play(self, pcm: bytes) -> None:
        """Queue PCM."""
        if self._out and not self._closed:
            self._out.play(pcm)
            self._drained.clear()

    def press(self, keys: str) -> None:
        """Queue keys, where the other side takes them."""
        if self._out and not self._closed:
            self._out.press(keys)

    def stop_playing(self) -> None:
        """Drop what is queued."""
        if self._out:
            self._out.stop()
        self._drained.set()

    async def played_out(self) -> None:
        """Wait until nothing is queued, or the call is over."""
        if self.queued and not self._closed:
            await self._drained.wait()

    def close(self) -> None:
        """Let go of the port. Harmless twice."""
        self._closed = True
        self.port.close()
        self.stop_playing()

    def tick(self, now: float) -> None:
        """Send one frame; fill what the caller did not send; notice that the caller has vanished."""
        if self._in is None or self._out is None or self._remote is None:
            return
        held = not (self._remote.hears and self._remote.address)
        if not held:  # on hold nobody would hear it: what is queued waits
            self._send(self._out)
        for frame in self._in.tick(now):
            self._put(frame)
        limit = self._settings.held_s if held or not self._remote.speaks else self._settings.silent_rtp_s
        if now - self._in.last_packet > limit:
            self._vanished()

    def _send(self, out: RtpOut) -> None:
        self.port.send(out.next_packet())
        if not out.queued:
            self._drained.set()

    def _received(self, data: bytes, now: float) -> None:
        if self._in:
            for event in self._in.receive(data, now):
                self._put(event)
