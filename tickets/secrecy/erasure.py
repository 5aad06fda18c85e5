"""What is left of a ticket and its events when the persons in them are erased. Pure: data goes in, data comes out."""

import re
from collections.abc import Mapping
from dataclasses import replace
from fnmatch import translate
from functools import cache
from typing import Any

from tickets.data_files import read
from tickets.secrecy.redact import redact
from tickets.ticket import Ticket

ERASED = "(已删除)"


def erased_ticket(ticket: Ticket) -> Ticket:
    """Return `ticket` without persons: what is counted stays, free text is redacted, a confidential one's goes."""
    if ticket.confidential:
        title = ticket.matter.name if ticket.matter else ERASED
        place = replace(ticket.place, community="", detail="")
        what = ERASED
    else:
        title, what = redact(ticket.title, ticket.name), redact(ticket.what, ticket.name)
        place = replace(ticket.place, detail="")
    bare = replace(ticket, title=title, what=what, place=place, when="", understood=None, checks=())
    return replace(bare, name="", contact="", note="", call_id="", about="")


def erased_body(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of an event of `kind` with every text left out that `data/erasure.yaml` does not keep."""
    return {name: _left(f"{kind}:{name}", value) for name, value in body.items()}


def _left(path: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _left(f"{path}.{name}", inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_left(path, inner) for inner in value]
    if isinstance(value, str) and value and not _kept().match(path):
        return ERASED
    return value


@cache
def _kept() -> re.Pattern[str]:
    return re.compile("|".join(translate(pattern) for pattern in read("erasure")["kept"]))
