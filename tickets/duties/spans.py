"""A time limit as a responsibility list writes it: 3个工作日, 24小时, 三天内, or a bare number under 时限(工作日)."""

import re

from tickets.life.span import Span, Unit, parse_span

_UNITS: dict[str, Unit] = {
    "分钟": "min",
    "分": "min",
    "小时": "h",
    "个小时": "h",
    "个工作日": "d",
    "工作日": "d",
    "个工作天": "d",
    "天": "cd",
    "日": "cd",
    "个自然日": "cd",
    "自然日": "cd",
    "自然天": "cd",
}
_WRITTEN = re.compile(rf"(\d{{1,4}}|[一二两三四五六七八九十]{{1,3}})({'|'.join(_UNITS)})?(?:之?内|以内)?")
_FIGURES = {figure: number for number, figure in enumerate("一二三四五六七八九", 1)} | {"两": 2}
_HEADED = re.compile(r"工作日|自然日|小时|分钟|天")


def read_span(text: str, heading: str = "") -> Span:
    """Return the limit that `text` says; `heading` tells the unit of a bare number.

    Days that neither call working days are calendar days. Raises `ValueError` with what is allowed.
    """
    said = re.sub(r"\s+", "", text)
    found = _WRITTEN.fullmatch(said)
    headed = _HEADED.search(heading)
    unit = found and (found[2] or (headed and headed[0]))
    if unit in ("天", "日") and headed and headed[0] == "工作日":
        unit = headed[0]
    count = _number(found[1]) if found else 0
    if unit and count:
        return Span(count, _UNITS[unit])
    try:
        span = parse_span(said)
    except ValueError:
        span = Span(0, "d")
    if not span.count:
        raise ValueError(f"不能是“{text}”,请写成 3个工作日、5天(自然日)、24小时 或 30分钟")
    return span


def _number(text: str) -> int:
    """Return the number up to 99 that figures or Chinese numerals write, 0 where they write none."""
    if text.isdigit():
        return int(text)
    if "十" not in text:
        return _FIGURES.get(text, 0)
    tens, _, ones = text.partition("十")
    if (tens and tens not in _FIGURES) or (ones and ones not in _FIGURES):
        return 0
    return 10 * _FIGURES.get(tens, 1) + _FIGURES.get(ones, 0)
