"""The bot's voice in one call: speaks in order, falls silent, goes on, and knows what was really heard."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Protocol

from dialog.moves import Say
from ivr.track import Track
from telephony.line import Call

log = logging.getLogger(__name__)


class Speaker(Protocol):
    """What the mouth needs of `tts.voice.Voice`."""

    def ready(self, text: str, slow: bool = False) -> bool:
        """Whether all of `text` can be played at once."""
        ...

    def speak(self, text: str, slow: bool = False, keep: bool = True) -> AsyncGenerator[bytes, None]:
        """Yield the sound of `text`, clause by clause; on disk it is kept only where `keep` allows it."""
        ...


@dataclass(frozen=True, slots=True)
class Heard:
    """What the caller got of one `Say`: the text so far, and whether it was all."""

    say: Say
    text: str
    whole: bool


@dataclass(slots=True)
class _Piece:
    """One `Say` with the positions of its sound; `complete` once all of it is queued."""

    say: Say
    start: int
    end: int
    complete: bool = False
    failed: bool = False


class Mouth:
    """Speaks through `call`. One at a time; what is said later waits.

    `lead_in` covers the making of an answer that is not rendered yet. `on_heard` is told what the caller heard of
    each `Say`, in order; `on_failure` that a sentence could not be made; `on_quiet` that all was said.
    """

    def __init__(
        self,
        call: Call,
        speaker: Speaker,
        lead_in: str,
        on_heard: Callable[[Heard], None],
        on_failure: Callable[[Say, Exception], None],
        on_quiet: Callable[[], None] = lambda: None,
    ) -> None:
        self._call, self._speaker, self._lead_in = call, speaker, lead_in
        self._on_heard, self._on_failure, self._on_quiet = on_heard, on_failure, on_quiet
        self.track = Track(call.rate, call.played + call.queued)
        self._waiting: asyncio.Queue[Say] = asyncio.Queue()
        self._pieces: list[_Piece] = []
        self._paused_rest: bytes | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._cuts = 0
        self._making: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether anything is being said, paused in the middle, or waits to be said."""
        return not self._idle.is_set()

    @property
    def paused(self) -> bool:
        """Whether the bot has fallen silent to listen."""
        return self._paused_rest is not None

    @property
    def interruptible(self) -> bool:
        """Whether the sentence being said may be interrupted."""
        return all(piece.say.interruptible for piece in self._pieces[:1])

    @property
    def sounding(self) -> bool:
        """Whether sound is going out right now."""
        return self._call.queued > 0

    def say(self, say: Say) -> None:
        """Speak `say` after everything said before."""
        self._idle.clear()
        self._waiting.put_nowait(say)
        if self._making is None or self._making.done():
            self._making = asyncio.create_task(self._make())

    def recent(self, samples: int) -> bytes:
        """Return the last `samples` samples that have gone out."""
        played = self._call.played
        return self.track.read(played - samples, played)

    def said_now(self) -> str:
        """Return the text of the sentences being said, to compare an echo with."""
        return "".join(piece.say.text for piece in self._pieces)

    def share_played(self) -> float:
        """Return how much of what is being said has gone out, 0 to 1; 1 when idle."""
        if not self._pieces or not self._waiting.empty() or not self._pieces[-1].complete:
            return 0.0 if self.busy else 1.0
        start, end = self._pieces[0].start, self._pieces[-1].end
        return (self._call.played - start) / max(1, end - start)

    def pause(self) -> None:
        """Fall silent at once, ready to go on."""
        if self._paused_rest is None and self.busy:
            self._call.stop_playing()
            self._paused_rest = self.track.cut(self._call.played)

    def resume(self) -> None:
        """Go on where `pause` stopped."""
        if self._paused_rest is not None:
            rest, self._paused_rest = self._paused_rest, None
            self._queue(rest)

    def cut(self) -> str:
        """Stop for good; return what was heard of the sentence that was cut, and drop what waited."""
        self._cuts += 1
        if self._making:
            self._making.cancel()
            self._making = None
        while not self._waiting.empty():
            self._waiting.get_nowait()
        self._call.stop_playing()
        self._paused_rest = None
        self.track.cut(self._call.played)
        heard = [self._heard(piece) for piece in self._pieces]
        self._pieces = []
        for each in heard:
            self._on_heard(each)
        self._idle.set()
        return "".join(each.text for each in heard)

    async def finished(self) -> bool:
        """Wait until everything was said; False where it was cut meanwhile."""
        cuts = self._cuts
        await self._idle.wait()
        return cuts == self._cuts

    def tick(self) -> None:
        """Notice what has been played out; to be called with every frame."""
        played = self._call.played
        while self._pieces and self._pieces[0].complete and played >= self._pieces[0].end and not self.paused:
            piece = self._pieces.pop(0)
            self._on_heard(self._heard(piece))
        if not self._pieces and self._waiting.empty() and (self._making is None or self._making.done()) and self.busy:
            self._idle.set()
            self._on_quiet()
        self.track.forget(played)

    async def close(self) -> None:
        """Stop making sentences; the call is over."""
        if self.busy:
            self.cut()

    async def _make(self) -> None:
        while not self._waiting.empty():
            say = self._waiting.get_nowait()
            piece = _Piece(say, self._end, self._end)
            self._pieces.append(piece)
            try:
                await self._make_one(say, piece)
            except Exception as error:  # a sentence that cannot be made must not end the call
                piece.failed = True
                self._on_failure(say, error)
            piece.complete = True

    async def _make_one(self, say: Say, piece: _Piece) -> None:
        late = say.fixed and len(say.text) > len(self._lead_in) and not self._speaker.ready(say.text, say.slow)
        if late and self._speaker.ready(self._lead_in, say.slow):
            await self._play(replace(say, text=self._lead_in), piece)
            piece.start = self._end
        await self._play(say, piece)

    async def _play(self, say: Say, piece: _Piece) -> None:
        # A cut stops the making. What is not fixed holds the caller's words, which no cache may keep.
        async with aclosing(self._speaker.speak(say.text, say.slow, say.fixed)) as sounds:
            async for pcm in sounds:
                self._queue(pcm)
                piece.end = self._end

    @property
    def _end(self) -> int:
        return self.track.end + len(self._paused_rest or b"") // 2

    def _queue(self, pcm: bytes) -> None:
        if self._paused_rest is not None:
            self._paused_rest += pcm
            return
        self.track.add(pcm)
        self._call.play(pcm)

    def _heard(self, piece: _Piece) -> Heard:
        """Estimate the text that fits into what was played; a character takes as long as any other."""
        played = self._call.played
        if piece.complete and played >= piece.end and not piece.failed:
            return Heard(piece.say, piece.say.text, whole=True)
        # Where the rest is not made yet its length is unknown: about 210 ms a character at the usual speed.
        whole = piece.end - piece.start
        if not piece.complete or piece.failed:
            whole = max(whole, int(len(piece.say.text) * 0.21 * self._call.rate))
        share = max(0.0, min(1.0, (played - piece.start) / max(1, whole)))
        return Heard(piece.say, piece.say.text[: int(len(piece.say.text) * share)], whole=False)
