"""Recognises a sound file on the very path of a call: telephone frames, voice activity, turns, recogniser."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from asr.recogniser import Hints, Recogniser, Transcript
from asr.settings import TurnSettings
from asr.turns import Paused, TooLong, TurnDetector
from asr.vad import VoiceActivity
from core.audio import Pcm, alaw_decode, alaw_encode, frame_bytes, read_wav, resample

RATE = 8000
"""The line's samples a second."""
_CUT_PAUSE_MS = 900
"""Silence that ends a segment of any length."""
_ENOUGH_MS = 8_000
"""Voice from which the next pause ends a segment: longer windows cost more than they gain."""
_ANYTHING = Hints()


async def recognise_file(
    path: Path, recogniser: Recogniser, turns: TurnSettings | None = None, hints: Hints = _ANYTHING
) -> Transcript:
    """Return what a WAV file says: its segments' texts joined, their confidences weighed by length.

    Raises `core.errors.AudioUnreadable` and whatever `Recogniser.recognise` raises.
    """
    pcm, rate = await asyncio.to_thread(read_wav, path)
    return await recognise_pcm(pcm, rate, recogniser, turns, hints)


async def recognise_pcm(
    pcm: Pcm, rate: int, recogniser: Recogniser, turns: TurnSettings | None = None, hints: Hints = _ANYTHING
) -> Transcript:
    """Return what `pcm` at `rate` Hz says; see `recognise_file`."""
    segments = await asyncio.to_thread(lambda: list(speech_in(pcm, rate, turns or TurnSettings())))
    heard = [await recogniser.recognise(segment, RATE, hints) for segment in segments]
    return joined([(len(s), t) for s, t in zip(segments, heard, strict=True)])


def speech_in(pcm: Pcm, rate: int, turns: TurnSettings) -> Iterator[Pcm]:
    """Yield the stretches of speech in `pcm` as a call would cut them: at 8 kHz through A-law, at most 25 s each."""
    line = on_the_line(pcm, rate)
    voice, detector = VoiceActivity(RATE), TurnDetector(turns, RATE)
    size = frame_bytes(RATE)
    data = line.tobytes() + bytes(size * 60)  # the caller falls silent for more than a second
    for start in range(0, len(data) - size + 1, size):
        frame = data[start : start + size]
        events = detector.feed(frame, voice.feed(frame))
        cut = any(
            isinstance(e, TooLong) or (isinstance(e, Paused) and detector.speech_ms > _ENOUGH_MS) for e in events
        )
        if cut or detector.silence_ms >= _CUT_PAUSE_MS:
            yield detector.speech()
            detector.reset()
    if detector.in_speech:
        yield detector.speech()


def on_the_line(pcm: Pcm, rate: int) -> Pcm:
    """Return `pcm` as the line delivers it: 8 kHz, through A-law (which leaves A-law sound as it is)."""
    return alaw_decode(alaw_encode(resample(pcm, rate, RATE)))


def joined(parts: list[tuple[int, Transcript]]) -> Transcript:
    """Return one transcript of (samples, transcript) parts."""
    if len(parts) == 1:
        return parts[0][1]
    whole = sum(length for length, _ in parts) or 1
    return Transcript(
        text="，".join(t.text for _, t in parts if t.text),
        confidence=float(np.clip(sum(length * t.confidence for length, t in parts) / whole, 0, 1)),
        seconds=sum(t.seconds for _, t in parts),
        raw="，".join(t.raw for _, t in parts if t.raw),
    )
