"""Finds where a caller's speech starts, pauses and goes on. Pure: the frames are the clock."""

from collections import deque
from dataclasses import dataclass

import numpy as np

from asr.levels import NoiseFloor, is_tone, level_db
from asr.settings import TurnSettings
from core.audio import FRAME_MS, Pcm


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """A caller speaks; `at_ms` is where the voice began, which is a little before it was believed."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class Paused:
    """The voice has been away for `TurnSettings.pause_ms`; `at_ms` is where it ended."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """The caller goes on after a pause; `at_ms` is where the voice came back."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class TooLong:
    """The turn has reached its greatest length; take what is there and `reset`."""

    at_ms: int


TurnEvent = SpeechStarted | Paused | Resumed | TooLong


class TurnDetector:
    """Follows one caller's frames. Times are milliseconds since the first frame.

    A frame is voice where the voice detector says so, it stands out of the line's noise and is no key tone.
    A turn lasts from `SpeechStarted` until `reset`, however long the silence at its end:
    when it is over is for `asr.end_of_turn.EndOfTurn` to say.
    """

    def __init__(self, settings: TurnSettings, rate: int) -> None:
        self._settings = settings
        self._rate = rate
        self._noise = NoiseFloor(settings.noise_window_ms // FRAME_MS)
        self._frames: deque[bytes] = deque()
        self._now = 0
        self._kept_from = 0
        """Time of the first frame in `_frames`."""
        self._run_from = 0
        """Where the present run of voice began, valid while `_run` is not 0."""
        self._run = 0
        self._gap = 0
        self._run_best = 0.0
        """Highest voice probability in the present run."""
        self._start: int | None = None
        self._voice_end = 0
        self._voiced = 0
        self._paused = False
        self._peak = -90.0

    @property
    def now_ms(self) -> int:
        """Time since the first frame."""
        return self._now

    @property
    def in_speech(self) -> bool:
        """Whether a turn is under way: speech has started and the turn was not taken yet."""
        return self._start is not None

    @property
    def paused(self) -> bool:
        """Whether the turn under way is in a pause."""
        return self._paused

    @property
    def silence_ms(self) -> int:
        """Time since the end of the last voice frame; 0 outside of a turn."""
        return self._now - self._voice_end if self.in_speech else 0

    @property
    def speech_ms(self) -> int:
        """Voice in the turn so far, pauses not counted."""
        return self._voiced

    @property
    def started_ms(self) -> int | None:
        """Where the turn's voice began, None outside of a turn."""
        return self._start

    def feed(self, frame: bytes, probability: float) -> list[TurnEvent]:
        """Take one 20 ms frame of 16-bit PCM and its voice probability; return what it changes."""
        voice = self._is_voice(frame, probability)
        self._frames.append(frame)
        at, self._now = self._now, self._now + FRAME_MS
        self._follow(voice, at, probability)
        if self._start is None:
            return self._idle()
        return self._speaking(self._start)

    def speech(self) -> Pcm:
        """Return the turn's sound with some from before its start and after its last voice; empty without a turn."""
        if self._start is None:
            return np.zeros(0, np.int16)
        until = min(self._now, self._voice_end + self._settings.post_roll_ms)
        count = (until - self._kept_from) // FRAME_MS
        return np.frombuffer(b"".join(list(self._frames)[:count]), np.int16)

    def reset(self) -> None:
        """Forget the turn that was taken; the noise that was learned stays."""
        if self._start is not None:
            # What was said belongs to the turn taken: the next one must not hear it again.
            while self._frames and self._kept_from < self._voice_end:
                self._frames.popleft()
                self._kept_from += FRAME_MS
        self._start, self._paused, self._voiced, self._run, self._gap, self._peak = None, False, 0, 0, 0, -90.0

    def _is_voice(self, frame: bytes, probability: float) -> bool:
        settings = self._settings
        pcm = np.frombuffer(frame, np.int16)
        level = level_db(pcm)
        floor = self._noise.learn(level)
        over = level - max(floor, settings.quietest_db)
        # The detector doubts short deep syllables, however loud: one look of it at a loud run is enough.
        sure = probability >= (
            settings.keep_probability if self.in_speech and not self._paused else settings.start_probability
        )
        if not sure and (probability < settings.faint_probability or over < settings.loud_db):
            return False
        if level < settings.quietest_db or level < floor + settings.above_noise_db:
            return False
        if level < self._peak - settings.below_peak_db or is_tone(pcm, self._rate):
            return False
        if self._start is not None:
            self._peak = max(self._peak, level)
        return True

    def _follow(self, voice: bool, at: int, probability: float) -> None:
        """Count the run of voice; a single frame without it does not break the run."""
        if voice:
            if not self._run:
                self._run_from, self._run_best = at, 0.0
            self._run_best = max(self._run_best, probability)
            self._run += FRAME_MS
            self._gap = 0
        elif self._run:
            self._gap += FRAME_MS
            if self._gap > FRAME_MS:
                self._run = self._gap = 0

    def _idle(self) -> list[TurnEvent]:
        if self._run >= self._settings.start_ms and self._run_best >= self._settings.start_probability:
            self._start, self._voiced, self._voice_end = self._run_from, self._run, self._now
            self._trim(self._run_from - self._settings.pre_roll_ms)
            return [SpeechStarted(self._start)]
        self._trim((self._run_from if self._run else self._now) - self._settings.pre_roll_ms)
        return []

    def _speaking(self, start: int) -> list[TurnEvent]:
        events: list[TurnEvent] = []
        if self._run and not self._gap:
            if not self._paused:
                self._voiced += FRAME_MS
                self._voice_end = self._now
            elif self._run >= self._settings.resume_ms and self._run_best >= self._settings.start_probability:
                self._paused = False
                self._voiced += self._run
                self._voice_end = self._now
                events.append(Resumed(self._run_from))
        elif not self._paused and self.silence_ms >= self._settings.pause_ms:
            self._paused = True
            events.append(Paused(self._voice_end))
        longest = self._settings.too_long_ms
        if self._now - start >= longest and (self._now - start) % longest < FRAME_MS:
            events.append(TooLong(self._now))
            self._trim(self._now - longest - self._settings.pre_roll_ms)
        return events

    def _trim(self, until: int) -> None:
        while self._kept_from < until:
            self._frames.popleft()
            self._kept_from += FRAME_MS
