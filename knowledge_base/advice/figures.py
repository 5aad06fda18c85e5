"""Numbers as people write them (120, 1,234.5, 一百二十, 五百五, 二〇二六, 三块二) and what they are worth."""

import re

DIGITS = "零〇一二两三四五六七八九"
NUMBER = rf"\d+(?:,\d{{3}})*(?:\.\d+)?(?:\s*[万亿千百])?|[{DIGITS}十百千万亿]+(?:点[{DIGITS}]+)?"
"""A number in figures or in characters, as a part of a regular expression."""

_WORTH = {character: worth for worth, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}
_FIGURES = re.compile(r"(\d+(?:\.\d+)?)\s*([十百千万亿]?)")


def worth(text: str) -> float | None:
    """Return the worth of the number `text`, or None where it is none or vague (三五天)."""
    text = text.replace(",", "").replace("，", "").strip()
    if found := _FIGURES.fullmatch(text):
        return round(float(found[1]) * (_SMALL | _LARGE).get(found[2], 1), 4)
    whole, _, fraction = text.partition("点")
    if not whole or set(whole) - set(_WORTH) - set(_SMALL) - set(_LARGE):
        return None
    value: float | None = _counted(whole) if set(whole) & set("十百千万亿") else _dictated(whole)
    if value is not None and fraction:
        value += float("0." + "".join(str(_WORTH[digit]) for digit in fraction))
    return None if value is None else round(value, 4)


def _dictated(text: str) -> float | None:
    """二〇二六 is a year; two digits in a row (三五天) are an estimate."""
    if len(text) == 2:
        return None
    return float("".join(str(_WORTH[digit]) for digit in text))


def _counted(text: str) -> float:
    total, section, digit, unit = 0.0, 0.0, 0.0, 1.0
    for character in text:
        if character in _WORTH:
            digit = float(_WORTH[character])
            unit = 1.0 if character in "零〇" else unit
            continue
        if character in _SMALL:
            unit = _SMALL[character]
            section += (digit or (1.0 if not section else 0.0)) * unit
        else:
            unit = _LARGE[character]
            before = total if character == "亿" else 0.0
            total += (before + section + digit or 1.0) * unit - before
            section = 0.0
        digit = 0.0
    # 五百五 leaves out the last ten, 一千二 the last hundred.
    return total + section + (digit * unit / 10 if unit >= 100 else digit)
