"""What a caller's words over the bot's voice mean; pure."""

import re
from dataclasses import dataclass
from enum import StrEnum, auto
from itertools import pairwise

from asr.commands import Interrupts, interrupts
from asr.recogniser import Transcript
from asr.sounds import syllables
from dialog.moves import Asked, Expect


class Verdict(StrEnum):
    """What to do about words that came while the bot was speaking."""

    GO_ON = auto()
    """The bot goes on where it fell silent."""
    TURN = auto()
    """The caller has taken the turn."""


CLOSED = frozenset({Asked.YES_NO, Asked.RATING})
"""Questions that a 对 or 嗯 can answer; among several it chooses none."""
_GAPS = re.compile(r"[^\w]+")


def listening_noise(heard: Transcript) -> Interrupts | None:
    """Return how little the words mean over a voice (see asr/data/commands.yaml), None where they mean something."""
    text = _GAPS.sub("", heard.text)
    # The sound has chosen a phrase: the free decoding of so little is a guess, unless it is clearly longer.
    words = heard.phrase if heard.phrase and len(text) <= len(heard.phrase) + 3 else text
    once = words[:1] if len(set(words)) == 1 else words
    found = interrupts(words) or interrupts(once)
    return None if found is Interrupts.ALWAYS else found


def likeness(heard: str, said: str) -> float:
    """Return the share of the pairs of neighbouring syllables in `heard` that also occur in `said`, 0 to 1."""
    pairs, known = _pairs(heard), set(_pairs(said))
    return sum(pair in known for pair in pairs) / len(pairs) if pairs else 0.0


def _pairs(text: str) -> list[tuple[str, str]]:
    sounds = [sound.fuzzy for sound in syllables(_GAPS.sub("", text))]
    return list(pairwise(sounds))


@dataclass(frozen=True, slots=True)
class BargeIn:
    """Decides whether words spoken over the bot take the turn."""

    echo_likeness: float = 0.75
    """Likeness to the bot's own sentence from which words are its echo."""
    answer_share: float = 0.6
    """A 对 is an answer, not a backchannel, once this much of a closed question was heard."""

    def verdict(self, heard: Transcript, saying: str, share: float, expect: Expect | None) -> Verdict:
        """Judge `heard`; `saying` is the bot's text, `share` how much of it was played, `expect` what it asks."""
        if not heard.text and not heard.phrase:
            return Verdict.GO_ON
        noise = listening_noise(heard)
        if noise is not None:
            question = noise is Interrupts.IF_LONG or (expect is not None and expect.asked in CLOSED)
            return Verdict.TURN if question and share >= self.answer_share else Verdict.GO_ON
        if heard.phrase is None and len(heard.text) >= 4 and likeness(heard.text, saying) >= self.echo_likeness:
            return Verdict.GO_ON
        return Verdict.TURN
