"""What is sent again over UDP until it is acknowledged (RFC 3261, 17.1.1.2 and 13.3.1.4). No clock, no socket."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from telephony.udp import Address

T1, T2 = 0.5, 4.0
"""RFC 3261's estimate of a round trip, and its longest interval, in seconds."""

GIVE_UP = 64 * T1
"""Seconds until the other side counts as gone."""


@dataclass(slots=True)
class _Waiting:
    data: bytes
    to: Address
    interval: float
    due: float
    until: float
    give_up: Callable[[], None]


class Resender:
    """Datagrams by key."""

    def __init__(self, send: Callable[[bytes, Address], None]) -> None:
        self._send = send
        self._waiting: dict[Hashable, _Waiting] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, key: Hashable, data: bytes, to: Address, now: float, give_up: Callable[[], None]) -> None:
        """Send now, and again and again until `stop(key)`; after 32 s call `give_up`."""
        self._waiting[key] = _Waiting(data, to, T1, now + T1, now + GIVE_UP, give_up)
        self._send(data, to)

    def stop(self, key: Hashable) -> None:
        """It has arrived."""
        self._waiting.pop(key, None)

    def tick(self, now: float) -> None:
        """Send what is due. Call about every 100 ms while there is something."""
        for key, item in list(self._waiting.items()):
            if self._waiting.get(key) is not item:
                continue
            if now >= item.until:
                del self._waiting[key]
                item.give_up()
            elif now >= item.due:
                item.interval = min(2 * item.interval, T2)
                item.due = now + item.interval
                self._send(item.data, item.to)
