"""The last metres of an address: building, unit, floor, room, and what stands beside it."""

import re
from dataclasses import dataclass, fields, replace

from tickets.sound import syllables

_NUMBER = r"[0-9零〇一二两三四五六七八九十百]+"
_CHINESE = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_SOUND = {"yi": "1", "yao": "1", "er": "2", "liang": "2", "san": "3", "shan": "3", "si": "4", "wu": "5",
          "liu": "6", "qi": "7", "ba": "8", "jiu": "9", "shi": "10"}  # fmt: skip
_NEVER_DIGITS = frozenset("几是事的这那不有在")
_UNITS = (("号楼", ("hao", "lou")), ("单元", ("dan", "yuan")))
NEAR = (
    "门口|门前|地下车库|地下室|车库|地库|[东南西北][大]?门|正门|后门|"
    "大门|对面|对过|旁边|隔壁|楼下|楼顶|楼上|楼道|"
    "电梯|天台|后面|前面|里面|[东南西北]侧|[东南西北]边|附近|桥下|"
    "村口|路边|路口|广场|停车场|院内|院里|篮球场"
)


@dataclass(frozen=True, slots=True)
class Detail:
    """The parts of `Place.detail`; each empty or as it is written: 5号楼, 2单元, 3楼, 301, 门口."""

    number: str = ""
    """House number on a road or a yard's: 128号, 15号院."""
    zone: str = ""
    """Part of a large estate or village: A区, 三期, 2组."""
    building: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""
    near: str = ""

    def __str__(self) -> str:
        return "".join(getattr(self, part.name) for part in fields(self))

    def __bool__(self) -> bool:
        return bool(str(self))

    def corrected(self, said: "Detail") -> "Detail":
        """Return this with every part that `said` names put in its place."""
        return replace(self, **{f.name: getattr(said, f.name) for f in fields(said) if getattr(said, f.name)})


_BLOCK = rf"号楼|栋|幢|座|冻|洞(?=[{_NUMBER[1:-2]}]|$|,)"

_PATTERNS = (
    ("zone", re.compile(rf"(?<![第城])([A-Z东西南北]|{_NUMBER})(区|期|组|队)(?!别|间|长)")),
    ("number", re.compile(rf"({_NUMBER})(号院)")),
    ("building", re.compile(rf"(?:第)?({_NUMBER}|[A-Z]|[甲乙丙丁])({_BLOCK})")),
    ("unit", re.compile(rf"(?:第)?({_NUMBER}|[A-Z])(单元)")),
    (
        "room",
        re.compile(
            rf"(?<![{_NUMBER[1:-2]}.从到涨降交收花了])([0-9]{{3,4}}|[零一二三四五六七八九]{{3,4}})(室|号房|房间|房|户)?(?![0-9.号路米块元个多年天涨降平度瓦人])"
        ),
    ),  # a price that rises and the hotline's own number are no rooms
    ("room", re.compile(rf"({_NUMBER})(室|号房)")),
    ("floor", re.compile(rf"(?:第)?({_NUMBER})(楼|层)(?!道|梯|上|下|顶)")),
    (
        "number",
        re.compile(
            rf"(?<![{_NUMBER[1:-2]}月从])({_NUMBER})(号)(?!线|楼|院|房|开始|起|停|就|以后|之后|以前|之前|早|晚|上午|下午|那天|左右)"
        ),
    ),  # the 20th of a month is no house
    ("near", re.compile(rf"()({NEAR})")),
)


def parse_detail(text: str, near: bool = True) -> tuple[Detail, tuple[str, ...]]:
    """Return the parts of the detail in `text` and the fragments they were read from.

    Digits are written in figures; "起号楼" and "二但元" are understood.
    `near` False leaves out 门口, 楼下 and the like.
    """
    text = _mended(text)
    found: dict[str, str] = {}
    evidence: list[str] = []
    for part, pattern in _PATTERNS:
        if part in found or (part == "near" and not near):
            continue
        match = pattern.search(text)
        if match and (value := _value(part, match[1])) is not None:
            found[part] = value + _written(part, match[2] or "")
            evidence.append(match[0])
            text = text[: match.start()] + "," * len(match[0]) + text[match.end() :]
    return Detail(**found), tuple(evidence)


def _mended(text: str) -> str:
    """Write 号楼 and 单元 where only their sound was heard, and the digit before them likewise."""
    chars, sounds = list(text), syllables(text)
    for unit, wanted in _UNITS:
        for at in range(1, len(chars) - 1):
            if sounds[at : at + 2] != wanted or chars[at - 1] in _NEVER_DIGITS - {"是", "事"} | {"几"}:
                continue
            before = chars[at - 1]
            digit = _SOUND.get(sounds[at - 1])
            counted = bool(re.match(r"[0-9零一二两三四五六七八九十A-Z甲乙丙丁]", before))
            if counted or digit:
                chars[at : at + 2] = list(unit)
            if not counted and digit:
                chars[at - 1] = "十" if digit == "10" else digit
    return "".join(chars)


def _value(part: str, number: str) -> str | None:
    if not number or not re.search(r"[0-9零〇一二两三四五六七八九十百]", number):
        return number
    if part == "room" and not re.search("[十百]", number):
        return "".join(str(_CHINESE.get(char, char)) for char in number)
    value = number_of(number)
    return None if value is None else str(value)


def number_of(text: str) -> int | None:
    """Return the whole number that `text` writes (12, 十二, 一二, 一百零三), or None."""
    if re.fullmatch(r"\d+", text):
        return int(text)
    if not re.search("[十百]", text):
        return int("".join(str(_CHINESE.get(char, char)) for char in text))
    match = re.fullmatch(
        r"(?:([一二两三四五六七八九\d])百)?零?(?:([一二三四五六七八九\d])?(十))?([一二三四五六七八九\d])?", text
    )
    if not match:
        return None
    hundreds, tens, ten, ones = match.groups()
    return _one(hundreds) * 100 + ((_one(tens) or 1) * 10 if ten else 0) + _one(ones)


def _one(char: str | None) -> int:
    return _CHINESE.get(char or "", int(char) if char and char.isascii() else 0)


def _written(part: str, unit: str) -> str:
    if part == "building" and unit in ("冻", "洞"):
        return "栋"
    if part == "room":
        return "" if unit in ("", "户") else "室"
    return unit
