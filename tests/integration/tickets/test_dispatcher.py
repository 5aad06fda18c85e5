"""Tickets that wait are dispatched where the list is sure; those at dissolved units find their successor."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from core.database import Database
from tests.unit.tickets.life.walking import DISPATCHER, SYSTEM, unit
from tickets.dispatch.dispatcher import Dispatcher
from tickets.dispatch.proposal import By
from tickets.duties.default import lanjiang_duties
from tickets.duties.duty import DutyList, Unit
from tickets.errors import ProposalOpen, StepRefused, TicketUnknown
from tickets.life import steps as s
from tickets.life.machine import Order
from tickets.life.roles import Role
from tickets.life.rules import load_city
from tickets.life.span import Span
from tickets.life.store import LifeStore
from tickets.matters import ResponsibilityList
from tickets.settings import TicketSettings
from tickets.store import TicketStore
from tickets.ticket import State, Ticket
from tickets.understanding import Understanding

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=timezone(timedelta(hours=8)))
TODAY = NOW.date()
CLEAR = "城东区东关街道东关新村路灯坏了好几天没人修,整条街的路灯都不亮"
UNCLEAR = "我想说一个事情,你们看着办吧"
RULES = load_city("jinchang")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'tickets.db'}")
    yield made
    made.close()


def dispatcher(database: Database, units: tuple[Unit, ...] = (), **settings: float) -> Dispatcher:
    duties = DutyList(lanjiang_duties().duties, units)
    matters = ResponsibilityList.of(duties, Span(3, "d"))
    chosen = TicketSettings.model_validate(settings)
    return Dispatcher(database, LifeStore(database, RULES), RULES, chosen, duties, matters.match, None, NOW)


def saved(database: Database, what: str, at: datetime = NOW) -> Ticket:
    return TicketStore(database).save_now(Understanding().make_ticket(what, at), at)


def test_a_clear_ticket_is_checked_and_dispatched_by_the_hotline_and_an_unclear_one_waits(database: Database) -> None:
    clear, unclear = saved(database, CLEAR), saved(database, UNCLEAR)
    desk = dispatcher(database, dispatch_alone_from=0.7)
    first, second = desk.waiting(NOW)
    assert (first.ticket.number, first.proposal.alone, first.proposal.lead) == (clear.number, True, "市城市管理局")
    assert (second.ticket.number, second.proposal.alone, second.proposal.by) == (unclear.number, False, By.HUMAN)
    assert desk.send(first, NOW).state is State.SENT
    steps = LifeStore(database, RULES).steps(clear.number, NOW)
    assert [(one.step.id, one.by.role) for one in steps[1:]] == [("check", Role.SYSTEM), ("dispatch", Role.SYSTEM)]
    sent = steps[-1].step
    assert isinstance(sent, s.Dispatch) and "路灯" in sent.reason and sent.within == Span(2, "d")
    (left,) = desk.waiting(NOW)
    assert left.ticket.number == unclear.number
    assert desk.waiting(NOW, {unclear.number: left.ticket}) == []
    with pytest.raises(ProposalOpen):
        desk.send(second, NOW)
    with pytest.raises(TicketUnknown):
        desk.of("9999999999", NOW)


def test_of_two_who_dispatch_the_same_ticket_one_wins(database: Database) -> None:
    number = saved(database, CLEAR).number
    one, other = dispatcher(database), dispatcher(database)
    seen, also_seen = one.of(number, NOW), other.of(number, NOW)
    one.send(seen, NOW, DISPATCHER)
    with pytest.raises(StepRefused, match="别人已经处理过"):
        other.send(also_seen, NOW, DISPATCHER)
    assert len(LifeStore(database, RULES).steps(number, NOW)) == 3


def test_an_unsigned_ticket_of_a_dissolved_unit_goes_to_its_successor_with_the_reason(database: Database) -> None:
    numbers = [saved(database, CLEAR).number for _ in range(2)]
    desk = dispatcher(database)
    for number in numbers:
        desk.send(desk.of(number, NOW), NOW, DISPATCHER)
    lives = LifeStore(database, RULES)
    lives.take(numbers[1], Order(s.Sign(), unit("市城市管理局"), NOW))
    gone = Unit("市城市管理局", dissolved=TODAY, successor="市综合执法局")
    assert dispatcher(database, (replace(gone, dissolved=date(2026, 11, 24)),)).stranded(NOW) == []
    desk = dispatcher(database, (gone, Unit("市综合执法局")))
    (left,) = desk.stranded(NOW)
    assert (left.ticket.number, left.unit) == (numbers[0], "市城市管理局")
    assert left.reason == "市城市管理局已于 2026-11-23 撤销,工单还没有签收,改派给承接单位市综合执法局"
    case = desk.move(left, NOW)
    assert case and case.lead and (case.state, case.lead.unit) == (State.SENT, "市综合执法局")
    assert desk.stranded(NOW) == []
    with pytest.raises(StepRefused):
        desk.move(left, NOW)  # seen before it was moved


def test_without_a_successor_a_human_decides(database: Database) -> None:
    desk = dispatcher(database)
    number = saved(database, CLEAR).number
    desk.send(desk.of(number, NOW), NOW, DISPATCHER)
    desk = dispatcher(database, (Unit("市城市管理局", dissolved=TODAY),))
    (left,) = desk.stranded(NOW)
    assert left.step is None and "请派单员改派" in left.reason
    assert desk.move(left, NOW) is None


def test_returns_in_the_log_teach_the_next_proposal(database: Database) -> None:
    lives = LifeStore(database, RULES)
    for _ in range(3):
        number = saved(database, CLEAR).number
        desk = dispatcher(database)
        desk.send(desk.of(number, NOW), NOW, DISPATCHER)
        back = s.Return(reason="由供电公司管", rule="三定方案", should_be="市路灯所")
        lives.take(number, Order(back, unit("市城市管理局"), NOW))
        lives.take(number, Order(s.Grant(), DISPATCHER, NOW))
        to = s.Dispatch(lead="市路灯所", within=Span(2, "d"), reason="退单审核")
        lives.take(number, Order(to, DISPATCHER, NOW))
        lives.take(number, Order(s.Sign(), unit("市路灯所"), NOW))
        lives.take(number, Order(s.Feedback(reply="已修好", solved=True), unit("市路灯所"), NOW))
    new = saved(database, CLEAR).number
    found = dispatcher(database).of(new, NOW).proposal
    assert (found.by, found.lead, found.alone) == (By.RETURNS, "市路灯所", False)
    assert dispatcher(database, bounces_that_teach=4).of(new, NOW).proposal.by is By.LIST


def test_a_returned_ticket_is_not_sent_to_the_same_unit_again(database: Database) -> None:
    desk, lives = dispatcher(database, dispatch_alone_from=0.0), LifeStore(database, RULES)
    number = saved(database, CLEAR).number
    desk.send(desk.of(number, NOW), NOW)
    back = s.Return(reason="不归我们", rule="三定方案", should_be="市路灯所")
    lives.take(number, Order(back, unit("市城市管理局"), NOW))
    lives.take(number, Order(s.Grant(), DISPATCHER, NOW))
    (waiting,) = desk.waiting(NOW)
    assert (waiting.proposal.lead, waiting.proposal.alone) == ("市路灯所", False)
    lives.take(number, Order(s.Note(words="系统照旧可以备注"), SYSTEM, NOW))
