"""Hot topics: what many letters are about, in the same place, over time."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.tickets.learning.invented import letters
from tickets.learning.hot import Said, hot_topics

STATION = [
    ("青禾花园旁边的沙石场半夜噪音扰民", date(2026, 3, 2), 0),
    ("投诉青禾花园沙石场灰尘大", date(2026, 3, 4), 1),
    ("青禾花园小区附近沙石场什么时候搬走", date(2026, 3, 12), 0),
    ("青禾花园沙石场噪音灰尘严重", date(2026, 3, 18), 0),
]
FARES = [("澜江大桥过桥费为什么还在收", date(2026, 1, 5), 900), ("澜江大桥过桥费何时取消", date(2026, 1, 6), 500)]


def said() -> list[Said]:
    """The two topics, among letters about other things."""
    others = [Said(letter.text, date(2026, 2, 1)) for letter in letters()]
    return [*others[:9], *(Said(*one) for one in STATION), *others[9:], *(Said(*one) for one in FARES)]


def test_letters_about_one_thing_in_one_place_are_one_topic() -> None:
    topics = hot_topics(said(), least=3)
    station = next(topic for topic in topics if "青禾花园" in topic.where)
    assert station.letters == (9, 10, 11, 12)
    assert "沙石场" in "".join(station.what)
    assert (station.first, station.last, station.weeks) == (date(2026, 3, 2), date(2026, 3, 18), (2, 1, 1))


def test_a_topic_that_many_support_is_hotter_than_one_that_many_write_of() -> None:
    hottest, *rest = hot_topics(said(), least=2)
    assert "过桥费" in "".join(hottest.what) and len(hottest.letters) == 2
    assert any("青禾花园" in topic.where for topic in rest)
    quiet = [Said(one.subject, one.day) for one in said()]
    heat = {topic.letters: topic.heat for topic in hot_topics(quiet, least=2)}
    assert heat[9, 10, 11, 12] == 4.0 and heat[hottest.letters] == 2.0


def test_as_many_topics_as_asked_for_and_none_of_too_few_letters() -> None:
    assert len(hot_topics(said(), least=2, most=1)) == 1
    assert all(len(topic.letters) >= 4 for topic in hot_topics(said(), least=4))
    assert hot_topics([]) == () and hot_topics(said()[:1], least=2) == ()


_SAID = st.builds(
    Said,
    st.text("青禾花园路灯不亮a1 ,", max_size=8),
    st.dates(date(2025, 1, 1), date(2026, 1, 1)),
    st.integers(0, 99),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(_SAID, max_size=12))
def test_no_letter_stands_in_two_topics_and_weeks_add_up(some: list[Said]) -> None:
    topics = hot_topics(some, least=1, most=100)
    assert sorted(at for topic in topics for at in topic.letters) == list(range(len(some)))
    assert all(sum(topic.weeks) == len(topic.letters) for topic in topics)
