"""What kinds and categories are learned from where a city has no history yet: our own appeals, lists and examples."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from functools import cache

from tickets.data_files import read

_PARTS = ("town", "people", "market")


@dataclass(frozen=True, slots=True)
class Written:
    """An appeal as somebody might say it, with its category (第一级/第二级) and its kind."""

    text: str
    category: str
    kind: str


@cache
def written() -> tuple[Written, ...]:
    """Return our own appeals (`tickets/data/appeals/`)."""
    return tuple(
        Written(text, category, kind)
        for part in _PARTS
        for category, kinds in read(f"appeals/{part}").items()
        for kind, texts in kinds.items()
        for text in texts
    )


@cache
def categories() -> Mapping[str, tuple[str, ...]]:
    """Return the tree's categories of the second level, each with the words by which people speak of it."""
    tree = read("categories")
    return {f"{one}/{two}": tuple(words.split()) for one, below in tree.items() for two, words in below.items()}


def known_words() -> list[tuple[str, str]]:
    """Return short texts with their category: the tree's words, and the signs and examples of 澜江市's matters.

    A matter of a first-level category counts where that has only one below it.
    """
    found = [(word, name) for name, words in categories().items() for word in words]
    for matter in read("lanjiang_matters"):
        category = matter["category"]
        below = [name for name in categories() if name == category or name.startswith(f"{category}/")]
        if len(below) == 1:
            found += [(text, below[0]) for text in (*matter["examples"], matter["name"], *matter["words"])]
    return found


def source() -> str:
    """Return the sha256 of everything that is learned from, to tell a model that is older than its data."""
    data = [[astuple(one) for one in written()], known_words()]
    return hashlib.sha256(json.dumps(data, ensure_ascii=False).encode()).hexdigest()
