"""Chinese characters as pinyin, and the spellings that a telephone and a southern accent make one."""

import re
from functools import lru_cache
from typing import Any

from pypinyin import Style, lazy_pinyin

FIGURES = str.maketrans("0123456789", "零一二三四五六七八九")
"""For `str.translate`: figures become the characters that they are read as."""

FLAT = {"zh": "z", "ch": "c", "sh": "s"}
"""Initials of a curled tongue, and the flat ones that they become in an accent."""

_INITIAL = re.compile("zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]|")
"""An initial as pinyin writes it, y and w among them; none where a vowel begins."""


def _apart(soundless: str) -> Any:
    return list(soundless)


def spelled(text: str, tones: bool = False) -> list[str]:
    """Return the syllable of each character as its neighbours have it read; what has no sound stands for itself.

    With `tones` the number of the tone, 1 to 5, is written behind: ying2.
    """
    style = Style.TONE3 if tones else Style.NORMAL
    return lazy_pinyin(text, style=style, errors=_apart, neutral_tone_with_five=tones)


def split(syllable: str) -> tuple[str, str]:
    """Return the initial and the final of a toneless syllable; the initial is empty where there is none."""
    found = _INITIAL.match(syllable)
    end = found.end() if found else 0
    return syllable[:end], syllable[end:]


def front(final: str) -> str:
    """Return what `final` becomes in an accent that has front nasals only: ing is in, uang is uan."""
    return final[:-1] if final.endswith(("ang", "eng", "ing")) else final


@lru_cache(maxsize=4096)
def blurred(syllable: str, n_is_l: bool = False) -> str:
    """Return what toneless `syllable` becomes in an accent that merges zh/z, ch/c, sh/s and ng/n, some also n/l."""
    initial, final = split(syllable)
    initial = "l" if n_is_l and initial == "n" else FLAT.get(initial, initial)
    return initial + front(final)
