"""Makes Chinese text speakable: figures, dates, money, units, telephone numbers, letters and signs become words.

Pure, and total: any string gives a string of Chinese characters, Latin words and letters, and plain punctuation.
"""

import re
from functools import cache

from tts.numerals import CLOSE, GROUP, OPEN
from tts.written import RULES, Say

_HALF = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0xFFE5: 0xA5, 0x3000: 0x20, 0x2212: 0x2D}
"""Full-width forms to ASCII; the rules see only ASCII punctuation (and 。 and 、)."""
_WIDE = {ord(mark): ord(mark) + 0xFEE0 for mark in ",!?;:"}
"""What the voice is given back: misaki makes a pause of full-width marks only."""


def speakable(text: str) -> str:
    """Return `text` as it is to be spoken, e.g. 2026年 → 二零二六年, 15:30 → 十五点三十分, A座 → A座."""
    text = marked(text).replace(GROUP, "\uff0c")
    text = re.sub(rf"{CLOSE}(?=[{OPEN}零幺一二三四五六七八九])", "\uff0c", text)
    return text.replace(OPEN, "").replace(CLOSE, "")


def marked(text: str) -> str:
    """Return `speakable` text in which dictated numbers stand between OPEN and CLOSE, groups parted by GROUP."""
    text = re.sub(r"[\ue000-\uf8ff]", "", text)
    text = re.sub(r"(?<![\d,])\d{1,3}(?:,\d{3})+(?![\d,])", lambda m: m[0].replace(",", ""), text)
    text = text.translate(_HALF)
    for pattern, say in _rules():
        text = pattern.sub(say, text)
    return _tidy(text)


@cache
def _rules() -> list[tuple[re.Pattern[str], Say]]:
    return [(re.compile(pattern), say) for pattern, say in RULES]


_DROP = re.compile(rf"[^\u4e00-\u9fffA-Za-z ,。!?;:{OPEN}{GROUP}{CLOSE}]")
_HAN = r"\u4e00-\u9fff"


def _tidy(text: str) -> str:
    text = re.sub(r"[、…—–~\t]+|\.{2,}|-{2,}", ",", text)
    text = re.sub(r"[\r\n]+", "。", text)
    text = _DROP.sub("", text)
    text = re.sub(r" {2,}", " ", text)
    text = re.sub(rf"(?<=[{_HAN}]) (?=[{_HAN}])", ",", text)
    text = re.sub(rf" ?([,。!?;:{OPEN}{GROUP}{CLOSE}]) ?", r"\1", text)
    text = re.sub(r"[,;:]+(?=[,。!?;:])", "", text)
    text = re.sub(r"([。!?])[,。;:!?]+", r"\1", text)
    text = re.sub(rf"{OPEN}{CLOSE}", "", text)
    return text.strip(" ").lstrip(",。!?;: ").translate(_WIDE)
