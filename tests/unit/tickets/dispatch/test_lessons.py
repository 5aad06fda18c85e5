"""What returns teach, from the steps that were taken."""

from tests.unit.tickets.life.walking import BOT, DISPATCHER, SYSTEM, Walk, dispatch, unit
from tickets.dispatch.lessons import Bounce, Lessons, bounces, pairs
from tickets.dispatch.suggestions import suggestions
from tickets.duties.duty import Duty, DutyList
from tickets.life import steps as s
from tickets.life.rules import load_city

RULES = load_city("jinchang")
RETURN = {"reason": "不归我们", "rule": "三定方案"}


def opened() -> Walk:
    return Walk(RULES).does(BOT, s.Take()).does(DISPATCHER, s.Check())


def sent_back(walk: Walk, name: str, named: str | None = None) -> Walk:
    walk.does(DISPATCHER, dispatch(name)).does(unit(name), s.Return(**RETURN, should_be=named))
    return walk.does(DISPATCHER, s.Grant())


def handled(walk: Walk, name: str) -> Walk:
    walk.does(DISPATCHER, dispatch(name)).does(unit(name), s.Sign())
    return walk.does(unit(name), s.Feedback(reply="已办", solved=True))


def test_a_return_counts_once_granted_with_whom_it_named_and_who_handled_it() -> None:
    walk = handled(sent_back(opened(), "甲局", "乙局"), "乙局")
    assert bounces("1", "m", walk.taken) == [Bounce("1", "m", "甲局", "乙局", "乙局")]
    waiting = opened().does(DISPATCHER, dispatch("甲局")).does(unit("甲局"), s.Return(**RETURN))
    assert bounces("1", "m", waiting.taken) == []
    refused = waiting.does(DISPATCHER, s.Refuse(reason="归你们"))
    assert bounces("1", "m", refused.taken) == []


def test_a_unit_that_only_assists_does_not_bounce_a_ticket() -> None:
    walk = opened().does(DISPATCHER, dispatch("甲局", "乙局")).does(unit("乙局"), s.Return(**RETURN))
    assert bounces("1", "m", walk.does(DISPATCHER, s.Grant()).taken) == []


def test_what_the_centre_sends_again_teaches_but_not_what_the_hotline_moves() -> None:
    again = s.Redispatch(lead="乙局", within="3d", reason="派错了")  # type: ignore[arg-type]
    walk = opened().does(DISPATCHER, dispatch("甲局")).does(DISPATCHER, again)
    assert bounces("1", "m", walk.taken) == [Bounce("1", "m", "甲局", "乙局")]
    moved = opened().does(DISPATCHER, dispatch("甲局")).does(SYSTEM, again)
    assert bounces("1", "m", moved.taken) == []


def test_lessons_need_some_returns_and_a_clear_handler() -> None:
    thrice = [Bounce(str(n), "m", "甲局", "乙局", "乙局") for n in range(3)]
    assert Lessons(thrice[:2], 3).of("m", "甲局") is None
    found = Lessons(thrice, 3).of("m", "甲局")
    assert found and (found.times, found.handled_by, found.handled) == (3, "乙局", 3)
    assert Lessons(thrice, 3).of("m", "乙局") is None
    mixed = [*thrice[:1], Bounce("8", "m", "甲局", "", "丙局"), Bounce("9", "m", "甲局", "", "甲局")]
    found = Lessons(mixed, 3).of("m", "甲局")
    assert found and found.handled_by == ""


def test_suggestions_name_the_change_and_the_tickets_and_change_nothing() -> None:
    duties = DutyList([Duty("m", ("城建",), "停水", "甲局"), Duty("n", (), "停电", "丁局")])
    thrice = [Bounce(str(n), "m", "甲局", "乙局", "乙局") for n in range(3)]
    (said,) = suggestions(Lessons(thrice, 3), duties)
    assert said == ("“城建/停水”被甲局退回或改派 3 次(工单 0、1、2),其中 3 次由乙局办理,建议把主办单位由甲局改为乙局")
    unclear = [Bounce(str(n), "n", "丁局", "") for n in range(3)]
    (said,) = suggestions(Lessons(unclear, 3), duties)
    assert "建议开联席会议" in said
    assert suggestions(Lessons([Bounce(str(n), "gone", "甲局", "") for n in range(3)], 3), duties) == []


def test_ping_pong_is_a_ticket_that_came_back_or_a_pair_that_bounces_often() -> None:
    back = sent_back(sent_back(opened(), "甲局", "乙局"), "乙局", "甲局").does(DISPATCHER, dispatch("甲局"))
    once = handled(sent_back(opened(), "丙局", "丁局"), "丁局")
    (pair,) = pairs([("1", back.taken), ("2", once.taken)], least=3)
    assert (pair.units, pair.times, pair.there_and_back, pair.tickets) == (("乙局", "甲局"), 2, 1, ("1",))
    often = pairs([(str(n), once.taken) for n in range(3)], least=3)
    assert [(one.units, one.times, one.there_and_back) for one in often] == [(("丁局", "丙局"), 3, 0)]
