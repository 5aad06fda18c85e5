"""The `Recogniser` port: what a finished or paused stretch of speech becomes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core.audio import Pcm


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard in one stretch of speech.

    `text` is simplified Chinese without the noise of loops and fillers; empty where nothing intelligible was said.
    `confidence` is between 0 and 1. `phrase` is the member of the closed set that the sound itself chose,
    None where none won by a clear margin. `seconds` is the recogniser's work.
    """

    text: str
    confidence: float
    phrase: str | None = None
    seconds: float = 0.0
    raw: str = ""
    """The free decoding before correction by sound."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What the dialogue expects to hear next; an empty one means anything."""

    phrases: Sequence[str] = ()
    """Short answers to be scored against the sound as a closed set."""
    digits: bool = False
    """A number is being dictated."""


class Recogniser(Protocol):
    """Turns speech into text outside the event loop. One instance serves all calls."""

    async def start(self) -> None:
        """Load what is needed. Raises `core.errors.ModelMissing` or `ModelDamaged`."""
        ...

    async def recognise(self, speech: Pcm, rate: int, hints: Hints = Hints()) -> Transcript:
        """Return what `speech` (mono, `rate` Hz, up to 30 s) says.

        Raises `RecogniserBusy` where the bounded queue is full and `RecogniserFailed` where a worker died
        twice on this speech. Cancelling the call takes the work out of the queue.
        """
        ...

    @property
    def backlog(self) -> int:
        """Stretches of speech waiting for a worker."""
        ...

    async def stop(self) -> None:
        """End the workers."""
        ...


class SpareRecogniser(Protocol):
    """Recognises what may be left out, such as a talk between humans, never at the cost of other speech."""

    async def recognise_spare(self, speech: Pcm, rate: int, patience_s: float) -> Transcript:
        """Return what `speech` (mono, `rate` Hz, up to 30 s) says.

        Raises `RecogniserBusy` at once where others wait, `RecogniserDropped` where its turn has not come within
        `patience_s` seconds, and `RecogniserFailed` as `Recogniser` does.
        """
        ...
