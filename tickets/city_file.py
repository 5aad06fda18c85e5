"""A city's own file: its communities, buildings, grids and roads, as YAML or CSV; and the gazetteer made with it."""

import csv
import re
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from core.yaml_file import read_yaml
from tickets.divisions import City, Divisions, read_divisions
from tickets.errors import CityFileInvalid
from tickets.gazetteer import Gazetteer

_COLUMNS = ("name", "kind", "district", "street", "also")
_SEVERAL = re.compile(r"[、;;,,\s]+")


class CityFile(BaseModel):
    """What a city adds to the country's divisions. Every part may be missing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    districts: dict[str, dict[str, list[str] | None] | None] = {}
    """District → street → communities, buildings, landmarks; districts and streets not yet known are added."""
    roads: dict[str, list[str] | None] = {}
    """Road → the districts it runs through."""
    grids: dict[str, list[str]] = {}
    """Grid → the communities in it."""
    also: dict[str, str] = {}
    """What people say → the name that is meant, at any level."""
    renamed: dict[str, str] = {}
    """Name of a district or street in the statistics → the city's own."""


def read_city_file(file: Path) -> CityFile:
    """Return what `file` holds: YAML, or CSV (UTF-8) with the columns name, kind, district, street, also.

    `kind` is 道路 for a road, whose `district` may be several, and 网格 for a grid, whose `also` are the communities
    in it; anything else (小区, 建筑, empty) lies in its street. `also` is what people call it.

    Raises `CityFileInvalid`.
    """
    try:
        if file.suffix.lower() == ".csv":
            return _from_rows(csv.DictReader(StringIO(file.read_text(encoding="utf-8-sig"))))
        return CityFile.model_validate(read_yaml(file) or {})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "(顶层)"
        raise CityFileInvalid(file=file, what=f"{where}:{first['msg']}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError, csv.Error) as error:
        raise CityFileInvalid(file=file, what=error) from error


def _from_rows(rows: Iterable[dict[str, Any]]) -> CityFile:
    districts: dict[str, dict[str, list[str]]] = {}
    roads: dict[str, list[str]] = {}
    grids: dict[str, list[str]] = {}
    also: dict[str, str] = {}
    for number, row in enumerate(rows, 2):
        name, kind, district, street, others = ((row.get(column) or "").strip() for column in _COLUMNS)
        if not name:
            raise ValueError(f"第 {number} 行没有 name")
        several = [other for other in _SEVERAL.split(others) if other]
        if kind in ("道路", "road"):
            roads.setdefault(name, []).extend(part for part in _SEVERAL.split(district) if part)
        elif kind in ("网格", "grid"):
            grids[name] = several
            continue
        elif not district or not street:
            raise ValueError(f"第 {number} 行 {name}:需要 district 和 street")
        else:
            districts.setdefault(district, {}).setdefault(street, []).append(name)
        also |= dict.fromkeys(several, name)
    return CityFile.model_validate({"districts": districts, "roads": roads, "grids": grids, "also": also})


def city_gazetteer(name: str, file: Path | None = None, divisions: Divisions | None = None) -> Gazetteer:
    """Return the gazetteer of the real city `name`, with what its own `file` adds.

    Raises `CityUnknown`, `CityFileInvalid`, `ModelMissing`, `ModelDamaged`.
    """
    divisions = divisions or read_divisions()
    city = divisions.city(name)
    own = read_city_file(file) if file else CityFile()
    return Gazetteer(joined(city, own), city, divisions)


def joined(city: City, own: CityFile) -> dict[str, Any]:
    """Return `city` and its own file as one mapping for `Gazetteer`."""
    call = own.renamed
    districts: dict[str, dict[str, list[str]]] = {
        call.get(district, district): {call.get(street, street): [] for street in streets}
        for district, streets in city.districts.items()
    }
    for district, inside in own.districts.items():
        for street, communities in (inside or {}).items():
            known = districts.setdefault(district, {}).setdefault(street, [])
            known += [place for place in communities or [] if place not in known]
        districts.setdefault(district, {})
    roads = {road: where or [] for road, where in own.roads.items()}
    return {"districts": districts, "roads": roads, "grids": own.grids, "also": own.also}
