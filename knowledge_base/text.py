"""Text as the index sees it: normalised, stripped of courtesies, cut into character and sound grams."""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from core.pinyin import FIGURES, blurred, spelled
from core.yaml_file import read_yaml

DATA = Path(__file__).parent / "data"

_NOT_WORD = re.compile(r"[^\u4e00-\u9fffa-z0-9]+")
_ESCAPED = re.compile(r"_x[0-9a-f]{4}_")


@lru_cache(maxsize=1)
def _synonyms() -> tuple[re.Pattern[str], dict[str, str]]:
    groups: dict[str, list[str]] = read_yaml(DATA / "synonyms.yaml")
    canonical = {word: name for name, words in groups.items() for word in (name, *words)}
    longest_first = sorted(canonical, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest_first))), canonical


@lru_cache(maxsize=1)
def _courtesies() -> re.Pattern[str]:
    words: list[str] = read_yaml(DATA / "courtesies.yaml")
    return re.compile("|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))))


def clean(text: str) -> str:
    """Return `text` in half width and lower case, with one space for each run of anything that is no word."""
    folded = _ESCAPED.sub(" ", unicodedata.normalize("NFKC", text).lower())
    return _NOT_WORD.sub(" ", folded).strip()


def canonical(text: str) -> str:
    """Return clean `text` with each synonym replaced by the name of its group (咋办 → 怎么办)."""
    pattern, names = _synonyms()
    return pattern.sub(lambda found: names[found.group()], text)


def question_core(text: str) -> str:
    """Return the clean, canonical question without courtesies (请问); empty only where `text` says nothing."""
    cleaned = clean(text)
    core = _NOT_WORD.sub(" ", _courtesies().sub(" ", cleaned)).strip()
    return canonical(core or cleaned)


@lru_cache(maxsize=30_000)
def syllable(character: str) -> str:
    """Return the toneless sound of one character, sounds that telephones confuse made one (zh = z, ing = in).

    The most frequent reading is taken on both sides, so what matters is that it is always the same one.
    """
    read = character.translate(FIGURES)
    sound = spelled(read)[0]
    return blurred(sound, n_is_l=True) if "\u4e00" <= read <= "\u9fff" else sound


def syllables(text: str) -> list[str]:
    """Return the sounds of clean `text`, one for each character."""
    return [syllable(character) for character in text if character != " "]


def character_grams(text: str) -> list[str]:
    """Return the runs of 1 to 3 characters of clean `text`, none across a space."""
    return [word[i : i + n] for word in text.split() for n in (1, 2, 3) for i in range(len(word) - n + 1)]


def sound_grams(text: str) -> list[str]:
    """Return the runs of 1 and 2 sounds of clean `text`, none across a space."""
    grams: list[str] = []
    for word in text.split():
        sounds = syllables(word)
        grams += sounds
        grams += [f"{first} {second}" for first, second in pairwise(sounds)]
    return grams
