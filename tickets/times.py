"""When it happens or happened (昨天晚上十点多, 连续三天, 从上个月开始, 每天早上六点), from the time of the call."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from tickets.data_files import read

Shape = Literal["时刻", "时段", "持续", "反复"]
"""A moment, a stretch, something that has lasted until now, something that comes again."""


@dataclass(frozen=True, slots=True)
class TimeFound:
    """One time in a text. `start` and `end` are in the zone of the call; None where the words do not say."""

    shape: Shape
    start: datetime | None
    end: datetime | None
    every: str
    """How it comes again: 每天 06:00; empty where it does not."""
    confidence: float
    evidence: str
    """The words, as they stand in the text."""

    def __str__(self) -> str:
        if self.every:
            return self.every + (f"(从 {self.start:%Y-%m-%d} 起)" if self.start else "")
        if self.start is None:
            return self.evidence
        if self.shape == "持续" and self.start.time() != datetime.min.time():
            return f"{self.start:%Y-%m-%d %H:%M} 起至今"
        if self.shape == "持续":
            return f"{self.start:%Y-%m-%d} 起至今"
        whole = self.start.time() == datetime.min.time() and self.end is not None
        if whole and self.end and self.end - self.start == timedelta(days=1):
            return f"{self.start:%Y-%m-%d}"
        if whole and self.end and self.end.time() == datetime.min.time():
            return f"{self.start:%Y-%m-%d} 至 {self.end - timedelta(days=1):%Y-%m-%d}"
        return f"{self.start:%Y-%m-%d %H:%M}" + (f" 至 {self.end:%m-%d %H:%M}" if self.end else "")


_DATA = read("times")
_DIGITS = {char: at for at, char in enumerate("零一二三四五六七八九")} | {"两": 2, "俩": 2, "仨": 3, "〇": 0}
_UNITS = {"小时": 1 / 24, "钟头": 1 / 24, "天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30, "年": 365}


def _any(words: object) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))  # type: ignore[call-overload]


_N = r"(?:\d+|[零〇一二两俩仨三四五六七八九十]+)"
_WEEKDAY = r"(?:周|星期|礼拜)[一二三四五六日天末]"
_DAY = (
    rf"{_any(_DATA['joined'])}|{_any(_DATA['days'])}|(?:上上|上|这|本|下)个?{_WEEKDAY}|{_WEEKDAY}"
    rf"|(?:(?:去年|前年|今年|明年|\d{{4}}年)的?)?{_N}月(?:份|{_N}[号日]|[初底中]旬?)?|(?:上|这|本|下)个?月(?:{_N}[号日]|[初底])?"
    rf"|(?<![\d楼单元栋第])(?:{_N})号(?![楼线院门厂路])|(?:上|这|本)个?(?:周|星期|礼拜)|去年(?:冬天|夏天|春天|秋天|年底|年初|下半年|上半年)?"
    rf"|前年|今年(?:冬天|夏天|春天|秋天|年初)?|前几天|前些天|前两天|前阵子|年前|过年|春节"
    rf"|(?:{_N}|半|几|好几)个?(?:天|星期|周|礼拜|月|年|小时|钟头)(?:以前|之前|前)"
)
_PART = _any(_DATA["parts"])
_CLOCK = (
    rf"{_N}点(?:钟)?(?:半|一刻|三刻|{_N}分|[二三四五]?十[一二三四五六七八九]?|\d\d)?(?:钟)?"
    r"(?:多钟?|左右|来钟)?(?!建议|意见|心意)"
)
_MOMENT = re.compile(
    rf"(?P<since>从|自从?|打)?(?P<every>每(?={_WEEKDAY})|{_any(_DATA['every'])})?的?(?P<day>{_DAY})?的?[,]?"
    rf"(?P<part>{_PART})?的?(?P<clock>{_CLOCK})?"
    r"(?P<begun>就?开始|起(?!来|诉|火|码|步)|以来|一?直?(?:到现在|至今))?"
    rf"(?:(?P<to>[^,。0-9]{{0,4}}?(?:到|至))(?P<part2>第二天)?(?P<part3>{_PART})?(?P<clock2>{_CLOCK})?)?"
)
_LASTED = re.compile(
    rf"(?P<sure>连续|连着|已经|整整|都|足足|快|停了?[水电气暖]?|等了|拖了|拖欠|欠了|坏了|有)?(?:我们?)?(?P<many>{_N}|半|一个半|好几|几)(?P<more>多)?个?半?(?P<more2>多)?"
    rf"(?P<unit>小时|钟头|天|星期|周|礼拜|月|年)(?P<half>半)?(?!前|以前|之前|内|以内|后|以后|一次|一回|能|可以|多少|份|\d|[底初号]|交|租|收|送|休)(?P<said>了|没|不|都|还|多了|,)?"
)
_DATED = re.compile(rf"(?:(去年|前年|今年|明年|\d{{4}}年)的?)?({_N})月(?:份|({_N})[号日]|[初底中]旬?)?")
_WEEKS = {"上上": -2, "上": -1, "下": 1}


def find_times(text: str, now: datetime) -> tuple[TimeFound, ...]:
    """Return the times in `text` as they are said, in order; `now` is when it was said."""
    found: list[tuple[int, int, TimeFound]] = []
    for match in _MOMENT.finditer(text):
        if match[0] and (one := _moment(match, now)):
            start = match.start() + match[0].index(one.evidence)
            found.append((start, start + len(one.evidence), one))
    for match in _LASTED.finditer(text):
        inside = any(start < match.end() and match.start() < end for start, end, _ in found)
        if not inside and (one := _lasted(match, now)):
            found.append((*match.span(), one))
    return tuple(one for _, _, one in sorted(found, key=lambda place: place[:2]))


def number(said: str) -> float:
    """Return what a number says, 几 and 好几 as a few; digits and Chinese up to 99."""
    if said.isdigit():
        return int(said[:9])
    if said in ("几", "好几"):
        return 4
    if said == "半":
        return 0.5
    if said == "一个半":
        return 1.5
    tens, ten, ones = said.partition("十")
    if ten:
        return 10 * (_DIGITS.get(tens, 1) if tens else 1) + (_DIGITS.get(ones, 0) if ones else 0)
    return int("".join(str(_DIGITS[char]) for char in said))


def _lasted(match: re.Match[str], now: datetime) -> TimeFound | None:
    if not match["sure"] and not match["said"]:
        return None
    if match["sure"] in (None, "有") and match["said"] in (",", None):
        return None
    many = number(match["many"]) + (0.5 if match["half"] or "个半" in match[0] or "个多" in match[0] else 0)
    days = many * _UNITS[match["unit"]]
    vague = match["many"] in ("几", "好几") or bool(match["more"] or match["more2"])
    words = match[0].rstrip(",没不都还")
    try:
        start = now - timedelta(days=days)
    except OverflowError:
        return None
    if days >= 1:
        start = datetime.combine(start.date(), datetime.min.time(), now.tzinfo)
    return TimeFound("持续", start, now, "", 0.7 if vague else 0.85, words)


def _moment(match: re.Match[str], now: datetime) -> TimeFound | None:
    day, part, clock, every = match["day"], match["part"], match["clock"], match["every"]
    if not (day or clock or every or (part and match["clock2"])):
        return _habit(match)
    if day and not (part or clock or match["begun"] or match["since"]) and re.fullmatch(rf"{_N}号|过年|春节", day):
        return None
    evidence = _evidence(match)
    if every:
        return TimeFound("反复", None, None, _every(match, day), 0.9 if clock else 0.8, evidence)
    span = _days(day, now.date()) if day else (now.date(), now.date() + timedelta(days=1))
    if span is None:
        return TimeFound("时段", None, None, "", 0.4, evidence)
    joined = _DATA["joined"].get(day or "")
    part = part or (joined[1] if joined else "")
    begin, end = _hours(span, part, clock, now)
    vague = day in ("前几天", "前些天", "前阵子", "年前", "过年", "春节") or (clock and not part)
    confidence = 0.6 if vague else 0.9
    if match["since"] or match["begun"]:
        if begin > now:
            return TimeFound("时刻", begin, None, "", 0.6, evidence)
        return TimeFound("持续", begin, now, "", confidence, evidence)
    if match["clock2"]:
        last = _hours(span, match["part3"] or part, match["clock2"], now)[0]
        if last <= begin or match["part2"]:
            last += timedelta(days=1)
        return TimeFound("时段", begin, last, "", confidence, evidence)
    if clock:
        return TimeFound("时刻", begin, None, "", confidence, evidence)
    return TimeFound("时段", begin, end, "", confidence, evidence)


def _evidence(match: re.Match[str]) -> str:
    whole = match[0]
    if match["to"] and not match["clock2"] and not match["part3"]:
        whole = whole[: match.start("to") - match.start()]
    return whole.strip(",的")


def _habit(match: re.Match[str]) -> TimeFound | None:
    """A bare 晚上 tells when, but not of which day."""
    if not match["part"] or len(match["part"]) < 2:
        return None
    low, high = _DATA["parts"][match["part"]]
    return TimeFound("反复", None, None, f"{match['part']}({low}–{high}点)", 0.5, match["part"])


def _every(match: re.Match[str], day: str | None) -> str:
    how: str = _DATA["every"].get(match["every"], "每")
    told = how + (day or "") + (match["part"] or "")
    if not match["clock"]:
        return told
    hour, minute = _time(match["clock"], match["part"] or ("晚上" if "晚" in how else ""))
    if match["clock2"]:
        hour2, minute2 = _time(match["clock2"], match["part3"] or match["part"] or "")
        return f"{how}{day or ''} {hour:02d}:{minute:02d}–{hour2:02d}:{minute2:02d}"
    return f"{how}{day or ''} {hour:02d}:{minute:02d}"


def _time(clock: str, part: str) -> tuple[int, int]:
    """Return hour and minute (0 to 23, 0 to 59) of a clock time in a part of the day."""
    said = re.match(rf"({_N})点(?:钟)?(半|一刻|三刻|{_N})?", clock)
    assert said is not None
    hour = int(number(said[1])) % 24
    minute = {"半": 30, "一刻": 15, "三刻": 45, None: 0}.get(said[2])
    minute = int(number(said[2])) % 60 if minute is None else minute
    low = _DATA["parts"].get(part, [0, 0])[0]
    if hour < 12 and ((low >= 13 and not (hour < 5 and low >= 18)) or (low == 11 and hour < 6)):
        hour += 12
    elif hour == 12 and low >= 17:
        hour = 0
    elif part in ("半夜", "大半夜", "后半夜", "凌晨") and 8 <= hour <= 12:
        hour = (hour + 12) % 24
    return hour, minute


def _hours(span: tuple[date, date], part: str, clock: str | None, now: datetime) -> tuple[datetime, datetime]:
    first, after = (datetime.combine(day, datetime.min.time(), now.tzinfo) for day in span)
    if clock:
        hour, minute = _time(clock, part)
        late = hour < 5 and part in ("晚上", "夜里", "夜间", "深夜")  # 昨晚两点 is after midnight
        at = first + timedelta(days=int(late), hours=hour, minutes=minute)
        return at, at
    if part:
        low, high = _DATA["parts"][part]
        return first + timedelta(hours=low), first + timedelta(hours=high)
    return first, after


def _days(said: str, today: date) -> tuple[date, date] | None:
    """Return the first day and the day after the last that `said` names; None where it names none surely."""
    try:
        return _named_days(said, today)
    except (ValueError, OverflowError, KeyError):
        return None


def _one(day: date) -> tuple[date, date]:
    return day, day + timedelta(days=1)


def _named_days(said: str, today: date) -> tuple[date, date] | None:
    if said in _DATA["joined"]:
        return _one(today + timedelta(days=_DATA["joined"][said][0]))
    if said in _DATA["days"]:
        return _one(today + timedelta(days=_DATA["days"][said]))
    if weekday := re.fullmatch(r"(上上|上|这|本|下)?个?(?:周|星期|礼拜)([一二三四五六日天末])", said):
        return _weekday(weekday[1], weekday[2], today)
    if week := re.fullmatch(r"(上|这|本)个?(?:周|星期|礼拜)", said):
        monday = today - timedelta(days=today.weekday() + (7 if week[1] == "上" else 0))
        return monday, monday + timedelta(days=7)
    if ago := re.fullmatch(rf"({_N}|半|几|好几)个?(天|星期|周|礼拜|月|年|小时|钟头)(?:以前|之前|前)", said):
        return _one(today - timedelta(days=int(number(ago[1]) * _UNITS[ago[2]])))
    if said in ("前几天", "前些天", "前两天", "前阵子"):
        return today - timedelta(days=30 if said == "前阵子" else 7), today
    if month := re.fullmatch(rf"(上|这|本|下)个?月(?:({_N})[号日]|[初底])?", said):
        step = {"上": -1, "下": 1}.get(month[1], 0)
        at = today.year * 12 + today.month - 1 + step
        return _month(at // 12, at % 12 + 1, month[2])
    if dated := re.fullmatch(
        rf"(?:(去年|前年|今年|明年|\d{{4}}年)的?)?({_N})月(?:份|({_N})[号日]|[初底中]旬?)?", said
    ):
        month_ = int(number(dated[2]))
        year = _year(dated[1], today) if dated[1] else today.year - int(month_ > today.month)
        return _month(year, month_, dated[3])
    if numbered := re.fullmatch(rf"({_N})号", said):
        back = today.year * 12 + today.month - 1 - int(number(numbered[1]) > today.day)
        return _month(back // 12, back % 12 + 1, numbered[1])
    if said[:2] in ("去年", "前年", "今年"):
        return _season(_year(said[:2], today), said[2:], today)
    return None


def _weekday(which: str | None, day: str, today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=_WEEKS.get(which or "", 0))
    if day == "末":
        return monday + timedelta(days=5), monday + timedelta(days=7)
    found = monday + timedelta(days="一二三四五六日".index(day.replace("天", "日")))
    if which is None and found > today:  # what is told has happened
        found -= timedelta(weeks=1)
    return _one(found)


def _month(year: int, month: int, day: str | None) -> tuple[date, date]:
    if day:
        return _one(date(year, month, int(number(day))))
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)


def _year(said: str, today: date) -> int:
    steps = {"去年": -1, "前年": -2, "今年": 0, "明年": 1}
    return today.year + steps[said] if said in steps else int(said[:4])


def _season(year: int, season: str, today: date) -> tuple[date, date]:
    months = {"春天": (3, 6), "夏天": (6, 9), "秋天": (9, 12), "年初": (1, 3), "上半年": (1, 7), "下半年": (7, 13)}
    first, after = {"冬天": (11, 15), "年底": (11, 13)}.get(season) or months.get(season, (1, 13))
    start, end = date(year, first, 1), date(year + (after - 1) // 12, (after - 1) % 12 + 1, 1)
    return start, max(start + timedelta(days=1), min(end, today + timedelta(days=1)) if year == today.year else end)
