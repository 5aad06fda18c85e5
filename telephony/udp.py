"""One UDP socket on the event loop: never blocks, never raises for what the network does."""

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import Protocol

log = logging.getLogger(__name__)

Address = tuple[str, int]
"""IPv4 address and port."""

Receiver = Callable[[bytes, Address, float], None]
"""Takes a datagram, its source and the time in seconds of `time.monotonic()`."""

BATCH = 32
"""Datagrams read before other work gets its turn, so that a flood on one socket starves nobody.

Where one at a time is the rule (a call's audio), 1 saves the read that finds nothing.
"""


class Datagrams(Protocol):
    """A UDP port, whoever reads it; what comes goes to the `Receiver` that it was made with."""

    @property
    def address(self) -> Address:
        """Where it is bound."""
        ...

    def open(self, host: str, port: int) -> None:
        """Bind to a numeric `host`, port 0 for any. Raises `OSError`."""
        ...

    def send(self, data: bytes, to: Address) -> None:
        """Send, or drop as the network would."""
        ...

    def close(self) -> None:
        """Let go of the port. Harmless twice."""
        ...


class UdpSocket:
    """Reads with `loop.add_reader`: cheaper than a datagram transport, and closed the moment `close` returns."""

    def __init__(self, on_datagram: Receiver, largest: int = 65535, batch: int = BATCH) -> None:
        self._on_datagram = on_datagram
        self._largest = largest
        self._batch = batch
        self._socket: socket.socket | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.address: Address = ("", 0)

    def open(self, host: str, port: int) -> None:
        """Bind to a numeric `host`. Raises `OSError` where that fails."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            sock.setblocking(False)
            sock.bind((host, port))
        except (OSError, OverflowError):
            sock.close()
            raise
        self._socket = sock
        self.address = sock.getsockname()[:2]
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(sock, self._readable)

    def send(self, data: bytes, to: Address) -> None:
        """Send, or drop as the network would: buffer full, no route, an address that is none."""
        if self._socket is None:
            return
        try:
            self._socket.sendto(data, to)
        except (OSError, OverflowError, ValueError, TypeError) as error:
            log.debug("datagram not sent: %s", type(error).__name__)

    def close(self) -> None:
        """Let go of the port. Harmless twice."""
        if self._socket is not None and self._loop is not None:
            self._loop.remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def _readable(self) -> None:
        assert self._loop is not None
        for _ in range(self._batch):
            if self._socket is None:
                return
            try:
                data, source = self._socket.recvfrom(self._largest)
            except OSError:  # nothing left, or an ICMP error of an earlier send
                return
            try:
                self._on_datagram(data, source, self._loop.time())
            except Exception:
                log.exception("datagram handler failed")


def address_towards(peer: Address) -> str:
    """Return our own address on the way to `peer`, for a socket that listens on all of them."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(peer)  # sends nothing; the kernel picks the route
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
