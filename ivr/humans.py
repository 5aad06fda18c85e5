"""The human agents, as a call needs them: who is there, and where their calls go."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from dialog.ports import Humans, Staffing


@dataclass(frozen=True, slots=True)
class HumanLoad:
    """How busy the human agents are at this moment."""

    logged_in: int = 0
    """On duty: logged in and not paused."""
    free: int = 0
    """Those of them who do not talk."""
    waiting: int = 0
    """Callers who wait for one."""
    wait_s: float | None = None
    """Seconds that the next caller is expected to wait; None where nobody can tell."""


class HumanAgents(Humans, Protocol):
    """Where calls are handed over to. Answers at once from what is known already."""

    def target(self, reason: str, packet: Mapping[str, Any]) -> str:
        """Return whom `Call.transfer` is to try for a caller with that reason and packet; "" for nobody."""
        ...

    def load(self) -> HumanLoad:
        """Return how busy those are who take calls that nobody has talked with yet."""
        ...


@dataclass(frozen=True, slots=True)
class OneHuman:
    """One SIP address that is always tried, or "" for nobody: all that a line without queues knows."""

    address: str

    def staffing(self, reason: str, packet: Mapping[str, Any]) -> Staffing:
        """Return the same for every caller."""
        return Staffing(bool(self.address))

    def target(self, reason: str, packet: Mapping[str, Any]) -> str:
        """Return the address."""
        return self.address

    def load(self) -> HumanLoad:
        """Return one who is always free, or nobody."""
        return HumanLoad(1, 1) if self.address else HumanLoad()
