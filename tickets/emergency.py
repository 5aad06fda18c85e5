"""Hears an emergency that belongs to 119, 120, 110 or 122 at once, and tells it from a complaint or a question."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tickets.data_files import read
from tickets.sound import find, plain


@dataclass(frozen=True, slots=True)
class Emergency:
    """Which service (119, 120, 110, 122), the words it was heard in, and the sentence to say first."""

    service: str
    evidence: str
    say: str


class _Service:
    """A service with the phrases that call for it."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.number: str = data["service"]
        self.say: str = data["say"]
        self._phrases = re.compile("|".join(data["phrases"]))
        self._sounds: list[str] = data["sounds"]

    def heard(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where `text` calls for it: phrases by character, then by sound."""
        for match in self._phrases.finditer(text):
            yield match.span()
        for phrase in self._sounds:
            if span := find(phrase, text, least=0.9):
                yield span.start, span.end


_DATA = read("emergencies")
_SERVICES = [_Service(data) for data in _DATA["services"]]
_HARMLESS: list[str] = sorted(_DATA["harmless"], key=len, reverse=True)
_TOLD: dict[str, list[str]] = _DATA["told_or_asked"]
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
                return Emergency(service.number, text[start:end], service.say)
    return None


def _elsewhere(text: str, start: int, end: int) -> bool:
    """Whether it is denied, told of another time, feared, habitual or asked about."""
    if _NOT.search(text[:start]):
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
    if not severe and any(word in before for word in (*_TOLD["supposed"], *_TOLD["often"])):
        return True
    return any(word in (clause if severe else text) for word in _TOLD["asked"])
