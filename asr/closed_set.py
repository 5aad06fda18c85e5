"""Scores a few phrases against the sound itself: free decoding gets half of all short commands wrong."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asr.evidence import Evidence, haste, sounds_apart
from asr.tokens import Tokens

Encoded = NDArray[np.float32]
"""The encoder's output, shape [1, frames, width], 50 frames a second."""

Align = Callable[[Encoded, list[list[int]]], list[list[float]]]
"""Returns the logarithms of the probabilities of each row of tokens, given the sound; rows of one length."""

_KEPT = 16
"""Phrases that are scored in full. A cheap look (see `_possible`) keeps the right one in 98 of 100."""
_COMPARED = 12
"""Longest free decoding, in characters, that is scored beside the phrases."""


@dataclass(frozen=True, slots=True)
class Free:
    """What free decoding wrote: its characters alone, the confidence in it (0 to 1), and the logarithms of the
    probabilities of its first token, shape [tokens]."""

    text: str
    sure: float
    first: NDArray[np.float32]


class ClosedSet:
    """Collects evidence for phrases. What the language model likes anyway is taken out by a look at near-silence."""

    def __init__(self, align: Align, tokens: Tokens, silence: Encoded) -> None:
        self._align, self._tokens, self._silence = align, tokens, silence
        self._rows: dict[str, list[int]] = {}
        self._idle: dict[str, list[float]] = {}

    def prepare(self, phrases: Iterable[str]) -> None:
        """Measure `phrases` on near-silence ahead of time."""
        self._baselines([phrase for phrase in phrases if phrase not in self._idle])

    def evidence(self, encoded: Encoded, voice_ms: int, phrases: Sequence[str], free: Free) -> list[Evidence]:
        """Return the evidence for those of `phrases` that are possible at all.

        `encoded` holds the speech and little behind it.
        """
        self.prepare(phrases)
        kept = self._possible(voice_ms, phrases, free)
        if not kept:
            return []
        text = free.text
        compared = bool(text) and len(text) <= _COMPARED
        wanted = [*kept, text] if compared and text not in kept else kept
        self.prepare(wanted)
        logs = self._logs(encoded, wanted)
        gains = {phrase: sum(logs[phrase]) - sum(self._idle[phrase]) for phrase in wanted}
        if text not in phrases:
            self._idle.pop(text, None)  # anything may be said; only phrases come again
            self._rows.pop(text, None)
        return [
            Evidence(
                phrase,
                gain=gains[phrase],
                log=float(np.mean(logs[phrase])),
                over_free=gains[phrase] - gains[text] if compared else 0.0,
                apart=sounds_apart(phrase, text),
                haste=haste(phrase, voice_ms),
                same=phrase == text,
                longer=len(text) - len(phrase),
                sure=free.sure,
            )
            for phrase in kept
        ]

    def _possible(self, voice_ms: int, phrases: Sequence[str], free: Free) -> list[str]:
        def promise(phrase: str) -> float:
            token = self._row(phrase)[0]
            begins = float(free.first[token]) - self._idle[phrase][0]
            return 0.5 * begins - 4 * haste(phrase, voice_ms) - 2 * sounds_apart(phrase, free.text)

        return sorted(phrases, key=promise, reverse=True)[:_KEPT]

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
