"""Takes from a turn whatever belongs into the ticket, asked for or not, so that nothing is asked twice."""

import re
from dataclasses import replace

from dialog.call import Call
from dialog.commands import Command, says, squeeze
from dialog.draft import Draft
from dialog.intake.words import LONG_NUMBER, is_own_number, when
from tickets import spoken_numbers
from tickets.place import PlaceFound
from tickets.ticket import Place

_SURE_OF_PLACE = 0.6
_END_OF_NUMBER = re.compile(
    r"(?:尾号|尾数|最?后[四4]位(?:数字?)?)[是为]?[0-9零幺一二两三四五六七八九]{3,4}|(?<!\d)12345(?!\d)"
)
LOOKS_LIKE_PLACE = re.compile(r"[在路街巷村楼桥厂店站口院园校区县镇乡里边面近侧]|市场|门口|隔壁")


def harvest(text: str, draft: Draft, call: Call) -> list[str]:
    """Put what `text` says about place, time, number, name and secrecy into `draft`; return which slots changed."""
    changed: list[str] = []
    found = call.understanding.find_place(without_numbers(without_secrecy(text)), draft.place)
    if found.confidence >= _SURE_OF_PLACE and found.place != draft.place:
        draft.place, draft.place_options = found.place, found.options
        changed.append("place")
    if not draft.when and (said := when(text)):
        draft.when = said
        changed.append("when")
    if number := telephone_in(text):
        draft.contact = number
        changed.append("contact")
    if not draft.name and (found_name := call.understanding.find_name(text)):
        draft.name = found_name.name
        changed.append("name")
    if not draft.confidential and says(text, Command.SECRET):
        draft.confidential = True
        changed.append("secrecy")
    if not draft.plate and (read := call.understanding.find_plate(text)) and read.ok:
        draft.plate = read.text
        changed.append("plate")
    return changed


def telephone_in(text: str, asked: bool = False) -> str:
    """Return the complete telephone number of the caller in `text`, "" for none; where `asked`, any number is it."""
    for run in LONG_NUMBER.finditer(text):
        checked = spoken_numbers.check_phone(spoken_numbers.digits(run[0]))
        if checked.ok and (asked or is_own_number(text, run.start())):
            return checked.number
    return ""


def without_numbers(text: str) -> str:
    """Return `text` with a gap where a telephone number or its end was, so that it is not taken for a room."""
    return _END_OF_NUMBER.sub(",", LONG_NUMBER.sub(",", text))


def without_secrecy(text: str) -> str:
    """Return `text` without "别告诉学校是我说的": the school in it is not where it happens."""
    return ",".join(clause for clause in re.split("[,。!?;]", text) if not says(clause, Command.SECRET))


def with_rest(found: PlaceFound, text: str) -> Place:
    """Return the place found; where only its district is known by name, the rest as the caller said it."""
    place = found.place
    if not place.district or place.street or place.community:
        return place
    for known in found.evidence:
        text = text.replace(known, "", 1)
    rest = re.sub(r"^(?:在|是|就|那个|这个|的|我们|我|家|住)+", "", squeeze(text))
    return replace(place, community=rest) if len(rest) >= 2 and LOOKS_LIKE_PLACE.search(rest) else place
