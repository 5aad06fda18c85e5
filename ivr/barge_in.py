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


CLOSED = frozenset({Asked.YES_NO, Asked.CHOICE, Asked.RATING})
_GAPS = re.compile(r"[^\w]+")


def is_backchannel(heard: Transcript) -> bool:
    """Return whether the words only say "I am listening" (嗯, 对, 好的; see asr/data/commands.yaml)."""
    text = _GAPS.sub("", heard.text)
    # The sound has chosen a phrase: the free decoding of so little is a guess, unless it is clearly longer.
    words = heard.phrase if heard.phrase and len(text) <= len(heard.phrase) + 3 else text
    once = words[:1] if len(set(words)) == 1 else words
    return interrupts(words) in _LISTENING or interrupts(once) in _LISTENING


_LISTENING = (Interrupts.NEVER, Interrupts.IF_LONG)


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
        if is_backchannel(heard):
            answers = expect is not None and expect.asked in CLOSED and share >= self.answer_share
            return Verdict.TURN if answers else Verdict.GO_ON
        if heard.phrase is None and len(heard.text) >= 4 and likeness(heard.text, saying) >= self.echo_likeness:
            return Verdict.GO_ON
        return Verdict.TURN
