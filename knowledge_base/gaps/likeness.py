"""How alike two questions are: characters and sounds, what is rare in the city's own entries counting more."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice

from knowledge_base.entry import Entry
from knowledge_base.follow_up import residue
from knowledge_base.text import character_grams, question_core, sound_grams

ALIKE = 0.45
"""Likeness from which on two questions mean the same. Measured: a question and the same one with a tenth of its
characters misheard are 0.56 to 0.9 alike, 居住证怎么办理 and 驾驶证怎么办理 0.37."""
_MOST_TEXTS = 20_000
"""Texts that are counted to know what is rare: more change nothing, and cost seconds."""
_KEPT = 1024
"""Vectors that are kept: a question is compared several times while its call is read."""

Grams = Mapping[str, float]
"""A question as a unit vector: gram → weight."""


def ways(entries: Sequence[Entry]) -> Iterable[str]:
    """Yield ways of asking of `entries`, from the whole of a large collection."""
    step = max(1, sum(1 + len(entry.asked) for entry in entries) // _MOST_TEXTS)
    for entry in entries[::step]:
        yield entry.question
        yield from entry.asked


class Likeness:
    """Compares questions. A word that no entry has, which is what a gap is about, counts most."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Learn what is common from `texts`: the ways of asking of the entries."""
        self._in: Counter[str] = Counter()
        self._texts = 0
        for text in islice(texts, _MOST_TEXTS):
            self._texts += 1
            self._in.update(set(_grams(question_core(text))))

        self._made = lru_cache(maxsize=_KEPT)(self._make)

    def grams(self, question: str) -> Grams:
        """Return `question` as a vector; empty where it says nothing.

        Half of it is the whole question, half what it is about, so that 怎么办理 makes no two questions one.
        """
        return self._made(question)

    def _make(self, question: str) -> Grams:
        whole = self._unit(question_core(question))
        about = self._unit(residue(question)) or whole
        half = math.sqrt(0.5)
        return {gram: weight * half for gram, weight in whole.items()} | {
            f"#{gram}": weight * half for gram, weight in about.items()
        }

    def alike(self, one: str, other: str) -> float:
        """Return how alike two questions are, 0 to 1."""
        return alike(self.grams(one), self.grams(other))

    def _unit(self, text: str) -> dict[str, float]:
        counted = Counter(_grams(text))
        weights = {gram: (1.0 + math.log(times)) * self._rare(gram) for gram, times in counted.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        return {gram: weight / length for gram, weight in weights.items()} if length else {}

    def _rare(self, gram: str) -> float:
        return math.log((1.0 + self._texts) / (1.0 + self._in[gram])) + 1.0


def alike(one: Grams, other: Grams) -> float:
    """Return the cosine of two questions, 0 to 1."""
    few, many = (one, other) if len(one) <= len(other) else (other, one)
    return sum(weight * many.get(gram, 0.0) for gram, weight in few.items())


class Neighbours:
    """The questions there are, by number; finds all that are alike, whatever the order in which they came."""

    def __init__(self, likeness: Likeness, least: float = ALIKE) -> None:
        self.likeness, self._least = likeness, least
        self._number: dict[str, int] = {}
        """Question without courtesies → the newest number that it was asked under."""
        self._vectors: dict[str, Grams] = {}
        self._by_gram: defaultdict[str, list[str]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._number)

    def add(self, number: int, question: str) -> None:
        """Take in `question`; one that was there before stands for both."""
        core = question_core(question)
        if core not in self._number:
            grams = self._vectors[core] = self.likeness.grams(question)
            for gram in _telling(grams, self._least):
                self._by_gram[gram].append(core)
        self._number[core] = number

    def near(self, question: str) -> list[tuple[int, float]]:
        """Return number and likeness of every question that is alike, most alike first."""
        grams = self.likeness.grams(question)
        some = {core for gram in grams for core in self._by_gram.get(gram, ())}
        found = ((self._number[core], alike(grams, self._vectors[core])) for core in some)
        return sorted(
            ((number, how) for number, how in found if how >= self._least), key=lambda one: (-one[1], one[0])
        )


def _telling(grams: Grams, least: float) -> Iterable[str]:
    """Yield the heaviest grams, until the rest alone could not make anything `least` alike (Cauchy–Schwarz)."""
    left = 1.0
    for gram, weight in sorted(grams.items(), key=lambda one: (-one[1], one[0])):
        if left < (least - 1e-6) ** 2:
            return
        yield gram
        left -= weight * weight


def _grams(core: str) -> list[str]:
    return [*character_grams(core), *(f"~{gram}" for gram in sound_grams(core))]
