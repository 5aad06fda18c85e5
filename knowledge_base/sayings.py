"""What to say where only one part of an entry was asked for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from core.yaml_file import read_yaml
from knowledge_base.entry import Entry
from knowledge_base.reading import SPOKEN_SECONDS, spoken_seconds
from knowledge_base.text import DATA

_BRACKETS = re.compile(r"[（(]([^）)]*)[）)]")
_SENTENCE = re.compile(r"[^。!?！？；;]+")


@dataclass(frozen=True, slots=True)
class _Sayings:
    fields: dict[str, str]
    more_materials: str
    answers: dict[str, re.Pattern[str]]


@lru_cache(maxsize=1)
def _sayings() -> _Sayings:
    data = read_yaml(DATA / "sayings.yaml")
    patterns = {aspect: re.compile(pattern) for aspect, pattern in data["answers"].items()}
    return _Sayings(data["fields"], data["more_materials"], patterns)


def field_sentence(entry: Entry, field: str) -> str:
    """Return a sentence made from `field` of `entry` (materials, place, hours, telephone), or "" where it is empty.

    Materials that would take longer than a spoken answer may are cut, and the text message is offered.
    """
    value = getattr(entry, field)
    if not value:
        return ""
    template = _sayings().fields[field]
    subject = entry.subject or entry.short
    if isinstance(value, str):
        return template.format(subject=subject, value=_aloud(value))
    kept = list(value)
    sentence = template.format(subject=subject, value="、".join(map(_aloud, kept)))
    while len(kept) > 1 and spoken_seconds(sentence) > SPOKEN_SECONDS:
        kept.pop()
        sentence = template.format(subject=subject, value="、".join(map(_aloud, kept)) + _sayings().more_materials)
    return sentence


def _aloud(text: str) -> str:
    """What stands in brackets is said after a pause."""
    return _BRACKETS.sub(r"，\1", text).rstrip("。")


def field_sentences(entry: Entry) -> tuple[str, ...]:
    """Return every sentence that `field_sentence` can make of `entry`."""
    made = (field_sentence(entry, field) for field in _sayings().fields)
    return tuple(sentence for sentence in made if sentence)


def spoken_texts(entries: Iterable[Entry]) -> list[str]:
    """Return every text of `entries` that a call can say and that is known before, answers first."""
    held = list(entries)
    parts = (sentence for entry in held for sentence in field_sentences(entry))
    return list(dict.fromkeys([*(entry.spoken for entry in held), *parts]))


def speaks_of(text: str, aspect: str) -> bool:
    """Say whether `text` has words that answer a question about `aspect` (费用: 免费, 十元 …)."""
    pattern = _sayings().answers.get(aspect)
    return bool(pattern and pattern.search(text))


def text_sentence(entry: Entry, aspect: str) -> str:
    """Return the sentence of the full text that speaks of `aspect`, or "" where none does or it is too long."""
    for found in _SENTENCE.finditer(entry.text):
        sentence = found.group()
        if speaks_of(sentence, aspect) and spoken_seconds(sentence) <= SPOKEN_SECONDS:
            return sentence.strip() + "。"
    return ""
