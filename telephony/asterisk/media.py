"""The sockets on which Asterisk brings the callers' sound (AudioSocket), one connection a call."""

import asyncio
import errno
import logging
from collections.abc import Callable
from typing import Protocol, cast
from uuid import UUID

from telephony.asterisk.audiosocket import RATES, AudioSocketBroken, Frame, FrameReader, Kind
from telephony.errors import LineError, PortTaken

log = logging.getLogger(__name__)

FIRST_FRAME_S = 3.0
"""Seconds in which a connection must say which call it is."""
MOST_UNSENT = 6400
"""Bytes that may wait for Asterisk: 200 ms at 16 kHz. Past it frames are dropped, for a late voice is no use."""
MOST_STRANGERS = 600
"""Connections that have not said yet which call they are; more are a flood."""


class MediaOwner(Protocol):
    """Who takes the sound of a connection."""

    def sound(self, pcm: bytes, rate: int) -> None:
        """Sound of the caller came."""
        ...

    def key(self, key: str) -> None:
        """The caller pressed a key."""
        ...

    def media_lost(self, connection: "MediaConnection") -> None:
        """Asterisk closed the connection: a hang-up and a transfer look the same here."""
        ...


Welcome = Callable[["MediaConnection", UUID], None]
"""Gets each connection once it has said which call it is, and sets its `owner`, or closes it."""


class MediaConnection(asyncio.Protocol):
    """One connection from Asterisk."""

    def __init__(self, welcome: Welcome, open_: "set[MediaConnection]") -> None:
        self._welcome, self._open = welcome, open_
        self._reader = FrameReader()
        self._transport: asyncio.Transport | None = None
        self._known = False
        self._impatience: asyncio.TimerHandle | None = None
        self.owner: MediaOwner | None = None
        self.dropped = 0
        """Frames not sent because Asterisk did not take them."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the first frame, but not for ever."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are of a class of their own
        if sum(not each._known for each in self._open) >= MOST_STRANGERS:
            self._transport.abort()
            return
        self._open.add(self)
        self._impatience = asyncio.get_running_loop().call_later(FIRST_FRAME_S, self._transport.abort)

    def data_received(self, data: bytes) -> None:
        """Pass on what came."""
        try:
            for frame in self._reader.feed(data):
                self._take(frame)
        except LineError as error:
            log.warning("%s", error)
            self.close()

    def connection_lost(self, _error: Exception | None) -> None:
        """Tell the owner."""
        self._transport = None
        self._open.discard(self)
        if self._impatience:
            self._impatience.cancel()
        if self.owner:
            owner, self.owner = self.owner, None
            owner.media_lost(self)

    def send(self, frame: bytes) -> None:
        """Send one encoded frame, or drop it where Asterisk is behind."""
        if self._transport is None:
            return
        if self._transport.get_write_buffer_size() > MOST_UNSENT:
            self.dropped += 1
            return
        self._transport.write(frame)

    def close(self) -> None:
        """End the connection; the dialplan goes on behind it. Harmless twice."""
        if self._transport:
            self._transport.close()

    def _take(self, frame: Frame) -> None:
        if not self._known:
            call_id = frame.call_id
            self._known = True
            if self._impatience:
                self._impatience.cancel()
            self._welcome(self, call_id)
        elif self.owner is None:
            return
        elif frame.kind in RATES:
            self.owner.sound(frame.payload, RATES[frame.kind])
        elif frame.kind == Kind.KEY:
            self.owner.key(frame.payload.decode("ascii", "ignore"))
        elif frame.kind == Kind.ERROR:
            raise AudioSocketBroken(what=f"Asterisk 报错 {frame.payload.hex()}")


class MediaServer:
    """Listens for Asterisk's connections."""

    def __init__(self, welcome: Welcome) -> None:
        self._welcome = welcome
        self._server: asyncio.Server | None = None
        self.open: set[MediaConnection] = set()
        """The connections that are up."""

    async def start(self, host: str, port: int) -> None:
        """Listen on TCP `host`:`port`. Raises `PortTaken` or `LineError`."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(
                lambda: MediaConnection(self._welcome, self.open), host, port, backlog=1024
            )
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(host=host, port=port) from error
            raise LineError(what=error.strerror or error) from error

    async def stop(self) -> None:
        """Close everything."""
        if self._server:
            self._server.close()
        for connection in list(self.open):
            connection.close()
        for _ in range(100):
            if not self.open:
                break
            await asyncio.sleep(0.01)
        self._server = None
