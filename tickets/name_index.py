"""Finds any of many names in a text, as written or by sound, in a time that hardly depends on how many there are."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

from core.pinyin import blurred, split
from tickets.sound import likeness, plain, syllables

Level = Literal["region", "district", "street", "community", "road", "outside"]
Trust = Literal["full", "short", "written"]

_READINGS = {
    "长": ("chang", "zhang"), "乐": ("le", "yue"), "行": ("xing", "hang"), "重": ("zhong", "chong"),
    "朝": ("chao", "zhao"), "堡": ("bao", "pu"), "泊": ("bo", "po"), "曾": ("zeng", "ceng"), "单": ("dan", "shan"),
    "盛": ("sheng", "cheng"), "厦": ("xia", "sha"), "会": ("hui", "kuai"), "六": ("liu", "lu"), "都": ("du", "dou"),
    "什": ("shi", "shen"), "陂": ("pi", "bei", "po"), "洞": ("dong", "tong"), "和": ("he", "huo"),
}  # fmt: skip
"""Characters of place names that are read in more than one way, whatever stands around them."""
_LEAST_FOR_ONE_OFF = 4
"""Syllables that a name must have to be known with one of them misheard."""
_MOST_LOST = 0.1
"""Likeness that the other characters of such a name may lose in sum, twice that from five on: one of the same sound.
Otherwise 以在小区 would be 碧寨小区."""
_CLAUSE = re.compile("[^,]+")
_LEAST_SURE = 0.87
"""Likeness that a name of up to three characters needs: one may be a close sound. 江堰市 is not 简阳市."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name: what is said, what is meant, at which level, and how much of it must be heard.

    `trust`: "full" names are believed by sound; "short" ones (城东 for 城东区) only as written or standing alone;
    "written" ones as written alone.
    """

    said: str
    meant: str
    level: Level
    trust: Trust = "full"

    @property
    def short(self) -> bool:
        """Whether it is too little to be believed by sound alone."""
        return self.trust == "short"


@dataclass(frozen=True, slots=True)
class Found:
    """A name heard in a text, from `start` to `end`; `likeness` is 0 to 1, `one_off` with a syllable misheard."""

    name: Name
    start: int
    end: int
    likeness: float
    one_off: bool = False

    @property
    def weight(self) -> float:
        """What is weighed where two overlap: the longer and surer one is meant."""
        return self.end - self.start + 20 * self.likeness


def loose(text: str) -> tuple[str, ...]:
    """Return the syllables of `text`, one for each character, with n and l, zh and z, ng and n merged."""
    return tuple(blurred(syllable, n_is_l=True) for syllable in syllables(text))


class NameIndex:
    """Looks every window of a text up: as written, by its loose syllables, and with one syllable left open."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._written: dict[str, list[Name]] = defaultdict(list)
        self._sounds: dict[tuple[str, ...], list[Name]] = defaultdict(list)
        self._open: dict[tuple[int, tuple[str, ...]], list[tuple[Name, str]]] = defaultdict(list)
        for name in names:
            self._add(name)
        self._sizes = sorted({len(said) for said in self._written})
        # Plain dicts, so that looking up does not add.
        self._written, self._sounds, self._open = dict(self._written), dict(self._sounds), dict(self._open)

    def _add(self, name: Name) -> None:
        name = replace(name, said=plain(name.said).replace(",", ""))
        if name in self._written[name.said]:
            return
        self._written[name.said].append(name)
        if name.trust == "written":
            return
        for key in _keys(name.said):
            self._sounds[key].append(name)
            if len(key) >= _LEAST_FOR_ONE_OFF and name.trust == "full":
                for hole, missing in enumerate(key):
                    self._open[(hole, (*key[:hole], *key[hole + 1 :]))].append((name, missing))

    def find(self, text: str) -> Iterator[Found]:
        """Yield every name that may be heard in `text`, overlapping ones too."""
        sounds = loose(text)
        for clause in _CLAUSE.finditer(text):
            first, last = clause.span()
            for size in self._sizes:
                for start in range(first, last - size + 1):
                    yield from self._at(text[start : start + size], sounds[start : start + size], start)

    def _at(self, heard: str, key: tuple[str, ...], start: int) -> Iterator[Found]:
        end = start + len(heard)
        written, same = self._written.get(heard, ()), self._sounds.get(key, ())
        yield from (Found(name, start, end, 1.0) for name in written)
        for name in same:
            score = max(likeness(heard, name.said), 0.8)
            if name.said != heard and score >= (0.8 if len(heard) > 3 else _LEAST_SURE):
                yield Found(name, start, end, score)
        if written or same or len(key) < _LEAST_FOR_ONE_OFF:
            return
        for hole in range(len(key)):
            for name, missing in self._open.get((hole, (*key[:hole], *key[hole + 1 :])), ()):
                score, others = likeness(heard, name.said), len(key) - 1
                if others - score * len(key) <= _MOST_LOST * (1 + (others > 3)) and _akin(key[hole], missing):
                    yield Found(name, start, end, score * 0.95, one_off=True)


def _keys(said: str) -> Iterator[tuple[str, ...]]:
    key = loose(said)
    ways = [
        tuple(dict.fromkeys((sound, *(blurred(way, n_is_l=True) for way in _READINGS.get(char, ())))))
        for char, sound in zip(said, key, strict=True)
    ]
    yield from product(*ways) if sum(len(way) > 1 for way in ways) <= 2 else (key,)


def _akin(heard: str, meant: str) -> bool:
    """Whether one syllable may have been heard for the other: the same final, or the same initial and a like final.

    龙 for 能 and 话 for 花 are akin, 山 for 水 is not.
    """
    if not heard or not meant or not heard.isascii() or not heard.isalpha():
        return False
    (heard_initial, heard_final), (initial, final) = split(heard), split(meant)
    if heard_final == final:
        return True
    return heard_initial == initial and heard_final[-1:] == final[-1:] and len(heard_final) == len(final)
