"""Versions of a city's models on a shelf: which there are, how good each is, and which one is in force."""

import hashlib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tickets.errors import LearnedUnreadable, LearnedUnwritable
from tickets.learning.letters import Field, Letter
from tickets.learning.model import About, LetterClassifier
from tickets.learning.opinions import Meaning
from tickets.learning.stored import load, save

_HELD = 5
"""One letter in so many is never learned from, by any version, so that all can be compared on it."""
_LEAST_HELD = 20
"""Held-out letters below which chance decides; then the cross-validated accuracies are compared."""


@dataclass(frozen=True, slots=True)
class Version:
    """One model on the shelf."""

    number: int
    file: Path
    about: About
    in_force: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a new version was put in force, and the shares (0 to 1) that it and the one before it had right."""

    version: int
    in_force: bool
    new: float
    old: float | None
    letters: int
    """Held-out letters that both were asked about; 0 where their cross-validations were compared."""


def split(letters: Sequence[Letter]) -> tuple[list[Letter], list[Letter]]:
    """Return the letters to learn from, and those held out: by their text, so that they are the same every time."""
    held = [hashlib.sha256(letter.text.encode()).digest()[0] % _HELD == 0 for letter in letters]
    return (
        [letter for letter, out in zip(letters, held, strict=True) if not out],
        [letter for letter, out in zip(letters, held, strict=True) if out],
    )


class ModelShelf:
    """The versions of all fields in one folder: `kind-0001.npz`, and `in_force.json` that says which one counts."""

    def __init__(self, folder: Path, meaning: Meaning | None = None) -> None:
        """`meaning` is asked by the versions that judge by it."""
        self._folder, self._meaning = folder, meaning

    def versions(self, field: Field) -> list[Version]:
        """Return the versions of `field`, oldest first. Raises `LearnedUnreadable`."""
        current = self._current().get(field)
        found = []
        for file in sorted(self._folder.glob(f"{field}-*.npz")):
            if numbered := re.fullmatch(rf"{field}-(\d+)\.npz", file.name):
                number = int(numbered[1])
                found.append(Version(number, file, load(file, self._meaning).about, number == current))
        return found

    def in_force(self, field: Field) -> LetterClassifier | None:
        """Return the model in force, None where there is none. Raises `LearnedUnreadable`."""
        current = self._current().get(field)
        return None if current is None else load(self._file(field, current), self._meaning)

    def offer(self, model: LetterClassifier, held: Sequence[Letter], before: LetterClassifier | None) -> Verdict:
        """Keep `model` as the next version, and put it in force unless it is worse than the one `before`.

        Raises `LearnedUnreadable`, `LearnedUnwritable`.
        """
        field = model.about.field
        before = self.in_force(field) or before
        number = max((one.number for one in self.versions(field)), default=0) + 1
        asked = [letter for letter in held if letter.answer(field) in model.classes]
        fair = before is None or not before.about.source  # a shipped model has seen our own appeals
        if before is None:
            new, old, many = model.about.report.accuracy, None, 0
        elif fair and len(asked) >= _LEAST_HELD:
            new, old, many = _right(model, asked), _right(before, asked), len(asked)
        else:
            new, old, many = model.about.report.accuracy, before.about.report.accuracy, 0
        save(model, self._file(field, number))
        better = old is None or new >= old
        if better:
            self._put(self._current() | {field: number})
        return Verdict(number, better, round(new, 4), old if old is None else round(old, 4), many)

    def _file(self, field: Field, number: int) -> Path:
        return self._folder / f"{field}-{number:04d}.npz"

    def _current(self) -> dict[str, int]:
        file = self._folder / "in_force.json"
        try:
            return dict(json.loads(file.read_text(encoding="utf8"))) if file.exists() else {}
        except (OSError, ValueError, TypeError) as error:
            raise LearnedUnreadable(file=file, what="读不出哪一版在用") from error

    def _put(self, current: dict[str, int]) -> None:
        file = self._folder / "in_force.json"
        part = file.with_name(f"{file.name}.{os.getpid()}.part")
        try:
            part.write_text(json.dumps(current), encoding="utf8")
            part.replace(file)
        except OSError as error:
            raise LearnedUnwritable(file=file, what=error.strerror or error) from error


def _right(model: LetterClassifier, letters: Sequence[Letter]) -> float:
    judged = model.judge([letter.text for letter in letters])
    field = model.about.field
    return sum(one.label == letter.answer(field) for one, letter in zip(judged, letters, strict=True)) / len(letters)
