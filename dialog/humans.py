"""Humans for lines that have no queue, and humans whose staffing is set by hand: twins of the `Humans` port."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dialog.ports import Staffing


@dataclass(frozen=True, slots=True)
class ConstantHumans:
    """One address that is always tried, or nobody at all: what a line without queues knows of its humans."""

    reachable: bool = True

    def staffing(self, reason: str, packet: Mapping[str, Any]) -> Staffing:
        """Return the same for every caller."""
        return Staffing(self.reachable)


@dataclass(slots=True)
class SetHumans:
    """Humans as a script, a test or somebody at the keyboard sets them; may change during a call."""

    now: Staffing

    def staffing(self, reason: str, packet: Mapping[str, Any]) -> Staffing:
        """Return what was set last."""
        return self.now
