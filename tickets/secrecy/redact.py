"""Leaves out of free text who somebody is: numbers, mail, number plates, names, rooms; for whoever may not know."""

import re

from tickets.data_files import read
from tickets.person import find_name
from tickets.plates import find_plate

_SURNAMES = read("surnames")
_SURNAME = f"(?:{'|'.join(_SURNAMES['double'])}|[{_SURNAMES['single']}])"
_ONE = r"[0-9\uff10-\uff19零〇洞幺一二两三四五六七八九]"
_SEVERAL = f"(?:[两二三四五六七八2-8]个)?{_ONE}"
"""三个零 is a part of a number too."""
_BETWEEN = r"(?:[\s,\uff0c、。.·—\-]|嗯|呃|啊|哦|那个|然后|再是|后面是|接着|杠){0,4}"
"""What people say between the groups of a number."""
_NUMBER = re.compile(rf"[要腰]?{_SEVERAL}(?:{_BETWEEN}{_SEVERAL}){{6,}}[xXX]?")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_ACCOUNT = re.compile(r"((?:微信|QQ|qq)(?:号码?|号是)?[是:\uff1a\s]*)[A-Za-z0-9][\w-]{4,}", re.ASCII)
_PLATE = re.compile(
    r"[\u4e00-\u9fff]\s*[A-Za-z][\s·.-]*(?:[A-Za-z0-9零〇洞幺一二两三四五六七八九]\s*){4,6}(?![A-Za-z0-9])"
)
_COUNT = r"[0-9\uff10-\uff19零〇幺一二三四五六七八九十百]"
_ROOM = re.compile(
    rf"{_COUNT}{{2,5}}\s*(?:号房|室(?!内|外)|房(?![间子屋产租价管东地型]))"
    rf"|(?<=单元){_COUNT}{{3,5}}|(?<=号楼){_COUNT}{{3,5}}|(?<!\d)\d{{1,3}}[-—]\d{{1,2}}[-—]\d{{2,4}}(?!\d)"
)
_STOP = (
    r"的了啊呀吧吗呢嗯是在住我你他她这那就也都电话号地址家来给打和跟对不有没要想"
    r"\uff0c。\uff1b、\uff01\uff1f,.;!?()0123456789"
)
_GIVEN = rf"[^\s{_STOP}A-Za-z]{{1,2}}"
_CALLED = re.compile(
    rf"((?:[我他她]|本人|名字|人|名)(?:的名字)?(?:叫做?|名叫)|姓名(?:是|[:\uff1a])?|联系人(?:是|[:\uff1a])?|名字是)\s*{_SURNAME}{_GIVEN}"
)
_SURNAMED = re.compile(rf"((?:我|免贵|他|她|本人)姓){_SURNAME}(?:[,\uff0c]?(?:叫|名){_SURNAME}?{_GIVEN})?")
_OTHERS = re.compile(rf"(?<=[\u4e00-\u9fff]叫){_SURNAME}{_GIVEN}(?=[,\uff0c。.的;\uff1b、]|$)")
_TITLED = re.compile(
    rf"(?:(?<=[,\uff0c。找叫是问下和跟给把被的])|(?<![\u4e00-\u9fff]))({_SURNAME}{_GIVEN})(?=先生|女士|小姐|同志|师傅|医生|经理|老师|主任|书记|局长|科长)"
)


def redact(text: str, *known: str) -> str:
    """Return `text` without long numbers, accounts, number plates, names and rooms, each left as what it was.

    `known` are names that are known to be somebody's; numbers are found as they are spoken too (幺三八…), with what
    people say between their groups. What looks like a name and is none may go too.
    """
    text = _MAIL.sub("(邮箱)", text)
    text = _ACCOUNT.sub(r"\1(账号)", text)
    if plate := find_plate(text):
        text = _PLATE.sub("(车牌)", text.replace(plate.evidence, "(车牌)") if plate.ok else text)
    text = _NUMBER.sub("(号码)", text)
    text = _ROOM.sub("(门牌)", text)
    own = find_name(text)
    for name in (*known, own.name if own else ""):
        if len(name) > 1:
            text = text.replace(name, "(姓名)")
    text = _CALLED.sub(r"\1(姓名)", text)
    text = _SURNAMED.sub(r"\1(姓名)", text)
    text = _OTHERS.sub("(姓名)", text)
    return _TITLED.sub("(姓名)", text)


def mask_name(name: str) -> str:
    """Return a name's surname: 王**, 欧阳**."""
    if not name:
        return ""
    double = name[:2] in _SURNAMES["double"]
    return name[: 2 if double else 1] + "**"


def mask_number(number: str) -> str:
    """Return a telephone number without its middle; of a short one, only that there is one."""
    if not number:
        return ""
    signs = re.sub(r"\D", "", number)
    return f"{signs[:3]}****{signs[-4:]}" if len(signs) >= 10 else f"****{signs[-2:]}"
