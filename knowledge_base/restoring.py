"""A misheard question written as the entries would have it: other characters of the same sounds, where likelier.

A noisy channel: the caller meant characters as likely as the entries (and everyday Chinese) have them, and each may
have been written as another of the same sound, at a price. The likeliest whole is looked up; what is said back stays.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

import jieba
import numpy as np

from knowledge_base.entry import Entry
from knowledge_base.ngrams import BITS, NONE, ORDERS, SPACE, Counts, Keys, Times, code_points, count, runs
from knowledge_base.text import syllable

_COST = 5.0
"""What writing another character costs, as a logarithm of likelihood: less changes more that was heard rightly."""
_TRIED = 8
"""Characters of the same sound that are tried in a place."""
_PAIRS = 16
"""Pairs of characters, the most frequent ones, that propose characters for two neighbouring sounds."""
_TITLE = 3.0
"""How often a title counts: callers speak like titles, not like answers."""
_EVERYDAY = 0.01
"""How much a word of everyday Chinese counts, of its frequency in jieba's list, which sums up to 60 million."""
_DOUBT = 100.0
"""Occurrences of a context by which its own frequencies weigh as much as those of the shorter context; 10 mends 1 to
3 points more of what was misheard, and changes twice as much of what was not."""
_LONGEST = 200
"""A longer question, in characters, is left as it is: it names its matter in words enough."""
_KNOWN_CHARACTERS = 5000
"""Over how many characters the likelihood of a character that never occurs is spread."""


class _Layer:
    """Counts of runs of characters, and the pairs of characters by their two sounds, most frequent first."""

    def __init__(self, counts: Sequence[Counts]) -> None:
        self.counts = tuple(counts)
        pairs = self.counts[1]
        first, second = pairs.keys >> BITS, pairs.keys & ((1 << BITS) - 1)
        sounds = _sounds_of(np.unique(np.concatenate([first, second])))
        by_sound = (sounds[first] << 32) | sounds[second]
        order = np.lexsort((-pairs.times, by_sound))
        self._sounds = by_sound[order]
        self._first, self._second = first[order], second[order]
        self._times = pairs.times[order]

    def proposals(self, sounds: Keys) -> Iterator[Iterator[tuple[int, int, float]]]:
        """Yield the most frequent pairs of characters, and how often each occurs, for every two of `sounds`."""
        wanted = (sounds[:-1] << 32) | sounds[1:]
        begins = np.searchsorted(self._sounds, wanted)
        ends = np.minimum(np.searchsorted(self._sounds, wanted, "right"), begins + _PAIRS)
        for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
            found = (self._first, self._second, self._times)
            yield zip(*(column[begin:end].tolist() for column in found), strict=True)

    def plus(self, counts: Sequence[Counts]) -> "_Layer":
        """Return a layer with `counts` added."""
        return _Layer([mine.plus(new) for mine, new in zip(self.counts, counts, strict=True)])


class Restorer:
    """The language of one collection of entries. Nothing changes after it is made: any thread may ask at any time."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        """Learn from `entries` (about 0.5 s and 20 MB for 1,500 letters; bounded for any number)."""
        grown = [one.plus(other) for one, other in zip(_counts(entries), _everyday(), strict=True)]
        self._layers: tuple[_Layer, ...] = (_Layer(grown),)

    def changed(self, upserts: Sequence[Entry]) -> "Restorer":
        """Return a restorer that knows `upserts` too; this one goes on as it is. What was removed stays known."""
        new = _counts(upserts)
        made = object.__new__(Restorer)
        made._layers = (self._layers[0], self._layers[1].plus(new) if len(self._layers) > 1 else _Layer(new))
        return made

    def restore(self, question: str) -> str:
        """Return `question` with misheard characters replaced, as long as before; figures and letters stay."""
        if len(question) > _LONGEST:
            return question
        places, said = _spoken(question)
        if not any(map(_chinese, said)):
            return question
        tried = self._tried(said)
        path = _best_path(tried, *self._likelihoods(tried))
        out = list(question)
        for place, characters, choice in zip(places, tried, path, strict=True):
            if choice:
                out[place] = chr(characters[choice])
        return "".join(out)

    def _tried(self, said: Sequence[str]) -> Keys:
        """The characters tried in each place, [places, 1 + _TRIED]: first the one heard; 0 where there are fewer."""
        before: list[dict[int, float]] = [{} for _ in said]
        behind: list[dict[int, float]] = [{} for _ in said]
        sounds = np.asarray([_sound(character) for character in said], dtype=np.int64)
        for layer in self._layers:
            for place, pairs in enumerate(layer.proposals(sounds)):
                for first, second, often in pairs:
                    behind[place].setdefault(first, often)
                    before[place + 1].setdefault(second, often)
        tried = np.zeros((len(said), 1 + _TRIED), dtype=np.int64)
        for place, character in enumerate(said):
            tried[place, 0] = ord(character)
            if not _chinese(character):
                continue
            fits = {code: 1.0 + often for code, often in before[place].items()}
            fits |= {code: fits.get(code, 1.0) * (1.0 + often) for code, often in behind[place].items()}
            best = sorted(fits, key=lambda code: (-fits[code], code))[:_TRIED]
            others = [code for code in best if code != ord(character)]
            tried[place, 1 : 1 + len(others)] = others
        return tried

    def _likelihoods(self, tried: Keys) -> tuple[Times, Times]:
        """Logarithms [places - 2, a, b, c] of c after a and b, and the price [places, c] of writing c."""
        single = self._of(0, tried)
        pairs = self._of(1, (tried[:-1, :, None] << BITS) | tried[1:, None, :])
        triples = np.zeros((len(tried) - 2, *[tried.shape[1]] * 3), dtype=np.float32)
        seen = (pairs[:-1, :, :, None] > 0) & (pairs[1:, None, :, :] > 0)
        place, a, b, c = np.nonzero(seen)
        keys = (tried[place, a] << 2 * BITS) | (tried[place + 1, b] << BITS) | tried[place + 2, c]
        triples[seen] = self._of(2, keys)
        total = sum(float(layer.counts[0].times.sum()) for layer in self._layers)
        alone = (single + 0.5) / (total + _KNOWN_CHARACTERS)
        after_one = (pairs + _DOUBT * alone[1:, None, :]) / (single[:-1, :, None] + _DOUBT)
        after_two = (triples + _DOUBT * after_one[1:, None, :, :]) / (pairs[:-1, :, :, None] + _DOUBT)
        price = np.where(tried == 0, -np.inf, -_COST).astype(np.float32)
        price[:, 0] = 0.0
        return np.log(after_two), price

    def _of(self, order: int, keys: Keys) -> Times:
        found = self._layers[0].counts[order].of(keys)
        for layer in self._layers[1:]:
            found = found + layer.counts[order].of(keys)
        return found


def _best_path(tried: Keys, likelihoods: Times, price: Times) -> list[int]:
    """Viterbi over pairs of neighbours: the choice in each place."""
    score = np.full((tried.shape[1],) * 2, -np.inf, dtype=np.float32)
    score[0, 0] = 0.0
    came_from = []
    for place, of_place in enumerate(likelihoods):
        whole = score[:, :, None] + of_place
        came_from.append(whole.argmax(axis=0))
        score = whole.max(axis=0) + price[place + 2]
    before, last = divmod(int(score.argmax()), tried.shape[1])
    path = [last, before]
    for back in reversed(came_from):
        path.append(int(back[path[-1], path[-2]]))
    return path[::-1]


def _chinese(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def _spoken(question: str) -> tuple[list[int], list[str]]:
    """The characters of `question` that sound, each with its place; gaps as one space, and two before all."""
    places, said = [-1, -1], [" ", " "]
    for place, character in enumerate(question):
        folded = unicodedata.normalize("NFKC", character).lower()
        if len(folded) == 1 and (_chinese(folded) or (folded.isascii() and folded.isalnum())):
            places.append(place)
            said.append(folded)
        elif said[-1] != " ":
            places.append(-1)
            said.append(" ")
    return [*places, -1], [*said, " "]


@lru_cache(maxsize=30_000)
def _sound(character: str) -> int:
    """The sound of a character as a number below 2^31; figures and letters sound like nothing else."""
    if not _chinese(character):
        return ord(character)
    number = 1
    for letter in syllable(character)[:5]:
        number = number << 5 | ord(letter) & 31
    return number << 5


def _sounds_of(codes: Keys) -> Keys:
    """The sounds by character, [65536]."""
    sounds = np.zeros(1 << BITS, dtype=np.int64)
    sounds[codes] = [_sound(chr(code)) for code in codes.tolist()]
    return sounds


def _counts(entries: Sequence[Entry]) -> tuple[Counts, ...]:
    titles = count((_title(entry) for entry in entries), _TITLE)
    answers = count((_answer(entry) for entry in entries), 1.0)
    return tuple(one.plus(other) for one, other in zip(titles, answers, strict=True))


def _title(entry: Entry) -> str:
    return " ".join((entry.question, *entry.asked, f"{entry.subject}{entry.aspect}", entry.short))


def _answer(entry: Entry) -> str:
    return " ".join((entry.spoken, entry.text, *entry.materials, entry.place, entry.department))


@lru_cache(maxsize=1)
def _everyday() -> tuple[Counts, ...]:
    """Runs within the words of everyday Chinese, so that a word which no entry has is left as it is."""
    jieba.initialize()
    listed = jieba.dt.FREQ.items()
    words = {word: often for word, often in listed if often and len(word) > 1 and all(map(_chinese, word))}
    weights = np.repeat([often * _EVERYDAY for often in words.values()], [len(word) + 1 for word in words])
    codes = code_points(" ".join(words))
    counted = []
    for order in ORDERS:
        keys = runs(codes, order)
        inside = np.all([codes[place : place + len(keys)] != SPACE for place in range(order)], axis=0)
        counted.append(NONE.plus(Counts(keys[inside], weights[: len(keys)][inside].astype(np.float32))))
    return tuple(counted)
