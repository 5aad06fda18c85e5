"""A letter's words for learning: the same for a text as written, and for one of spaced words without small words."""

import logging
import re
from functools import cache
from typing import Any

from tickets.data_files import read

_MARKS = re.compile(r"[\W_]+|x000d", re.IGNORECASE)  # x000d: what spreadsheets leave of a line's end


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of `text` in their order, without spaces, marks and small words (的, 因为, 您好)."""
    small = _small()
    return tuple(word for word in _cutter().cut(_MARKS.sub("", text)) if word not in small)


@cache
def _small() -> frozenset[str]:
    return frozenset(read("small_words")["small"].split())


@cache
def _cutter() -> Any:
    import jieba  # takes a second that no other command should wait

    jieba.setLogLevel(logging.WARNING)
    return jieba.Tokenizer()
