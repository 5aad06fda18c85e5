"""Scores a few phrases against the sound itself: free decoding gets half of all short commands wrong."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from asr.evidence import Evidence, haste, sounds_apart
from asr.tokens import Tokens

Encoded = NDArray[np.float32]
"""The encoder's output, shape [1, frames, width], 50 frames a second."""

Align = Callable[[Encoded, list[list[int]]], list[list[float]]]
"""Returns the logarithms of the probabilities of each row of tokens, given the sound; rows of one length."""

_KEPT = 20
"""Phrases that are scored in full: a look at first tokens rules the others out."""
_SLACK = 1.2
"""Largest `haste` of a phrase that is scored at all."""


class ClosedSet:
    """Collects evidence for phrases. What the language model likes anyway is taken out by a look at near-silence."""

    def __init__(self, align: Align, tokens: Tokens, silence: Encoded) -> None:
        self._align, self._tokens, self._silence = align, tokens, silence
        self._rows: dict[str, list[int]] = {}
        self._idle: dict[str, list[float]] = {}

    def prepare(self, phrases: Iterable[str]) -> None:
        """Measure `phrases` on near-silence ahead of time."""
        self._baselines([phrase for phrase in phrases if phrase not in self._idle])

    def evidence(
        self, encoded: Encoded, voice_ms: int, phrases: Sequence[str], free: str, first: NDArray[np.float32]
    ) -> list[Evidence]:
        """Return the evidence for those of `phrases` that are possible at all.

        `encoded` holds the speech and little behind it; `free` is the free decoding's text, `first` the logarithms of
        the probabilities of its first token, shape [tokens].
        """
        self.prepare(phrases)
        kept = self._possible(voice_ms, phrases, free, first)
        if not kept:
            return []
        wanted = kept if not free or free in kept or len(free) > 12 else [*kept, free]
        self.prepare(wanted)
        logs = self._logs(encoded, wanted)
        gains = {phrase: sum(logs[phrase]) - sum(self._idle[phrase]) for phrase in wanted}
        if free not in phrases:
            self._idle.pop(free, None)  # anything may be said; only phrases come again
            self._rows.pop(free, None)
        free_gain = gains.get(free, 0.0)
        return [
            Evidence(
                phrase,
                gain=gains[phrase],
                log=float(np.mean(logs[phrase])),
                over_free=0.0 if phrase == free else gains[phrase] - free_gain,
                apart=sounds_apart(phrase, free),
                haste=haste(phrase, voice_ms),
                same=float(phrase == free),
                size=len(phrase),
                longer=max(0, len(free) - len(phrase)),
            )
            for phrase in kept
        ]

    def _possible(self, voice_ms: int, phrases: Sequence[str], free: str, first: NDArray[np.float32]) -> list[str]:
        near = {phrase: sounds_apart(phrase, free) for phrase in phrases}
        usual = [phrase for phrase in phrases if haste(phrase, voice_ms) < _SLACK or near[phrase] < 0.2]

        def promise(phrase: str) -> float:
            token = self._row(phrase)[0]
            return float(first[token]) - self._idle[phrase][0] - near[phrase]

        return sorted(usual, key=promise, reverse=True)[:_KEPT]

    def _row(self, phrase: str) -> list[int]:
        if phrase not in self._rows:
            self._rows[phrase] = self._tokens.encode(phrase)
        return self._rows[phrase]

    def _baselines(self, phrases: Sequence[str]) -> None:
        if phrases:
            self._idle.update(self._logs(self._silence, phrases))

    def _logs(self, encoded: Encoded, phrases: Sequence[str]) -> dict[str, list[float]]:
        by_length: dict[int, list[str]] = {}
        for phrase in phrases:
            by_length.setdefault(len(self._row(phrase)), []).append(phrase)
        logs: dict[str, list[float]] = {}
        for group in by_length.values():
            logs.update(zip(group, self._align(encoded, [self._row(phrase) for phrase in group]), strict=True))
        return logs
