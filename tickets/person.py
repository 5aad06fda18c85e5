"""Who is calling: finds a name in what a caller says (我姓王, 免贵姓李叫李建国, 王女士)."""

import re
from dataclasses import dataclass

from tickets.data_files import read
from tickets.sound import plain, syllables

_DATA = read("surnames")
_SINGLE: str = _DATA["single"]
_DOUBLE: tuple[str, ...] = tuple(_DATA["double"])
_NEVER = frozenset(_DATA["never"])
_TITLES = "先生|女士|小姐|老师|师傅|大爷|大妈|阿姨|大姐|大哥|同志|医生|经理"
_CONFIDENT, _LIKELY, _GUESSED = 0.95, 0.85, 0.7


@dataclass(frozen=True, slots=True)
class NameFound:
    """The name as it is written on the ticket (李建国, 王女士, 王), its surname, and how sure that is (0 to 1)."""

    name: str
    surname: str
    confidence: float
    evidence: str


_STOP = "的了啊呀吧吗呢嗯是在住我你他她这那就也都电话号地址家来给打和跟对不有没要想,0123456789"
_GIVEN = rf"[^{_STOP}A-Z]{{1,2}}"
_CALLED = re.compile(
    rf"(?:我叫|名字叫|名叫|姓名是|名字是|全名叫?|叫做|叫)(?:做|是)?({'|'.join(_DOUBLE)}|[\u4e00-\u9fff])({_GIVEN})"
)
_SURNAMED = re.compile(rf"(?:免贵|我|本人|本|,|^|就|是|,您)?姓({'|'.join(_DOUBLE)}|[\u4e00-\u9fff])(?!名)")
_TITLED = re.compile(rf"({'|'.join(_DOUBLE)}|[{_SINGLE}])(?:{_TITLES})")
_TITLE = re.compile(rf"({_TITLES})")

_OWN = re.compile("免贵|我|本人")


def find_name(text: str, asked: bool = False) -> NameFound | None:
    """Return the name that the caller gives for himself, or None; the boss "姓李" and the driver "他姓张" are others.

    `asked`: the bot has just asked for it, so that a bare 王建国 or 姓王 is a name.
    """
    text = plain("".join(text.split()))
    for words, char in _DATA["explained"].items():
        text = text.replace(words, char).replace(f"{char}的{char}", char)
    text = re.sub(r"姓(.),?\1(?=,|$|的)", r"姓\1", text)
    surnamed = next((found for found in _SURNAMED.finditer(text) if asked or _OWN.match(found[0])), None)
    called = next((found for found in _CALLED.finditer(text) if asked or surnamed or _is_own(text, found)), None)
    if called and (surname := _surname(called[1])):
        return NameFound(surname + called[2], surname, _sure(called[1], _CONFIDENT), called[0])
    if surnamed and (surname := _surname(surnamed[1])):
        return _with_title(text, surname, surnamed)
    titled = re.search(rf"(?:我是|我就是|叫我|本人|这边是){_TITLED.pattern}", text) or (
        _TITLED.fullmatch(_core(text)) if asked else None
    )
    if titled:
        surname = _surname(titled[1]) or titled[1]
        return NameFound(titled[0][titled[0].index(titled[1]) :], surname, _LIKELY, titled[0])
    return (_bare(_core(text)) if asked else None) or _introduced(text)


def _is_own(text: str, called: re.Match[str]) -> bool:
    """Whether it is 我叫 and not 他叫."""
    return bool(_OWN.match(called[0]) or re.search("(?:我|本人)的?$", text[: called.start()]))


def _core(text: str) -> str:
    return re.sub(r"^(?:嗯|啊|哦|好的?|我是|我|就叫|是|叫|行|可以|,)+|(?:啊|吧|呀|的|,)+$", "", text)


def _with_title(text: str, surname: str, match: re.Match[str]) -> NameFound:
    rest = text[match.end() :]
    given = re.match(rf"[,]?(?:名|叫|名叫)?{surname}?({_GIVEN})(?=,|$)", rest)
    named = rest.startswith(surname) or re.match(r"[,]?(?:名|叫)", rest)
    if named and given and surname + given[1] not in _NEVER:
        return NameFound(surname + given[1], surname, _sure(match[1], _CONFIDENT), match[0] + given[0])
    title = _TITLE.search(rest[:8])
    return NameFound(surname + (title[1] if title else ""), surname, _sure(match[1], _CONFIDENT), match[0])


def _bare(text: str) -> NameFound | None:
    surname = next((name for name in _DOUBLE if text.startswith(name)), text[:1])
    if not re.fullmatch(r"[\u4e00-\u9fff]{2,4}", text) or text in _NEVER or text[:2] in _NEVER:
        return None
    if surname in _DOUBLE or (surname in _SINGLE and len(text) <= 3 and not re.search(f"[{_STOP}]", text)):
        return NameFound(text, surname, _GUESSED, text)
    return None


def _introduced(text: str) -> NameFound | None:
    match = re.search(rf"(?:^|,)我是([{_SINGLE}])({_GIVEN})(?=,|$)", text)
    if match and match[1] + match[2] not in _NEVER and match[2][:1] not in "个一":
        return NameFound(match[1] + match[2], match[1], _GUESSED, match[0])
    return None


def _surname(heard: str) -> str:
    """Return the surname that was meant: itself, or the most frequent of the same sound; empty where none is."""
    if heard in _DOUBLE or heard in _SINGLE:
        return heard
    sound = syllables(heard)
    return next((char for char in _SINGLE if syllables(char) == sound), "")


def _sure(heard: str, confidence: float) -> float:
    return confidence if heard in _SINGLE or heard in _DOUBLE else confidence - 0.25
