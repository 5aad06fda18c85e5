"""Several things in one breath: cuts what a caller says into its appeals (诉求)."""

import re

from tickets.data_files import read
from tickets.wording import clean

_DATA = read("several")
_CONNECTOR = re.compile(
    r"(?:(?<=[,。;;!?!?、,\s])|(?<=[了吗呢吧的啊呀嘛修收管])|^)(?:" + "|".join(_DATA["connectors"]) + ")[,、,::\\s]*"
)
_ASKS_ALONG = re.compile(
    r"(?<=.)(顺便(?:再?问|再?打听|咨询|反映|说|想)?(?:一?下|一句)?|然后我?[再还](?=想|要|问|反映|投诉|咨询))"
)
_ELABORATION = re.compile(_DATA["elaborations"])
_EDGES = ",。;;、, "


def split_appeals(text: str) -> list[str]:
    """Return the appeals in `text`, in order; one where there is one, none where nothing is said.

    "路灯坏了,还有,那个垃圾也没人收,顺便问下社保几点下班" gives three.
    """
    pieces: list[str] = []
    for raw in _CONNECTOR.split(_ASKS_ALONG.sub(r",\1", text)):
        piece = clean(raw).strip(_EDGES)
        if not piece or _opening(piece):
            continue
        if pieces and not _own(piece):
            pieces[-1] = f"{pieces[-1]},{piece}"
        else:
            pieces.append(piece)
    return pieces


def _own(piece: str) -> bool:
    """Whether `piece` says something by itself and not something about the piece before."""
    return len(piece) >= 4 and not _ELABORATION.search(piece) and len(re.findall(r"\d", piece)) < 7


def _opening(piece: str) -> bool:
    """Whether `piece` is only how a caller begins: 你好, 我想反映两个问题."""
    return bool(
        re.fullmatch(
            r"(?:你好|您好|喂|那个|我(?:想|要|有)?(?:反映|说|问|投诉|咨询)?.{0,2}(?:两|三|四|几)[个件]?(?:事情?|问题|情况)|[,。,])+",
            piece,
        )
    )
