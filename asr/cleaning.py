"""Makes readable text of what the decoder wrote: simplified, without loops, fillers and inventions."""

import re
import unicodedata
from functools import cache
from pathlib import Path

import opencc

from core.yaml_file import read_yaml

_LOOP = re.compile(r"(.{1,12}?)\1{3,}")
"""Anything said four times in a row; a single character must come eight times (see `has_loop`)."""
_WIDE = str.maketrans(",?!:;", "，？！：；")
_HAN_SPACE = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
_FULL_STOP = re.compile(r"(?<!\d)\.|\.(?!\d)")
_FILLERS = re.compile(r"[呃唔]+[，、]?|^(?:[嗯额啊哦]+[，、。])+(?=.)")
_AT_ENDS = "，。、；： .-~…\"'“”‘’()（）[]【】《》"


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _inventions() -> re.Pattern[str]:
    lines = read_yaml(Path(__file__).parent / "data" / "inventions.yaml")
    return re.compile("|".join(f"(?:{line})" for line in lines), re.IGNORECASE)


def simplified(text: str) -> str:
    """Return `text` in simplified characters and usual widths."""
    return str(_converter().convert(unicodedata.normalize("NFKC", text)))


def has_loop(text: str) -> bool:
    """Whether the decoder was caught in a loop. People do say 对对对对, and numbers hold 0000."""
    return any(len(m.group(1)) > 1 or len(m.group(0)) >= 8 for m in _LOOP.finditer(text))


def without_loops(text: str) -> str:
    """Return `text` with each loop said once."""
    return _LOOP.sub(lambda m: m.group(1) if len(m.group(1)) > 1 or len(m.group(0)) >= 8 else m.group(0), text)


def is_invention(text: str) -> bool:
    """Whether `text` is one of the subtitles that the model writes when it hears noise (data/inventions.yaml)."""
    return _inventions().search(re.sub(r"\s+", "", text)) is not None


def clean(text: str) -> str:
    """Return what the decoder wrote as text to be read: empty where it says nothing."""
    text = simplified(text)
    text = _FULL_STOP.sub("。", text).translate(_WIDE)
    text = _HAN_SPACE.sub("", text).strip()
    if is_invention(text):
        return ""
    text = _FILLERS.sub("", without_loops(text)).strip(_AT_ENDS)
    return text if re.search(r"\w", text) else ""
