"""Questions that lean on the last answer: 那租房的呢, 要带什么材料, 在哪儿办."""

import re
from functools import lru_cache
from itertools import pairwise

from core.yaml_file import read_yaml
from knowledge_base.aspects import aspects
from knowledge_base.text import DATA, clean, question_core, syllables

_BACKWARD = re.compile(r"^(那么?|这个|那个|它|这种|那种|要是|如果)|呢$|的话$|^(还|也)(要|需要|得|能|可以)")


@lru_cache(maxsize=1)
def _empty_words() -> re.Pattern[str]:
    words: list[str] = read_yaml(DATA / "function_words.yaml")
    every = {*words, *(word for aspect in aspects().values() if aspect.field or aspect.asks for word in aspect.words)}
    return re.compile("|".join(map(re.escape, sorted(every, key=lambda word: (-len(word), word)))))


def residue(question: str) -> str:
    """Return what `question` is about: what is left without courtesies, aspects and words that only ask."""
    text = clean(question).replace(" ", "")
    core = question_core(question).replace(" ", "")
    shorter = core if len(core) < len(text) else text
    return _empty_words().sub("", shorter)


def looks_back(question: str) -> bool:
    """Say whether the words of `question` point back to what was said before (那…, …呢)."""
    return bool(_BACKWARD.search(clean(question).replace(" ", "")))


def shared_sounds(part: str, whole: str) -> float:
    """Return the share of the sound pairs of `part` that `whole` has (single sounds where it is one character)."""
    sounds, all_sounds = syllables(part), syllables(whole)
    if len(sounds) < 2:
        return float(bool(sounds) and sounds[0] in all_sounds)
    pairs = list(pairwise(sounds))
    there = set(pairwise(all_sounds))
    return sum(pair in there for pair in pairs) / len(pairs)
