"""How Chinese characters sound, and how alike two syllables are to a telephone and to a southern ear."""

from functools import lru_cache
from typing import NamedTuple

from core.pinyin import FLAT, front, spelled, split

_INITIAL_CLASS = FLAT | {"n": "l", "h": "f"}
_HISSED = frozenset(("z", "c", "s", "zh", "ch", "sh", "r"))
"""Initials after which i is no vowel of its own, and hard to tell from e: shi and she."""


class Syllable(NamedTuple):
    """One syllable of pinyin: initial and final as written, tone 1 to 5, and the class of what sounds alike."""

    initial: str
    final: str
    tone: int
    fuzzy: str


@lru_cache(maxsize=4096)
def syllable(pinyin: str) -> Syllable:
    """Return the syllable written as `pinyin` with its tone number behind, such as ying2."""
    tone = int(pinyin[-1]) if pinyin[-1:].isdigit() else 5
    initial, final = split(pinyin.rstrip("012345"))
    fuzzy = _INITIAL_CLASS.get(initial, initial) + "'" + front(final)
    return Syllable(initial, final, tone, fuzzy)


def syllables(text: str) -> list[Syllable]:
    """Return one syllable a character of `text`; what has no sound stands for itself."""
    return [syllable(s) if s.isascii() else Syllable("", s, 5, s) for s in spelled(text, tones=True)]


def distance(one: Syllable, other: Syllable) -> float:
    """Return how far apart two syllables sound: 0 the same, under 1 easily mixed up, 3 strangers."""
    if one.fuzzy == other.fuzzy:
        apart = 0.4 * (one.initial != other.initial) + 0.3 * (one.final != other.final)
        return apart + 0.25 * (one.tone != other.tone)
    initials = _INITIAL_CLASS.get(one.initial, one.initial) == _INITIAL_CLASS.get(other.initial, other.initial)
    finals = front(one.final) == front(other.final)
    if initials and (one.final.rstrip("ng") == other.final.rstrip("ng") or _rhyme(one) == _rhyme(other)):
        return 1.0
    if initials and one.initial in _HISSED and {one.final, other.final} == {"i", "e"}:
        return 1.0
    if finals:
        return 1.3
    return 1.8 if initials else 3.0


def _rhyme(sound: Syllable) -> str:
    """Return the final without its glide: the ear loses 'i' and 'u' first."""
    final = front(sound.final)
    return final[1:] if len(final) > 1 and final[0] in "iu" and final[1] in "aeo" else final
