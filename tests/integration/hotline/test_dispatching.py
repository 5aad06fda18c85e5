"""What waits is dispatched while the hotline runs, where it needs no human."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.clock import FixedClock
from core.database import Database
from hotline.dispatching import Dispatching, DispatchThread
from hotline.records import open_records
from hotline.settings import HotlineSettings, RecordsSettings
from tickets.duties.default import lanjiang_duties
from tickets.duties.duty import DutyList, Unit
from tickets.duties.store import DutyStore
from tickets.settings import TicketSettings
from tickets.store import TicketStore
from tickets.ticket import State, Ticket
from tickets.understanding import Understanding

NOW = datetime(2026, 11, 23, 9, 0).astimezone()
CLEAR = "城东区东关街道东关新村路灯坏了好几天没人修,整条街的路灯都不亮"
UNCLEAR = "我想说一个事情,你们看着办吧"


def settings(folder: Path, **tickets: object) -> HotlineSettings:
    chosen = TicketSettings.model_validate({"dispatch_alone_from": 0.7, **tickets})
    return HotlineSettings(records=RecordsSettings(folder=folder), tickets=chosen)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = open_records(RecordsSettings(folder=tmp_path))
    yield made
    made.close()


def saved(database: Database, what: str) -> Ticket:
    return TicketStore(database).save_now(Understanding().make_ticket(what, NOW), NOW)


def state(database: Database, ticket: Ticket) -> State:
    found = TicketStore(database).find_now(ticket.number)
    assert found
    return found.state


def test_what_is_sure_goes_to_its_unit_and_what_is_not_waits(database: Database, tmp_path: Path) -> None:
    clear, unclear = saved(database, CLEAR), saved(database, UNCLEAR)
    thread = DispatchThread(settings(tmp_path), FixedClock(NOW))
    thread.look()
    thread.close()
    assert (state(database, clear), state(database, unclear)) == (State.SENT, State.OPEN)


def test_what_was_not_sure_is_thought_of_again_when_it_is_another(database: Database, tmp_path: Path) -> None:
    unclear, dispatching = saved(database, UNCLEAR), Dispatching(settings(tmp_path), database)
    assert [dispatching.look(NOW).sent for _ in range(2)] == [0, 0]
    told = replace(Understanding().make_ticket(CLEAR, NOW), number=unclear.number, created=unclear.created)
    TicketStore(database).save_now(told, NOW)
    assert dispatching.look(NOW).sent == 1


def test_a_unit_that_is_dissolved_passes_on_what_it_has_not_signed(database: Database, tmp_path: Path) -> None:
    ticket = saved(database, CLEAR)
    dispatching = Dispatching(settings(tmp_path), database)
    assert dispatching.look(NOW).sent == 1
    gone = Unit("市城市管理局", dissolved=NOW.date(), successor="市综合执法局")
    duties = DutyList(lanjiang_duties().duties, (gone, Unit("市综合执法局")))
    DutyStore(database).add(duties, NOW.date(), "王编", "清单.xlsx", NOW)
    assert dispatching.look(NOW + timedelta(minutes=1)).moved == 1
    (found,) = TicketStore(database).list_now(State.SENT)
    assert found.number == ticket.number


def test_a_city_without_its_own_list_dispatches_nothing_alone(database: Database, tmp_path: Path) -> None:
    ticket = saved(database, CLEAR)
    assert Dispatching(settings(tmp_path, city="济宁市"), database).look(NOW).sent == 0
    assert state(database, ticket) is State.OPEN
