"""A clock that jumps ends no entry, and one that runs ends what is over."""

from datetime import date, timedelta

from knowledge_base.ageing import GRACE_S, Ageing
from knowledge_base.entry import Entry
from tests.editors import entry

TODAY = date(2026, 6, 1)
HOUR = 3600.0
ENDED = entry("ended", valid_to=TODAY - timedelta(days=1))
HOLDS = entry("holds", valid_to=TODAY)
FOR_EVER = entry("for-ever")
ALL = (ENDED, HOLDS, FOR_EVER)


def looks(ageing: Ageing, entries: tuple[Entry, ...], today: date, begin_h: float, hours: float) -> set[str]:
    """Look once an hour and return all that was told to be over."""
    steps = range(int(hours) + 1)
    return {id for hour in steps for id in ageing.look(entries, today, (begin_h + hour) * HOUR)}


def test_what_is_over_is_ended_after_the_grace() -> None:
    ageing = Ageing()
    assert looks(ageing, ALL, TODAY, 0, GRACE_S / HOUR - 1) == set()
    assert ageing.look(ALL, TODAY, GRACE_S) == ("ended",)
    assert ageing.look(ALL, TODAY, GRACE_S) == ("ended",)


def test_a_clock_that_is_put_right_within_the_grace_ends_nothing() -> None:
    ageing = Ageing()
    assert looks(ageing, ALL, TODAY + timedelta(days=365), 0, GRACE_S / HOUR - 1) == set()
    assert looks(ageing, ALL, TODAY, GRACE_S / HOUR, 1) == {"ended"}
    # And a second time: what was seen with the wrong clock does not count.
    assert looks(ageing, ALL, TODAY + timedelta(days=365), GRACE_S / HOUR + 2, 5) == {"ended"}


def test_a_clock_that_goes_back_ends_nothing() -> None:
    ageing = Ageing()
    assert looks(ageing, ALL, date(1970, 1, 1), 0, 3 * GRACE_S / HOUR) == set()


def test_an_end_that_was_moved_is_counted_anew() -> None:
    ageing = Ageing(grace_s=HOUR)
    ageing.look([ENDED], TODAY, 0)
    assert ageing.look([entry("ended", valid_to=TODAY - timedelta(days=3))], TODAY, 2 * HOUR) == ()
    assert ageing.look([FOR_EVER], TODAY, 2 * HOUR) == ()


def test_a_process_that_begins_anew_counts_anew() -> None:
    assert Ageing().look(ALL, TODAY, 10 * GRACE_S) == ()
