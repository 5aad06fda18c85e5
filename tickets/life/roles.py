"""Who acts on tickets, and what each role may do: `data/ticket_roles.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tickets.data_files import read


class Role(StrEnum):
    """What somebody is to a ticket."""

    CITIZEN = "诉求人"
    BOT = "机器人"
    AGENT = "坐席"
    DISPATCHER = "派单员"
    UNIT = "承办单位"
    GRID = "网格员"
    SUPERVISOR = "督办员"
    SYSTEM = "系统"


SERVANTS = frozenset({Role.UNIT, Role.GRID})
"""Roles that act for a unit, on tickets of that unit only."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts: a person of a unit, or the hotline itself."""

    name: str
    role: Role
    unit: str = ""
    """The handling unit or grid; empty for the centre's people."""


Permissions = Mapping[str, frozenset[Role]]
"""Which roles may take a step, by the step's id."""


def permissions(changed: Mapping[str, list[str]] | None = None) -> Permissions:
    """Return who may do what: the usual table with the steps that a city has `changed`. Raises `ValueError`."""
    table = read("ticket_roles")
    unknown = set(changed or {}) - set(table)
    if unknown:
        raise ValueError(f"没有这样的步骤:{'、'.join(sorted(unknown))}")
    return {step: frozenset(Role(role) for role in roles) for step, roles in (table | dict(changed or {})).items()}
