"""Chinese text as it sounds: syllables without tone, so that what the recogniser mishears still matches."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import lazy_pinyin

_GAPS = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))

# Accents that callers really have: flat and curled tongue, front and back nasals.
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_FINALS = (("iang", "ian"), ("uang", "uan"), ("ang", "an"), ("eng", "en"), ("ing", "in"))

SAME, SOUNDS_SAME, SOUNDS_CLOSE = 1.0, 0.92, 0.8
"""How much a character counts: the same one, one of the same sound, one of nearly the same sound."""


def plain(text: str) -> str:
    """Return `text` with full-width forms folded, letters upper-case and every gap a single comma."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return _GAPS.sub(",", folded).strip(",")


@lru_cache(maxsize=4096)
def syllables(text: str) -> tuple[str, ...]:
    """Return one toneless syllable for each character; digits are read out, anything else stands for itself."""
    spoken = "".join(_DIGITS.get(char, char) for char in text)
    sounds: list[str] = []
    for run in re.findall(r"[\u4e00-\u9fff]+|[^\u4e00-\u9fff]", spoken):
        sounds.extend(lazy_pinyin(run) if _HAN.match(run) else [run])
    # A character that the dictionary reads as nothing or as two must not shift its neighbours.
    return tuple(sounds) if len(sounds) == len(text) else tuple(lazy_pinyin(c)[0] for c in spoken)


@lru_cache(maxsize=4096)
def blurred(syllable: str) -> str:
    """Return what `syllable` becomes in an accent that merges zh/z, ch/c, sh/s and ng/n."""
    for curled, flat in _INITIALS:
        if syllable.startswith(curled):
            syllable = flat + syllable[len(curled) :]
            break
    for back, front in _FINALS:
        if syllable.endswith(back):
            return syllable[: -len(back)] + front
    return syllable


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
