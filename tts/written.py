"""How what is written with figures, units and signs is said: a table of rules, each on what the ones before left."""

import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tts.numerals import CLOSE, GROUP, OPEN, grouped, one_by_one, quantity
from tts.phonemes import latin

UNITS = Path(__file__).with_name("units.toml")

Say = str | Callable[[re.Match[str]], str]
"""What is said for a match: a template of `re.sub`, or a function."""
Table = tuple[tuple[str, Say], ...]


def _any_of(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_TABLES: dict[str, Any] = tomllib.loads(UNITS.read_text(encoding="utf8"))
_UNITS: dict[str, str] = _TABLES["units"]
_UNIT, _COUNTER = _any_of(_UNITS), _any_of(_TABLES["counters"])
_NUM = r"\d+(?:\.\d+)?"
_TO = r"\s*(?:[-—–~至到]{1,2})\s*"
_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_CIRCLED = {chr(0x2460 + i): str(i + 1) for i in range(20)}


def _n(digits: str) -> str:
    return quantity(str(int(digits)))


def _two(number: str, unit: str = "") -> str:
    """A lone 2 before a measure is 两, but not before the old weights and 度."""
    return "两" if number == "2" and not unit.startswith(("摄氏", "分贝")) else quantity(number)


def _date(m: re.Match[str]) -> str:
    if not (1 <= int(m[3]) <= 12 and 1 <= int(m[4]) <= 31):
        return "".join(one_by_one(c) for c in m[0])
    return f"{one_by_one(m[1])}年{_n(m[3])}月{_n(m[4])}日"


def _time(m: re.Match[str]) -> str:
    hour = "两" if m[1] in ("2", "02") else _n(m[1])
    minute = int(m[2])
    spoken = f"{hour}点" + (f"{'零' if minute < 10 else ''}{quantity(str(minute))}分" if minute else "")
    second = m[3] if m.re.groups > 2 else None
    return spoken + (f"{_n(second)}秒" if second and int(second) else "")


def _plate(m: re.Match[str]) -> str:
    return f"{m[1]}{m[2]},{OPEN}{' '.join(one_by_one(c, '幺') for c in m[3])}{CLOSE}".replace(" ", "")


def _dictate(*parts: str) -> str:
    return OPEN + GROUP.join(one_by_one(part, "幺") for part in parts) + CLOSE


def _numbered(m: re.Match[str]) -> str:
    if len(m[2]) < 6 and not m[3]:
        return f"{m[1]}{one_by_one(m[2], '幺')}"
    return m[1] + "," + grouped(m[2]) + (GROUP + grouped(m[3]) if m[3] else "")


def _room(m: re.Match[str]) -> str:
    return one_by_one(m[1], "幺")


def _money(m: re.Match[str]) -> str:
    jiao, fen = int(m[2][0]), int(m[2][1:] or 0)
    yuan = f"{_two(m[1])}元" if int(m[1]) else ""
    if not (jiao or fen):
        return yuan or "零元"
    tail = (f"{'两' if jiao == 2 and not yuan else quantity(str(jiao))}角" if jiao else "零" if yuan else "") + (
        f"{quantity(str(fen))}分" if fen else ""
    )
    return yuan + tail


def _share(number: str, sign: str) -> str:
    return f"{'百' if sign == '%' else '千'}分之{quantity(number)}"


def _fraction(m: re.Match[str]) -> str:
    if int(m[2]) == 0 or int(m[1]) >= int(m[2]):
        return f"{quantity(m[1])},{quantity(m[2])}"
    return f"{_n(m[2])}分之{_n(m[1])}"


def _address(m: re.Match[str]) -> str:
    return one_by_one(m[0].rstrip("/."), "幺").replace(".", "点").replace("/", "斜杠").replace("-", "杠")


def _latin(m: re.Match[str]) -> str:
    word = m[0]
    return f" {word} " if word.lower() in latin()[1] else f" {' '.join(word.upper())} "


_LISTS_AND_LINKS: Table = (
    (r"(?<=\d) (?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff]) (?=\d)", ""),
    # Before their digits and points mean something else.
    (r"https?://|(?<=[a-z])://", ""),
    (r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.(?:com|cn|net|org|gov)(?![A-Za-z])[\w./?=&%-]*", _address),
    (r"\*{2,}|_{2,}|`+|[)】]\s*$", ""),
    (r"[①-⑳]", lambda m: f"第{quantity(_CIRCLED[m[0]])},"),
    (r"(?m)^\s*[(]?(\d{1,2})(?:[、)]|\.(?!\d))\s*", lambda m: f"第{quantity(m[1])},"),
    (r"(?m)^\s*(?:[-*•·]|#+)\s+", ""),
    (r"[〔\[【(](\d{4})[〕\]】)](?:第?(\d+)号)", lambda m: f"{one_by_one(m[1])}年{quantity(m[2])}号"),
)

_DATES: Table = (
    (rf"(\d{{4}}){_TO}(\d{{4}})(?=年)", lambda m: f"{one_by_one(m[1])}到{one_by_one(m[2])}"),
    (r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)", _date),
    (r"(?<!\d)(\d{4})\s*年度?(?!内|以|前|后)", lambda m: one_by_one(m[1]) + m[0][4:].strip()),
    (rf"(\d{{1,2}}){_TO}(\d{{1,2}})(?=月|日|号(?!楼|线|院|门|店|铺|窗))", lambda m: f"{_n(m[1])}到{_n(m[2])}"),
    (r"(?<!\d)(\d{1,2})\s*(月(?!份?租)|日)", lambda m: _n(m[1]) + m[2]),
)

_TIMES: Table = (
    (rf"(\d{{1,2}}[:]\d{{2}}){_TO}(?=\d{{1,2}}[:]\d{{2}})", r"\1到"),
    (r"(?<!\d)([01]?\d|2[0-4])[:]([0-5]\d)(?:[:]([0-5]\d))?(?!\d)", _time),
    (r"(?<![\d.])(\d{1,2})(?:点|时(?!间|段))(\d{1,2})分?", _time),
    (r"(?<!\d)(\d+)\s*[:]\s*(\d+)(?!\d)", lambda m: f"{quantity(m[1])}比{quantity(m[2])}"),
)

_DICTATED: Table = (
    # Plates, telephones, papers.
    (rf"([{_PROVINCE}])\s*([A-Z])\s*[·•.]?\s*([A-Z0-9]{{5,6}})(?![A-Za-z0-9])", _plate),
    (r"(?:\+?86[- ]?)?(?<!\d)(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)", lambda m: grouped(m[1] + m[2] + m[3])),
    (r"(?<!\d)([48]00)[- ]?(\d{3})[- ]?(\d{4})(?!\d)", lambda m: _dictate(m[1], m[2], m[3])),
    (r"(?<!\d)[(]?(0\d{2,3})[)]?[- ](\d{3,4})[- ]?(\d{4})(?!\d)", lambda m: _dictate(m[1], m[2], m[3])),
    (r"(?<!\d)0\d{2,3}-(?=\d{5}(?!\d))", lambda m: _dictate(m[0][:-1]) + ","),
    (r"(?<![\d.])12345(?![\d.])(?!\s*(?:元|人|个|件|户|平))", "一二三四五"),
    (
        r"(?<![\d.])(?:12[0-9]{3}|9[56]\d{3}|100(?:86|10)|(?<=[打拨信])10000|1[12][0-9](?=报警|急救|火警|电话|热线|求助|平台|指挥)"
        rf"|(?<=[打拨转电话线、和或警救])1[12]\d)(?![\d.])(?!\s*(?:{_COUNTER}|{_UNIT}|万|千|元|号楼))",
        lambda m: one_by_one(m[0], "幺"),
    ),
    (r"(?<![\d.])(\d{17}[\dXx])(?![\dA-Za-z])", lambda m: grouped(m[1].upper())),
    (r"(?<![\d.])([A-Z]{1,4})-?(\d{4,})(?:-(\d{3,}))?(?![\d.])", _numbered),
    (r"(?<![\d.])0\d+(?![\d.%‰])", lambda m: grouped(m[0]) if len(m[0]) > 4 else one_by_one(m[0], "幺")),
    (rf"(?<![\d.,])\d{{7,}}(?![\d.]|\s*(?:{_COUNTER}|{_UNIT}|万|亿|元|%))", lambda m: grouped(m[0])),
    (r"(?<![\d.A-Za-z])(\d{3,4})(?=号?(?:室|房(?!子|产|屋|价))|路(?!口|段|灯)|次列车|信箱)", _room),
)

_MONEY_AND_SHARES: Table = (
    (rf"[¥$€]\s*({_NUM})(?![\d.]*\s*[万亿]?元)(\s*[万亿])?", lambda m: f"{m[1]}{(m[2] or '').strip()}元"),
    (rf"({_NUM}){_TO}({_NUM})(?=\s*(?:万|亿)?元)", lambda m: f"{quantity(m[1])}到{m[2]}"),
    (r"(?<![\d.])(\d+)\.(\d{1,2})(?=元)元", _money),
    (rf"({_NUM})\s*[%‰]?{_TO}({_NUM})\s*([%‰])", lambda m: f"{_share(m[1], m[3])}到{_share(m[2], m[3])}"),
    (rf"({_NUM})\s*([%‰])", lambda m: _share(m[1], m[2])),
    (r"(?<![\d./])(\d{1,3})/(\d{1,3})(?![\d./])", _fraction),
)

_QUANTITIES: Table = (
    (rf"(?<![\d.])[-−](?={_NUM}\s*(?:℃|°C|度))", "零下"),
    (rf"({_NUM})\s*(?:{_UNIT})?{_TO}({_NUM})", lambda m: f"{_two(m[1])}到{m[2]}"),
    (rf"({_NUM})\s*({_UNIT})(?![A-Za-z])", lambda m: _two(m[1], _UNITS[m[2]]) + _UNITS[m[2]]),
    (r"(?<=[元度吨人次天月户份角分米])\s*/\s*(?=[\u4e00-\u9fffA-Za-z㎡])", "每"),
    (rf"(?<![A-Za-z])({_UNIT})(?![A-Za-z])", lambda m: _UNITS[m[1]] if not m[1].isalpha() else m[0]),
    (rf"(?<![第\d.,])2(?=\s*(?:{_COUNTER}))", "两"),
    (r"(?<![\w.\u4e00-\u9fff)])[-−](?=\d)", "负"),
    (_NUM, lambda m: quantity(m[0])),
    (r"\d+", lambda m: one_by_one(m[0])),
)

_SIGNS: Table = (
    (r"(?<=[\u4e00-\u9fff])\s*/\s*(?=[\u4e00-\u9fff])", "或"),
    (r"[A-Za-z]+", _latin),
    *((re.escape(sign), word) for sign, word in _TABLES["signs"].items()),
)

RULES: Table = (
    *_LISTS_AND_LINKS,
    *_DATES,
    *_TIMES,
    *_DICTATED,
    *_MONEY_AND_SHARES,
    *_QUANTITIES,
    *_SIGNS,
)
"""All tables, in the order in which they are applied."""
