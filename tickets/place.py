"""Where it happens: finds a place in what a caller says, completes it from the gazetteer, corrects it."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from tickets.gazetteer import Gazetteer, lanjiang, normal
from tickets.name_index import Found
from tickets.place_detail import NEAR, Detail, parse_detail
from tickets.spoken_numbers import heard_digit
from tickets.ticket import Place


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """What is known of the place after this turn, and what should still be asked.

    `missing` holds names of `Place`'s fields, in the order to ask; where `options` is not empty,
    the community lies in each of these districts, and the caller has to say which.
    """

    place: Place
    confidence: float
    """0 to 1: how sure the names heard are; 0 where nothing was found in this turn."""
    evidence: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    outside: str = ""
    """The other city or province that was named instead (江苏省徐州市), in full; only where none of this city
    was."""


_STRONG = (
    r"小区|花园|家园|嘉园|佳苑|公寓|新村|社区|大厦|宿舍|家属院|家属楼|广场|公园|市场|商场|超市|商城|大学|中学|小学|幼儿园|学校|医院|"
    r"卫生院|酒店|宾馆|饭店|工业园|产业园|物流园|车站|庄园|名邸|国际|雅居|华府|水库|大桥|桂园|绿洲|半岛|名城|新城|壹号"
)
_WEAK = r"苑|庄|村|湾|府|城|庭|郡|墅|轩|阁"
_LEAD = (
    r"我们家|我们|我家|我|咱们?|家里|家|住在|住的?|在|到|是|就|叫|那个|这个|那|这|位于|地址|地点|地方|不对|应该|改成|的|嗯|啊|呃|哦|小区|有个|有|"
    r"离|去|市|澜江市?|说|和|跟|与|对|好|还|也|都|往|从|靠近|旁边|附近|门口|要|想|举报|投诉|反映|反应|一家|一个|某个?|家|问下|问|咨询|建议|"
    r"希望|请问|请|每个?|各个?|整个|全|所有|很多|好多|哪个?|什么|别的|其他|隔壁|老|孩子|老人|上|读|念|建|修|盖|个|进|出"
)
_UNKNOWN = (
    re.compile(rf"([\u4e00-\u9fff]{{2,8}}?(?:{_STRONG}))"),
    re.compile(rf"([\u4e00-\u9fff]{{2,4}}?(?:{_WEAK}))(?!里|子|市|委|乡|管|区)"),
)
_NAME_BEFORE_BUILDING = re.compile(
    r"(?:^|,)([\u4e00-\u9fff]{3,10}?)(?=(?:[A-Z]区)?第?(?:[0-9]+|[一二三四五六七八九十]+|[A-Z])(?:号楼|栋|幢|座))"
)
_UNKNOWN_ROAD = re.compile(r"([\u4e00-\u9fff]{2,6}(?:大道|路|街|巷))(?=[0-9一二三四五六七八九十百零]+号)")
_ONLY_A_NAME = re.compile(
    r"(?!.*(?:不知道|不清楚|不方便|什么|怎么|为什么|记得|没有|人工|电话|地址|等|吗|呢|吧|了))[\u4e00-\u9fff]{3,8}"
)
_BEFORE_NAME = re.compile(r"^.*(?:在|住|到|是|叫|去|这边|那边|举报|投诉|反映|我们|咱们)(?=.)")
_ROAD = r"[\u4e00-\u9fff]{2,4}?(?:大道|大街|路|街|巷)"
_JOINT = r"(?:和|与|跟|同|,|到)?"
_CORNER = r"(?:的)?(?:那个)?(?:交叉路?口|十字路口|丁字路口|交汇处|交界处|路口|交口|口|拐角|那儿|那里|交叉)"
_CROSSING = re.compile(rf"({_ROAD}){_JOINT}({_ROAD}){_CORNER}")
_BESIDE = re.compile(rf"((?<=[楼元室栋幢座号层组期区]))?(?:的|那个|那|小区|社区|里|[0-9])*(?:{NEAR})")
"""What stands beside a place, right behind its name or behind a building; the first group is set where it is that."""
_SHORT = 12
"""Characters of an answer that speaks of nothing but the place."""
_NOT_PLACES = re.compile(
    r"政府|全城|进城|农村|乡村|县城|府上|[了着过吗呢被把给让没不就很太]|怎么|为什么|几个|哪些|外地|一直|可以|考虑"
    r"|^(?:培训|楼下|楼上|对面|私立|公立|民办|外面|门口|路边|街边|学区|大型|小型|网上|市里|省里|正规|公办|定点|附属|村里|镇上|县里|城里|城中|老旧)"
)


def find_place(
    text: str, known: Place | None = None, gazetteer: Gazetteer | None = None, asked: bool = False
) -> PlaceFound:
    """Return the place in `text` added to what is `known`; nothing found leaves `known` with confidence 0.

    `asked`: the bot has just asked where it is, so that a short answer is a name even if nobody knows it.
    """
    known, gazetteer = known or Place(), gazetteer or lanjiang()
    text = normal(text)
    names = gazetteer.find(text)
    away = _outside(names)
    names = [hit for hit in names if hit.name.level != "outside"]
    said, detail, evidence, confidence = _read(text, [] if away else names, bool(str(known)), asked)
    # 我母亲在深圳,我家碧桂园三号楼: a short name beside a place that is read here says nothing.
    if away and not (confidence and len(away) == 1 and away[0].name.short):
        words = tuple(text[hit.start : hit.end] for hit in away)
        return PlaceFound(known, 0.0, words, _missing(known, gazetteer), (), away[-1].name.meant)
    place = _complete(merge(known, replace(said, detail=str(detail)), gazetteer), gazetteer)
    return PlaceFound(place, confidence, evidence, _missing(place, gazetteer), _options(place, gazetteer))


def _outside(names: list[Found]) -> list[Found]:
    """Return the names of the other city where the place lies in one: 徐州市鼓楼区 has our own 鼓楼区 behind it."""
    away: list[Found] = []
    for before, hit in pairwise([None, *names]):
        if hit is None or hit.name.level == "region":
            continue
        if hit.name.level != "outside":
            if not (away and before and before.end == hit.start):
                return []
        elif not away or hit.name.meant.startswith(away[-1].name.meant):
            away.append(hit)
    return away


def merge(known: Place, said: Place, gazetteer: Gazetteer | None = None) -> Place:
    """Return `known` with what was `said` now put over it; parts that no longer belong together are dropped."""
    gazetteer = gazetteer or lanjiang()
    detail = parse_detail(known.detail)[0].corrected(parse_detail(said.detail)[0])
    if said.community and known.community and said.community != known.community:
        known = replace(known, street="", district="" if gazetteer.locate(said.community) else known.district)
        detail = parse_detail(said.detail)[0]
    if said.district and said.district != known.district:
        known = replace(known, street="")
    if said.street and said.street != known.street:
        known = replace(known, district=gazetteer.district_of(said.street, said.district or known.district))
    return Place(
        said.district or known.district,
        said.street or known.street,
        said.community or known.community,
        str(detail) or said.detail or known.detail,
    )


_DENIED = re.compile(r"不是(?:(?!,|是|应该|而是|我).)+")
_REFUSAL = re.compile(r"不对|错了|说错|搞错|听错|弄错|不是|应该|改成|更正|而是")


_HOUSE = re.compile("([^,十百])[汉好耗毫浩]楼")
"""奇汉楼 is 七号楼; where a building is being corrected, nothing else sounds like that."""


def correct(place: Place, text: str, gazetteer: Gazetteer | None = None) -> PlaceFound:
    """Return `place` with only that changed which the caller corrects: "不对,是七号楼", "不是城东区是城西区"."""
    text = _HOUSE.sub(lambda found: f"{heard_digit(found[1]) or found[1]}号楼", normal(text))
    return find_place(_REFUSAL.sub(",", _DENIED.sub(",", text)), place, gazetteer)


def _read(text: str, names: list[Found], begun: bool, asked: bool) -> tuple[Place, Detail, tuple[str, ...], float]:
    place, scores, evidence = Place(), [], []
    rest = text
    crossing, rest, pieces = _crossing(rest, names)
    evidence += pieces
    for hit in names:
        if hit.name.level == "region":
            rest = _blank(rest, hit.start, hit.end)
            continue
        place = _put(place, hit, crossing)
        evidence.append(text[hit.start : hit.end])
        scores.append(hit.likeness)
        rest = rest[: hit.start] + "," * (hit.end - hit.start) + rest[hit.end :]
    if crossing:
        place = replace(place, community=crossing)
        scores.append(0.95)
    elif not place.community and (unknown := _unknown(rest, asked and not begun and not names)):
        place = replace(place, community=unknown)
        evidence.append(unknown)
        scores.append(0.6)
        rest = rest.replace(unknown, "," * len(unknown), 1)
    near = (begun or asked or bool(str(place))) and _near_it(text, rest)
    detail, read = parse_detail(rest, near=near)
    if not str(place) and not begun and not (detail.building or detail.unit or len(text) <= 8):
        detail, read = Detail(), ()
    scores += [0.9] * bool(detail)
    confidence = sum(scores) / len(scores) if scores else 0.0
    return place, detail, (*dict.fromkeys(evidence), *read), round(confidence, 3)


def _near_it(text: str, rest: str) -> bool:
    """Whether 门口, 楼上 and the like belong to the place: 万达广场门口, but not 万达广场,我家楼上漏水."""
    if len(text) <= _SHORT:
        return True
    return any(
        (rest[at.start() - 1 : at.start()] == "," != text[at.start() - 1 : at.start()]) or at[1] is not None
        for at in _BESIDE.finditer(rest)
    )


def _put(place: Place, hit: Found, crossing: str) -> Place:
    if hit.name.level == "district":
        return replace(place, district=hit.name.meant)
    if hit.name.level == "street":
        return replace(place, street=hit.name.meant)
    if hit.name.level == "road":
        return place if crossing or place.community else replace(place, community=hit.name.meant)
    return replace(place, community=hit.name.meant)


def _crossing(text: str, names: list[Found]) -> tuple[str, str, list[str]]:
    """Return the crossing of two roads as it is written, the text without it, and the fragment."""
    written = text
    for hit in names:
        if hit.name.level == "road" and hit.end - hit.start == len(hit.name.meant):
            written = written[: hit.start] + hit.name.meant + written[hit.end :]
    roads = [hit for hit in names if hit.name.level == "road"]
    for first, second in pairwise(roads):
        joint, after = written[first.end : second.start], written[second.end :]
        if re.fullmatch(_JOINT, joint) and (re.match(_CORNER, after) or joint):
            end = second.end + (m.end() if (m := re.match(_CORNER, after)) else 0)
            return (
                _corner(first.name.meant, second.name.meant),
                _blank(text, first.start, end),
                [text[first.start : end]],
            )
    match = _CROSSING.search(written)
    if not match:
        return "", text, []
    first_road, second_road = (_stripped(road) for road in match.groups())
    if len(first_road) < 2 or len(second_road) < 2:
        return "", text, []
    return _corner(first_road, second_road), _blank(text, match.start(), match.end()), [match[0]]


def _corner(first: str, second: str) -> str:
    return f"{first}和{second}交叉口"


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + "," * (end - start) + text[end:]


def _stripped(name: str) -> str:
    return re.sub(rf"^(?:{_LEAD})+", "", name)


def _unknown(text: str, asked: bool) -> str:
    """Return a community that the gazetteer does not know, as it was said."""
    for pattern in _UNKNOWN:
        for clause in text.split(","):
            for match in pattern.finditer(_stripped(clause)):
                name = _stripped(_BEFORE_NAME.sub("", match[1]))
                if len(name) >= 3 and not _NOT_PLACES.search(name) and not re.fullmatch(_STRONG, name):
                    return name
    for pattern in (_UNKNOWN_ROAD, _NAME_BEFORE_BUILDING):
        for match in pattern.finditer(text):
            name = _stripped(_BEFORE_NAME.sub("", match[1]))
            if len(name) >= 3 and not _NOT_PLACES.search(name):
                return name
    return _stripped(text) if asked and _ONLY_A_NAME.fullmatch(_stripped(text)) else ""


def _complete(place: Place, gazetteer: Gazetteer) -> Place:
    if place.street and not place.district:
        place = replace(place, district=gazetteer.district_of(place.street))
    homes = gazetteer.locate(place.community, place.district, place.street)
    if len(homes) == 1:
        return replace(place, district=homes[0][0], street=homes[0][1])
    districts = _districts(place, gazetteer)
    if not place.district and len(districts) == 1:
        place = replace(place, district=districts[0])
    return place


def _districts(place: Place, gazetteer: Gazetteer) -> tuple[str, ...]:
    """Return the districts that the community, road or crossing may lie in."""
    homes = gazetteer.locate(place.community, place.district, place.street)
    if homes:
        return tuple(dict.fromkeys(district for district, _ in homes))
    if place.street and not place.district:
        return gazetteer.street_districts.get(place.street, ())
    roads = [
        gazetteer.roads[road]
        for road in place.community.removesuffix("交叉口").split("和")
        if gazetteer.roads.get(road)
    ]
    if not roads:
        return ()
    shared = set(roads[0]).intersection(*roads[1:])
    return tuple(district for district in roads[0] if district in shared)


def _options(place: Place, gazetteer: Gazetteer) -> tuple[str, ...]:
    districts = _districts(place, gazetteer)
    return districts if not place.district and len(districts) > 1 else ()


def _missing(place: Place, gazetteer: Gazetteer) -> tuple[str, ...]:
    road = place.community.endswith("交叉口") or place.community in gazetteer.roads
    found = {
        "district": place.district,
        "street": place.street or road,
        "community": place.community,
        "detail": place.detail or road,
    }
    return tuple(name for name, value in found.items() if not value)
