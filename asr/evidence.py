"""Decides by several kinds of evidence whether an utterance is one of a few phrases. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from asr.sounds import distance, syllables
from core.yaml_file import read_yaml


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one phrase; `features` of it are weighed by data/closed_set.yaml."""

    phrase: str
    gain: float
    """Sum of the logarithms of its tokens' probabilities, less the same on near-silence."""
    log: float
    """Mean logarithm of its tokens' probabilities."""
    over_free: float
    """Its gain less that of the free decoding; 0 where that wrote the same, or too much to be compared."""
    apart: float
    """How far it sounds from the free decoding, 0 the same, per character (see `sounds.distance`)."""
    haste: float
    """How unusual its speaking rate would be: 0 at 230 ms a character, 1 at e times that or an e-th of it."""
    same: bool
    """Whether the free decoding wrote this very phrase."""
    longer: int
    """Characters by which the free decoding is longer: 没有暖气 is not 没有. Less than 0 where it is shorter."""
    sure: float
    """Confidence in the free decoding, 0 to 1."""


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


def features(one: Evidence) -> tuple[float, ...]:
    """Return the numbers that the weights of data/closed_set.yaml belong to, in their order."""
    size = len(one.phrase)
    return (
        1.0,
        max(-15.0, min(one.gain, 15.0)) / 5,
        max(-12.0, min(one.over_free, 8.0)) / 5,
        one.apart,
        one.apart * size / 3,
        one.haste,
        one.haste if size == 1 else 0.0,
        float(size == 1),
        float(size == 2),
        size / 3,
        min(max(0, one.longer), 4) / 2,
        min(max(0, -one.longer), 4) / 2,
        float(one.same),
        one.sure,
        one.sure * one.apart,
        one.log,
        one.haste**2,
    )


@dataclass(frozen=True, slots=True)
class _Weights:
    weights: tuple[float, ...]
    least: float


@cache
def _weights() -> _Weights:
    read = read_yaml(Path(__file__).parent / "data" / "closed_set.yaml")
    return _Weights(tuple(map(float, read["weights"].values())), float(read["least"]))


def choose(candidates: Sequence[Evidence]) -> Choice | None:
    """Return the phrase that is probable enough, None where it is probable that something else was said."""
    if not candidates:
        return None
    settled = _weights()
    scores = [sum(w * x for w, x in zip(settled.weights, features(one), strict=True)) for one in candidates]
    top = max((0.0, *scores))
    whole = math.exp(-top) + sum(math.exp(score - top) for score in scores)  # -top: that it is none of them, score 0
    best = max(range(len(scores)), key=lambda place: scores[place])
    probability = math.exp(scores[best] - top) / whole
    return Choice(candidates[best].phrase, probability) if probability >= settled.least else None
