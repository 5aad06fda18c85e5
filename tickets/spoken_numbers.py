"""Digits as people say them: telephone and ticket numbers, in groups, with corrections."""

import re
import unicodedata
from dataclasses import dataclass

from core.pinyin import FIGURES
from tickets.contact import without_country
from tickets.data_files import read

_DATA = read("spoken_numbers")
_DIGIT = {char: digit for digit, chars in _DATA["digits"].items() for char in chars}
_HEARD_FOR = {char: digit for digit, chars in _DATA["heard_for"].items() for char in chars}

# "后四位", "第三组", "十一位数" talk about a number; they are no part of it.
_COUNT = "[一二两三四五六七八九十0-9]"
_ABOUT = re.compile(
    rf"(?:最?(?<!然)[前后末]|中间|末尾|开头)[的是]?{_COUNT}+(?:位|组|个)(?:数字?)?|第{_COUNT}+[位个组次]?"
    rf"|{_COUNT}+(?:位|组)(?:数字?)?"
)
_IDIOMS = re.compile("|".join(sorted(map(re.escape, _DATA["not_digits"]), key=len, reverse=True)))
_REPEATED = re.compile(r"([两二三四五六七八2-8])个([零〇洞幺一二两三四五六七八九0-9])")

_ONE = "[零〇洞幺一二两三四五六七八九0-9]"


def digits(text: str) -> str:
    """Return the digits that `text` says, in order: 幺三八, 138 0000, 三个零, 洞, 两; other words are passed over."""
    text = unicodedata.normalize("NFKC", text)
    text = _IDIOMS.sub("|", _ABOUT.sub("|", text))
    text = _REPEATED.sub(lambda m: _DIGIT[m[2]] * int(_DIGIT[m[1]]), text)
    text = re.sub(r"[\s,,、。.\-—]+", "", text)
    # 幺三八 is heard as 要38 or 钥匙八: what sounds like 幺 begins a number where three digits follow.
    text = re.sub(rf"[要腰钥妖邀摇](?=[三匙]?{_ONE}{{3}})", "幺", text)
    text = re.sub(rf"(?<=幺)[匙是](?={_ONE}{{2}})", "三", text)
    found = [_DIGIT.get(char, "") for char in text]
    for index, char in enumerate(text):
        if not found[index] and char in _HEARD_FOR and _between_digits(text, index):
            found[index] = _HEARD_FOR[char]
    return "".join(found)


def heard_digit(char: str) -> str:
    """Return the digit that `char` is or is misheard for (奇 is 7), "" where it is neither."""
    return str(_DIGIT.get(char) or _HEARD_FOR.get(char, ""))


def _between_digits(text: str, index: int) -> bool:
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    return before in _DIGIT and after in _DIGIT and bool(before and after)


def spell(number: str) -> str:
    """Return `number` in Chinese digits, as it is said back in text: 138 → 幺三八 is left to the voice."""
    return number.translate(FIGURES)


@dataclass(frozen=True, slots=True)
class PhoneCheck:
    """Whether `number` can be called; where it cannot, `problem` is what to tell the caller."""

    ok: bool
    number: str
    problem: str = ""
    groups: tuple[str, ...] = ()
    """The number in the groups that it is read back in."""

    def __str__(self) -> str:
        return " ".join(self.groups)


def check_phone(number: str) -> PhoneCheck:
    """Check `number` (digits): mobile 13–19, landline with area code, local 7–8 digits, 400/800.

    Source: the numbering plan of the telephone network (电信网编号计划), as of 2023.
    """
    number = without_country(re.sub(r"\D", "", number))
    problem = _phone_problem(number)
    return PhoneCheck(not problem, number, problem, groups(number))


def _phone_problem(number: str) -> str:
    size = len(number)
    if not number:
        return "我没有听到号码"
    if number.startswith("1"):
        if size >= 2 and number[1] not in "3456789":
            return f"手机号没有以{'幺' + spell(number[1])}开头的"
        return _length_problem(size, 11, 11)
    if number.startswith("0"):
        area = 3 if number.startswith(("010", "02")) else 4
        if area == 4 and size >= 2 and number[1] in "01":
            return f"没有以{spell(number[:3])}开头的区号"
        return _length_problem(size, area + 8 if area == 3 else area + 7, area + 8)
    if number.startswith(("400", "800")) and size > 8:
        return _length_problem(size, 10, 10)
    if number.startswith("9"):
        return "座机号没有以九开头的"
    return _length_problem(size, 7, 8)


def _length_problem(size: int, least: int, most: int) -> str:
    if size < least:
        return f"我听到的是{_count(size)}位,少了{_amount(least - size)}位"
    if size > most:
        return f"我听到的是{_count(size)}位,多了{_amount(size - most)}位"
    return ""


def _count(size: int) -> str:
    if size < 10:
        return spell(str(size)) if size != 2 else "两"
    tens, ones = divmod(size, 10)
    return ("" if tens == 1 else spell(str(tens))) + "十" + (spell(str(ones)) if ones else "")


def _amount(size: int) -> str:
    return "两" if size == 2 else _count(size)


def groups(number: str) -> tuple[str, ...]:
    """Return `number` in the groups that people say: 138 0000 1234, 0539 8888 123, 261122 0001."""
    size = len(number)
    if size == 11 and number.startswith("1"):
        return number[:3], number[3:7], number[7:]
    if number.startswith("0") and size > 4:
        area = 3 if number.startswith(("010", "02")) else 4
        return (number[:area], *_fours(number[area:]))
    if number.startswith(("400", "800")) and size == 10:
        return number[:3], number[3:6], number[6:]
    return _fours(number)


def _fours(number: str) -> tuple[str, ...]:
    if len(number) == 7:
        return number[:3], number[3:]
    return tuple(number[i : i + 4] for i in range(0, len(number), 4))


@dataclass(frozen=True, slots=True)
class TicketNumberCheck:
    """Whether `number` can be a ticket's; where it cannot, `problem` is what to tell the caller."""

    ok: bool
    number: str
    problem: str = ""
    groups: tuple[str, ...] = ()
    """Date, then the running number in fours."""


def check_ticket_number(number: str) -> TicketNumberCheck:
    """Check `number` (digits): year, month and day in six digits, then at least four of the running number."""
    number = re.sub(r"\D", "", number)
    problem = _length_problem(len(number), 10, 12) if number else "我没有听到工单号"
    if not problem and not (1 <= int(number[2:4]) <= 12 and 1 <= int(number[4:6]) <= 31):
        problem = "这个工单号好像不对"
    return TicketNumberCheck(not problem, number, problem, ticket_groups(number))


def ticket_groups(number: str) -> tuple[str, ...]:
    """Return a ticket number as it is read out: date in six digits, then the rest."""
    return tuple(part for part in (number[:6], number[6:]) if part)


_AFRESH = re.compile(r"重新(?:说|来|报|念)|从头|重来|全错|都不对|再说一遍")
_LAST = re.compile(
    r"最?(?<!然)(?<!以)[后末]尾?[的]?([一二两三四五六七八九\d])?(?:位|个数字|个号|面)?(?:数字?)?(?:应该|不对)?(?:是|改成|,|,)"
)
_FIRST = re.compile(
    r"(?:最?前|开头)[的]?([一二两三四五六七八九\d])?(?:位|个数字|个|面)?(?:数字?)?(?:应该|不对)?(?:是|改成|,|,)"
)
_MIDDLE = re.compile(r"中间[的]?([一二两三四五六七八九\d])?(?:位|个数字|个)?(?:数字?)?(?:应该|不对)?(?:是|改成|,|,)")
_WRONG = re.compile(r"不对|错了|不是|说错|改成|应该是")
_NOT_THIS = re.compile(r"不是[^,,。是]*(?=[,,。]|是|应该|而)")


_MOBILE = re.compile(r"1[3-9]\d{9}")


def add_digits(sofar: str, text: str) -> str:
    """Return the number after the caller's next turn: a further group, a correction, or the whole again.

    "最后四位是五六七八" replaces the last four, "不对,是五六七八" what was said last of that length,
    "重新说" begins afresh; a full mobile number takes the place of all before it.
    """
    for pattern, place in ((_LAST, _put_last), (_FIRST, _put_first), (_MIDDLE, _put_middle)):
        match = pattern.search(text)
        new = digits(text[match.end() :]) if match else ""
        if match and new:
            goes_on = place is _put_last and not _WRONG.search(text) and _room(sofar) >= len(new)
            return sofar + new if goes_on else place(sofar, new)
    if _AFRESH.search(text):
        return digits(_AFRESH.sub("|", text))
    if sofar and _WRONG.search(text):
        new = digits(_NOT_THIS.sub("|", text))
        return _put_last(sofar, new) if len(new) < 7 else new
    new = digits(text)
    if _MOBILE.fullmatch(new) or not sofar:
        return new
    if _MOBILE.fullmatch(sofar + new):
        return sofar + new
    # The caller began again with what is already there, and went on.
    return new if len(new) > len(sofar) and new.startswith(sofar) else sofar + new


def _room(sofar: str) -> int:
    """Return how many digits a number that is still being told lacks."""
    return max(0, (11 if sofar.startswith(("1", "0")) else 7) - len(sofar))


def _put_last(sofar: str, new: str) -> str:
    return sofar[: -len(new)] + new if len(new) <= len(sofar) else new


def _put_first(sofar: str, new: str) -> str:
    return new + sofar[len(new) :]


def _put_middle(sofar: str, new: str) -> str:
    start = 3 if len(sofar) == 11 else max(0, (len(sofar) - len(new)) // 2)
    return sofar[:start] + new + sofar[start + len(new) :]
