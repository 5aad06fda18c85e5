"""Writes a responsibility list as rows of sheets, so that reading them gives the same list."""

from collections.abc import Iterator

from tickets.data_files import read
from tickets.duties.duty import Duty, DutyList, Unit
from tickets.duties.reading import PATH_MARK

Rows = list[list[str]]


def sheets_of(duties: DutyList) -> dict[str, Rows]:
    """Return the sheets 职责清单 and 单位 (only where there are units): headings first, all cells text."""
    sheets = {"职责清单": [_headings("duties"), *(list(_cells(duty)) for duty in duties.duties)]}
    if duties.units:
        sheets["单位"] = [_headings("units"), *(_unit_cells(unit) for unit in duties.units)]
    return sheets


def _headings(kind: str) -> list[str]:
    return [names[0] for names in read("duty_columns")[kind].values()]


def _cells(duty: Duty) -> Iterator[str]:
    """Yield the cells in the order of `duty_columns.yaml`."""
    yield duty.id
    path = f" {PATH_MARK} ".join(duty.path)
    yield f"{path} {PATH_MARK}" if len(duty.path) == 1 else path  # so that 供水/供电 stays one level
    yield duty.name
    yield duty.unit
    yield "、".join(duty.assisting)
    yield duty.standard
    yield duty.limit.spoken if duty.limit else ""
    yield duty.territory
    yield duty.level
    yield "是" if duty.grid else "否"
    yield duty.handling
    yield "、".join(duty.words)
    yield "、".join(duty.examples)


def _unit_cells(unit: Unit) -> list[str]:
    dissolved = unit.dissolved.isoformat() if unit.dissolved else ""
    return [unit.name, "、".join(unit.also), "、".join(unit.governs), dissolved, unit.successor]
