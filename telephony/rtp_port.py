"""A call's UDP port for audio: whom it listens to, and where it sends."""

from collections.abc import Callable

from telephony.errors import LineError
from telephony.udp import Address, Datagrams, Receiver, UdpSocket

LARGEST = 2048
"""Bytes of a datagram that are read; RTP of a telephone has 172."""


def _one_at_a_time(receiver: Receiver) -> Datagrams:
    return UdpSocket(receiver, LARGEST, batch=1)


class RtpPort:
    """Listens to one source only.

    That is the address in the other side's SDP; where packets come from another port of the host that the
    SDP or the signalling came from (address translation), the first such source, until the true one is heard.
    """

    def __init__(
        self,
        on_packet: Callable[[bytes, float], None],
        make_udp: Callable[[Receiver], Datagrams] = _one_at_a_time,
    ) -> None:
        self._on_packet = on_packet
        self._udp = make_udp(self._received)
        self._remote: Address | None = None
        self._guess: Address | None = None
        self._hosts: frozenset[str] = frozenset()
        self._certain = False
        self.strangers = 0
        """Datagrams from elsewhere, dropped."""

    @property
    def port(self) -> int:
        """Our own port."""
        return self._udp.address[1]

    def open(self, host: str, port: int) -> None:
        """Bind. Raises `OSError`."""
        self._udp.open(host, port)

    def connect(self, remote: Address | None, signalling: Address) -> None:
        """Exchange audio with `remote`, None for nobody (the other side is on hold)."""
        if remote != self._remote:
            self._remote, self._guess, self._certain = remote, None, False
        self._hosts = frozenset({signalling[0], *([remote[0]] if remote else [])})

    def send(self, data: bytes) -> None:
        """Send to the other side."""
        to = self._guess or self._remote
        if to:
            self._udp.send(data, to)

    def close(self) -> None:
        """Let go of the port. Harmless twice."""
        self._udp.close()

    def _received(self, data: bytes, source: Address, now: float) -> None:
        if not self._certain:
            if source == self._remote:
                self._certain, self._guess = True, None
            elif self._guess is None and source[0] in self._hosts and self._remote and _is_rtp(data):
                self._guess = source
        if source == (self._guess or self._remote):
            self._on_packet(data, now)
        else:
            self.strangers += 1


def _is_rtp(data: bytes) -> bool:
    """Return whether a datagram may be RTP: long enough, version 2 (RFC 3550 5.1), no RTCP."""
    return len(data) > 12 and data[0] >> 6 == 2 and not 192 <= data[1] <= 223


class RtpPorts:
    """Hands out even ports of a range in turn, so that a late packet of one call meets no new one."""

    def __init__(self, host: str, first: int, last: int) -> None:
        self._host = host
        self._ports = range(first + first % 2, last + 1, 2)
        self._next = 0

    def open(self, port: RtpPort) -> None:
        """Bind `port` to the next free one. Raises `LineError` where the range is used up."""
        for _ in self._ports:
            number = self._ports[self._next]
            self._next = (self._next + 1) % len(self._ports)
            try:
                port.open(self._host, number)
            except OSError:
                continue
            return
        raise LineError(what=f"RTP 端口 {self._ports[0]}–{self._ports[-1]} 已用完")
