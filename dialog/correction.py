"""Hears that the answer was not the one meant: "等一下,不是这个,我说的是驾驶证"."""

import re

from dialog.commands import Command, only, squeeze, trim

_GAP = r"[,,。.!!??、\s]*"
_STOP = r"(?:等一下|等等|等会儿?|稍等|先等等|停一?下?|哎|诶|唉|啊|嗯|不|呃|你好)"
_NOT = (
    r"(?:不对|不是(?:的|啊|吧|呀)?|错了|(?:你|您)?(?:说|听|弄|搞|答|理解)错了|"
    r"(?:我)?(?:不是)?(?:说|问)?的?(?:不是|不要|没问|没说|没有问)(?:说|问)?(?:的)?(?:是)?(?:这个|这|那个|这件事|这意思|这个意思)"
    r"(?:啊|呀|吧|哈)?)"
)
_MEANT = (
    r"(?:我(?:刚才|刚刚)?(?:说|问|讲|要|想要|想问|想说|要问|要说|想办|要办|要的|问的|说的)的?(?:是|就是)|"
    r"我是(?:说|问|想问|要问|想说)|是(?:说|问)|我(?:要|想)(?:问|说)|应该是|而是|是)"
)
_CORRECTION = re.compile(rf"^(?:{_STOP}{_GAP})*(?:{_NOT}{_GAP}(?:{_STOP}{_GAP})*)+(?:{_MEANT})?{_GAP}(?P<rest>.*)$")
_I_SAID = re.compile(
    rf"^(?:{_STOP}{_GAP})*我(?:刚才|刚刚)?(?:说|问|讲)的(?:是|就是|不是.{{1,8}}是){_GAP}(?P<rest>.+)$"
)
_NOT_X_BUT_Y = re.compile(
    rf"^(?:{_STOP}{_GAP})*(?:我(?:说|问)的)?不是[^,,。]{{1,10}}?{_GAP}(?:我(?:说|问)的)?(?:而)?是(?P<rest>.+)$"
)


def corrected(text: str) -> str | None:
    """Return what was meant instead, "" where the caller only says that it is wrong, None for no correction."""
    text = text.strip()
    if only(text, Command.NOT_THIS, Command.WAIT) and not only(text, Command.WAIT):
        return ""
    for pattern in (_I_SAID, _CORRECTION, _NOT_X_BUT_Y):
        match = pattern.match(text)
        if match:
            rest = trim(match["rest"])
            return rest if len(squeeze(rest)) >= 2 else ""
    return None
