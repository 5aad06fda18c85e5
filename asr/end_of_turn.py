"""Decides when the caller has finished speaking."""

import re
from dataclasses import dataclass, field
from enum import StrEnum, auto
from functools import cache
from pathlib import Path

from asr.recogniser import Transcript
from asr.settings import TurnSettings
from core.yaml_file import read_yaml

_NOT_TEXT = re.compile(r"[^\w]+")
_DIGITS = re.compile(r"[0-9零〇一二三四五六七八九幺两]")
_ASKS_WITH_NOT = re.compile(r"[能会有要让算是可收给].+不$")
_BEHIND_QUESTION = 5
"""Characters that may stand behind a question word: 去哪弄, 要办个啥证, 怎么转到我名下."""
UNSURE = 0.35
"""Confidence under which the end of a text says nothing about whether it is finished."""


class Pace(StrEnum):
    """How the caller is expected to speak, which depends on what was asked."""

    SHORT = auto()
    """Yes or no, a choice, a rating."""
    SENTENCE = auto()
    """The answer to an open question."""
    STORY = auto()
    """What happened; with pauses to think."""
    NUMBER = auto()
    """A number in groups of digits."""
    PLACE = auto()
    """A place, from the district down to the door."""


class Ending(StrEnum):
    """How the end of a text sounds."""

    COMPLETE = auto()
    OPEN = auto()
    DANGLING = auto()


@cache
def _endings() -> dict[str, tuple[str, ...]]:
    lists = read_yaml(Path(__file__).parent / "data" / "endings.yaml")
    return {name: tuple(sorted(map(str, words), key=len, reverse=True)) for name, words in lists.items()}


def _longest(text: str, kind: str) -> int:
    return next((len(word) for word in _endings()[kind] if text.endswith(word)), 0)


def _asks(text: str) -> bool:
    """Whether a question word stands near the end, or the text ends like 能退点不: nothing more is to come."""
    near = any(word in text[-len(word) - _BEHIND_QUESTION :] for word in _endings()["asking"])
    return near or bool(_ASKS_WITH_NOT.search(text))


def ending(text: str) -> Ending:
    """Return how the end of `text` sounds (lists in data/endings.yaml): the longest matching ending decides."""
    text = _NOT_TEXT.sub("", text)
    dangling, complete = _longest(text, "dangling"), _longest(text, "complete")
    if dangling and dangling >= complete:
        return Ending.DANGLING
    return Ending.COMPLETE if complete or _asks(text) else Ending.OPEN


def digits_in(text: str) -> int:
    """Return how many digits `text` holds, Arabic or Chinese."""
    return len(_DIGITS.findall(text))


@dataclass(frozen=True, slots=True)
class EndOfTurn:
    """Decides when the caller has finished speaking.

    Silence alone cuts slow speakers off, so the wait depends on what was asked and on how the text ends:
    a caller reading out a number pauses between groups, and nobody ends a sentence with 就是.
    """

    settings: TurnSettings = field(default_factory=TurnSettings)
    number_lengths: frozenset[int] = frozenset({11})
    """Digits that make a dictated number complete: a mobile number has 11."""

    def is_over(self, silence_ms: int, speech_ms: int, pace: Pace, heard: Transcript | None) -> bool:
        """Return whether the turn is over after `silence_ms` of silence and `speech_ms` of voice.

        `heard` is the early decoding of the same speech, None while there is none.
        """
        return silence_ms >= self.wait_ms(speech_ms, pace, heard)

    def wait_ms(self, speech_ms: int, pace: Pace, heard: Transcript | None) -> int:
        """Return the silence in milliseconds that ends the turn."""
        settings = self.settings
        if heard is not None and heard.phrase and pace is not Pace.NUMBER:
            return settings.short_won_ms
        if pace is Pace.NUMBER:
            return self._number(heard)
        if heard is None:
            return max(settings.unheard_ms, self._waits(pace)[Ending.OPEN])
        how = ending(heard.text) if heard.text and heard.confidence >= UNSURE else Ending.OPEN
        if pace is Pace.PLACE and how is Ending.OPEN and _longest(heard.text, "place"):
            how = Ending.COMPLETE
        return self._waits(pace)[how]

    def _waits(self, pace: Pace) -> dict[Ending, int]:
        settings = self.settings
        match pace:
            case Pace.STORY:
                waits = settings.story_complete_ms, settings.story_ms, settings.story_dangling_ms
            case Pace.PLACE:
                waits = settings.place_complete_ms, settings.place_ms, settings.sentence_dangling_ms
            case Pace.SHORT:
                waits = settings.sentence_complete_ms, settings.short_ms, settings.short_ms
            case _:
                waits = settings.sentence_complete_ms, settings.sentence_ms, settings.sentence_dangling_ms
        return dict(zip((Ending.COMPLETE, Ending.OPEN, Ending.DANGLING), waits, strict=True))

    def _number(self, heard: Transcript | None) -> int:
        if heard is None:
            return self.settings.number_ms
        count = digits_in(heard.text)
        if count in self.number_lengths or (not count and heard.phrase):
            return self.settings.number_complete_ms
        return self.settings.number_ms
