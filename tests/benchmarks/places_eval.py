"""How well places are found in what callers say in a real city, beside a plain search for the gazetteer's names.

    python -m tests.benchmarks.places_eval [--misses] [--json FILE]

Right: district, street, community and detail are all as expected, and what is unknown is left to be asked for.
Wrong: a value that was not meant. What is neither is asked for. Needs the divisions (`hotline models fetch`).
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from core.yaml_file import read_yaml
from tests.benchmarks.report import Report, parser, share, spread
from tickets.city_file import joined, read_city_file
from tickets.data_files import read
from tickets.divisions import City, Divisions, read_divisions
from tickets.gazetteer import Gazetteer, normal
from tickets.place import find_place
from tickets.place_detail import parse_detail
from tickets.ticket import Place
from tickets.written import written

DATA = Path(__file__).with_name("data")
CITY = "济宁市"
MANY = 20_000
"""Names of a large city with its villages."""

Answer = tuple[str, ...]
"""District, street, community, detail, other city."""
Finder = Callable[[str], Answer]


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the set."""

    text: str
    part: str
    sort: str
    misheard: bool
    expected: Answer


@dataclass(slots=True)
class Score:
    """How often a finder was right and wrong."""

    all: int = 0
    right: int = 0
    wrong: int = 0

    def add(self, found: Answer, expected: Answer) -> None:
        """Count one answer."""
        self.all += 1
        self.right += found == expected
        self.wrong += is_wrong(found, expected)

    def __str__(self) -> str:
        return f"right {share(self.right, self.all)}, wrong {share(self.wrong, self.all)}"


def is_wrong(found: Answer, expected: Answer) -> bool:
    """Whether some value was found that was not meant."""
    return any(one and one != other for one, other in zip(found, expected, strict=True))


def spoken(file: Path = DATA / "spoken_places.yaml") -> list[Said]:
    """Return the set."""
    return [
        Said(
            row["say"],
            row["part"],
            row["sort"],
            row.get("misheard", False),
            (*astuple(Place(**row["place"])), row.get("outside", "")),
        )
        for row in read_yaml(file)
    ]


def plain_search(gazetteer: Gazetteer, also: dict[str, str]) -> Finder:
    """Return the baseline: the longest name of each level that is in the text as written, and the house behind it."""

    def longest(text: str, names: Iterable[str]) -> list[str]:
        return sorted((name for name in names if name in text), key=len, reverse=True)

    def find(text: str) -> Answer:
        text = normal(text)
        said = [also[name] for name in longest(text, also)]
        levels = (gazetteer.districts, gazetteer.street_districts, gazetteer.homes)
        district, street, community = (
            next(iter(longest(text, level)), next((name for name in said if name in level), "")) for level in levels
        )
        roads = longest(text, gazetteer.roads) or [name for name in said if name in gazetteer.roads]
        if len(roads) > 1:
            first, second = sorted(roads[:2], key=text.find)
            community = f"{first}和{second}交叉口"
        elif roads and not community:
            community = roads[0]
        homes = gazetteer.locate(community, district, street)
        if len(homes) == 1:
            district, street = homes[0]
        elif roads and not district and len(gazetteer.roads[roads[0]]) == 1:
            district = gazetteer.roads[roads[0]][0]
        district = district or gazetteer.district_of(street)
        detail = str(parse_detail(text)[0]) if district or street or community else ""
        return district, street, community, detail, ""

    return find


def finder(gazetteer: Gazetteer) -> Finder:
    """Return the finder of the hotline."""

    def find(text: str) -> Answer:
        found = find_place(text, None, gazetteer)
        return (*astuple(found.place), found.outside)

    return find


def measure(report: Report, name: str, find: Finder, said: Sequence[Said], demanded: bool, misses: bool) -> None:
    """Add the rows of one finder."""
    for part in ("tune", "held"):
        scores: dict[str, Score] = {}
        for one in (one for one in said if one.part == part):
            found = find(one.text)
            for group in ("all", "misheard" if one.misheard else "as written", one.sort):
                scores.setdefault(group, Score()).add(found, one.expected)
            if misses and demanded and found != one.expected:
                report.add(
                    f"  {part}: {one.text}",
                    "/".join(found),
                    "/".join(one.expected),
                    not is_wrong(found, one.expected),
                )
        for group, score in scores.items():
            judged = demanded and group == "all"
            good = score.right >= 0.9 * score.all and score.wrong <= 0.02 * score.all if judged else None
            report.add(f"{name}, {part}, {group}", str(score), "right ≥ 90 %, wrong ≤ 2 %" if judged else "", good)
            report.facts[f"{name}/{part}/{group}"] = astuple(score)


def everyday() -> list[str]:
    """Return appeals that name no place of the city."""
    appeals = [one.text for one in written()]
    return appeals + [text for row in read("lanjiang_matters") for text in row["examples"]]


def false_places(find: Finder) -> tuple[int, list[float]]:
    """Return in how many everyday appeals a place is found that nobody named, and the seconds of each search."""
    wrong, seconds = 0, []
    for text in everyday():
        began = time.perf_counter()
        found = find(text)
        seconds.append(time.perf_counter() - began)
        # 火车站 is the one place that some of them name.
        wrong += (any(found[:3]) and "火车站" not in text) or bool(found[4])
    return wrong, seconds


def crowded(data: dict[str, Any], divisions: Divisions) -> dict[str, Any]:
    """Return `data` with `MANY` names more: the country's streets as villages, estates and roads of one district."""
    first = next(iter(data["districts"]))
    street = next(iter(data["districts"][first]))
    stems = {
        name.removesuffix("街道").rstrip("镇乡")
        for city in divisions.cities
        for streets in city.districts.values()
        for name in streets
        if len(name) < 7
    }
    for place, stem in enumerate(sorted(stem for stem in stems if len(stem) > 1)[:MANY]):
        if place % 4 == 3:
            data["roads"].setdefault(f"{stem}路", [first])
        else:
            data["districts"][first][street].append(stem + ("村", "小区", "花园")[place % 4])
    return data


def main() -> None:
    """Measure both finders, and the search among many names."""
    made = parser(__doc__)
    made.add_argument("--misses", action="store_true", help="show what was not found as expected")
    chosen = made.parse_args()
    report = Report("places_eval", f"Places as they are said in {CITY}")
    divisions, own, said = read_divisions(), read_city_file(DATA / "jining_places.yaml"), spoken()
    city: City = divisions.city(CITY)
    gazetteer = Gazetteer(joined(city, own), city, divisions)
    measure(report, "finder", finder(gazetteer), said, True, chosen.misses)
    measure(report, "plain search", plain_search(gazetteer, own.also), said, False, False)
    began = time.perf_counter()
    large = Gazetteer(crowded(joined(city, own), divisions), city, divisions)
    built = time.perf_counter() - began
    for name, one in ((f"{len(gazetteer.names())} names", gazetteer), (f"{len(large.names())} names", large)):
        wrong, seconds = false_places(finder(one))
        report.add(f"{name}: places in everyday appeals that nobody named", share(wrong, len(seconds)))
        times = []
        for row in said:
            began = time.perf_counter()
            find_place(row.text, None, one)
            times.append((time.perf_counter() - began) * 1000)
        report.add(f"{name}: a search in what callers say", spread(times, "ms"), "a few ms")
    report.add(f"{len(large.names())} names: the index is built in", f"{built:.1f} s")
    report.show(chosen.json)


if __name__ == "__main__":
    main()
