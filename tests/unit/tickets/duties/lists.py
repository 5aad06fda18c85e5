"""Responsibility lists for tests: sheets from cells, and lists of any content that a city could write."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from tickets.duties.default import lanjiang_duties
from tickets.duties.duty import Duty, DutyList, Level, Territory, Unit
from tickets.duties.sheet import Merged, Sheet
from tickets.duties.writing import sheets_of
from tickets.life.span import Span
from tickets.life.steps import Handling


def sheet(*rows: Sequence[object], merged: Sequence[Merged] = (), title: str = "职责清单") -> Sheet:
    """A sheet whose first row has number 1."""
    return Sheet(title, [(n, dict(enumerate(cells, 1))) for n, cells in enumerate(rows, 1)], merged)


def written(duties: DutyList) -> list[Sheet]:
    """The sheets that an export has."""
    return [sheet(*rows, title=title) for title, rows in sheets_of(duties).items()]


def large(matters: int = 2350) -> DutyList:
    """A list as long as 临沂's, no two matters alike."""
    known = lanjiang_duties().duties
    many = [
        replace(
            one,
            id=f"{one.id}-{turn}",
            name=f"{one.name}{turn}类",
            words=tuple(f"{word}{turn}" for word in one.words),
        )
        for turn in range(matters // len(known) + 1)
        for one in known
    ]
    return DutyList(many[:matters])


_word = st.text("供热水电路灯城管局市区AB09/(),>=- ", min_size=1, max_size=12).map(str.strip).filter(bool)
_name = _word.map(lambda word: word.replace(">", "》"))
_plain = st.text("供热水电路灯城管局市AB09=-", min_size=1, max_size=10)
_several = st.lists(_plain, max_size=3, unique=True).map(tuple)
_units = st.sampled_from(["市水务局", "市城市管理局", "市公安局", "=SUM(A1)"])

duty = st.builds(
    Duty,
    id=_word,
    path=st.lists(_name.filter(lambda name: not name.startswith("/")), max_size=3).map(tuple),
    name=_word,
    unit=_units | st.just(""),
    assisting=st.lists(st.sampled_from(["市民政局", "市财政局"]), max_size=2, unique=True).map(tuple),
    standard=_word | st.just(""),
    limit=st.none() | st.builds(Span, st.integers(1, 999), st.sampled_from(["min", "h", "d", "cd"])),
    territory=st.sampled_from(Territory),
    level=st.sampled_from(Level),
    grid=st.booleans(),
    handling=st.sampled_from(Handling),
    words=_several,
    examples=_several,
)
unit = st.builds(
    Unit,
    name=_plain.map(lambda name: f"市{name}局"),
    also=st.just(()),
    governs=_several,
    dissolved=st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    successor=_plain | st.just(""),
)
lists = st.builds(
    DutyList,
    st.lists(duty, min_size=1, max_size=8, unique_by=lambda one: one.id),
    st.lists(unit, max_size=4, unique_by=lambda one: one.name),
)
