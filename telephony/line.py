"""The `Line` port: what a telephone line is to the rest of the hotline, whoever carries it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Audio:
    """20 ms of the caller's voice: 16-bit little-endian mono PCM at the call's `rate`.

    `at` is when it arrived, in seconds of `time.monotonic()`. Packets lost on the way are filled in.
    """

    pcm: bytes
    at: float


@dataclass(frozen=True, slots=True)
class KeyPress:
    """One of 0–9, * and #, once per press however often the network repeats it (RFC 4733)."""

    key: str
    at: float


@dataclass(frozen=True, slots=True)
class HungUp:
    """The call is over: the caller left, the line failed (no RTP, no answer), or we ended it.

    It is the last event of every call.
    """

    by: Literal["caller", "line", "us"]
    reason: str
    at: float


LineEvent = Audio | KeyPress | HungUp


class Returned(StrEnum):
    """Why a caller came back from a transfer."""

    NOBODY = "nobody"
    """No human took the call, for whatever reason."""
    WANTS_BOT = "wants bot"
    """The caller did not want to wait any longer, and talks to the bot rather."""
    WANTS_CALL_BACK = "wants call-back"
    """The caller did not want to wait any longer, and wants to be called back."""


class Call(Protocol):
    """One caller on the line, offered and not yet answered.

    Audio flows only after `answer`. All methods are called from the event loop; none blocks it, and none
    raises because the caller has gone: the last event says so.
    """

    id: str
    caller: str | None
    """The caller's number as the network gave it (digits and a leading +), None where withheld."""
    called: str
    rate: int
    """Samples a second in both directions, 8000 or 16000."""

    async def answer(self) -> None:
        """Take the call."""
        ...

    async def refuse(self, busy: bool = True) -> None:
        """Decline an unanswered call, as busy or as unavailable."""
        ...

    def events(self) -> AsyncIterator[LineEvent]:
        """Yield what comes from the caller, ending with `HungUp`. To be read by one task at a time."""
        ...

    def play(self, pcm: bytes) -> None:
        """Queue PCM of any length behind what is already queued. The line paces it; idle time is silence."""
        ...

    def stop_playing(self) -> None:
        """Drop everything queued; the caller hears silence from the next frame on."""
        ...

    @property
    def played(self) -> int:
        """Samples of queued audio that have gone out since the call began (silence between is not counted)."""
        ...

    @property
    def queued(self) -> int:
        """Samples still waiting to go out."""
        ...

    async def played_out(self) -> None:
        """Wait until nothing is queued, or the call is over."""
        ...

    async def transfer(self, target: str, patience_s: float | None = None, urgent: bool = False) -> bool:
        """Hand the caller to `target`: a SIP address, or the name of a queue where the line has queues.

        True once a human has the caller; the call then ends by itself. False where nobody took the caller within
        `patience_s` seconds (None: the line's own limit); the call then goes on, and `returned` may say why. An
        `urgent` caller comes before the others in a queue.
        """
        ...

    @property
    def away(self) -> bool:
        """Whether the caller waits in a queue, and neither hears us nor is heard."""
        ...

    @property
    def returned(self) -> "Returned":
        """What brought the caller back from the last transfer."""
        ...

    async def hang_up(self) -> None:
        """End the call. Harmless where it is already over."""
        ...


Answerer = Callable[[Call], Awaitable[None]]
"""Owns one call from offer to end; when it returns or raises, the line ends what is left of the call."""


class Line(Protocol):
    """A source of calls."""

    async def start(self, answerer: Answerer) -> None:
        """Listen; run `answerer` as a task of its own for each call. Raises `LineError` (e.g. port taken)."""
        ...

    async def stop(self, drain_s: float = 0.0) -> None:
        """Refuse new calls, let running ones end within `drain_s` seconds, end the rest, free everything."""
        ...

    @property
    def running(self) -> int:
        """How many calls are up now."""
        ...
