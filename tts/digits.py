"""Joins dictated digits from clips that were rendered once. Pure."""

from collections.abc import Sequence

import numpy as np

from core.audio import Pcm
from tts.loudness import fade

SPOKEN = "零幺二三四五六七八九"
"""The digits as they are dictated on the telephone."""

HEAD_S, TAIL_S = 0.020, 0.030
"""What is left around the speech of a clip: consonants begin softly."""
GAP_S = 0.020
SILENT_DB = -30.0


def clip_texts(group: str) -> list[str]:
    """Return the texts whose renderings, joined, say `group`: pairs, and a single digit first where it is odd.

    Digits alone are not understood (docs/decisions/031): a pair has the melody of dictation, and 110 clips say
    every number.
    """
    odd = len(group) % 2
    parts = [group[:odd]] * odd + [group[i : i + 2] for i in range(odd, len(group), 2)]
    return [part + "\uff0c" for part in parts]


def all_clips() -> list[str]:
    """Return the texts of every clip that a number may need."""
    return [text for one in ("", *SPOKEN) for other in SPOKEN for text in clip_texts(one + other)]


def join_digits(clips: Sequence[Pcm], rate: int) -> Pcm:
    """Return the clips one after the other as one group, without the silence that each has around it."""
    gap = np.zeros(int(rate * GAP_S), np.int16)
    parts: list[Pcm] = []
    for clip in clips:
        parts += [gap, _tight(clip, rate)] if parts else [_tight(clip, rate)]
    return np.concatenate(parts) if parts else np.zeros(0, np.int16)


def _tight(clip: Pcm, rate: int) -> Pcm:
    frame = rate // 100
    wave = clip.astype(np.float32)
    energy = np.square(wave[: len(wave) // frame * frame]).reshape(-1, frame).mean(axis=1)
    spoken = np.flatnonzero(energy > energy.max(initial=0) * 10 ** (SILENT_DB / 10))
    if not len(spoken):
        return clip
    start = max(0, int(spoken[0]) * frame - int(rate * HEAD_S))
    part: Pcm = np.rint(fade(wave[start : (int(spoken[-1]) + 1) * frame + int(rate * TAIL_S)], rate)).astype(np.int16)
    return part
