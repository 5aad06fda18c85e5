"""Corrects recognised text against a vocabulary by its sound: 攻击金 is 公积金 to a hotline."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from asr.sounds import Syllable, distance, syllables
from core.yaml_file import read_yaml

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_NEGATIONS = frozenset("不没别无未非否")
_NUMERALS = frozenset("二三四五六七八九十百千万两")
"""Heard rightly as a rule, and no dictionary knows 三万 or 六岁. 一 is not among them: it is often 医, 衣 or 已."""
_UNKNOWN = -17.0
"""Logarithm of the probability of a character that no dictionary knows."""
_TERM = -10.5
"""The same of a term of the vocabulary with weight 1: as common on a hotline as 体验 in print."""
_CHANGE = 5.0
"""Loss for writing a term that was not heard as it is written: the recogniser is usually right."""
_PER_SOUND = 2.0
"""Loss for each unit of `sounds.distance`."""
_USUAL = -13.0
"""Logarithm of the probability over which a word of two characters holds its characters together."""
_LONGEST = 10


@cache
def _common() -> dict[str, float]:
    """Return common words with the logarithm of their probability, from the word list that jieba brings."""
    import jieba

    words: dict[str, float] = {}
    total = 0
    with (Path(jieba.__file__).parent / "dict.txt").open(encoding="utf8") as file:
        for line in file:
            word, count, _ = line.split(" ")
            total += int(count)
            if len(word) <= 4 and (int(count) >= 20 or len(word) == 1):
                words[word] = float(count)
    whole = math.log(total)
    return {word: math.log(max(count, 0.5)) - whole for word, count in words.items()}


@cache
def _everyday() -> tuple[tuple[tuple[str, float], ...], tuple[tuple[re.Pattern[str], str], ...]]:
    """Return the terms with their weights and the rewrites of data/everyday.yaml."""
    read = read_yaml(Path(__file__).parent / "data" / "everyday.yaml")
    terms = tuple((term, float(weight)) for weight, group in read["terms"].items() for term in group)
    return terms, tuple((re.compile(pattern), text) for pattern, text in read["rewrites"])


@lru_cache(maxsize=1 << 16)
def _sounds(term: str) -> tuple[Syllable, ...]:
    """Return the syllables of a term; remembered, since the next vocabulary has nearly the same terms."""
    return tuple(syllables(term))


@dataclass(frozen=True, slots=True)
class _Term:
    text: str
    sounds: tuple[Syllable, ...]
    log: float


class SoundVocabulary:
    """Terms that callers are likely to say, found in a text by how it sounds. Immutable once made; pure.

    The text is read as the most probable row of words, where a word is either written as it stands or is a term
    that sounds like what stands there. So text that already makes sense stays, and a term wins only where the
    characters make none.
    """

    def __init__(self, terms: Iterable[tuple[str, float]]) -> None:
        """Take (term, weight): 1 is usual, 10 is ten times as likely. Terms of 2 to 10 characters count.

        The words of every call (data/everyday.yaml) are always among them.
        """
        self._exact: dict[str, float] = {}
        self._by_sound: dict[tuple[str, ...], list[_Term]] = {}
        for text, weight in (*terms, *_everyday()[0]):
            if weight <= 0 or not 2 <= len(text) <= _LONGEST or not _HAN.fullmatch(text):
                continue
            log = _TERM + math.log(weight)
            known = self._exact.get(text)
            self._exact[text] = log if known is None else max(log, known)
            if known is None:
                self._index(_Term(text, _sounds(text), log))
        _common()

    def _index(self, term: _Term) -> None:
        key = tuple(sound.fuzzy for sound in term.sounds)
        self._by_sound.setdefault(key, []).append(term)
        if len(key) >= 3:
            for i in range(len(key)):
                self._by_sound.setdefault((*key[:i], "", *key[i + 1 :]), []).append(term)

    def correct(self, text: str) -> str:
        """Return `text` with what was misheard replaced; its length and all else stay."""
        text = _HAN.sub(lambda run: self._read(run.group()), text)
        for pattern, instead in _everyday()[1]:
            text = pattern.sub(instead, text)
        return text

    def _read(self, text: str) -> str:
        """Return the most probable reading of a run of Chinese characters (Viterbi over words)."""
        sounds = syllables(text)
        if len(sounds) != len(text):
            return text
        best: list[tuple[float, int, str]] = [(0.0, 0, "")]
        for end in range(1, len(text) + 1):
            choices = []
            for start in range(max(0, end - _LONGEST), end):
                around = text[max(0, start - 1) : start], text[end : end + 1]
                log, word = self._word(text[start:end], sounds[start:end], around)
                if word:
                    choices.append((best[start][0] + log, start, word))
            best.append(max(choices))
        words, end = [], len(text)
        while end:
            _, start, word = best[end]
            words.append(word)
            end = start
        return "".join(reversed(words))

    def _word(self, here: str, sounds: list[Syllable], around: tuple[str, str]) -> tuple[float, str]:
        """Return the best word for the characters `here` with its logarithm, and "" where there is none."""
        as_it_stands = _common().get(here, _UNKNOWN if len(here) == 1 else -math.inf)
        best = (max(as_it_stands, self._exact.get(here, -math.inf)), here)
        if best[0] == -math.inf:
            best = (-math.inf, "")
        if len(here) < 2 or here in self._exact or _negates(here, around[0]):
            return best
        for term, log in self._alike(here, sounds, around[1]):
            if log > best[0] and not _miscounts(here, term):
                best = (log, term)
        return best

    def _alike(self, here: str, sounds: list[Syllable], after: str) -> Iterable[tuple[str, float]]:
        key = tuple(sound.fuzzy for sound in sounds)
        for term in self._by_sound.get(key, ()):
            apart = sum(map(distance, sounds, term.sounds))
            yield term.text, term.log - _PER_SOUND * apart - _CHANGE
        if len(key) < 3:
            return
        # In 用社保看病 the last character belongs to what follows.
        taken = bool(after) and _common().get(here[-1] + after, _UNKNOWN) > _USUAL
        for i in range(len(key) - taken):
            for term in self._by_sound.get((*key[:i], "", *key[i + 1 :]), ()):
                odd = distance(sounds[i], term.sounds[i])
                same = sum(a == b for a, b in zip(here, term.text, strict=True))
                if odd <= 1.3 and (same >= len(key) - 1 or len(key) >= 4):
                    apart = sum(map(distance, sounds, term.sounds)) - odd
                    yield term.text, term.log - _PER_SOUND * (apart + odd) - _CHANGE


def _negates(here: str, before: str) -> bool:
    """Whether a short word holds a negation: 不办 must never become 补办, it says the opposite."""
    return len(here) == 2 and (not _NEGATIONS.isdisjoint(here) or before in _NEGATIONS)


def _miscounts(here: str, term: str) -> bool:
    """Whether writing `term` would lose a numeral: 花了三万 must never become 花了上网."""
    return any(heard in _NUMERALS and heard != meant for heard, meant in zip(here, term, strict=True))
