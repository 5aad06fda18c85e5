"""The bot's hearing in one call: frames in, finished turns out; decoding begins at the first pause."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from asr.end_of_turn import EndOfTurn, Pace
from asr.recogniser import Hints, Recogniser, Transcript
from asr.turns import Paused, Resumed, SpeechStarted, TooLong, TurnDetector
from core.audio import Pcm


class VoiceProbability(Protocol):
    """What the ear needs of `asr.vad.VoiceActivity`."""

    def feed(self, frame: bytes) -> float:
        """Return the probability of a human voice in the newest frames."""
        ...


@dataclass(frozen=True, slots=True)
class Turn:
    """What the caller said, with the times of its making in milliseconds after the caller's last sound.

    `transcript` is None where the recogniser failed; `error` then says why.
    """

    transcript: Transcript | None
    speech_ms: int
    at_ms: int
    """End of the voice, in milliseconds of the call's frames."""
    times: dict[str, float] = field(default_factory=dict)
    error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class _Decoding:
    """A decoding under way, which also tells when it was done, with what the detector knew when it began."""

    task: asyncio.Task[tuple[Transcript, float]]
    began: float
    speech_ms: int
    voice_end_ms: int

    def heard(self) -> Transcript | None:
        return None if self.task.cancelled() or self.task.exception() else self.task.result()[0]


class Ear:
    """Listens to one call.

    A pause starts a decoding (early, because the silence that ends a turn is longer than a pause); a caller who goes
    on throws it away. The turn is over when `EndOfTurn` says so and the decoding is there.
    """

    def __init__(
        self,
        vad: VoiceProbability,
        detector: TurnDetector,
        policy: EndOfTurn,
        recogniser: Recogniser,
        rate: int,
    ) -> None:
        self._vad, self._detector, self._policy = vad, detector, policy
        self._recogniser, self._rate = recogniser, rate
        self._pace, self._hints = Pace.SENTENCE, Hints()
        self._decoding: _Decoding | None = None
        self._cut: _Decoding | None = None
        """The decoding of a turn that got too long. What the caller says meanwhile is the next turn."""

    @property
    def in_speech(self) -> bool:
        """Whether a turn of the caller is under way: spoken, or said and not yet written down."""
        return self._detector.in_speech or self._cut is not None

    @property
    def voiced_ms(self) -> int:
        """Voice in the turn under way."""
        return self._detector.speech_ms

    @property
    def in_pause(self) -> bool:
        """Whether the turn under way pauses."""
        return self._detector.paused

    def expect(self, pace: Pace, hints: Hints) -> None:
        """Set how the next answer is expected to be spoken."""
        self._pace, self._hints = pace, hints

    def feed(self, frame: bytes, is_echo: Callable[[], bool]) -> Turn | None:
        """Take one frame; return the turn that it ends. `is_echo` is asked only where there is a voice."""
        probability = self._vad.feed(frame)
        if probability >= self._policy.settings.start_probability and is_echo():
            probability = 0.0
        for event in self._detector.feed(frame, probability):
            match event:
                case TooLong():
                    self.drop_decoding()
                    self._cut = self._decode()
                    self._detector.reset()
                case Paused():
                    self.drop_decoding()
                    self._decoding = self._decode()
                case Resumed() | SpeechStarted():
                    self.drop_decoding()
        if self._cut:
            return self._take_cut(self._cut) if self._cut.task.done() else None
        return self._take(self._decoding) if self._decoding and self._is_over(self._decoding) else None

    async def last(self) -> Turn | None:
        """Return the turn under way, where there is one, without waiting for its end: the line has gone."""
        if self._cut:
            await asyncio.wait([self._cut.task])
            return self._take_cut(self._cut)
        if not self._detector.in_speech:
            return None
        decoding = self._decoding = self._decoding or self._decode()
        await asyncio.wait([decoding.task])
        return self._take(decoding)

    def forget(self) -> None:
        """Drop the turn under way: it was an echo or a backchannel."""
        self.drop_decoding()
        if self._cut:
            self._cut.task.cancel()
            self._cut = None
        self._detector.reset()

    def drop_decoding(self) -> None:
        """Throw away the decoding under way."""
        if self._decoding:
            self._decoding.task.cancel()
            self._decoding = None

    def _decode(self) -> _Decoding:
        detector = self._detector
        task = asyncio.create_task(self._recognise(detector.speech()))
        return _Decoding(task, time.monotonic(), detector.speech_ms, detector.now_ms - detector.silence_ms)

    async def _recognise(self, speech: Pcm) -> tuple[Transcript, float]:
        return await self._recogniser.recognise(speech, self._rate, self._hints), time.monotonic()

    def _is_over(self, decoding: _Decoding) -> bool:
        detector = self._detector
        if not decoding.task.done() or not detector.paused:
            return False  # the decoding hides behind the silence; where it is late, the turn waits for it
        return self._policy.is_over(detector.silence_ms, detector.speech_ms, self._pace, decoding.heard())

    def _take(self, decoding: _Decoding) -> Turn:
        silence = self._detector.silence_ms
        self._decoding = None
        self._detector.reset()
        return self._turn(decoding, silence, self._policy.settings.pause_ms)

    def _take_cut(self, decoding: _Decoding) -> Turn:
        self._cut = None
        return self._turn(decoding, 0, 0)

    def _turn(self, decoding: _Decoding, silence_ms: int, pause_ms: int) -> Turn:
        times: dict[str, float] = {"silence_ms": silence_ms}
        error = decoding.task.exception()
        if error is not None:
            return Turn(None, decoding.speech_ms, decoding.voice_end_ms, times, error)
        heard, at = decoding.task.result()
        times["decoded_ms"] = round((at - decoding.began) * 1000 + pause_ms)
        times["work_ms"] = round(heard.seconds * 1000)
        return Turn(heard, decoding.speech_ms, decoding.voice_end_ms, times)
