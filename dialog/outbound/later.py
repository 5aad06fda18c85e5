"""When the citizen wants to be called: 明天下午, 半小时以后, 晚上八点, as a time, and said back. Pure."""

import re
from datetime import datetime, timedelta

_NUMBERS = {char: number for number, char in enumerate("零一二三四五六七八九十")} | {
    "两": 2,
    "俩": 2,
    "日": 7,
    "天": 7,
}
_N = r"(\d{1,2}|十[一二三四五六七八九]?|[一二两三四五六七八九])"
_HALF_HOUR = re.compile(r"(?<!个)半个?(小时|钟头)")
_HOURS = re.compile(rf"{_N}个?(半)?(小时|钟头)(?!内|以前|前)")
_MINUTES = re.compile(rf"{_N}?(十|[一二三四五六七八九])?分钟")
_DAYS = re.compile(rf"(过|再过)?{_N}(?:[一二两三四五六七八九])?天(以后|之后|后|再)?")
_WEEKDAY = re.compile(r"(下+个?)?(?:周|星期|礼拜)([一二三四五六日天])")
_CLOCK = re.compile(rf"{_N}(?:点钟?|时)(半|(\d{{1,2}}|[一二三四五]?十[一二三四五六七八九]?)分?)?")
_DAY_WORDS = (("大后天", 3), ("后天", 2), ("明天", 1), ("明儿", 1), ("明早", 1), ("明晚", 1), ("隔天", 1))
_PARTS = (
    (r"早上|明早|一早|清早", 8, 30),
    (r"上午", 10, 0),
    (r"中午", 12, 30),
    (r"下午|午后", 15, 0),
    (r"傍晚|下班", 18, 30),
    (r"晚上|今晚|明晚|夜里|晚饭后", 19, 0),
)
_SOON = ((r"一会儿?|等会儿?|待会儿?|过会儿?|等下|稍后|马上", 30), (r"晚点|晚些|迟点|迟些|晚一点", 120))
_FIRST_POLITE, _LAST_POLITE = 8, 21
"""Hours of the day between which a call at a named time can be promised."""


def time_named(text: str, now: datetime) -> datetime | None:
    """Return the time after `now` that `text` names, roughly as people mean it; None where it names none."""
    relative = _relative(text)
    if relative:
        return now + relative
    day, part, clock = _day(text, now), _part(text), _clock(text)
    if day is None and part is None and clock is None:
        soon = next((minutes for pattern, minutes in _SOON if re.search(pattern, text)), 0)
        return now + timedelta(minutes=soon) if soon else None
    hour, minute = clock or part or (10, 0)
    if clock:
        hour = _of_the_day(hour, part[0] if part else None)
    at = (now + timedelta(days=day or 0)).replace(hour=hour, minute=minute, second=0, microsecond=0)
    if at <= now:  # "三点" said at four is tomorrow's, "上午" said at noon too
        at += timedelta(days=1)
    return at


def said_back(at: datetime, now: datetime) -> str:
    """Return `at` as it is promised ("明天下午3点"), "" where no call can be promised for that hour."""
    if not _FIRST_POLITE <= at.hour < _LAST_POLITE:
        return ""
    minutes = round((at - now).total_seconds() / 60)
    if minutes < 60:
        return "半小时后" if minutes >= 20 else "过一会儿"
    days = (at.date() - now.date()).days
    day = ("今天", "明天", "后天")[days] if days < 3 else f"{at.month}月{at.day}日"
    half = "半" if at.minute == 30 else f"{at.minute}分" if at.minute else ""
    hour = at.hour if at.hour <= 12 else at.hour - 12
    return f"{day}{part_of_day(at)}{hour}点{half}"


def part_of_day(at: datetime) -> str:
    """Return 早上, 上午, 中午, 下午 or 晚上."""
    for until, name in ((9, "早上"), (12, "上午"), (14, "中午"), (18, "下午")):
        if at.hour < until:
            return name
    return "晚上"


def _relative(text: str) -> timedelta | None:
    if _HALF_HOUR.search(text):
        return timedelta(minutes=30)
    if found := _HOURS.search(text):
        return timedelta(hours=_number(found[1]), minutes=30 if found[2] else 0)
    if (found := _MINUTES.search(text)) and found[0] != "分钟":
        return timedelta(minutes=max(1, _number((found[1] or "") + (found[2] or ""))))
    return None


def _day(text: str, now: datetime) -> int | None:
    for word, days in _DAY_WORDS:
        if word in text:
            return days
    if found := _WEEKDAY.search(text):
        ahead = (_NUMBERS[found[2]] - 1 - now.weekday()) % 7
        if found[1]:  # 下周三 is in the next week, whatever day it is
            return 7 - now.weekday() + _NUMBERS[found[2]] - 1
        return ahead or 7
    if "下周" in text or "下星期" in text or "下礼拜" in text:
        return 7 - now.weekday()
    if "周末" in text:
        return (5 - now.weekday()) % 7 or 7
    if re.search(r"过几天|几天后|过两天", text):
        return 2 if "两天" in text else 3
    if found := _DAYS.search(text):
        return _number(found[2])
    return 0 if re.search(r"今天|今晚", text) else None


def _part(text: str) -> tuple[int, int] | None:
    return next(((hour, minute) for pattern, hour, minute in _PARTS if re.search(pattern, text)), None)


def _clock(text: str) -> tuple[int, int] | None:
    found = _CLOCK.search(text)
    if not found or _number(found[1]) > 23:
        return None
    if not found[2]:
        return _number(found[1]), 0
    minute = 30 if found[2] == "半" else _number(found[3])
    return _number(found[1]), minute if minute < 60 else 0


def _of_the_day(hour: int, part: int | None) -> int:
    """Return the hour of 24 that is meant: 下午三点 is 15, and a bare 三点 as well."""
    if hour > 12:
        return hour
    afternoon = (part is not None and part >= 15) or (part is None and hour < 8)
    if afternoon and hour < 12:
        return hour + 12
    return hour


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _NUMBERS.get(text, 0)
    return (_NUMBERS.get(tens, 1) if tens else 1) * 10 + (_NUMBERS.get(ones, 0) if ones else 0)
