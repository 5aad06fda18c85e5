"""Understands the answers to 解决了吗 and 满意吗, clause by clause, as people say them. Pure."""

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any

from core.yaml_file import read_yaml
from dialog.commands import squeeze
from tickets.callbacks import Satisfied, Solved

_BUT = re.compile(r"^(但是?|可是?|不过|就是|结果|只是|然而)")
_NOW = re.compile(r"^(后来|现在|今天|昨天|刚才|最后|最终|已经)")
_CLAUSES = re.compile(r"[,，。!?;；!?、\s]+|(?=但是|可是|不过|只是|然后|后来)")
_SOLVED_KEYS = {"1": Solved.YES, "2": Solved.PARTLY, "3": Solved.NO}
_SATISFIED_KEYS = {"1": Satisfied.YES, "2": Satisfied.FAIRLY, "3": Satisfied.NO}
_SPOKEN_KEYS = {
    "一": "1",
    "按一": "1",
    "1": "1",
    "二": "2",
    "两": "2",
    "按二": "2",
    "2": "2",
    "三": "3",
    "按三": "3",
    "3": "3",
}
_PLAIN = re.compile(r"满意|满满")


def solved(text: str) -> Solved | None:
    """Return what `text` says of whether it is solved (unknown: the citizen does not know); None for no answer.

    The first clause that says something counts; what is solved 但… is solved in part, and 后来… corrects it.
    """
    if key := _SPOKEN_KEYS.get(squeeze(text)):
        return _SOLVED_KEYS[key]
    found: Solved | None = None
    for clause in _split(text):
        head = _BUT.match(clause) or _NOW.match(clause)
        says = _named("solved", clause[head.end() :] if head else clause)
        if says is None:
            continue
        value = Solved(says)
        if found is None or (_NOW.match(clause) and value is not Solved.UNKNOWN):
            found = value
        elif found is Solved.YES and value in (Solved.NO, Solved.PARTLY):
            found = Solved.PARTLY if _BUT.match(clause) else found
    return found


def satisfied(text: str) -> Satisfied | None:
    """Return what `text` says of how content its speaker is; None for no answer. A later clause weighs the most."""
    if key := _SPOKEN_KEYS.get(squeeze(text)):
        return _SATISFIED_KEYS[key]
    values = {"yes": Satisfied.YES, "fairly": Satisfied.FAIRLY, "no": Satisfied.NO}
    said = [values[name] for clause in _split(text) if (name := _named("satisfied", clause))]
    if not said:
        return None
    return Satisfied.NO if Satisfied.NO in said else Satisfied.FAIRLY if Satisfied.FAIRLY in said else Satisfied.YES


def names_satisfaction(text: str) -> bool:
    """Whether `text` speaks of 满意 of its own accord, so that the second question need not be asked."""
    return bool(_PLAIN.search(text)) and satisfied(text) is not None


def key_solved(key: str) -> Solved | None:
    """Return what key 1, 2 or 3 answers to 解决了吗."""
    return _SOLVED_KEYS.get(key)


def key_satisfied(key: str) -> Satisfied | None:
    """Return what key 1, 2 or 3 answers to 满意吗."""
    return _SATISFIED_KEYS.get(key)


def tells_more(text: str) -> bool:
    """Whether `text` says more than a bare answer: something that belongs to the reason."""
    return len(squeeze(text)) >= _LEAST_STORY


_LEAST_STORY = 9
"""Characters from which on an answer is also a story."""


def _split(text: str) -> list[str]:
    said = unicodedata.normalize("NFKC", text)
    return [clause for clause in (squeeze(part) for part in _CLAUSES.split(said) if part) if clause]


def _named(question: str, clause: str) -> str | None:
    for name, pattern in _patterns()[question]:
        if pattern.search(clause):
            return name
    return None


@cache
def _patterns() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    raw: dict[str, dict[str, Any]] = read_yaml(files("dialog.outbound") / "answers.yaml")
    return {
        question: [
            (name.rstrip("_"), re.compile("|".join(f"(?:{each})" for each in lists))) for name, lists in named.items()
        ]
        for question, named in raw.items()
    }
