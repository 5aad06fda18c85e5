"""What citizens say to a call that they did not make, from `phrases.yaml`: 别再打了, 打错了, 你是谁, 改天."""

import re
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from core.yaml_file import read_yaml
from dialog.commands import squeeze

Sign = Literal[
    "stop_calling",
    "wrong_person",
    "family",
    "absent",
    "who",
    "later",
    "no_need",
    "could_not_reach",
    "new_matter",
    "nothing_more",
    "refuse",
]


def shows(text: str, sign: Sign) -> bool:
    """Whether `text` says what `sign` names."""
    said = squeeze(text)
    inside, unless, longest = _rules()[sign]
    if not said or len(said) > longest or (unless and unless.search(said)):
        return False
    return bool(inside.search(said))


def rest_after_new_matter(text: str) -> str:
    """Return what `text` brings up beside the answer: the clause that begins something new, and all after it."""
    inside, _, _ = _rules()["new_matter"]
    clauses = [clause for clause in re.split(r"[,，。!?;!?]+", text) if clause.strip()]
    for index, clause in enumerate(clauses):
        if inside.search(squeeze(clause)) and index:
            rest = ",".join(clauses[index:])
            return rest if len(squeeze(rest)) >= _LEAST_MATTER else ""
    return ""


_LEAST_MATTER = 6
"""Characters from which on what is brought up names something."""


@cache
def _rules() -> dict[str, tuple[re.Pattern[str], re.Pattern[str] | None, int]]:
    raw: dict[str, dict[str, Any]] = read_yaml(files("dialog.outbound") / "phrases.yaml")
    return {name: (_any(spec["inside"]), _any(spec.get("unless")), spec["longest"]) for name, spec in raw.items()}


def _any(patterns: list[str] | None) -> Any:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns)) if patterns else None
