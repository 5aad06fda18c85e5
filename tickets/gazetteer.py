"""The city's places by name and by sound: districts, streets and towns, communities, roads."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from tickets.city_names import district_names, outside_names, region_names, street_names
from tickets.data_files import read
from tickets.divisions import City, Divisions
from tickets.name_index import Found, Name, NameIndex
from tickets.sound import plain

_BEFORE = frozenset(("", *",在是住属于叫就市省区县"))
"""What stands before a short name that stands alone."""
_LEADING = _BEFORE | frozenset("个下到去从我们你那这呃嗯啊镇乡村道")
"""What stands before a name that was misheard: 捞刀河街道 is not 高河街道."""
_AFTER = frozenset(("", *",的那这呢啊吧嘛呀曲去县线市区"))
"""And behind it; 成西去 is 城西区."""
_SAME_SOUND = 0.9
"""Likeness from which a name that fits its surroundings is meant rather than one that does not."""
_HOUSE = _AFTER | frozenset("0123456789零一二两三四五六七八九十第小门口对旁附里后前楼大东南西北")
"""And behind a community: its houses, or what is beside it."""
_FEW = 3
"""Characters of a name that many words sound like."""
_SHORT = 12
"""Characters of an answer that speaks of nothing but the place."""


class Gazetteer:
    """Finds names of a city in a text, exactly or by sound; `lanjiang_places.yaml` shows the data it takes.

    `city` and `divisions`: the real city that it is, and the country around it. With them province and city are
    understood, and other cities are found as such.
    """

    def __init__(self, data: Mapping[str, Any], city: City | None = None, divisions: Divisions | None = None) -> None:
        self.districts: tuple[str, ...] = tuple(data["districts"])
        self.street_districts: dict[str, tuple[str, ...]] = {}
        """Street → the districts that have one of this name."""
        self.homes: dict[str, list[tuple[str, str]]] = defaultdict(list)
        """Community → where it lies: pairs of district and street."""
        for district, streets in data["districts"].items():
            for street, communities in streets.items():
                self.street_districts[street] = (*self.street_districts.get(street, ()), district)
                for community in communities:
                    self.homes[community].append((district, street))
        self.grids: dict[str, tuple[str, ...]] = {
            grid: tuple(inside) for grid, inside in data.get("grids", {}).items()
        }
        """Grid (网格) → the communities in it."""
        for grid, inside in self.grids.items():
            homes = [home for community in inside for home in self.homes.get(community, ())]
            self.homes[grid] = list(dict.fromkeys(homes))
        self.roads: dict[str, tuple[str, ...]] = {road: tuple(where) for road, where in data.get("roads", {}).items()}
        outside = outside_names(divisions, city) if city and divisions else ()
        self._index = NameIndex((*self._names(data.get("also", {})), *region_names(city), *outside))

    def names(self) -> tuple[str, ...]:
        """Return every full name, for correction by sound."""
        return tuple(dict.fromkeys((*self.districts, *self.street_districts, *self.homes, *self.roads)))

    def find(self, text: str) -> list[Found]:
        """Return the names in `text` in the order heard; where two overlap, the longer and surer.

        A text that sounds like two names alike gives the one that fits what stands around it, or none.
        """
        hits = list(self._index.find(text))
        hits = [hit for hit in hits if (_heard_well if hit.name.trust == "full" else _stands_alone)(hit, text, hits)]
        hits.sort(
            key=lambda hit: (hit.weight, not hit.name.short, hit.name.level not in ("road", "outside")), reverse=True
        )
        spans: dict[tuple[int, int], list[Found]] = {}
        for hit in hits:
            span = (hit.start, hit.end)
            if span in spans:
                spans[span].append(hit)
            elif all(hit.end <= start or hit.start >= end for start, end in spans):
                spans[span] = [hit]
        taken: list[Found] = []
        for span in sorted(spans):
            taken += self._one_of(spans[span], taken, spans)
        return taken

    def locate(self, community: str, district: str = "", street: str = "") -> list[tuple[str, str]]:
        """Return the (district, street) pairs that `community` may lie in, narrowed by what is known."""
        return [(d, s) for d, s in self.homes.get(community, []) if district in ("", d) and street in ("", s)]

    def district_of(self, street: str, known: str = "") -> str:
        """Return the district of `street`: the `known` one where it has such a street, "" where several do."""
        there = self.street_districts.get(street, (known,))
        if known in there:
            return known
        return there[0] if len(there) == 1 else ""

    def _names(self, also: Mapping[str, str]) -> Iterator[Name]:
        for district in self.districts:
            yield from district_names(district)
        for street in self.street_districts:
            yield from street_names(street, self.street_districts, self.roads)
        for community in self.homes:
            yield Name(community, community, "community", "full" if len(community) > 2 else "short")
        for said, meant in also.items():
            level = self._level(meant)
            yield Name(said, meant, level, "short" if len(said) < 3 else "full")
        for road in self.roads:
            yield Name(road, road, "road", "full" if len(road) > 2 else "short")

    def _level(self, meant: str) -> Any:
        if meant in self.districts:
            return "district"
        if meant in self.street_districts:
            return "street"
        return "road" if meant in self.roads else "community"

    def _one_of(
        self, alike: list[Found], before: list[Found], spans: Mapping[tuple[int, int], list[Found]]
    ) -> list[Found]:
        last = before[-1] if before else None
        away = last.name.meant if last and last.name.level == "outside" and last.end == alike[0].start else ""
        if away and (inner := [hit for hit in alike if hit.name.meant.startswith(away)]):
            return inner[:1]
        around = {place for hits in spans.values() for hit in hits if hit not in alike for place in self._where(hit)}
        fitting = [hit for hit in alike if hit.likeness > _SAME_SOUND and around & set(self._where(hit))] or alike
        best = [hit for hit in fitting if hit.likeness == fitting[0].likeness]
        own = [hit for hit in best if hit.name.level != "outside"]
        if not own:
            # 吉林 is a province and a city in it; 鼓楼区 lies in four cities and tells nothing.
            large = min(best, key=lambda hit: len(hit.name.meant))
            return [large] if all(hit.name.meant.startswith(large.name.meant) for hit in best) else []
        named = [hit for hit in own if hit.name.said == hit.name.meant and hit.likeness == 1] or own
        return named[:1] if named is not own or len({hit.name.meant for hit in own}) == 1 else []

    def _where(self, hit: Found) -> Iterable[str]:
        """Return the districts that a name lies in."""
        meant = hit.name.meant
        match hit.name.level:
            case "district":
                return (meant,)
            case "street":
                return self.street_districts[meant]
            case "road":
                return self.roads[meant]
            case "community":
                return tuple(district for district, _ in self.homes.get(meant, ()))
        return ()


def _heard_well(hit: Found, text: str, hits: list[Found]) -> bool:
    """Whether a full name that was found by sound is meant where it stands: 经常是 is not 金昌市."""
    if hit.likeness == 1:
        return True
    before, after = _around(hit, text)
    behind = after in (_HOUSE if hit.name.level == "community" else _AFTER)
    ahead = before in _LEADING or any(
        other.end == hit.start
        and other.likeness == 1
        and (not other.name.short or other.name.level in ("district", "region"))
        for other in hits
    )
    title = text[hit.end - 1] == hit.name.said[-1]
    if hit.name.level == "outside":
        return title and ahead
    if hit.one_off:
        return ahead or hit.name.level == "road"
    if hit.end - hit.start > _FEW:
        return True
    return (ahead and behind) or (title and (ahead or behind or hit.name.level == "road"))


def _stands_alone(hit: Found, text: str, hits: list[Found]) -> bool:
    """Whether a short name, or one that counts as written only, is meant where it stands among the `hits`."""
    before, after = _around(hit, text)
    sure = [other for other in hits if not other.name.short]
    ahead = before in _BEFORE or any(other.end == hit.start for other in sure)
    behind = after in _AFTER or any(other.start == hit.end and other.name.level != "region" for other in sure)
    written = hit.likeness == 1
    by_sound = hit.likeness > _SAME_SOUND and ahead and behind and len(text) <= _SHORT
    match hit.name.level:
        case "community" | "road":
            return written or by_sound
        case "district":
            return (written and (ahead or behind)) or by_sound
        case "street":
            inside = any(other.end == hit.start and other.name.level == "district" for other in sure)
            said = before in ("在", "住") and text[hit.end : hit.end + 2] in ("那边", "这边", "这儿", "那儿", "")
            return hit.likeness > _SAME_SOUND and after in _AFTER and (inside or said)
        case "region":
            return written and (ahead or behind)
    return written and _in_a_chain(hit, ahead, behind, hits)


def _in_a_chain(hit: Found, ahead: bool, behind: bool, hits: list[Found]) -> bool:
    """Whether the short name of another city stands alone, or beside what it lies in or what lies in it: 江苏徐州."""
    away = [other for other in hits if other.name.level == "outside"]
    larger = any(other.end == hit.start and hit.name.meant.startswith(other.name.meant) for other in away)
    smaller = any(other.start == hit.end and other.name.meant.startswith(hit.name.meant) for other in away)
    return larger or (ahead and (behind or smaller))


def _around(hit: Found, text: str) -> tuple[str, str]:
    return text[hit.start - 1] if hit.start else "", text[hit.end : hit.end + 1]


@cache
def lanjiang() -> Gazetteer:
    """Return the gazetteer of 澜江市."""
    return Gazetteer(read("lanjiang_places"))


def normal(text: str) -> str:
    """Return `text` as the finder reads it: no spaces inside, one comma for each gap."""
    return plain("".join(text.split()))
