"""Ids for entries that come without one."""

import re
from collections.abc import Callable

from core.pinyin import spelled
from knowledge_base.entry import Entry

_LONGEST = 50
_NOT_IN_AN_ID = re.compile(r"[^a-z0-9]+")


def made_id(entry: Entry, question_of: Callable[[str], str | None]) -> str:
    """Return an id from field, matter and aspect in pinyin (huji-juzhuzheng-banli), with a number where it is taken.

    `question_of` returns the question of the entry that has an id, None where nobody has it. An entry with the same
    question keeps its id, so that a sheet without ids that is imported twice makes no second entries.
    """
    parts = [_plain(part) for part in (entry.topic, entry.subject, entry.aspect)]
    base = "-".join(part for part in parts if part) or _plain(entry.question)[:_LONGEST] or "entry"
    base = base[:_LONGEST].strip("-")
    id, number = base, 1
    while question_of(id) not in (None, entry.question):
        number += 1
        id = f"{base}-{number}"
    return id


def _plain(text: str) -> str:
    return _NOT_IN_AN_ID.sub("-", "".join(spelled(text.lower()))).strip("-")
