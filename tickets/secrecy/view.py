"""Who sees what of a ticket: `data/views.yaml`, by the viewer's role, the ticket's secrecy and a reason given."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any, Literal

from tickets.data_files import read
from tickets.life.case import Taken
from tickets.life.steps import Dispatch, PassOn
from tickets.secrecy.redact import mask_name, mask_number, redact
from tickets.ticket import Ticket


class ViewRole(StrEnum):
    """What somebody who looks at tickets is; more look than act (`tickets.life.roles.Role`)."""

    CITIZEN = "诉求人"
    BOT = "机器人"
    AGENT = "坐席"
    DISPATCHER = "派单员"
    UNIT = "承办单位"
    GRID = "网格员"
    SUPERVISOR = "督办员"
    LEADER = "领导"
    PUBLIC = "公众"
    SYSTEM = "系统"


class Field(StrEnum):
    """What may be shown or not; the rest of a ticket says nothing of a person."""

    NAME = "name"
    CONTACT = "contact"
    TEXT = "text"
    """Title, appeal and note."""
    WORDS = "words"
    """What was written in the steps of its life."""
    DETAIL = "detail"
    """Building, unit, room."""
    CALL = "call"


CALLED = {
    Field.NAME: "称呼",
    Field.CONTACT: "联系电话",
    Field.TEXT: "诉求原文",
    Field.WORDS: "经过原文",
    Field.DETAIL: "门牌",
    Field.CALL: "通话",
}
"""How people name the fields."""
PERSONAL = frozenset({Field.NAME, Field.CONTACT, Field.CALL})
"""Fields that, shown in plain, are personal data whatever the ticket; of a confidential one, all are."""
SECRET = "(保密)"
Cell = Literal["plain", "masked", "hidden"]
Relation = Literal["has", "had", ""]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks. `name` is what he says, `os_user` or `account` what a machine knows."""

    role: ViewRole
    name: str = ""
    unit: str = ""
    os_user: str = ""
    contact: str = ""
    """A citizen's own number, checked by whoever let him in."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a viewer sees: the ticket with whatever he may not see masked or left out."""

    ticket: Ticket
    cells: Mapping[Field, Cell]
    plain: tuple[Field, ...]
    """Personal data that is shown in plain: such a look is put on record with its fields."""
    names: tuple[str, ...] = ()
    """Names that are left out of the steps' words."""

    def words(self, text: str) -> str:
        """Return what the viewer may read of a text in the ticket's steps."""
        return _text(text, self.cells[Field.WORDS], self.names)


def view(
    ticket: Ticket, viewer: Viewer, relation: Relation = "", reason: str = "", published: bool = False
) -> Seen | None:
    """Return what `viewer` sees of `ticket`; None where he may not know that it is there.

    `relation` is the ticket to the viewer's unit (`relation_to`), `published` whether its caller has agreed to that.
    """
    rules = _views()[viewer.role]
    if not _sees(rules.sees, ticket, viewer, relation, published):
        return None
    given = bool(reason.strip())
    chosen = rules.confidential if ticket.confidential else rules.open
    if relation == "had" and rules.sees == "mine":
        chosen = rules.had
    cells: dict[Field, Cell] = {field: rule[given] for field, rule in chosen.items()}
    return _seen(ticket, cells)


def listed_view(ticket: Ticket, viewer: Viewer) -> Ticket:
    """Return what a list shows: never a person, whoever looks; of a confidential one only its street."""
    title = SECRET if ticket.confidential and viewer.role is ViewRole.LEADER else redact(ticket.title, ticket.name)
    place = replace(ticket.place, detail="", community="" if ticket.confidential else ticket.place.community)
    bare = replace(ticket, title=title, place=place, what="", understood=None, checks=())
    return replace(bare, note="", name="", contact="", call_id="", about="")


def relation_to(unit: str, taken: Iterable[Taken], has: bool) -> Relation:
    """Return what the ticket of these steps is to `unit`, which `has` it now or not."""
    if has:
        return "has"
    for one in taken:
        named = {one.by.unit}
        if isinstance(one.step, Dispatch):
            named |= {one.step.lead, *one.step.assisting}
        elif isinstance(one.step, PassOn):
            named.add(one.step.to)
        if unit and unit in named:
            return "had"
    return ""


def _sees(which: str, ticket: Ticket, viewer: Viewer, relation: Relation, published: bool) -> bool:
    match which:
        case "all":
            return True
        case "own":
            mine, its = (_digits(number) for number in (viewer.contact, ticket.contact))
            return bool(mine) and mine == its
        case "mine":
            return bool(viewer.unit and relation)
    return published and not ticket.confidential


def _seen(ticket: Ticket, cells: Mapping[Field, Cell]) -> Seen:
    names = (ticket.name,)
    text = cells[Field.TEXT]
    shown = replace(
        ticket,
        title=_text(ticket.title, text, names),
        what=_text(ticket.what, text, names),
        note=_text(ticket.note, text, names),
        name=_cell(ticket.name, cells[Field.NAME], mask_name),
        contact=_cell(ticket.contact, cells[Field.CONTACT], mask_number),
        call_id=ticket.call_id if cells[Field.CALL] == "plain" else "",
        about=_cell(ticket.about, cells[Field.NAME], mask_name),
        checks=tuple(_text(check, text, names) for check in ticket.checks),
        understood=ticket.understood if text == "plain" else None,
        place=replace(ticket.place, detail=_text(ticket.place.detail, cells[Field.DETAIL], names)),
    )
    personal = [field for field in Field if ticket.confidential or field in PERSONAL]
    full = {Field.NAME: ticket.name, Field.CONTACT: ticket.contact, Field.CALL: ticket.call_id}
    plain = tuple(field for field in personal if cells[field] == "plain" and full.get(field, "there"))
    return Seen(shown, cells, plain, names)


def _text(text: str, cell: Cell, names: Iterable[str]) -> str:
    if cell == "plain" or not text:
        return text
    return SECRET if cell == "hidden" else redact(text, *names)


def _cell(value: str, cell: Cell, mask: Callable[[str], str]) -> str:
    if cell == "plain" or not value:
        return value
    return SECRET if cell == "hidden" else mask(value)


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a role sees: of which tickets, and of each field without and with a reason."""

    sees: str
    open: Mapping[Field, tuple[Cell, Cell]]
    confidential: Mapping[Field, tuple[Cell, Cell]]
    had: Mapping[Field, tuple[Cell, Cell]]


@cache
def _views() -> Mapping[ViewRole, _Rules]:
    table = read("views")
    return {role: _rules(table[role]) for role in ViewRole}


def _rules(data: Mapping[str, Any]) -> _Rules:
    nothing = dict.fromkeys((field.value for field in Field), "hidden")
    parts = [data.get(name, nothing) for name in ("open", "confidential", "had")]
    return _Rules(data["sees"], *({field: _pair(part[field.value]) for field in Field} for part in parts))


def _pair(rule: str) -> tuple[Cell, Cell]:
    """Return what is shown without and with a reason; a word that means nothing is a `KeyError`."""
    words: Mapping[str, Cell] = {"plain": "plain", "masked": "masked", "hidden": "hidden"}
    without, _, with_ = rule.partition("/")
    return words[without], words[with_ or without]
