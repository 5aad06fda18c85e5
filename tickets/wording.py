"""Short written words for what was said: the cleaned appeal, its title and its summary."""

import re
from collections.abc import Iterable

from tickets.data_files import read

_DATA = read("wording")
_FILLERS = "|".join(sorted(map(re.escape, _DATA["fillers"]), key=len, reverse=True))
# 那个 and the like are fillers at the edge of a clause and where doubled; inside ("那个路口") they point.
_FILLER = re.compile(rf"(?:(?<=[,。!?;、,])|^)(?:{_FILLERS}|就是)+[,、,]*|(?:[,、,])(?:{_FILLERS})+(?=[,。!?,]|$)")
_STAMMER = re.compile(r"([\u4e00-\u9fff]{1,4})(?:[,、,\s]*\1){1,}(?=[\u4e00-\u9fff])")
_DOUBLES = re.compile(
    r"^(天|年|月|人|家|常|慢|好|早|快|刚|偏|渐|谢|爸|妈|爷|奶|哥|姐|弟|妹|看|问|说|想|试|等|坑|洼|三|零|幺|一|二|四|五|六|七|八|九|个|件|大|小|高|往|白|明|偷|轻|乱|统|仅|处|时|样|多|少|两|查|听|走|宝|星|帮|路|街)"
)
_CLAUSES = r"[,。!?;,!?;]"
_ASIDE = re.compile(_DATA["asides"])
_OPENING, _ENDING = re.compile(_DATA["openings"]), re.compile(_DATA["endings"])
_OWN, _ME = re.compile(_DATA["own"]), re.compile(_DATA["me"])
_EDGES = " ,、"
_LONG = 14
TITLE, SUMMARY = 20, 60
"""Longest title and summary, in characters."""


def clean(text: str) -> str:
    """Return `text` without fillers, stammering and doubled punctuation; nothing that was meant is lost."""
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\s*[,,]\s*", ",", re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", ",", text))
    text = text.replace("?", "?").replace("!", "!")
    previous = ""
    while previous != text:
        previous = text
        text = _FILLER.sub("", text)
        text = _STAMMER.sub(lambda m: m[0] if len(m[1]) == 1 and _DOUBLES.match(m[1]) else m[1], text)
        text = re.sub(r"[,、,]{2,}", ",", text).strip(_EDGES)
    return text


def title(text: str, words: Iterable[str] = (), place: str = "") -> str:
    """Return at most 20 characters that name the appeal: the clause that says most about it.

    `words` are the matter's sure signs; `place` (a community) goes in front where it fits.
    """
    words = tuple(words)
    clauses = [_bare(clause) for clause in re.split(_CLAUSES, clean(text))]
    clauses = [clause for clause in (_told(clause, place) for clause in clauses) if clause]
    if not clauses:
        return "诉求内容待核实"
    best = _OWN.sub("", max(clauses, key=lambda part: (_weight(part, words), -clauses.index(part))))
    if len(best) > _LONG:
        best = _around(best, words)
    if place and place not in best and len(place) + len(best) <= TITLE:
        best = place + best
    return best


def summary(text: str, place: str = "") -> str:
    """Return at most 60 characters that tell the appeal to its caller: its clauses, less greetings and thanks."""
    clauses = [_bare(clause) for clause in re.split(_CLAUSES, clean(text))]
    told = ",".join(dict.fromkeys(part for part in clauses if len(part) > 1))
    if place and place not in told and len(place) + 1 + len(told) <= SUMMARY:
        told = f"{place},{told}"
    return _cut(to_you(told or clean(text)), SUMMARY)


def to_you(text: str) -> str:
    """Return what a caller said as it is told back: 我家 becomes 您家."""
    return _ME.sub("您", text)


def _bare(clause: str) -> str:
    clause = _OPENING.sub("", clause)
    return _ENDING.sub("", clause).strip(",。 ")


def _told(clause: str, place: str) -> str:
    """Return `clause` from behind the address that it begins with: the address has a field of its own."""
    head, found, rest = clause.partition(place) if place else ("", "", "")
    if not found or len(head) > 8 or len(rest) < 4:
        return clause
    return re.sub(
        r"^(?:小区|社区|那边|这边|附近|的)*(?:[\d零一二两三四五六七八九十]+(?:号楼|单元|栋|楼|层|室|号))*的?",
        "",
        rest,
    )


def _weight(clause: str, words: tuple[str, ...]) -> float:
    return 3 * sum(word in clause for word in words) + min(len(clause), 12) / 6 - (4 if _ASIDE.search(clause) else 0)


def _around(clause: str, words: tuple[str, ...]) -> str:
    """Return the part of a long clause that holds its first sign and ends where a sentence may end."""
    at = min((clause.find(word) for word in words if word in clause), default=0)
    part = clause[at if at + 6 > TITLE else 0 :][:TITLE]
    end = max((part.rfind(char) for char in "了吗呢"), default=-1) + 1
    return part[:end] if end >= 6 else part


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    head = text[:most]
    comma = head.rfind(",")
    return head[:comma] if comma >= most // 2 else head
