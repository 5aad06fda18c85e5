"""The bot's hearing in one call: frames in, finished turns out; decoding begins at the first pause."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from asr.end_of_turn import EndOfTurn, Pace
from asr.recogniser import Hints, Recogniser, Transcript
from asr.turns import Paused, Resumed, SpeechStarted, TooLong, TurnDetector


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
        self._decoding: asyncio.Task[Transcript] | None = None
        self._paused_at = 0.0
        self._decoded_at = 0.0
        self._closing = False
        """Whether the turn got too long and ends with the decoding under way, whatever the caller does."""

    @property
    def in_speech(self) -> bool:
        """Whether a turn of the caller is under way."""
        return self._detector.in_speech

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
        if probability > 0.3 and is_echo():
            probability = 0.0
        for event in self._detector.feed(frame, probability):
            match event:
                case TooLong():
                    self._decode()
                    self._closing = True
                case Paused() if not self._closing:
                    self._decode()
                case Resumed() | SpeechStarted() if not self._closing:
                    self.drop_decoding()
        return self._take() if self._is_over() else None

    def forget(self) -> None:
        """Drop the turn under way: it was an echo or a backchannel."""
        self.drop_decoding()
        self._closing = False
        self._detector.reset()

    def drop_decoding(self) -> None:
        """Throw away the decoding under way."""
        if self._decoding:
            self._decoding.cancel()
            self._decoding = None

    def _decode(self) -> None:
        self.drop_decoding()
        self._paused_at = time.monotonic()
        self._decoding = asyncio.create_task(self._recognise())

    async def _recognise(self) -> Transcript:
        heard = await self._recogniser.recognise(self._detector.speech(), self._rate, self._hints)
        self._decoded_at = time.monotonic()
        return heard

    def _is_over(self) -> bool:
        detector = self._detector
        if self._decoding is None or not self._decoding.done():
            return False  # the decoding hides behind the silence; where it is late, the turn waits for it
        if self._closing or not detector.paused:
            return self._closing
        heard = None if self._decoding.cancelled() or self._decoding.exception() else self._decoding.result()
        return self._policy.is_over(detector.silence_ms, detector.speech_ms, self._pace, heard)

    def _take(self) -> Turn:
        detector, decoding = self._detector, self._decoding
        assert decoding is not None
        silence, speech_ms = detector.silence_ms, detector.speech_ms
        turn_end = detector.now_ms - silence
        waited = (self._decoded_at - self._paused_at) * 1000
        times: dict[str, float] = {
            "silence_ms": silence,
            "decoded_ms": round(waited + self._policy.settings.pause_ms),
        }
        self._decoding, self._closing = None, False
        detector.reset()
        error = decoding.exception()
        if error is not None:
            return Turn(None, speech_ms, turn_end, times, error)
        heard = decoding.result()
        times["work_ms"] = round(heard.seconds * 1000)
        return Turn(heard, speech_ms, turn_end, times)
