"""What is not as it should be in a submission: a sentence for whoever handles it, another for the caller. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tickets.contact import LONGEST, contact_key
from tickets.gazetteer import Gazetteer
from tickets.intake.channels import ChannelWay
from tickets.intake.submission import Content
from tickets.place import PlaceFound
from tickets.ticket import Place
from tickets.understanding import Understanding

CLOCK = timedelta(minutes=5)
"""So far may a sender's clock be ahead."""
LONG = 5000
"""Characters from which on a text is one that nobody reads to its end at once."""
FAR = timedelta(days=3650)
"""No deadline is later than that."""
_CONTACT = 60
"""Characters of a contact; more than that is something else."""
_DIGITS = range(5, 16)
"""Digits of a telephone number (ITU-T E.164: 15 at most; short ones are service numbers)."""


@dataclass(frozen=True, slots=True)
class Check:
    """Something to make sure of; `caller` is empty where it is nothing for the caller."""

    officer: str
    caller: str = ""


def reachable(contact: str) -> bool:
    """Whether `contact` is a telephone number or a mail address."""
    key = contact_key(contact)
    return len(contact) <= _CONTACT and ("@" in key or len(key) in _DIGITS)


def checks(content: Content, way: ChannelWay, now: datetime) -> Iterator[Check]:
    """Yield what is to be made sure of in `content` itself, when it came in at `now` (aware)."""
    if not content.text:
        yield Check("没有文字内容,请联系诉求人问清。", "没有看到具体内容,我们会联系您问清楚;也可以带上工单编号补充。")
    elif len(content.text) > LONG:
        yield Check(f"原文很长({len(content.text)}字),标题取自开头,请读全文。")
    if len(content.contact) > LONGEST:
        yield Check(
            f"联系方式有{len(content.contact)}个字,不像电话或邮箱,已移到原文末尾。",
            "您留的联系方式太长,没法联系到您,请带上工单编号再留一个电话。",
        )
    elif content.contact and not reachable(content.contact):
        yield Check(
            f"联系方式不像电话或邮箱,原文:{content.contact}", "您留的联系方式可能打不通,请带上工单编号再留一个电话。"
        )
    elif not content.contact:
        yield Check("没有联系方式,结果无法告知。", "您没有留联系方式,请记好工单编号,办理结果凭编号查询。")
    if content.made and content.made > now + CLOCK:
        yield Check(f"来件自称的时间是{content.made.isoformat()},晚于收到的时间,以收到时间为准。")
    if content.due and not way.own_deadline:
        yield Check(f"来件要求{content.due.isoformat()}前答复,本渠道不能自定期限,按规定期限办理。")
    elif content.due and not now < content.due < now + FAR:
        yield Check(f"来件要求的期限{content.due.isoformat()}不合理,按规定期限办理。")


def short(content: Content) -> tuple[str, str, str]:
    """Return text, name and contact; a name or contact that is too long for one stands at the end of the text."""
    parts = (content.name, content.contact)
    name, contact = ("" if len(part) > LONGEST else part for part in parts)
    return "\n".join((content.text, *(part for part in parts if len(part) > LONGEST))), name, contact


def own_deadline(content: Content, way: ChannelWay, now: datetime) -> datetime | None:
    """Return the sender's own deadline where he may set one and it makes sense."""
    if way.own_deadline and content.due and now < content.due < now + FAR:
        return content.due.astimezone(now.tzinfo)
    return None


def placed(content: Content, understanding: Understanding) -> tuple[Place, list[Check]]:
    """Return where it is, kept as it was said where nobody knows the place, and what to make sure of about it."""
    found = understanding.find_place(content.address or content.text, asked=bool(content.address))
    said = Place(content.district, content.street, content.community, content.detail)
    if found.outside:
        place = said if content.address else Place(detail=found.evidence[0] if found.evidence else "")
        return place, [_outside(found)]
    if not content.address:
        return found.place, []
    place = _completed(said, found.place)
    wrong = list(_unknown(place, understanding.gazetteer))
    return place, [_no_such_place(content.address, part) for part in wrong]


def person(content: Content, known: str) -> Check | None:
    """Return what to make sure of where the caller gives another name than the one `known` for this contact."""
    if content.about or not (known and content.name) or _same_person(known, content.name):
        return None
    return Check(f"这个联系方式以前登记的称呼是“{known}”,这次是“{content.name}”,请核对是否代他人反映。")


def _same_person(one: str, other: str) -> bool:
    """王女士 and 王小明 may be the same; 王女士 and 李先生 are not."""
    return one[0] == other[0] and (min(len(one), len(other)) <= 1 or _titled(one) or _titled(other) or one == other)


def _titled(name: str) -> bool:
    return name.endswith(("先生", "女士", "小姐", "阿姨", "大爷", "师傅", "同志", "老师"))


def _completed(said: Place, found: Place) -> Place:
    """Return the place as it was given, with what follows from it; nothing that was given is put aside."""
    if not (said.district or said.street or said.community):
        whole = str(found)
        return found if whole and whole.endswith(found.detail) and _kept(said.detail, found) else said
    return replace(
        said,
        district=said.district or found.district,
        street=said.street or (found.street if found.district == (said.district or found.district) else ""),
        community=said.community or ("" if said.detail else found.community),
    )


def _kept(line: str, found: Place) -> bool:
    """Whether every part that was found in an address line stands in it, so that the line can be taken apart."""
    rest = line
    for part in (found.community, found.detail):
        if part and part not in rest:
            return False
        rest = rest.replace(part, "", 1)
    for part in (found.district, found.street):
        rest = rest.replace(part, "", 1)
    return not re.sub(r"[\s,,。]", "", rest)


def _unknown(place: Place, gazetteer: Gazetteer) -> Iterator[str]:
    if place.district and place.district not in gazetteer.districts:
        yield place.district
    elif place.street and place.street not in gazetteer.street_districts:
        yield place.street
    elif place.street and place.district not in ("", *gazetteer.street_districts[place.street]):
        yield place.district + place.street
    elif place.community and gazetteer.homes and not _known(place, gazetteer):
        yield place.community


def _known(place: Place, gazetteer: Gazetteer) -> bool:
    name = place.community
    if name in gazetteer.homes:
        return bool(gazetteer.locate(name, place.district, place.street))
    return any(road in name for road in gazetteer.roads)


def _no_such_place(address: str, part: str) -> Check:
    return Check(
        f"地址“{address}”里的“{part}”在地名库中没有,按原话保留,请核对。",
        f"没有查到“{part}”,已经按您写的记下;如果写错了,请带上工单编号告诉我们正确的地址。",
    )


def _outside(found: PlaceFound) -> Check:
    return Check(
        f"地点在{found.outside},不在本市,请核对后转告。",
        f"您说的地点在{found.outside},不归本市办理。已经记下,会有人核对;请同时拨打当地的12345,"
        "从外地拨打要先拨当地区号。",
    )
