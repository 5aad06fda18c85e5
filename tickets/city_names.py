"""How districts, streets, the city itself and other cities are called when they are spoken of."""

import re
from collections.abc import Collection, Iterator

from tickets.divisions import City, Divisions, bare
from tickets.name_index import Name

_STREET_ENDS = ("街道", "镇", "乡")
_ZONE = re.compile(r"(.*?)(高新|经济)?(?:技术)?(?:产业)?(?:开发区|新区|高新区)$")
_OFFICES = ("办事处", "街道办", "街办")


def district_names(district: str) -> Iterator[Name]:
    """Yield what the district `district` is called: 城东区 and 城东, 高新区 for 济宁高新技术产业开发区."""
    yield Name(district, district, "district")
    zone = _ZONE.match(district)
    if zone and not district.endswith("新区"):
        calls = ("高新区", f"{zone[1]}高新区") if zone[2] == "高新" else ("开发区", "经开区", "经济开发区")
        yield from (Name(said, district, "district") for said in calls if len(said) > 2 and said != district)
    elif district.endswith("高新区") and district != "高新区":
        yield Name("高新区", district, "district")
    else:
        short = bare(district)
        if 2 <= len(short) < len(district):
            yield Name(short, district, "district", "short")


def street_names(street: str, streets: Collection[str], roads: Collection[str]) -> Iterator[Name]:
    """Yield what the street or town `street` is called: 和平街道, 和平办事处, and 喻屯 for 喻屯镇.

    `streets` and `roads` are the city's others, which such a name must not be taken for.
    """
    yield Name(street, street, "street")
    end = next((end for end in _STREET_ENDS if street.endswith(end)), "")
    stem = street.removesuffix(end)
    if end == "街道" and stem not in roads and f"{stem}路" not in roads:
        yield from (Name(f"{stem}{office}", street, "street") for office in _OFFICES)
    if end == "街道" and len(stem) >= 2 and f"{stem}镇" not in streets:
        yield Name(f"{stem}镇", street, "street", "written")  # many streets were towns, and are still called so
    if end and len(stem) >= 2 and stem not in roads:
        yield Name(stem, street, "street", "short")


def region_names(city: City | None) -> Iterator[Name]:
    """Yield the names of province and city, which say nothing new to their own hotline."""
    if not city:
        return
    province, name = city.province, city.name
    for said in (city.full, bare(province) + name, bare(province) + bare(name), name, province):
        yield Name(said, city.full, "region")
    for said in (bare(province), bare(name)):
        yield Name(said, city.full, "region", "short")


def outside_names(divisions: Divisions, own: City) -> Iterator[Name]:
    """Yield the names of all other provinces and cities, and of their districts as they are written.

    What is meant is the full name: 江苏省徐州市铜山区.
    """
    for province in divisions.provinces:
        if province != own.province:
            yield from _outside(province, province)
    for city in divisions.cities:
        if city == own:
            continue
        if city.name != city.province:
            yield from _outside(city.name, city.full)
            yield Name(bare(city.province) + bare(city.name), city.full, "outside")
        for district in city.districts:
            if len(district) > 2 and district != city.name:
                yield Name(district, city.full + district, "outside", "written")
            if district.endswith("市") and district != city.name and len(bare(district)) > 1:
                yield Name(bare(district), city.full + district, "outside", "short")


def _outside(name: str, meant: str) -> Iterator[Name]:
    yield Name(name, meant, "outside")
    if 2 <= len(bare(name)) < len(name):
        yield Name(bare(name), meant, "outside", "short")
