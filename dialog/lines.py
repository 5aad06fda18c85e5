"""The bot's own sentences, from `lines.yaml` and `outbound/lines.yaml`."""

import re
from functools import cache
from importlib.resources import files

from core.yaml_file import read_yaml
from tickets import data_files

_ROOMS = ("dialog", "dialog.outbound")


@cache
def _lines(rooms: tuple[str, ...] = _ROOMS) -> dict[str, str]:
    read = [read_yaml(files(room) / "lines.yaml") for room in rooms]
    return {str(key): str(line) for lines in read for key, line in lines.items()}


_FILLERS = (
    "not_heard",
    "take_your_time",
    "i_listen",
    "slower",
    "are_you_there",
    "still_there",
)


@cache
def fillers() -> frozenset[str]:
    """Return the sentences that only keep the talk going: nobody who says 再说一遍 means one of these."""
    return frozenset(map(line, _FILLERS))


_WRITTEN = str.maketrans(",?!:;", "，？！：；")
_UNCHANGING = re.compile(r"[^{]+$|[^{]*[，。？！：；]")
_INNER = re.compile(r"(?<=[\u4e00-\u9fff])[,?!:;]|[,?!:;](?=[\u4e00-\u9fff])")


def typeset(text: str) -> str:
    """Return `text` with the punctuation of Chinese print; what was heard comes with plain commas."""
    return _INNER.sub(lambda mark: mark[0].translate(_WRITTEN), text)


def line(key: str) -> str:
    """Return the sentence of `key`, with its {…} where it has any. Raises `KeyError` for one that is not there."""
    return _lines()[key]


def is_fixed(key: str) -> bool:
    """Whether the sentence of `key` is always the same, and so rendered ahead."""
    return "{" not in line(key)


def all_lines() -> list[str]:
    """Return all that never changes, for rendering ahead: the greeting first, the legal ways last.

    Of a sentence with {…} it is what comes before it, up to a mark: while that is spoken, the rest is made.
    """
    ways = (typeset(way["say"]) for way in data_files.read("legal_ways"))
    return list(dict.fromkeys((*_unchanging(_lines()), *ways)))


def outbound_lines() -> list[str]:
    """Return what never changes of the sentences that only calls of our own need."""
    return _unchanging(_lines(("dialog.outbound",)))


def _unchanging(lines: dict[str, str]) -> list[str]:
    return [found[0] for text in lines.values() if (found := _UNCHANGING.match(text))]
