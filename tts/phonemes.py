"""Speakable text becomes Kokoro's phonemes: Chinese through misaki, Latin letters through a table."""

import logging
import re
import tomllib
from functools import cache
from pathlib import Path

LATIN = Path(__file__).with_name("latin.toml")
READINGS = Path(__file__).with_name("readings.toml")
_RUN = re.compile(r"[A-Za-z]+|[^A-Za-z]+")


@cache
def latin() -> tuple[dict[str, str], dict[str, str]]:
    """Return the phonemes of single letters and of known words, keys in lower case."""
    tables = tomllib.loads(LATIN.read_text(encoding="utf8"))
    return tables["letters"], tables["words"]


class Phonemes:
    """Turns text into phonemes. Loading takes a second, for the dictionary that finds the words."""

    def __init__(self) -> None:
        import jieba
        import pypinyin
        from misaki.zh import ZHG2P
        from pypinyin.contrib.tone_convert import to_tone

        jieba.setLogLevel(logging.ERROR)
        for word, reading in tomllib.loads(READINGS.read_text(encoding="utf8")).items():
            jieba.add_word(word)
            pypinyin.load_phrases_dict({word: [[to_tone(s)] for s in reading.split()]})
        self._chinese = ZHG2P()

    def of(self, text: str) -> str:
        """Return the phonemes of `text`; characters without a sound are left out."""
        letters, words = latin()
        out: list[str] = []
        for run in _RUN.findall(text):
            if not run.isascii() or not run.isalpha():
                out.append(self._chinese(run)[0] if run.strip() else " ")
            elif run.lower() in words:
                out.append(f" {words[run.lower()]} ")
            else:
                out.append(" " + " ".join(letters[letter] for letter in run.lower()) + " ")
        return re.sub(r" {2,}", " ", "".join(out)).strip()
