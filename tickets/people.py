"""Who is in it: who suffers it, who does it, how many there are, which company, and for whom the caller speaks."""

import re
from dataclasses import dataclass
from typing import Literal

from tickets.data_files import read
from tickets.times import number

Role = Literal["受影响", "被反映", "单位名称", "人数", "代为反映", "本人"]


@dataclass(frozen=True, slots=True)
class PersonFound:
    """Somebody in a text; `many` is how many they are, 0 where it is not said."""

    role: Role
    who: str
    confidence: float
    evidence: str
    many: int = 0


_DATA = read("people")
_COMPANY = re.compile(rf"([\u4e00-\u9fff]{{0,10}}?{_DATA['company']})(?![\u4e00-\u9fff]{{0,2}}的?(?:门口|旁边|附近))")
_COUNTED = re.compile(
    rf"((?:\d+|[一二两三四五六七八九十]*(?:几?十|百|千)(?:来|多|几)?|好?几|[二两三四五六七八九十]+)(?:多|来)?){_DATA['counted']}"
    r"(?![房院店公长级次])"
)
_SPEAKS = [re.compile(pattern) for pattern in _DATA["speaks_for"]]
_OTHER_NAME = re.compile(rf"{_DATA['other_name']}([\u4e00-\u9fff]{{2,3}})?")
_VULNERABLE = re.compile(_DATA["vulnerable"])
_BLAME = re.compile(r"不|没|拖|欠|骗|偷|乱|差|推|跑|骂|打|吵|扰|占|堵|坑|强|逼|收|卖|开|往|把|在")


def find_people(text: str) -> tuple[PersonFound, ...]:
    """Return the people and companies in `text`, each once, in the order of roles."""
    found: list[PersonFound] = []
    for who in _first(_DATA["accused"], text):
        after = text[text.index(who) + len(who) :][:8]
        found.append(PersonFound("被反映", who, 0.8 if _BLAME.search(after) else 0.5, who))
    found += [PersonFound("受影响", who, 0.75, who) for who in _first(_DATA["affected"], text)]
    found += [PersonFound("单位名称", name, 0.7, name) for name in _companies(text)]
    for match in _COUNTED.finditer(text):
        if (many := _many(match[1])) >= 2:
            found.append(PersonFound("人数", match[0], 0.8, match[0], many))
    if speaks := speaks_for(text):
        found.append(speaks)
    return tuple(found)


def speaks_for(text: str) -> PersonFound | None:
    """Return for whom the caller speaks, or whose name he gives instead of his own; None where for himself."""
    for pattern in _SPEAKS:
        if match := pattern.search(text):
            kin = match[0].startswith("我是")
            return PersonFound("代为反映", f"他人(来电人是其{match[1]})" if kin else match[1], 0.85, match[0])
    if match := _OTHER_NAME.search(text):
        return PersonFound("代为反映", match[1] + (f"({match[2]})" if match[2] else ""), 0.8, match[0])
    return None


def vulnerable(text: str) -> str:
    """Return the words of `text` that tell of old, young, sick, disabled or pregnant people; empty for none."""
    match = _VULNERABLE.search(text)
    return match[0] if match else ""


def _first(words: list[str], text: str) -> list[str]:
    """Return those of `words` that `text` has, none inside another, as they come."""
    here = [word for word in words if word in text]
    kept = [word for word in here if not any(word != other and word in other for other in here)]
    return sorted(kept, key=text.index)


def _companies(text: str) -> list[str]:
    names: list[str] = []
    for match in _COMPANY.finditer(text):
        head = re.sub(rf"{_DATA['company']}$", "", match[1])
        cut = max((head.rfind(char) for char in _DATA["not_in_name"]), default=-1) + 1
        name = match[1][cut:]
        name = re.sub(r"^(?:一|两|几|[二三四五六七八九十])?(?:家|个|所|间)", "", name)
        if len(name) >= 4 and name not in _DATA["no_name"] and name not in names:
            names.append(name)
    return names


def _many(said: str) -> int:
    """Return how many at least: 几十 20, 三百多 300, 上百 100."""
    said = said.rstrip("多来几") or said
    for unit, worth in (("千", 1000), ("百", 100)):
        if said.endswith(unit):
            head = said[:-1]
            return worth * (int(number(head)) if head and head not in ("几", "好几", "上") else 1)
    if said in ("几十", "好几十"):
        return 20
    try:
        return int(number(said))
    except KeyError:
        return 2
