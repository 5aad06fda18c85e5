"""Who answers an outbound call: a person, an answering machine, or the network with an announcement. Pure.

The words decide, because they are heard anyway; a person is given the benefit of every doubt (docs/decisions/065).
"""

import re
import unicodedata
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from core.yaml_file import read_yaml
from dialog.commands import squeeze
from tickets import sound


class Answerer(StrEnum):
    """Who or what took the call."""

    PERSON = "person"
    MACHINE = "machine"
    """An answering machine, a call assistant, a switchboard that wants keys."""
    BUSY = "busy"
    OFF = "off"
    """Switched off, out of reach or suspended."""
    NO_ANSWER = "no_answer"
    VOID = "void"
    """No such number."""


_SOUNDS_ALIKE = 0.8
"""Likeness (0 to 1) from which a phrase is said: every syllable is the same but for an accent."""
LONG_WORDS = 45
"""Characters that nobody says at once to a caller who has not spoken yet."""


def who_answers(text: str, speech_ms: int = 0, longest_ms: int = 6000) -> Answerer:
    """Return who says `text` as the first thing after the line was taken.

    `speech_ms` is how long it was said without a pause; from `longest_ms` on it is no person, unless the words are.
    """
    said = _plain(text)
    if announced := _announced(said):
        return announced
    too_long = speech_ms >= longest_ms or len(squeeze(said)) >= LONG_WORDS
    return Answerer.MACHINE if too_long and not _data()["chatty"].search(said) else Answerer.PERSON


def announces(text: str) -> Answerer | None:
    """Return what an announcement says of the line; None where the words may be a person's, however many they are."""
    return _announced(_plain(text))


def _announced(said: str) -> Answerer | None:
    data = _data()
    if data["person"].search(said):
        return None
    sounds, bare = data["sounds"], squeeze(said)
    begins = bool(data["announces"].search(said)) or _sounds(sounds["announces"], bare)
    may = begins or _sounds(sounds["may_announce"], bare)
    for kind, (words, alone) in data["kinds"].items():
        if may and (words.search(said) or _sounds(sounds["words"][kind], bare)):
            return Answerer(kind)
        if alone.search(said) or _sounds(sounds["alone"][kind], bare):
            return Answerer(kind)
    return Answerer.NO_ANSWER if begins else None


def _sounds(phrases: list[str], said: str) -> bool:
    """Whether `said` holds one of `phrases`, or something that sounds like it."""
    return any(sound.find(phrase, said, _SOUNDS_ALIKE) for phrase in phrases)


def _plain(text: str) -> str:
    """Return `text` in one width and case, with plain commas between its clauses."""
    said = unicodedata.normalize("NFKC", text).lower().strip()
    return re.sub(r"(?<=[\u4e00-\u9fff])[\s,。!?、]+(?=[\u4e00-\u9fff])", ",", said)


@cache
def _data() -> dict[str, Any]:
    raw = read_yaml(files("dialog.outbound") / "first_words.yaml")
    kinds = {kind: (_any(spec["words"]), _any(spec["alone"])) for kind, spec in raw["kinds"].items()}
    return {
        "announces": _any(raw["announces"]),
        "person": _any(raw["person"]),
        "chatty": _any([raw["chatty"]]),
        "kinds": kinds,
        "sounds": raw["sounds"],
    }


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern.lower()})" for pattern in patterns))
