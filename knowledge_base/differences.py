"""What differs between two versions of an entry, field by field, for people to read."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge_base.entry import Entry
from knowledge_base.headings import heading
from knowledge_base.serial import LISTS, NAMES

_LONG = 2_000
"""Characters from which on two texts are compared by sentences: by characters it would take seconds."""
_SENTENCE_ENDS = "。!?！？；;\n"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that both versions have, or only the old or the new one."""

    kind: Literal["same", "gone", "new"]
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs, and how."""

    field: str
    old: str
    new: str
    pieces: tuple[Piece, ...]

    def __str__(self) -> str:
        return f"{heading(self.field)}:{''.join(map(_marked, self.pieces))}"


def differences(old: Entry, new: Entry) -> tuple[Difference, ...]:
    """Return the fields in which `new` differs from `old`, in the order of the fields."""
    found: list[Difference] = []
    for name in NAMES:
        before, now = _shown(getattr(old, name)), _shown(getattr(new, name))
        if before != now:
            found.append(Difference(name, before, now, pieces(before, now, by_line=name in LISTS)))
    return tuple(found)


def pieces(old: str, new: str, by_line: bool = False) -> tuple[Piece, ...]:
    """Return the runs of which `old` and `new` are made; joined without the new ones they are `old`."""
    if by_line:
        before, now = old.splitlines(keepends=True), new.splitlines(keepends=True)
    elif len(old) + len(new) > _LONG:
        before, now = _sentences(old), _sentences(new)
    else:
        before, now = list(old), list(new)
    out: list[Piece] = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        if what == "equal":
            out.append(Piece("same", "".join(before[a:b])))
            continue
        if a < b:
            out.append(Piece("gone", "".join(before[a:b])))
        if c < d:
            out.append(Piece("new", "".join(now[c:d])))
    return tuple(out)


def told(found: Sequence[Difference]) -> str:
    """Return `found` as lines of text, what is gone in [-…-] and what is new in {+…+}."""
    return "\n".join(map(str, found)) or "(没有差异)"


def _sentences(text: str) -> list[str]:
    parts: list[str] = [""]
    for character in text:
        parts[-1] += character
        if character in _SENTENCE_ENDS:
            parts.append("")
    return parts


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "".join(f"{item}\n" for item in value)  # each whole, so that the last one is like the others
    return "" if value is None else str(value)


def _marked(piece: Piece) -> str:
    return {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}[piece.kind].format(piece.text)
