"""Corrects one item of the ticket and nothing else: "不对,是七号楼", "电话换成我儿子的", "要保密"."""

import re
from dataclasses import replace

from dialog.call import Call
from dialog.commands import Command, says, squeeze, trim
from dialog.draft import Draft
from dialog.intake.harvest import telephone_in, without_numbers
from dialog.intake.words import spelled, when
from tickets.place_detail import parse_detail
from tickets.spoken_numbers import groups, spell
from tickets.ticket import Place

_REFUSES = re.compile(r"不对|不是|错了|说错|搞错|听错|弄错|改|更正|应该是|换成|换个")
_SURE = 0.5
_NAME = re.compile(r"(?:名字|姓名|我)(?:是|叫|姓|应该是)|(?:^|[,,。、]|是|免贵)姓(?!名|氏)")
_NOT_THE_NAME = re.compile(r"不(?:是)?(?:姓|叫)[^,,。、]{1,3}[,,。、]")
_HEAD = re.compile(
    r"^(?:(?:不对|不是|错了|(?:你)?(?:说|听|搞|弄)错了|等一下|啊|哎|嗯|应该|改成|改一下|是|我说的是|而)[,,。、\s]*)+"
)


def refuses(text: str) -> bool:
    """Whether `text` says that something is wrong."""
    return bool(_REFUSES.search(text))


def correct(text: str, draft: Draft, call: Call, slot: str = "", asked: bool = False) -> str:
    """Change in `draft` what `text` corrects; return what it is now, to be said back, "" where nothing was changed.

    `slot` is what was being asked: its own answers are no corrections. `asked` says that a correction is expected,
    so that it needs no "不对".
    """
    if not asked and not refuses(text):
        return ""
    if slot not in ("place", "contact") and (number := correct_contact(text, draft)):
        return number
    if slot != "place" and (place := correct_place(text, draft, call)):
        return place
    said_name = _NOT_THE_NAME.sub("", text)
    if slot != "name" and _NAME.search(said_name) and (found := call.understanding.find_name(said_name, asked=True)):
        draft.name = found.name
        return found.name
    read = call.understanding.find_plate(text)
    if slot != "plate" and read and read.ok:
        draft.plate, draft.plate_read = read.text, True
        return spelled(read.text)
    if slot != "when" and (said := when(text)) and len(squeeze(text)) <= len(said) + 10:
        draft.when = said
        return said
    if slot != "secrecy" and (secret := _secrecy(text, draft)):
        return secret
    return ""


def correct_story(text: str, draft: Draft, call: Call, wholly: bool = False) -> str:
    """Take what remains of `text` as the right story; return it, "" where nothing remains.

    It stands in place of the story only where the caller was asked for it (`wholly`), or says "是…" and names a
    matter; anything else is written beside the story, which is what the ticket is sent by.
    """
    rest = trim(_HEAD.sub("", text))
    instead = re.search("是|应该|改成", text.removesuffix(rest).replace("不是", ""))
    if len(squeeze(rest)) < 3:
        return ""
    replaces = wholly or (instead and call.understanding.match_matter(rest).sure)
    draft.what = rest if replaces else f"{draft.what},更正:{rest}"
    return rest


def correct_contact(text: str, draft: Draft) -> str:
    """Take the complete telephone number in `text` as the one to call; return it in groups, "" for none."""
    number = telephone_in(text, asked=True)
    draft.contact = number or draft.contact
    return "电话" + ",".join(spell(group) for group in groups(number)) if number else ""


def correct_place(text: str, draft: Draft, call: Call) -> str:
    """Change the parts of the place that `text` names; return them, "" where it names none."""
    found = call.understanding.correct_place(draft.place, without_numbers(text))
    if found.confidence < _SURE or found.place == draft.place or _tells_a_story(text, draft, found.place, call):
        return ""
    before, draft.place = draft.place, found.place
    return _difference(before, found.place)


def _tells_a_story(text: str, draft: Draft, place: Place, call: Call) -> bool:
    """Whether "是电梯坏了" says what happens, though a lift is also where something may be."""
    only_near = replace(place, detail=draft.place.detail) == draft.place and not parse_detail(text, near=False)[0]
    return only_near and call.understanding.match_matter(text).sure


def _difference(before: Place, now: Place) -> str:
    """Return only the parts of the place that changed."""
    parts = ("district", "street", "community", "detail")
    return "".join(getattr(now, part) for part in parts if getattr(now, part) != getattr(before, part)) or str(now)


def _secrecy(text: str, draft: Draft) -> str:
    if not draft.confidential and says(text, Command.SECRET):
        draft.confidential = True
        return "保密"
    if draft.confidential and re.search(r"不(用|需要|必|要)保密|可以公开", text):
        draft.confidential = False
        return "不保密"
    return ""
