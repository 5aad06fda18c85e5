"""Hears an emergency that belongs to 119, 120, 110 or 122 at once, and tells it from a complaint or a question."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tickets.data_files import read
from tickets.sound import find, plain


@dataclass(frozen=True, slots=True)
class Emergency:
    """Which service (119, 120, 110, 122), and the words it was heard in."""

    service: str
    evidence: str
    cause: str = ""
    """What the first sentence depends on beside the service: `gas`, `life` (the caller's own); empty for neither."""


class _Service:
    """A service with the phrases that call for it."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.number: str = data["service"]
        self._causes = {cause: re.compile(pattern) for cause, pattern in data.get("causes", {}).items()}
        self._phrases = re.compile("|".join(data["phrases"]))
        self._sounds: list[str] = data["sounds"]

    def heard(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where `text` calls for it: phrases by character, then by sound."""
        for match in self._phrases.finditer(text):
            yield match.span()
        for phrase in self._sounds:
            if span := find(phrase, text, least=0.9):
                yield span.start, span.end

    def cause(self, text: str) -> str:
        """Return the cause that `text`, which ends with the alarm, speaks of."""
        return next((cause for cause, pattern in self._causes.items() if pattern.search(text)), "")


_DATA = read("emergencies")
_SERVICES = [_Service(data) for data in _DATA["services"]]
_HARMLESS: list[str] = sorted(_DATA["harmless"], key=len, reverse=True)
_TOLD: dict[str, list[str]] = _DATA["told_or_asked"]
_ABOUT_ELSE = [(re.compile(said), re.compile(about)) for said, about in _DATA["about_else"]]
_NOT = re.compile(r"(?:没有?|没人|不会|不是|别|未|并没|禁止|不能|不要|不许|不准)(?:人|再|在)?$")
_SEVERE = re.compile("(想死|不想活|不活了|活不下去|自杀|轻生|跳楼|跳河|割腕)")


def emergency(text: str) -> Emergency | None:
    """Return the emergency that `text` reports as happening now, if any; homophones (跳搂, 找火了) included."""
    text = plain("".join(text.split()))
    for word in _HARMLESS:
        text = text.replace(word, "," * len(word))
    for service in _SERVICES:
        for start, end in service.heard(text):
            if not _elsewhere(text, start, end):
                return Emergency(service.number, text[start:end], service.cause(text[:end]))
    return None


def _elsewhere(text: str, start: int, end: int) -> bool:
    """Whether it is denied, of another time, feared, habitual, asked about, or said of something else."""
    if _NOT.search(text[:start]):
        return True
    if any(said.search(text[start:end]) and about.search(text) for said, about in _ABOUT_ELSE):
        return True
    if any(word in text for word in _DATA["now"]):
        return False
    clause_start = text.rfind(",", 0, start) + 1
    clause = text[clause_start : (text.find(",", end) + 1 or len(text) + 1) - 1]
    before = text[max(0, clause_start - 12) : start]
    # A wish to die is believed however it is put; only news of another day, or a question of law, is not.
    severe = bool(_SEVERE.search(text[start:end]))
    if any(word in text[:start] for word in _TOLD["before"]) and not severe:
        return True
    if severe and any(word in clause[: start - clause_start] for word in _TOLD["before"]):
        return not re.search("[我要想]", clause)
    if not severe and any(word in before for word in (*_TOLD["supposed"], *_TOLD["often"], *_TOLD["lasting"])):
        return True
    if not severe and any(word in text[start:end] for word in _TOLD["often"]):
        return True
    return any(word in (clause if severe else text) for word in _TOLD["asked"])
