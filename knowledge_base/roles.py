"""Who may do what to an entry: read from `data/roles.yaml`, not written in code."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from core.yaml_file import read_yaml
from knowledge_base.text import DATA


class Role(StrEnum):
    """What somebody is to the knowledge base."""

    EDITOR = "editor"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


_NOBODYS = "(未定部门)"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who works on entries; `department` is the editor's own."""

    name: str
    role: Role
    department: str = ""


@lru_cache(maxsize=1)
def _rules() -> dict[str, dict[str, Any]]:
    rules: dict[str, dict[str, Any]] = read_yaml(DATA / "roles.yaml")
    return rules


def refusal(step: str, actor: Actor, departments: Collection[str], author: str = "") -> str:
    """Return why `actor` may not take `step` on an entry of these `departments` that `author` saved last; "": may."""
    rule = _rules()["steps"].get(step, {})
    names = _rules()["names"]
    roles = rule.get("roles", ())
    if actor.role not in roles:
        wanted = "、".join(names[role] for role in roles if role != Role.SYSTEM)
        return f"这一步由{wanted or names['system']}来做,您是{names[actor.role]}"
    if actor.role in rule.get("own_department", ()) and set(departments) != {actor.department}:
        owners = "、".join(sorted(name or _NOBODYS for name in departments))
        return f"这条归{owners}管,您属于{actor.department or _NOBODYS}"
    if actor.role in rule.get("not_the_author", ()) and actor.name == author:
        return "自己写的不能自己审,请换一位审核员"
    return ""
