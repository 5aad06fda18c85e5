"""Takes from a turn whatever belongs into the ticket, asked for or not, so that nothing is asked twice."""

from dialog.call import Call
from dialog.commands import Command, says
from dialog.draft import Draft
from dialog.intake.words import LONG_NUMBER, when
from tickets import spoken_numbers

_SURE_OF_PLACE = 0.6


def harvest(text: str, draft: Draft, call: Call) -> list[str]:
    """Put what `text` says about place, time, number, name and secrecy into `draft`; return which slots changed."""
    changed: list[str] = []
    found = call.understanding.find_place(without_numbers(text), draft.place)
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


def telephone_in(text: str) -> str:
    """Return the first complete telephone number in `text`, "" where there is none."""
    for run in LONG_NUMBER.finditer(text):
        checked = spoken_numbers.check_phone(spoken_numbers.digits(run[0]))
        if checked.ok:
            return checked.number
    return ""


def without_numbers(text: str) -> str:
    """Return `text` with a gap where a telephone number was, so that its end is not taken for a room."""
    return LONG_NUMBER.sub(",", text)
