"""The shell around `SipAgent`: a UDP port and a timer."""

import asyncio
from collections.abc import Callable

from telephony.gate import Gate
from telephony.sip_agent import SipAgent
from telephony.udp import Address, Datagrams, Receiver, UdpSocket, address_towards

TICK_S = 0.1


class SipSocket:
    """Moves datagrams between a port and an agent; the timer runs only while something must be sent again."""

    def __init__(self, gate: Gate | None = None, make_udp: Callable[[Receiver], Datagrams] = UdpSocket) -> None:
        self._gate = gate
        self._udp = make_udp(self._received)
        self._timer: asyncio.TimerHandle | None = None
        self._host = ""
        self.agent = SipAgent(self._send)

    @property
    def address(self) -> Address:
        """Where it listens."""
        return self._udp.address

    def open(self, host: str, port: int) -> None:
        """Bind. Raises `OSError`."""
        self._udp.open(host, port)

    def contact(self, peer: Address, advertised: str = "") -> Address:
        """Return the address under which `peer` reaches us."""
        host, port = self._udp.address
        return advertised or (address_towards(peer) if host == "0.0.0.0" else host), port

    async def quiet(self, timeout_s: float) -> None:
        """Wait until everything sent has been answered, or the time is up."""
        loop = asyncio.get_running_loop()
        until = loop.time() + timeout_s
        while not self.agent.idle and loop.time() < until:  # noqa: ASYNC110 (once, at the end)
            await asyncio.sleep(0.01)

    def close(self) -> None:
        """Let go of the port. Harmless twice."""
        self._udp.close()
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _received(self, data: bytes, source: Address, now: float) -> None:
        if self._gate is None or self._gate.admits(source[0], now):
            self.agent.receive(data, source, now)

    def _send(self, data: bytes, to: Address) -> None:
        self._udp.send(data, to)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(TICK_S, self._tick)

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        self.agent.tick(loop.time())
        self._timer = loop.call_later(TICK_S, self._tick) if len(self.agent.resender) else None
