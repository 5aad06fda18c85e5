"""Cuts an answer into clauses, the pieces that are rendered, cached and played one after the other. Pure."""

import re
from dataclasses import dataclass

from tts.digits import SPOKEN
from tts.numerals import CLOSE, GROUP, OPEN
from tts.speakable import marked

SHORTEST = 5
"""A clause shorter than this many characters is joined to the next at a comma: alone it sounds clipped."""
LONGEST = 28
"""A clause is cut before it grows past this many characters, about 6 s: the caller waits for the whole of it."""

_COMMA, _FULL_STOP, _MARKS = "\uff0c", "。", "\uff0c。\uff01\uff1f\uff1b\uff1a"
_STRONG = "。\uff01\uff1f"
_DATE = re.compile(r"(?:[零一二三四五六七八九]{4}年)?[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}[日号]")


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of speakable text; `pause_ms` of silence follows it, unless nothing follows."""

    text: str
    pause_ms: int
    digits: bool = False
    """A group of dictated digits, joined from clips."""


def split_clauses(text: str) -> list[Clause]:
    """Return the clauses of any `text`, made speakable. The same sentence always gives the same clauses."""
    clauses: list[Clause] = []
    for part in re.split(rf"({OPEN}[^{CLOSE}]*{CLOSE}[{_MARKS}]?)", marked(text)):
        if part.startswith(OPEN):
            clauses += _dictated(part)
        else:
            clauses += [Clause(piece, _pause(piece)) for piece in _pieces(part)]
    return clauses


def date_pieces(clause: Clause) -> list[Clause]:
    """Return `clause` cut around its dates into year, month and day, for joining from clips; itself without one.

    A sentence such as 请在二零二六年十一月二十五日前办结 is new every day, but its parts are not.
    """
    found = _DATE.search(clause.text)
    if clause.digits or not found:
        return [clause]
    before, after = clause.text[: found.start()], clause.text[found.end() :]
    pieces = [Clause(part, 0) for part in (before, *date_parts(found[0])) if part]
    if after.strip(_MARKS):
        pieces += [Clause(piece.text, piece.pause_ms) for piece in date_pieces(Clause(after, 0))]
    return [*pieces[:-1], Clause(pieces[-1].text, clause.pause_ms)]


def date_parts(date: str) -> list[str]:
    """Return 二零二六年十一月二十五日 as 二零二六年, 十一月, 二十五日."""
    return re.findall(r"[^年月日号]+[年月日号]", date)


def _dictated(part: str) -> list[Clause]:
    mark = part[-1] if part[-1] in _MARKS else _COMMA
    groups = [group for group in part.strip(OPEN + CLOSE + _MARKS).split(GROUP) if group]
    clauses = []
    for place, group in enumerate(groups):
        pause = _pause(mark) if place == len(groups) - 1 else 240
        # A letter among the digits (X of an identity number) has no clip.
        clauses.append(Clause(group, pause, digits=set(group) <= set(SPOKEN)))
    return clauses


def _pieces(text: str) -> list[str]:
    """Cut at sentence ends, at commas once a piece is long enough, and wherever one grows too long."""
    pieces: list[str] = []
    piece = ""
    for phrase in re.findall(rf"[^{_MARKS}]+[{_MARKS}]*|[{_MARKS}]+", text):
        if piece and len(piece) + len(phrase) > LONGEST:
            pieces.append(piece)
            piece = ""
        piece += phrase
        if phrase[-1] in _STRONG or len(piece.rstrip(_MARKS)) >= SHORTEST:
            pieces.append(piece)
            piece = ""
    if piece:
        pieces.append(piece)
    return [part for piece in pieces for part in _shorten(piece) if part.strip(_MARKS + " ")]


def _shorten(piece: str) -> list[str]:
    parts = []
    while len(piece.rstrip(_MARKS)) > LONGEST * 1.5:
        # Before a function word, rather than within a word.
        cuts = [i for i in range(LONGEST // 2, LONGEST) if piece[i] in " 和与或并在到由向的后前"]
        cut = cuts[-1] if cuts else LONGEST
        parts.append(piece[:cut].strip())
        piece = piece[cut:].strip()
    return [*parts, piece.strip()]


def _pause(piece: str) -> int:
    last = piece[-1]
    return 320 if last in _STRONG else 220 if last in "\uff1b\uff1a" else 120 if last == _COMMA else 60
