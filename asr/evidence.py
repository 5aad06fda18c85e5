"""Decides by several kinds of evidence whether an utterance is one of a few phrases. Pure."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path

import yaml

from asr.sounds import distance, syllables


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one phrase. `FEATURES` of it, weighed by data/closed_set.yaml, give its probability."""

    phrase: str
    gain: float
    """Sum of the logarithms of its tokens' probabilities, less the same on near-silence."""
    log: float
    """Mean logarithm of its tokens' probabilities."""
    over_free: float
    """Its gain less that of the free decoding; 0 where the free decoding wrote the same."""
    apart: float
    """How far it sounds from the free decoding, 0 the same, per character (see `sounds.distance`)."""
    haste: float
    """How unusual its speaking rate would be: 0 at 230 ms a character, 1 at e times that or an e-th of it."""
    same: float
    """1 where the free decoding wrote this very phrase."""
    size: float
    """Its characters."""
    longer: float
    """Characters by which the free decoding is longer: 没有暖气 is not 没有."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The phrase that won and how probable it is, 0 to 1."""

    phrase: str
    probability: float


def sounds_apart(one: str, other: str) -> float:
    """Return the distance of two texts in sound per character of the longer, 0 to 3 (edit distance in syllables)."""
    a, b = syllables(one), syllables(other)
    if not a or not b:
        return 3.0
    row = [1.5 * j for j in range(len(b) + 1)]
    for i, left in enumerate(a, 1):
        now = [1.5 * i]
        for j, right in enumerate(b, 1):
            now.append(min(row[j] + 1.5, now[-1] + 1.5, row[j - 1] + distance(left, right)))
        row = now
    return row[-1] / max(len(a), len(b))


def haste(phrase: str, voice_ms: int) -> float:
    """Return how unusual it would be to say `phrase` in `voice_ms`; see `Evidence.haste`."""
    # Ends of words are swallowed and starts missed: about 120 ms whatever the length.
    return abs(math.log(max(voice_ms + 60, 60) / (230 * len(phrase) + 60)))


def features(best: Evidence, margin: float) -> tuple[float, ...]:
    """Return the numbers that the weights of data/closed_set.yaml belong to, in their order."""
    _, gain, log, over_free, apart, rate, same, size, longer = astuple(best)
    return (
        min(gain, 20.0),
        min(margin, 10.0),
        max(log, -6.0),
        max(-10.0, min(over_free, 6.0)),
        apart,
        rate,
        same,
        1.0 if size == 1 else 0.0,
        min(longer, 4.0),
    )


@cache
def _weights() -> tuple[float, tuple[float, ...], float]:
    read = yaml.safe_load((Path(__file__).parent / "data" / "closed_set.yaml").read_text(encoding="utf8"))
    return (
        float(read["bias"]),
        tuple(map(float, read["weights"].values())),
        float(read["least"]),
    )


_APART, _HASTE = 0.5, 4.0


def rank(evidence: Evidence) -> float:
    """Return what the candidates are ordered by: the sound, the likeness to the free decoding, the speaking rate."""
    return evidence.gain - _APART * evidence.apart * evidence.size - _HASTE * evidence.haste


def best_of(candidates: Iterable[Evidence], meaning: Callable[[str], str]) -> tuple[Evidence, float] | None:
    """Return the first candidate and its margin over the best that means something else."""
    ordered = sorted(candidates, key=rank, reverse=True)
    if not ordered:
        return None
    first = ordered[0]
    others = [one for one in ordered if meaning(one.phrase) != meaning(first.phrase)]
    return first, rank(first) - rank(others[0]) if others else 10.0


def choose(candidates: Sequence[Evidence], meaning: Callable[[str], str]) -> Choice | None:
    """Return the phrase that won by a clear margin, None where none did.

    `meaning` maps a phrase to what it stands for: phrases of one meaning do not compete.
    """
    bias, weights, least = _weights()
    found = best_of(candidates, meaning)
    if found is None:
        return None
    best, margin = found
    z = bias + sum(w * x for w, x in zip(weights, features(best, margin), strict=True))
    probability = 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))
    return Choice(best.phrase, probability) if probability >= least else None
