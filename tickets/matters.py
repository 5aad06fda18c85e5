"""The responsibility list (职责清单): which matter an appeal is, who answers for it, and by when."""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Self

import numpy as np

from tickets.data_files import read
from tickets.duties.duty import DutyList
from tickets.grams import grams
from tickets.life.span import Span
from tickets.sound import blur, find, plain
from tickets.ticket import Matter, Ticket

_WORD, _LEAST, _LEAST_UNSIGNED = 0.14, 0.24, 0.36
"""What a sure sign adds to the likeness; below `_LEAST`, with no sign `_LEAST_UNSIGNED`, the centre dispatches."""


@dataclass(frozen=True, slots=True)
class MatterFound:
    """The matter, how sure it is (0 to 1), the signs that were heard; `sure` is False for the centre's fallback."""

    matter: Matter
    confidence: float
    evidence: tuple[str, ...] = ()
    sure: bool = True


class ResponsibilityList:
    """Matches what was said against each matter's signs and examples, in characters and in sound."""

    def __init__(self, matters: Iterable[Mapping[str, Any]], fallback: Mapping[str, Any]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer  # takes seconds that no other command should wait

        rows = list(matters)
        self.matters: tuple[Matter, ...] = tuple(_matter(row) for row in rows)
        self.fallback = _matter(fallback)
        self.words: tuple[tuple[str, ...], ...] = tuple(tuple(row["words"]) for row in rows)
        self._signs = [tuple((word, _joined(word)) for word in words) for words in self.words]
        examples = [(text, at) for at, row in enumerate(rows) for text in (*row["examples"], row["name"])]
        self._owner = np.array([at for _, at in examples])
        self._grams = TfidfVectorizer(analyzer=grams, sublinear_tf=True)
        self._examples = self._grams.fit_transform([text for text, _ in examples])

    @classmethod
    def of(cls, duties: DutyList, usual: Span) -> Self:
        """Return what matches the matters of a city's own list; `usual` is the limit of those that have none."""
        matters = [(duty, duty.matter(usual)) for duty in duties.duties]
        rows = [
            {
                "id": matter.id,
                "category": matter.category,
                "name": matter.name,
                "unit": matter.unit,
                "hours": matter.limit_hours,
                "words": duty.words,
                "examples": duty.examples,
            }
            for duty, matter in matters
        ]
        return cls(rows, read("offices")["fallback"])

    def match(self, text: str) -> MatterFound:
        """Return the matter that `text` is about, or the centre where nothing is near enough."""
        said = plain("".join(text.split()))
        if not said:
            return MatterFound(self.fallback, 0.0, (), sure=False)
        likeness = (self._examples @ self._grams.transform([said]).T).toarray().ravel()
        best = np.zeros(len(self.matters))
        np.maximum.at(best, self._owner, likeness)
        sounds = _joined(said)
        signs = [self._heard(words, said, sounds) for words in self._signs]
        scores = [float(best[at]) + _signs_weight(signs[at], said) for at in range(len(self.matters))]
        first, *others = heapq.nlargest(2, range(len(scores)), key=scores.__getitem__)
        if scores[first] < (_LEAST if signs[first] else _LEAST_UNSIGNED):
            return MatterFound(self.fallback, round(scores[first], 3), (), sure=False)
        margin = scores[first] - (scores[others[0]] if others else 0.0)
        confidence = min(1.0, 0.45 * min(scores[first] / 0.6, 1.0) + 0.55 * min(margin / 0.2, 1.0))
        return MatterFound(self.matters[first], round(confidence, 3), signs[first])

    def sure(self, ticket: Ticket) -> Ticket:
        """Return `ticket` without the matter that stands for not knowing one: nothing is the same by that."""
        return replace(ticket, matter=None) if ticket.matter and ticket.matter.id == self.fallback.id else ticket

    def words_of(self, matter: Matter | None) -> tuple[str, ...]:
        """Return the sure signs of `matter`."""
        return next((words for row, words in zip(self.matters, self.words, strict=True) if row == matter), ())

    @staticmethod
    def _heard(signs: tuple[tuple[str, str], ...], said: str, sounds: str) -> tuple[str, ...]:
        # One character that only sounds alike is too little: 税 and 水.
        return tuple(
            word
            for word, sound in signs
            if word in said or (len(word) >= 2 and sound in sounds and find(word, said, least=0.9))
        )


def _joined(text: str) -> str:
    """Return the blurred syllables of `text`, each between dashes, so that a phrase is a part of it."""
    return f"-{'-'.join(blur(text))}-"


def _signs_weight(signs: tuple[str, ...], said: str) -> float:
    """Return what the signs add: longer ones more, those that were only heard by sound half."""
    return sum(_WORD * min(len(sign), 4) / (2 if sign in said else 4) for sign in signs[:3])


def _matter(row: Mapping[str, Any]) -> Matter:
    return Matter(row["id"], row["category"], row["name"], row["unit"], int(row["hours"]))


@cache
def lanjiang_matters() -> ResponsibilityList:
    """Return 澜江市's list, indexed once in a process."""
    return ResponsibilityList(read("lanjiang_matters"), read("offices")["fallback"])


def match_matter(text: str) -> MatterFound:
    """Return the matter of 澜江市's list that `text` is about."""
    return lanjiang_matters().match(text)
