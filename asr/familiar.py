"""Knows the commands and the usual answers by ear: a linear look at the encoder's frames, learnt from many voices."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from asr.commands import answers, meanings, means
from asr.evidence import sounds_apart

WEIGHTS = Path(__file__).parent / "data" / "familiar.npz"
"""Written by tests/benchmarks/asr_learn.py."""
ELSE = ""
"""What stands for "something else was said" among the meanings."""
_PARTS = 5
"""Stretches of equal length that the speech is cut into: beginnings and ends differ more than middles."""
_BEFORE, _BEHIND = 20, 4
"""Frames (of 20 ms) left out at both ends: most of the 500 ms before the voice, a little of the 200 ms behind it."""
_FRAMES_A_SECOND = 50
_LEAST = 0.35
"""Share from which a command is taken. A missed one is heard again as text; a wrong one answers what nobody said."""
_EXPECTED = 3.0
"""How much likelier a command is that the dialogue has asked for."""
_IN_DOUBT = {"转人工": 0.3}
"""Commands that are taken where nothing else is sure, with their least share: a human is the safe way out."""
_FASTEST_MS = 150
"""Voice that a character of a command takes at least, single ones aside: 是 is over before 人工 could be said. Of
1182 commands and answers in 36 synthetic voices, 4 were faster."""
_SAME, _ALIKE = 3.0, 0.3
"""How much likelier a command is whose sound was written, and its distance in sound for each character till then."""
_OTHER, _STRANGE = 0.5, 1.5
"""The same where what was written sounds like something else."""

Encoded = NDArray[np.float32]


def summary(encoded: Encoded, seconds: float, voice_ms: int) -> NDArray[np.float32]:
    """Return what the look is taken at, float32 [_PARTS * width + 1]: the mean frame of each stretch, and the length.

    `encoded` has the shape [1, frames, width] and holds `seconds` of sound with `voice_ms` of voice in it.
    """
    frames = encoded[0]
    end = min(max(int(seconds * _FRAMES_A_SECOND) - _BEHIND, _BEFORE + 10), len(frames))
    speech = frames[_BEFORE:end]
    cuts = np.linspace(0, len(speech), _PARTS + 1).astype(int)
    means = [speech[a : max(b, a + 1)].mean(0) for a, b in pairwise(cuts)]
    return np.concatenate([*means, [3 * np.log(voice_ms + 60)]]).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Familiar:
    """A multinomial logit: weights [features, meanings], offsets [meanings]; the meanings begin with `ELSE`."""

    meanings: tuple[str, ...]
    weights: NDArray[np.float32]
    offsets: NDArray[np.float32]

    def shares(self, features: NDArray[np.float32]) -> dict[str, float]:
        """Return how probable each meaning is, `ELSE` among them; they add up to 1."""
        scores = features @ self.weights + self.offsets
        shares = np.exp(scores - scores.max())
        return dict(zip(self.meanings, (shares / shares.sum()).tolist(), strict=True))


def recognised(
    shares: Mapping[str, float], voice_ms: int, expected: Collection[str] = (), written: str = ""
) -> tuple[str, float] | None:
    """Return the command that is likely enough and its share, None where something else was probably said.

    A command is likelier where it is `expected` and where what free decoding has `written` sounds like it.
    Answers are taken only where they are expected; nothing is taken that cannot be said in `voice_ms`.
    """
    weighed = {
        meaning: share * (_EXPECTED if meaning in expected else 1.0) * _written(written, meaning)
        for meaning, share in shares.items()
        if meaning == ELSE or voice_ms >= _least_ms(meaning)
    }
    whole = sum(weighed.values())
    commands = {command.phrase for command in meanings().values()}
    best = max((m for m in weighed if m in commands or m in expected), key=lambda m: weighed[m], default=ELSE)
    if best != ELSE and weighed[best] / whole >= _LEAST:
        return best, weighed[best] / whole
    doubtful = (meaning for meaning, least in _IN_DOUBT.items() if weighed.get(meaning, 0.0) / whole >= least)
    return next(((meaning, weighed[meaning] / whole) for meaning in doubtful), None)


def _written(written: str, meaning: str) -> float:
    """Return how much likelier what was written makes a meaning."""
    if meaning == ELSE or not written:
        return 1.0
    apart = min(sounds_apart(way, written) for way in _ways(meaning))
    return _SAME if apart < _ALIKE else _OTHER if apart >= _STRANGE else 1.0


@cache
def _ways(meaning: str) -> tuple[str, ...]:
    """Return how people say what `meaning` stands for."""
    return tuple(way for way in (*meanings(), *answers()) if means(way) == meaning)


@cache
def _least_ms(meaning: str) -> int:
    """Return how long the voice is at least in which `meaning` is said."""
    shortest = min(map(len, _ways(meaning)))
    return _FASTEST_MS * shortest if shortest > 1 else 0


@cache
def familiar() -> Familiar:
    """Return what was learnt."""
    with np.load(WEIGHTS) as kept:
        meanings = tuple(str(kept["meanings"]).split("|"))
        return Familiar(meanings, kept["weights"].astype(np.float32), kept["offsets"].astype(np.float32))
