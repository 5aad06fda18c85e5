"""How much SIP is read: a flood is dropped before it costs anything. No clock, no socket."""

from collections import OrderedDict
from ipaddress import IPv4Address, IPv4Network

REMEMBERED = 1000
"""Addresses whose allowance is kept; a flood from invented ones cannot grow it."""

TOGETHER = 4.0
"""All addresses together may send this many times the allowance of one."""


class Gate:
    """A token bucket for each address and one for all."""

    def __init__(self, per_s: float, peers: tuple[IPv4Network, ...] = ()) -> None:
        self._per_s = per_s
        self._peers = peers
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._all = (per_s * TOGETHER, 0.0)
        self.dropped = 0

    def admits(self, host: str, now: float) -> bool:
        """Return whether a message from `host` is read."""
        left, at = self._buckets.pop(host, (self._per_s, now))
        left = min(self._per_s, left + (now - at) * self._per_s)
        most = self._per_s * TOGETHER
        left_all = min(most, self._all[0] + (now - self._all[1]) * most)
        good = left >= 1 and left_all >= 1 and self._known(host)
        self._all = (left_all - good, now)
        self._buckets[host] = (left - good, now)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        self.dropped += not good
        return good

    def _known(self, host: str) -> bool:
        return not self._peers or any(IPv4Address(host) in network for network in self._peers)
