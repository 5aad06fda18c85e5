"""The measures, each on tickets of which one can count by hand."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.tickets.life.walking import BOT, DISPATCHER, WATER, Walk, handled
from tickets.life import steps as s
from tickets.life.rules import load_city
from tickets.measures import MEASURES, Counted, Share, average_handling

RULES = load_city("jinchang")
DONE = s.Feedback(reply="修好了。", solved=True)


def closed(call_back: s.CallBack, hours: float = 5) -> Walk:
    walk = handled(RULES).wait(hours=hours).does(WATER, DONE).does(DISPATCHER, s.Verify())
    return walk.does(BOT, call_back)


def answer(**said: object) -> s.CallBack:
    return s.CallBack(reached=True, **said)  # type: ignore[arg-type]


def counted(walk: Walk) -> Counted:
    return Counted(walk.case, walk.all_limits())


HAPPY = answer(contacted=True, solved=True, satisfaction=s.Satisfaction.FAIR)
REDONE = closed(answer(contacted=False, solved=False, satisfaction=s.Satisfaction.NOT)).does(WATER, DONE)
RETURNED = handled(RULES).does(WATER, s.Return(reason="不归", rule="3")).does(DISPATCHER, s.Grant())
TICKETS = [
    closed(HAPPY),
    closed(s.CallBack(reached=False), hours=24 * 9),
    REDONE,
    RETURNED,
    Walk(RULES).does(BOT, s.Take()).does(BOT, s.Settle(reply="三块二")),
]


def test_each_share_is_what_one_counts_by_hand() -> None:
    shares = {measure.id: measure.of([counted(walk) for walk in TICKETS]) for measure in MEASURES}
    assert shares == {
        "response": Share(1, 2),
        "solved": Share(1, 2),
        "satisfaction": Share(1, 2),
        "closed": Share(2, 4),
        "in_time": Share(1, 2),
        "at_once": Share(2, 2),
        "redone": Share(1, 4),
        "returned": Share(1, 4),
    }


def test_the_handling_time_is_the_mean_of_what_units_closed() -> None:
    found = average_handling([counted(walk) for walk in TICKETS])
    assert found == timedelta(minutes=20) + (timedelta(hours=5) + timedelta(days=9)) / 2
    assert average_handling([]) is None


def test_without_tickets_there_is_no_share() -> None:
    assert {measure.of([]).value for measure in MEASURES} == {None}


SEEN = st.lists(st.sampled_from([counted(walk) for walk in TICKETS]), max_size=8)


@given(SEEN, SEEN)
def test_shares_of_two_districts_add_up(one: list[Counted], other: list[Counted]) -> None:
    for measure in MEASURES:
        parts = [measure.of(district) for district in (one, other)]
        whole = measure.of(one + other)
        assert (whole.part, whole.of) == (sum(p.part for p in parts), sum(p.of for p in parts))
        assert whole.value is None or 0 <= whole.value <= 1


def test_every_measure_says_what_it_is() -> None:
    assert all("÷" in measure.formula and measure.source for measure in MEASURES)
