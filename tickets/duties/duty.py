"""A line of the responsibility list, the units it names, and the list itself."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from tickets.life.span import Span
from tickets.life.steps import Handling
from tickets.ticket import Matter, Place


class Territory(StrEnum):
    """Who comes first, the department or the place (属地规则)."""

    DEPARTMENT = "先属责后属地"
    """The unit of the list; the place only where the list names none."""
    PLACE = "属地"
    """Whoever governs the place."""
    BOTH = "双派"
    """The unit of the list leads, whoever governs the place assists."""
    FIRST = "首接负责"
    """Whoever of them signs first stays responsible."""


class Level(StrEnum):
    """Who governs a place: its county, or its street or town."""

    COUNTY = "区县"
    STREET = "街道"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the city. From `dissolved` on its tickets go to `successor` (empty: a human decides)."""

    name: str
    also: tuple[str, ...] = ()
    """Other names: short ones, former ones."""
    governs: tuple[str, ...] = ()
    """Districts or streets that are its territory; a street of a name that two districts have, with its district."""
    dissolved: date | None = None
    successor: str = ""
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Duty:
    """Who answers for a matter, and by when."""

    id: str
    path: tuple[str, ...]
    """The matters above it, from the first level down; may be empty."""
    name: str
    unit: str = ""
    """The lead unit (主办); empty where the place decides."""
    assisting: tuple[str, ...] = ()
    standard: str = ""
    """When it counts as dealt with (办结标准)."""
    limit: Span | None = None
    """None: the city's rules give it."""
    territory: Territory = Territory.DEPARTMENT
    level: Level = Level.STREET
    """Who governs the place, where the place decides."""
    grid: bool = False
    """Straight to the grid worker (一派到底)."""
    handling: Handling = Handling.BY_LAW
    words: tuple[str, ...] = ()
    """Sure signs of it in what is said."""
    examples: tuple[str, ...] = ()
    row: int = field(default=0, compare=False)
    """Where it stands in the file that it was read from."""

    @property
    def full_name(self) -> str:
        """The matter with all above it: 城乡建设/供热/供暖不热."""
        return "/".join((*self.path, self.name))

    @property
    def by_place(self) -> bool:
        """Whether the place has a part in deciding."""
        return self.territory is not Territory.DEPARTMENT or not self.unit

    def matter(self, usual: Span) -> Matter:
        """Return it as a ticket keeps it; `usual` is its limit where it has none of its own."""
        span = self.limit or usual
        hours = -(-int(span.length.total_seconds()) // 3600)
        unit = self.unit if self.unit and self.territory is not Territory.PLACE else f"事发地{self.level}"
        return Matter(self.id, "/".join(self.path) or self.name, self.name, unit, hours)


def made_id(path: Sequence[str], name: str) -> str:
    """Return the id of a matter that the city gave none: the same as long as it is called the same."""
    return "m" + hashlib.sha256("\n".join((*path, name)).encode()).hexdigest()[:11]


class DutyList:
    """Duties and units as they hold from a day on; pure."""

    def __init__(self, duties: Sequence[Duty], units: Sequence[Unit] = ()) -> None:
        self.duties = tuple(duties)
        self.units = tuple(units)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DutyList) and (self.duties, self.units) == (other.duties, other.units)

    __hash__ = None  # type: ignore[assignment]  # it is compared, never a key

    @cached_property
    def by_id(self) -> Mapping[str, Duty]:
        """The duties by their ids."""
        return {duty.id: duty for duty in self.duties}

    @cached_property
    def _named(self) -> Mapping[str, Unit]:
        others = {name: unit for unit in self.units for name in unit.also}
        return others | {unit.name: unit for unit in self.units}

    @cached_property
    def _governors(self) -> Mapping[str, tuple[Unit, ...]]:
        found: dict[str, tuple[Unit, ...]] = {}
        for unit in self.units:
            for place in unit.governs:
                found[place] = (*found.get(place, ()), unit)
        return found

    def unit(self, name: str) -> Unit | None:
        """Return the unit that is called so, by any of its names; None where the city lists none."""
        return self._named.get(name)

    @cached_property
    def _on_duty(self) -> frozenset[str]:
        return frozenset(name for duty in self.duties for name in (duty.unit, *duty.assisting) if name)

    def knows(self, name: str) -> bool:
        """Whether the city has a unit of this name: it lists it, or gives it a duty."""
        return name in self._named or name in self._on_duty

    def current(self, name: str, today: date) -> str:
        """Return what the unit `name` is called `today`: its successor's name where it was dissolved.

        "" where it was dissolved and nobody follows it; `name` itself where the city lists no such unit.
        """
        seen: set[str] = set()
        while (unit := self.unit(name)) is not None and unit.name not in seen:
            if unit.dissolved is None or unit.dissolved > today:
                return unit.name
            seen.add(unit.name)
            name = unit.successor
        return name if unit is None else ""

    def governor(self, place: Place, level: Level, today: date) -> str:
        """Return the unit that governs `place`; "" where the place says too little.

        A street that is not known, or that several units have without saying in which district, gives way to its
        county: that passes it on. A unit that the city does not list is called as such offices are called:
        东关街道办事处, 河东镇人民政府, 城东区人民政府.
        """
        if level is Level.STREET and place.street:
            names = {self.current(unit.name, today) for unit in self._of_street(place)}
            if len(names) == 1:
                return names.pop()
            if not names and not self._elsewhere(place.street):
                return _office(place.street)
        if listed := self._governors.get(place.district):
            return self.current(listed[0].name, today)
        return _office(place.district) if place.district else ""

    def _of_street(self, place: Place) -> Sequence[Unit]:
        """Return the units that have the street, those first that say in which district."""
        here = self._governors.get(place.district + place.street) or self._governors.get(place.street)
        return here or (() if place.district else self._elsewhere(place.street))

    def _elsewhere(self, street: str) -> Sequence[Unit]:
        """Return the units that have a street of that name in a district which they name."""
        ends = tuple(f"{kind}{street}" for kind in "区县市旗")
        return [unit for where, units in self._governors.items() if where.endswith(ends) for unit in units]


def _office(where: str) -> str:
    return where + ("办事处" if where.endswith("街道") else "人民政府")
