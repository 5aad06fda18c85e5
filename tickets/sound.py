"""Chinese text as it sounds: syllables without tone, so that what the recogniser mishears still matches."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from core.pinyin import FIGURES, blurred, spelled

_GAPS = re.compile(r"[^\u3007\u3400-\u4dbf\u4e00-\u9fffA-Za-z0-9]+")
_RUN = re.compile(r"([\u4e00-\u9fff]+)|.", re.DOTALL)

SAME, SOUNDS_SAME, SOUNDS_CLOSE = 1.0, 0.92, 0.8
"""How much a character counts: the same one, one of the same sound, one of nearly the same sound."""


def plain(text: str) -> str:
    """Return `text` with full-width forms folded, letters upper-case and every gap a single comma."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return _GAPS.sub(",", folded).strip(",")


@lru_cache(maxsize=4096)
def syllables(text: str) -> tuple[str, ...]:
    """Return one toneless syllable for each character; digits are read out, anything else stands for itself."""
    sounds: list[str] = []
    for run in _RUN.finditer(text.translate(FIGURES)):
        sounds.extend(spelled(run[0]) if run[1] else run[0])
    return tuple(sounds)


def blur(text: str) -> tuple[str, ...]:
    """Return the blurred syllables of `text`, one for each character."""
    return tuple(blurred(syllable) for syllable in syllables(text))


def likeness(heard: str, meant: str) -> float:
    """Return 0 to 1: how well two texts of the same length match, character by character."""
    if len(heard) != len(meant) or not heard:
        return 0.0
    total = 0.0
    for h, m, sound_h, sound_m in zip(heard, meant, syllables(heard), syllables(meant), strict=True):
        if h == m:
            total += SAME
        elif sound_h == sound_m:
            total += SOUNDS_SAME
        elif blurred(sound_h) == blurred(sound_m):
            total += SOUNDS_CLOSE
    return total / len(heard)


@dataclass(frozen=True, slots=True)
class Span:
    """Where a phrase was found in a text (`start`, `end`), and how alike it is (0 to 1)."""

    start: int
    end: int
    likeness: float


def find(phrase: str, text: str, least: float = 0.9) -> Span | None:
    """Return the best place where `text` says `phrase` or something that sounds like it, if any."""
    size = len(phrase)
    exact = text.find(phrase)
    if exact >= 0:
        return Span(exact, exact + size, 1.0)
    wanted, sounds = blur(phrase), blur(text)
    best: Span | None = None
    for start in range(len(text) - size + 1):
        if sounds[start : start + size] == wanted:
            score = likeness(text[start : start + size], phrase)
            if score >= least and (best is None or score > best.likeness):
                best = Span(start, start + size, score)
    return best
