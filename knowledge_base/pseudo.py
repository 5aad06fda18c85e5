"""Questions made from the entries alone, to calibrate on: what a caller might say, held out of the index.

A way of asking, or a passage of the answer, is taken out of its entry and asked; so the index must find the entry by
what is left. The same question asked of the collection without its entry is one that nobody can answer.
"""

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from core.yaml_file import read_yaml
from knowledge_base.entry import Entry
from knowledge_base.text import DATA, clean, syllable

PASSAGE = (40, 110)
"""Shortest and longest passage that is asked, in characters."""
_MISHEARD = 0.4
"""Share of the questions that come as a recogniser might have heard them."""
_SENTENCE = re.compile(r"[^。!?;！？；\n]+[。!?;！？；\n]*")


@dataclass(frozen=True, slots=True)
class Pseudo:
    """A made-up question, the number of the entry that it was made from (-1: far), and how it was made."""

    text: str
    owner: int
    way: str


@dataclass(frozen=True, slots=True)
class PseudoSet:
    """Entries with something taken out of each, and the questions made from what was taken out."""

    entries: tuple[Entry, ...]
    questions: tuple[Pseudo, ...]


def make(entries: Sequence[Entry], limit: int = 2500, seed: int = 12345) -> PseudoSet:
    """Return the thinned `entries` and at most about `limit` questions; the same for the same entries."""
    chance = random.Random(seed)
    boiler = _boilerplate(entries)
    homophones = _homophones(entries)
    thinned: list[Entry] = []
    questions: list[Pseudo] = []
    for number, entry in enumerate(entries):
        left = entry
        made: list[tuple[str, str]] = []
        if entry.asked:
            out = chance.randrange(len(entry.asked))
            left = replace(left, asked=entry.asked[:out] + entry.asked[out + 1 :])
            made.append((entry.asked[out], "asked"))
        passage = _passage(entry, boiler, chance)
        if passage:
            left = replace(left, text=left.text.replace(passage, " "), spoken=left.spoken.replace(passage, " "))
            made.append((passage, "passage"))
            made.append((_mixed(entry.question, passage, chance), "mixed"))
        made.append((_shuffled(entry.question, chance), "question"))
        thinned.append(left)
        for text, way in made:
            said = _misheard(text, homophones, chance) if chance.random() < _MISHEARD else text
            if clean(said):
                questions.append(Pseudo(said, number, way))
    chance.shuffle(questions)
    return PseudoSet(tuple(thinned), tuple(questions[:limit]) + tuple(Pseudo(text, -1, "far") for text in far()))


@lru_cache(maxsize=1)
def far() -> tuple[str, ...]:
    """Return questions and chat that no hotline's knowledge base answers."""
    lines: list[str] = read_yaml(DATA / "far.yaml")
    return tuple(lines)


def _boilerplate(entries: Sequence[Entry]) -> set[str]:
    """Sentences (by their first six characters) that many answers share: they say nothing about the case."""
    seen: dict[str, int] = defaultdict(int)
    for entry in entries:
        for sentence in {_opening(sentence) for sentence in _SENTENCE.findall(entry.text)}:
            seen[sentence] += 1
    return {opening for opening, times in seen.items() if times > max(3, len(entries) // 200)}


def _opening(sentence: str) -> str:
    return clean(sentence).replace(" ", "")[:6]


def _passage(entry: Entry, boiler: set[str], chance: random.Random) -> str:
    """A run of whole sentences of the answer, or "" where the answer has none to spare."""
    sentences = [found.group() for found in _SENTENCE.finditer(entry.text)]
    starts = [
        number
        for number, sentence in enumerate(sentences)
        if _opening(sentence) not in boiler and len(clean(sentence)) >= 12
    ]
    if not starts or len(clean(entry.text)) < 2 * PASSAGE[0]:
        return ""
    number = starts[min(int(chance.expovariate(0.8)), len(starts) - 1)]
    passage = sentences[number]
    for following in sentences[number + 1 :]:
        if len(passage) + len(following) > PASSAGE[1]:
            break
        passage += following
    return passage[: PASSAGE[1]].strip()


def _mixed(question: str, passage: str, chance: random.Random) -> str:
    """The case told at length: parts of the question among parts of the answer."""
    clauses = [clause for clause in re.split(r"[,，。;；:：、\s]+", passage) if clause]
    kept = [clause for clause in clauses if chance.random() < 0.6] or clauses[:1]
    kept.insert(chance.randrange(len(kept) + 1), _shuffled(question, chance))
    return "，".join(kept)


def _shuffled(question: str, chance: random.Random) -> str:
    """The question in fewer words and another order, as another caller might put it."""
    words = [word for part in clean(question).split() for word in _pieces(part, chance)]
    kept = [word for word in words if chance.random() < 0.75] or words
    if chance.random() < 0.5:
        cut = chance.randrange(len(kept))
        kept = kept[cut:] + kept[:cut]
    return "".join(kept)


def _pieces(text: str, chance: random.Random) -> list[str]:
    pieces: list[str] = []
    while text:
        size = chance.choice((2, 2, 3, 4))
        pieces.append(text[:size])
        text = text[size:]
    return pieces


def _homophones(entries: Sequence[Entry]) -> dict[str, list[str]]:
    by_sound: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        for character in clean(entry.question + entry.text):
            if "\u4e00" <= character <= "\u9fff":
                by_sound[syllable(character)].add(character)
    return {sound: sorted(characters) for sound, characters in by_sound.items()}


def _misheard(text: str, homophones: dict[str, list[str]], chance: random.Random) -> str:
    """The text as a recogniser might write it: one character in ten replaced by another of the same sound."""
    heard = []
    for character in text:
        others = homophones.get(syllable(character), []) if "\u4e00" <= character <= "\u9fff" else []
        heard.append(chance.choice(others) if others and chance.random() < 0.1 else character)
    return "".join(heard)
