"""Holes and overlaps of a responsibility list are found, each with its rows."""

from dataclasses import replace
from datetime import date

from tickets.duties.checks import check
from tickets.duties.default import lanjiang_duties
from tickets.duties.duty import Duty, DutyList, Level, Territory, Unit
from tickets.life.span import Span
from tickets.ticket import Place

TODAY = date(2026, 11, 23)
WATER = Duty("1", ("城建", "供水"), "停水", "市水务局", limit=Span(1, "d"), words=("停水",), row=2)
UNITS = (Unit("市水务局", row=2), Unit("市水利局", dissolved=TODAY, successor="市水务局", row=3))


def kinds(*duties: Duty, units: tuple[Unit, ...] = (), before: DutyList | None = None) -> list[str]:
    return [one.kind for one in check(DutyList(duties, units), TODAY, before)]


def test_the_shipped_list_has_no_hole() -> None:
    assert check(lanjiang_duties(), TODAY, lanjiang_duties()) == []
    assert kinds(WATER) == []


def test_a_leaf_needs_a_unit_and_a_limit_but_what_is_above_others_does_not() -> None:
    assert kinds(replace(WATER, unit="")) == ["no_unit"]
    assert kinds(replace(WATER, unit="", territory=Territory.PLACE)) == []
    assert kinds(replace(WATER, limit=None)) == ["no_limit"]
    above = Duty("0", ("城建",), "供水", row=3)
    assert kinds(WATER, above) == []


def test_the_same_matter_or_the_same_signs_twice() -> None:
    again = replace(WATER, id="2", unit="市水利局", row=9)
    (found,) = check(DutyList([WATER, again]), TODAY)
    assert str(found) == "第 2、9 行:“城建/供水/停水”写了 2 次(市水务局、市水利局),请只留一条"
    assert kinds(WATER, replace(WATER, id="2", name="水压")) == ["same_signs"]


def test_units_that_are_unknown_or_dissolved() -> None:
    assert kinds(WATER, units=UNITS) == []
    assert kinds(replace(WATER, unit="市水利局"), units=UNITS) == ["dissolved_unit"]
    assert kinds(replace(WATER, assisting=("市航道局",)), units=UNITS) == ["unknown_unit"]
    assert kinds(WATER, units=(*UNITS, Unit("市渔政站", successor="省渔政局"))) == ["unknown_successor"]
    tomorrow = replace(UNITS[1], dissolved=date(2026, 11, 24))
    assert kinds(replace(WATER, unit="市水利局"), units=(UNITS[0], tomorrow)) == []


def test_a_rule_by_place_needs_units_that_govern_places() -> None:
    by_place = replace(WATER, territory=Territory.BOTH)
    assert kinds(by_place, units=UNITS) == ["no_territory"]
    assert kinds(by_place, units=(*UNITS, Unit("东关街道办事处", governs=("东关街道",)))) == []


def test_two_districts_may_have_streets_of_one_name() -> None:
    units = [Unit(f"{where}解放路办事处", governs=(f"{where}解放路街道",)) for where in ("城东区", "城西区")]
    units += [Unit("城北区人民政府", governs=("城北区",))]
    duties = DutyList([], units)

    def governs(district: str, street: str) -> str:
        return duties.governor(Place(district, street), Level.STREET, TODAY)

    assert governs("城东区", "解放路街道") == "城东区解放路办事处"
    assert governs("城西区", "解放路街道") == "城西区解放路办事处"
    assert governs("城北区", "解放路街道") == "城北区人民政府", "none of the two"
    assert governs("", "解放路街道") == "", "which of them?"
    assert governs("城北区", "东关街道") == "东关街道办事处"


def test_two_who_govern_the_same_are_told_and_neither_is_chosen() -> None:
    one, other = (Unit(name, governs=("解放路街道",), row=row) for row, name in ((3, "甲办事处"), (4, "乙办事处")))
    (found,) = check(DutyList([], [one, other]), TODAY)
    assert (found.kind, found.rows) == ("same_territory", (3, 4))
    assert DutyList([], [one, other]).governor(Place("城东区", "解放路街道"), Level.STREET, TODAY) == "城东区人民政府"
    gone = replace(one, dissolved=TODAY, successor="乙办事处")
    duties = DutyList([], [gone, other])
    assert check(duties, TODAY) == []
    assert duties.governor(Place("城东区", "解放路街道"), Level.STREET, TODAY) == "乙办事处"


def test_a_limit_longer_than_that_of_the_matter_above() -> None:
    above = Duty("0", ("城建",), "供水", "市水务局", limit=Span(12, "h"), row=7)
    (found,) = check(DutyList([WATER, above]), TODAY)
    assert (found.kind, found.rows) == ("longer_limit", (7, 2))


def test_what_vanished_since_the_last_version() -> None:
    before = DutyList([WATER, replace(WATER, id="2", name="水质")])
    assert kinds(WATER, before=before) == ["vanished"]
    renamed = replace(WATER, id="2", name="自来水水质", words=("水质",))
    assert kinds(WATER, renamed, before=before) == []
