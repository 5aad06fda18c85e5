"""Character errors between what was said and heard; punctuation, case and ways to write numbers do not count."""

import re
import unicodedata

from asr.cleaning import simplified

_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿", "万亿")


def read_out(number: int) -> str:
    """Return a number below 10**16 as it is said: 1500 is 一千五百."""
    if number == 0:
        return "零"
    said, groups = "", []
    while number:
        number, rest = divmod(number, 10_000)
        groups.append(rest)
    for place in reversed(range(len(groups))):
        if groups[place]:
            gap = "零" if said and groups[place] < 1000 else ""
            said += gap + _four(groups[place]) + _GROUPS[place]
    return said[1:] if said.startswith("一十") else said


def _four(number: int) -> str:
    said, gap = "", False
    for place in reversed(range(4)):
        digit = number // 10**place % 10
        if digit:
            said += ("零" if gap and said else "") + _DIGITS[digit] + _UNITS[place]
        gap = not digit
    return said


def errors(said: str, heard: str) -> tuple[int, int]:
    """Return (wrong characters, characters said); of the ways to read out each digit group the fitting one counts."""
    said = re.sub(r"\d", lambda d: _DIGITS[int(d.group())], _plain(said))
    readings = [""]
    for part in re.split(r"(\d+)", _plain(heard)):
        ways = [part]
        if part.isdigit():
            ways = ["".join(_DIGITS[int(d)] for d in part)] + ([read_out(int(part))] if len(part) <= 12 else [])
        readings = [before + way for before in readings for way in ways]
        readings = sorted(readings, key=lambda reading: _edits(said[: len(reading)], reading))[:8]
    return min(_edits(said, reading) for reading in readings), len(said)


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", simplified(text)).upper().replace("幺", "一").replace("%", "百分之")
    return re.sub(r"[\W_]", "", text)


def _edits(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        now = [i]
        for j, right in enumerate(other, 1):
            now.append(min(row[j] + 1, now[-1] + 1, row[j - 1] + (left != right)))
        row = now
    return row[-1]
