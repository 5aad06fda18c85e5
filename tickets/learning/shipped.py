"""The model of categories that stands in for a city's history: trained from our own appeals, kept beside them.

`python -m tickets.learning.shipped` writes it anew after the appeals or the words of the tree have changed.
"""

from datetime import date
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np

from tickets.learning.letters import Letter
from tickets.learning.model import LetterClassifier, train
from tickets.learning.reading import SPOKEN
from tickets.learning.stored import load, save
from tickets.written import known_words, source, written

_LEAST = 6
"""Appeals of a category at least: one of each kind."""
_SMALL = 0.02
"""Weights below this change nothing that can be measured, and are most of a file."""


def make_categories(trained: str) -> LetterClassifier:
    """Train the shipped model; `trained` is the day to keep. Deterministic."""
    letters = [Letter(one.text, category=one.category) for one in written()]
    model = train(letters, "category", trained, least=_LEAST, reading=SPOKEN, given=known_words(), source=source())
    model.weights[np.abs(model.weights) < _SMALL] = 0.0
    return model


@cache
def shipped_categories() -> LetterClassifier:
    """Return the shipped model, read once in a process."""
    with as_file(files("tickets") / "data" / "models" / "categories.npz") as file:
        return load(file)


if __name__ == "__main__":
    _file = Path(str(files("tickets") / "data" / "models" / "categories.npz"))
    save(make_categories(date.today().isoformat()), _file)
