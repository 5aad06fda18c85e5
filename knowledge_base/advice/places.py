"""Where and when: offices with floor and address, times of day, telephone numbers, as entries name them."""

import re
from dataclasses import dataclass
from functools import lru_cache

from knowledge_base.advice.figures import DIGITS, worth
from knowledge_base.text import clean

_PART = re.compile(r"[；;/、，,\n]|或者?")
_ADDRESS = re.compile(r"([^（(]+)[（(]([^）)]*\d[^）)]*)[）)]")
_FLOOR = re.compile(rf"([\u4e00-\u9fff]*?(?:中心|大厦|大楼|大厅|局|处|所|院))([{DIGITS}十\d]+)[楼层]")
_CLOCK = re.compile(
    rf"(?<!\d)(\d{{1,2}})[:：](\d{{2}})|(?<!\d)([{DIGITS}十]{{1,3}}|\d{{1,2}})点(半|[{DIGITS}十]+分|\d+分)?(?![钟{DIGITS}])"
)
_NUMBER = re.compile(
    r"(?<![\d.—-])(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|[48]00-?\d{3}-?\d{4}|1\d{4}|9[56]\d{3}|\d{7,8})(?![\d.元年人户件万—-])"
)


@dataclass(frozen=True, slots=True)
class Office:
    """A place as an entry names it, and its address where one is given."""

    name: str
    address: str


@lru_cache(maxsize=20_000)
def offices(place: str) -> tuple[Office, ...]:
    """Return the offices with an address that the field `place` names."""
    found = (_ADDRESS.search(part) for part in _PART.split(place))
    return tuple(Office(clean(one[1]), clean(one[2])) for one in found if one)


@lru_cache(maxsize=20_000)
def floors(text: str) -> frozenset[tuple[str, int]]:
    """Return the buildings that `text` names with a floor: 市政务服务中心二楼 → (政务服务中心, 2)."""
    read = ((found[1], worth(found[2])) for found in _FLOOR.finditer(text))
    return frozenset((name[-6:], int(floor)) for name, floor in read if floor is not None)


@lru_cache(maxsize=20_000)
def times(text: str) -> frozenset[tuple[int, int]]:
    """Return the times of day in `text` as hour and minute on a dial of twelve: 下午一点半 and 13:30 → (1, 30)."""
    out: set[tuple[int, int]] = set()
    for found in _CLOCK.finditer(text):
        hour = worth(found[1] or found[3])
        past = found[2] or found[4] or "0"
        minute = 30.0 if past == "半" else worth(past.rstrip("分").lstrip("零") or "0")
        if hour is not None and minute is not None and hour <= 24:
            out.add((int(hour) % 12, int(minute)))
    return frozenset(out)


@lru_cache(maxsize=20_000)
def telephones(text: str) -> frozenset[str]:
    """Return the telephone numbers in `text`, without hyphens."""
    return frozenset(found.replace("-", "") for found in _NUMBER.findall(text))
