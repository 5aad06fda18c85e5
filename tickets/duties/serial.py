"""A responsibility list as JSON and back: what the database keeps of a version."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from tickets.duties.duty import Duty, DutyList, Level, Territory, Unit
from tickets.life.span import parse_span
from tickets.life.steps import Handling


def to_json(duties: DutyList) -> str:
    """Return `duties` as one JSON text."""
    rows = [asdict(duty) | {"limit": str(duty.limit) if duty.limit else None} for duty in duties.duties]
    units = [
        asdict(unit) | {"dissolved": unit.dissolved.isoformat() if unit.dissolved else None} for unit in duties.units
    ]
    return json.dumps({"duties": rows, "units": units}, ensure_ascii=False)


def from_json(text: str) -> DutyList:
    """Return the list that `to_json` wrote."""
    data = json.loads(text)
    return DutyList([_duty(row) for row in data["duties"]], [_unit(row) for row in data["units"]])


def _duty(row: dict[str, Any]) -> Duty:
    return Duty(
        **row
        | {name: tuple(row[name]) for name in ("path", "assisting", "words", "examples")}
        | {
            "limit": parse_span(row["limit"]) if row["limit"] else None,
            "territory": Territory(row["territory"]),
            "level": Level(row["level"]),
            "handling": Handling(row["handling"]),
        }
    )


def _unit(row: dict[str, Any]) -> Unit:
    dissolved = date.fromisoformat(row["dissolved"]) if row["dissolved"] else None
    return Unit(**row | {"also": tuple(row["also"]), "governs": tuple(row["governs"]), "dissolved": dissolved})
