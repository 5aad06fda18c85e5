"""A step as an event of the log, and back."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import Any

from core.events import Event
from tickets.life.case import Clock, Taken
from tickets.life.roles import Actor, Role
from tickets.life.span import parse_span
from tickets.life.steps import READ
from tickets.ticket import State

KIND = "ticket.step"


def stream(number: str) -> str:
    """Return the event stream of the ticket `number`."""
    return f"ticket:{number}"


def to_event(number: str, taken: Taken) -> Event:
    """Return `taken` as it is appended to the log."""
    body: dict[str, Any] = {
        "step": taken.step.model_dump(mode="json"),
        "by": {"name": taken.by.name, "role": taken.by.role.value, "unit": taken.by.unit},
        "to": taken.to.value,
        "clocks": [asdict(clock) | {"within": str(clock.within), "near": str(clock.near)} for clock in taken.clocks],
    }
    return Event(taken.at.timestamp(), stream(number), KIND, body)


def from_event(event: Event, zone: tzinfo) -> Taken:
    """Return the step that `to_event` wrote, its time in `zone`."""
    body = event.body
    by = body["by"]
    clocks = tuple(_clock(clock) for clock in body["clocks"])
    at = datetime.fromtimestamp(event.at, zone)
    return Taken(
        at,
        Actor(by["name"], Role(by["role"]), by["unit"]),
        READ.validate_python(body["step"]),
        State(body["to"]),
        clocks,
    )


def steps_of(events: Iterable[Event], zone: tzinfo) -> list[Taken]:
    """Return the steps among a ticket's `events`."""
    return [from_event(event, zone) for event in events if event.kind == KIND]


def _clock(data: dict[str, Any]) -> Clock:
    spans = {"within": parse_span(data["within"]), "near": parse_span(data["near"])}
    return Clock(**(data | spans | {"ends": tuple(data["ends"])}))
