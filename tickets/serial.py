"""A ticket as plain data and back: what the database and the events keep."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from tickets.ticket import Channel, Kind, Matter, Place, State, Ticket


def to_data(ticket: Ticket) -> dict[str, Any]:
    """Return `ticket` as values that JSON can hold; times in ISO 8601."""
    data = asdict(ticket)
    data["kind"], data["state"], data["channel"] = ticket.kind.value, ticket.state.value, ticket.channel.value
    for name in ("created", "due"):
        data[name] = data[name].isoformat() if data[name] else None
    return data


def from_data(data: Mapping[str, Any]) -> Ticket:
    """Return the ticket that `to_data` wrote."""
    values = dict(data)
    values["kind"], values["state"] = Kind(data["kind"]), State(data["state"])
    values["channel"] = Channel(data.get("channel", Channel.TELEPHONE))
    for name in ("attachments", "checks"):
        values[name] = tuple(data.get(name, ()))
    values["place"] = Place(**data["place"])
    values["matter"] = Matter(**data["matter"]) if data["matter"] else None
    for name in ("created", "due"):
        values[name] = datetime.fromisoformat(data[name]) if data[name] else None
    return Ticket(**values)


def read_ticket(body: str) -> Ticket:
    """Return the ticket in `body`, the JSON text that a row keeps."""
    return from_data(json.loads(body))


def changes(before: Ticket, after: Ticket) -> dict[str, Any]:
    """Return the fields of `after` that differ from `before`."""
    old = to_data(before)
    return {name: value for name, value in to_data(after).items() if old[name] != value}
