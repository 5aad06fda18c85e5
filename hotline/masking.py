"""Leaves out of what callers say who they are: numbers, number plates, names."""

import re

from hotline.story import LONG_NUMBER
from tickets.person import find_name
from tickets.plates import find_plate

_LAST_SIGN = re.compile(r"\(号码\)[xX叉]")
"""An identity card's number may end with an X."""
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+", re.ASCII)
_PLATE = re.compile(r"[\u4e00-\u9fff]\s*[A-Za-z][\s·.-]*(?:[A-Za-z0-9零〇洞幺一二两三四五六七八九]\s*){5,6}")


def masked(text: str) -> str:
    """Return `text` with long numbers, mail addresses, number plates and the caller's own name left out."""
    text = _MAIL.sub("(邮箱)", text)
    if find_plate(text):
        text = _PLATE.sub("(车牌)", text)
    text = _LAST_SIGN.sub("(号码)", LONG_NUMBER.sub("(号码)", text))
    name = find_name(text)
    return text.replace(name.name, "(姓名)") if name else text
