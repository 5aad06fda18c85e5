"""What a caller's words over the bot's voice mean; pure."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum, auto

from asr.recogniser import Transcript
from dialog.moves import Asked, Expect


class Verdict(StrEnum):
    """What to do about words that came while the bot was speaking."""

    GO_ON = auto()
    """The bot goes on where it fell silent."""
    TURN = auto()
    """The caller has taken the turn."""


CLOSED = frozenset({Asked.YES_NO, Asked.CHOICE, Asked.RATING})


@dataclass(frozen=True, slots=True)
class BargeIn:
    """Decides whether words spoken over the bot take the turn.

    `backchannel` tells words that only say "I am listening" (嗯, 对, 好的).
    `like` compares two texts by sound, 0 to 1.
    """

    backchannel: Callable[[Transcript], bool]
    like: Callable[[str, str], float]
    echo_likeness: float = 0.75
    """Likeness to the bot's own sentence from which words are its echo."""
    answer_share: float = 0.6
    """A 对 is an answer, not a backchannel, once this much of a closed question was heard."""

    def verdict(self, heard: Transcript, saying: str, share: float, expect: Expect | None) -> Verdict:
        """Judge `heard`; `saying` is the bot's text, `share` how much of it was played, `expect` what it asks."""
        if not heard.text and not heard.phrase:
            return Verdict.GO_ON
        if self.backchannel(heard):
            answers = expect is not None and expect.asked in CLOSED and share >= self.answer_share
            return Verdict.TURN if answers else Verdict.GO_ON
        if heard.phrase is None and len(heard.text) >= 3 and self.like(heard.text, saying) >= self.echo_likeness:
            return Verdict.GO_ON
        return Verdict.TURN
