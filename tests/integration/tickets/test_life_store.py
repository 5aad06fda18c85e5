"""Steps that are kept: whole, in order, and by one of two who act at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta

import pytest

from core.database import Database
from core.errors import RecordsError
from tests.integration.tickets.test_store import NOW, TICKET
from tests.unit.tickets.life.walking import DISPATCHER, SYSTEM, WATER, dispatch
from tickets.corrections import Corrections
from tickets.errors import StepRefused, TicketUnknown
from tickets.life import steps as s
from tickets.life.case import fold
from tickets.life.machine import Order
from tickets.life.rules import load_city
from tickets.life.store import LifeStore
from tickets.store import TicketStore
from tickets.ticket import State
from tickets.understanding import Understanding

RULES = load_city("jinchang")
LATER = NOW + timedelta(minutes=5)


def test_a_ticket_that_a_call_left_is_worked_on_from_its_intake(database: Database) -> None:
    tickets, lives = TicketStore(database), LifeStore(database, RULES)
    number = tickets.save_now(TICKET, NOW).number
    (taken,) = lives.steps(number, LATER)
    assert (taken.step.id, taken.at, taken.to) == ("take", NOW, State.OPEN)
    case = lives.take(number, Order(s.Check(), DISPATCHER, LATER, seen=1))
    assert (case.state, case.steps) == (State.READY, 2)
    lives.take(number, Order(dispatch(), DISPATCHER, LATER))
    kept = lives.steps(number, LATER.astimezone(UTC))
    assert [one.step.id for one in kept] == ["take", "check", "dispatch"]
    found = tickets.find_now(number)
    assert found and found.state is State.SENT and found.what == TICKET.what
    assert [each.number for each in tickets.list_now(state=State.SENT)] == [number]


def test_of_two_who_act_at_once_one_wins(database: Database) -> None:
    lives = LifeStore(database, RULES)
    number = TicketStore(database).save_now(TICKET, NOW).number
    if database.url.database in (None, ""):
        pytest.skip("what is in memory has one user")
    other = Database(database.url.render_as_string(hide_password=False), database.keys)  # as another process
    stores = [lives, LifeStore(other, RULES)]
    for store in stores:
        store.steps(number, LATER)

    def check(store: LifeStore) -> str:
        try:
            store.take(number, Order(s.Check(), DISPATCHER, LATER, seen=1))
        except StepRefused as refused:
            return str(refused)
        return "won"

    with ThreadPoolExecutor(2) as threads:
        outcomes = sorted(threads.map(check, stores))
    other.close()
    assert outcomes[0] == "won" and "别人已经处理过" in outcomes[1]
    assert len(lives.steps(number, LATER)) == 2


def test_what_is_refused_leaves_nothing(database: Database) -> None:
    lives = LifeStore(database, RULES)
    number = TicketStore(database).save_now(TICKET, NOW).number
    with pytest.raises(StepRefused):
        lives.take(number, Order(s.Sign(), WATER, LATER))
    assert [one.step.id for one in lives.steps(number, LATER)] == ["take"]
    with pytest.raises(TicketUnknown):
        lives.take("0000000000", Order(s.Check(), DISPATCHER, LATER))


def test_a_database_that_fails_in_the_middle_keeps_neither_half(database: Database) -> None:
    lives = LifeStore(database, RULES)
    number = TicketStore(database).save_now(TICKET, NOW).number
    database.run(lambda c: c.exec_driver_sql("ALTER TABLE worklist RENAME TO gone"))
    with pytest.raises(RecordsError):
        lives.take(number, Order(s.Check(), DISPATCHER, LATER))
    database.run(lambda c: c.exec_driver_sql("ALTER TABLE gone RENAME TO worklist"))
    assert len(lives.steps(number, LATER)) == 1
    lives.take(number, Order(s.Check(), SYSTEM, LATER))


def test_urging_and_correcting_at_once_lose_nothing(database: Database) -> None:
    if database.url.database in (None, ""):
        pytest.skip("what is in memory has one user")
    number = TicketStore(database).save_now(TICKET, NOW).number
    other = Database(database.url.render_as_string(hide_password=False), database.keys)  # as another process
    stores, times = [TicketStore(one) for one in (database, other)], 8
    corrections = Corrections(other, stores[1], Understanding())

    def urge(store: TicketStore) -> None:
        for _ in range(times):
            store.urge_now(number, LATER)

    def correct() -> None:
        for at in range(times):
            corrections.correct(number, "title", f"标题{at}", "李派单", LATER)

    with ThreadPoolExecutor(3) as threads:
        for done in [*(threads.submit(urge, store) for store in stores), threads.submit(correct)]:
            done.result()
    other.close()
    found = stores[0].find_now(number)
    assert found and (found.urged, found.title) == (2 * times, f"标题{times - 1}")
    assert fold(LifeStore(database, RULES).steps(number, LATER)).urged == 2 * times
