"""Chinese readings of numbers: quantities, digit strings and groups of digits."""

_DIGITS = "零一二三四五六七八九"
_SMALL = ("", "十", "百", "千")
_LARGE = ("", "万", "亿", "万亿")

GROUP = "\ue001"
"""Stands between the groups of a long number in the text that `tts.speakable` works on."""
OPEN, CLOSE = "\ue000", "\ue002"
"""Stand around a number that is read digit by digit."""


def one_by_one(digits: str, one: str = "一") -> str:
    """Return `digits` as they are dictated: 2026 → 二零二六; other characters stay."""
    return "".join(one if d == "1" else _DIGITS[int(d)] if d.isdecimal() else d for d in digits)


def quantity(number: str) -> str:
    """Return how a number is counted: 120 → 一百二十, 0.5 → 零点五, 1,200 → 一千二百.

    More than 16 digits, or a leading zero, are read one by one.
    """
    whole, _, fraction = number.replace(",", "").partition(".")
    whole = whole or "0"
    odd = len(whole) > 16 or (len(whole) > 1 and whole[0] == "0")
    spoken = one_by_one(whole) if odd else _count(int(whole))
    return f"{spoken}点{one_by_one(fraction)}" if fraction else spoken


def _count(value: int) -> str:
    if value == 0:
        return "零"
    out, gap = "", False
    for place in range(3, -1, -1):
        part = value // 10000**place % 10000
        if not part:
            gap = bool(out)
            continue
        if out and (gap or part < 1000):
            out += "零"
        out += _under_ten_thousand(part, bool(_LARGE[place])) + _LARGE[place]
        gap = False
    return out.removeprefix("一") if out.startswith("一十") else out


def _under_ten_thousand(value: int, before_large: bool) -> str:
    out, gap = "", False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if not digit:
            gap = bool(out)
            continue
        if gap:
            out += "零"
        # 两千, 两万, but 二百 and 二十: the usual spoken forms.
        alone = digit == 2 and (place == 3 or (before_large and value == 2))
        out += ("两" if alone else _DIGITS[digit]) + _SMALL[place]
        gap = False
    return out


def groups(digits: str) -> list[str]:
    """Return `digits` in groups that a listener can write down: 3-4-4 for a mobile, fours and threes for others."""
    threes = -len(digits) % 4
    if 3 * threes > len(digits):
        return [digits]
    heads = [digits[3 * i : 3 * i + 3] for i in range(threes)]
    rest = digits[3 * threes :]
    return heads + [rest[i : i + 4] for i in range(0, len(rest), 4)]


def grouped(digits: str) -> str:
    """Return a long number marked as dictated groups, with 幺 for 1 as on the telephone."""
    return OPEN + GROUP.join(one_by_one(group, "幺") for group in groups(digits)) + CLOSE
