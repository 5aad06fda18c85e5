"""The `Legs` port: the two sides of a talk between a caller and a human agent, each heard on its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from telephony.line import Audio

Who = Literal["caller", "agent"]


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a talk; `rate` is in samples a second."""

    call_id: str
    who: Who
    agent: str
    """The agent's extension, on both sides."""
    rate: int = 8000


class LegListener(Protocol):
    """Who hears a leg."""

    def hear(self, audio: Audio) -> None:
        """Take 20 ms of what this side says; silence comes too."""
        ...

    def over(self) -> None:
        """The leg is heard no longer: its talk has ended, or its sound was lost. Called once."""
        ...


Listen = Callable[[Leg], LegListener]
"""Called for each leg that begins to be heard; a leg whose sound was lost may begin again."""


class Legs(Protocol):
    """Hears every talk. Listening changes nothing for those who talk, whatever becomes of it."""

    def start(self, listen: Listen) -> None:
        """Let every talk that there is, and every later one, be heard by what `listen` returns."""
        ...

    def stop(self) -> None:
        """Hear nothing any more; each leg's listener is told that it is over. Harmless twice."""
        ...
