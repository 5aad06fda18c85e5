"""The city's places by name and by sound: districts, streets and towns, communities, roads."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from tickets.data_files import read
from tickets.sound import blur, likeness, plain

Level = Literal["district", "street", "community", "road"]
_STREET_ENDS = ("街道", "镇", "乡")


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the gazetteer: what is said, what is meant, at which level."""

    said: str
    meant: str
    level: Level
    short: bool = False
    """A name without its ending (城东 for 城东区): too little to be believed by sound alone."""


@dataclass(frozen=True, slots=True)
class Found:
    """A name heard in a text, from `start` to `end`."""

    name: Name
    start: int
    end: int
    likeness: float


class Gazetteer:
    """Finds names of a city in a text, exactly or by sound; `lanjiang_places.yaml` shows the data it takes."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.districts: tuple[str, ...] = tuple(data["districts"])
        self.street_district: dict[str, str] = {}
        self.homes: dict[str, list[tuple[str, str]]] = defaultdict(list)
        """Community → where it lies: pairs of district and street."""
        for district, streets in data["districts"].items():
            for street, communities in streets.items():
                self.street_district[street] = district
                for community in communities:
                    self.homes[community].append((district, street))
        self.roads: dict[str, tuple[str, ...]] = {road: tuple(where) for road, where in data["roads"].items()}
        self._by_sound: dict[tuple[str, ...], list[Name]] = defaultdict(list)
        self._almost: dict[tuple[str, ...], list[Name]] = defaultdict(list)
        for name in self._names(data.get("also", {})):
            self._index(name)
        self._sizes = sorted({len(key) for key in self._by_sound}, reverse=True)

    def names(self) -> tuple[str, ...]:
        """Return every full name, for correction by sound."""
        return (*self.districts, *self.street_district, *self.homes, *self.roads)

    def find(self, text: str) -> list[Found]:
        """Return the names in `text` in the order heard; where two overlap, the longer and surer."""
        sounds = blur(text)
        hits = [
            hit
            for size in self._sizes
            for start in range(len(text) - size + 1)
            for hit in self._at(text, sounds, start, size)
        ]
        hits.sort(key=lambda hit: (hit.end - hit.start + 3 * hit.likeness, hit.name.level != "road"), reverse=True)
        taken: list[Found] = []
        for hit in hits:
            if all(hit.end <= other.start or hit.start >= other.end for other in taken):
                taken.append(hit)
        return sorted(taken, key=lambda hit: hit.start)

    def locate(self, community: str, district: str = "", street: str = "") -> list[tuple[str, str]]:
        """Return the (district, street) pairs that `community` may lie in, narrowed by what is known."""
        return [(d, s) for d, s in self.homes.get(community, []) if district in ("", d) and street in ("", s)]

    def _names(self, also: Mapping[str, str]) -> Iterable[Name]:
        for district in self.districts:
            yield Name(district, district, "district")
            yield Name(district[:-1], district, "district", short=True)
        for street in self.street_district:
            yield Name(street, street, "street")
            bare = _bare(street)
            if street.endswith("街道") and bare not in self.roads and f"{bare}路" not in self.roads:
                yield Name(f"{bare}办事处", street, "street")
        for community in self.homes:
            yield Name(community, community, "community")
        for said, meant in also.items():
            yield Name(said, meant, "community", short=len(said) < 3)
        for road in self.roads:
            yield Name(road, road, "road")

    def _index(self, name: Name) -> None:
        key = blur(name.said)
        self._by_sound[key].append(name)
        if len(key) >= 4:
            for hole in range(len(key)):
                self._almost[(*key[:hole], "", *key[hole + 1 :])].append(name)

    def _at(self, text: str, sounds: tuple[str, ...], start: int, size: int) -> Iterable[Found]:
        end = start + size
        heard, key = text[start:end], sounds[start:end]
        for name in self._by_sound.get(key, ()):
            score = likeness(heard, name.said)
            if score >= (0.99 if name.short else 0.8) or (
                name.short and score > 0.9 and _stands_alone(text, start, end)
            ):
                yield Found(name, start, end, score)
        if size < 4 or key in self._by_sound or "," in key:
            return
        for hole in range(size):
            for name in self._almost.get((*key[:hole], "", *key[hole + 1 :]), ()):
                if _akin(key[hole], blur(name.said)[hole]):
                    yield Found(name, start, end, likeness(heard, name.said) * 0.95)


def _bare(street: str) -> str:
    for end in _STREET_ENDS:
        if street.endswith(end):
            return street[: -len(end)]
    return street


def _stands_alone(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return before in ("", ",", "在", "是", "住", "属") and after in (
        "",
        ",",
        "的",
        "那",
        "这",
        "曲",
        "去",
        "县",
        "线",
    )


def _akin(heard: str, meant: str) -> bool:
    """Whether one syllable may have been heard for the other: the same vowel, or the same consonant and close."""
    if not heard or not meant or not heard.isascii():
        return False
    tail = next((i for i, char in enumerate(meant) if char in "aeiouv"), 0)
    return heard.endswith(meant[tail:]) and len(heard) - len(meant) in (-1, 0, 1)


@cache
def lanjiang() -> Gazetteer:
    """Return the gazetteer of 澜江市."""
    return Gazetteer(read("lanjiang_places"))


def normal(text: str) -> str:
    """Return `text` as the finder reads it: no spaces inside, one comma for each gap."""
    return plain("".join(text.split()))
