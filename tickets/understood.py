"""Everything that was guessed about an appeal, each guess with its confidence and the words it rests on."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tickets.people import PersonFound
from tickets.place import PlaceFound
from tickets.times import TimeFound
from tickets.urgency import Urgency

_GAP = r"[\W_]*"
_CLAUSE = re.compile(r"[^,。!?;,!?;\n]+[,。!?;,!?;\n]*")


@dataclass(frozen=True, slots=True)
class Guess:
    """A value (empty for none), how sure it is (0 to 1), quotes from the text, and what else it may be."""

    value: str
    confidence: float
    evidence: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """All guesses about one appeal."""

    kind: Guess
    category: Guess
    matter: Guess
    place: Guess
    times: tuple[TimeFound, ...]
    people: tuple[PersonFound, ...]
    name: Guess
    urgency: Urgency
    title: str
    summary: str


def place_guess(found: PlaceFound) -> Guess:
    """Return the place as a guess; a place outside the city is said to be one."""
    if found.outside:
        return Guess(f"本市以外:{found.outside}", found.confidence)
    return Guess(str(found.place), found.confidence if str(found.place) else 0.0)


def quotes(text: str, words: Iterable[str]) -> tuple[str, ...]:
    """Return `words` as they stand in `text`, marks and gaps included; those that do not stand there are left out."""
    found = []
    for word in words:
        bare = re.sub(_GAP, "", word)
        if bare and (match := re.search(_GAP.join(map(re.escape, bare)), text, re.IGNORECASE)):
            found.append(match[0])
    return tuple(found)


def gist(text: str, most: int) -> str:
    """Return at most `most` characters of `text`: each clause once, and of what is still too long begin and end.

    Ten thousand words of anger repeat themselves, and come to the point in the first or the last sentence.
    """
    if len(text) <= most:
        return text
    once = "".join(dict.fromkeys(_CLAUSE.findall(text)))
    if len(once) <= most:
        return once
    head = most * 2 // 3
    return f"{once[:head]},{once[len(once) - (most - head - 1) :]}"


def understood_to_data(understood: Understood) -> dict[str, Any]:
    """Return the guesses as values that JSON can hold, for the intake's event and the desk; times in ISO 8601."""
    guesses = {name: getattr(understood, name) for name in ("kind", "category", "matter", "place", "name")}
    data: dict[str, Any] = {name: _guess(guess) for name, guess in guesses.items() if guess.value}
    data["times"] = [
        {
            "shape": one.shape,
            "start": one.start.isoformat() if one.start else None,
            "end": one.end.isoformat() if one.end else None,
            "every": one.every,
            "confidence": one.confidence,
            "evidence": one.evidence,
        }
        for one in understood.times
    ]
    data["people"] = [
        {"role": one.role, "who": one.who, "many": one.many, "confidence": one.confidence, "evidence": one.evidence}
        for one in understood.people
    ]
    urgency = understood.urgency
    data["urgency"] = {"level": urgency.level, "reasons": list(urgency.reasons), "evidence": list(urgency.evidence)}
    return data | {"title": understood.title, "summary": understood.summary}


def _guess(guess: Guess) -> dict[str, Any]:
    others = [{"value": name, "confidence": chance} for name, chance in guess.alternatives]
    return {
        "value": guess.value,
        "confidence": guess.confidence,
        "evidence": list(guess.evidence),
        "alternatives": others,
    }
