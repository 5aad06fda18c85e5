"""What everybody may read: agreed to, read by a dispatcher, and without persons."""

from dataclasses import replace

import pytest

from core.database import Database
from hotline.settings import HotlineSettings
from hotline.supervising import what_follows
from tests.integration.tickets.intake.making import NOW, intake, submission
from tickets.intake.published import Asked, PublishedTickets, publish
from tickets.life import steps as s
from tickets.life.machine import Order, system
from tickets.life.roles import Actor, Role
from tickets.life.rules import usual_rules
from tickets.life.store import LifeStore
from tickets.store import TicketStore

DISPATCHER = Actor("小李", Role.DISPATCHER)
SAID = "小区路灯坏了三天,我叫王建国,住3号楼2单元501,电话幺三八零零零零幺二三四,车牌皖A12345"


def _given(database: Database, key: str = "1", **more: object) -> str:
    said = {"name": "王建国", "detail": "3号楼2单元501", "public": True, "contact": "", "channel": "province"}
    return intake(database).submit_now(submission(key, SAID, **{**said, **more}), NOW).number


def _take(database: Database, number: str, step: s.AnyStep, by: Actor = DISPATCHER) -> None:
    LifeStore(database, usual_rules(), then=(publish,)).take(number, Order(step, by, NOW))


async def _shown(database: Database) -> list[str]:
    return [one.ticket.number for one in await PublishedTickets(database).find(Asked(), NOW, 9)]


async def test_it_is_shown_once_a_dispatcher_has_read_it(database: Database) -> None:
    by_hand, by_machine, secret, unasked = (
        _given(database, "1"),
        _given(database, "2"),
        _given(database, "3", confidential=True),
        _given(database, "4", public=False),
    )
    assert await _shown(database) == []
    for number in (by_hand, secret, unasked):
        _take(database, number, s.Check())
    _take(database, by_machine, s.Check(), system())
    assert await _shown(database) == [by_hand]
    _take(database, by_machine, s.Dispatch(lead="市城管局", within="1d", reason="清单"))
    assert await _shown(database) == [by_machine, by_hand]


async def test_nobody_is_found_in_what_is_shown(database: Database) -> None:
    _take(database, _given(database), s.Check())
    (one,) = await PublishedTickets(database).find(Asked(), NOW, 9)
    assert "路灯坏了三天" in one.ticket.what
    for private in ("王建国", "501", "幺三八", "A12345"):
        assert private not in one.ticket.what
    assert one.address == "城东区解放路街道阳光花园"


async def test_what_is_said_anew_is_read_anew(database: Database) -> None:
    number, store = _given(database), TicketStore(database)
    _take(database, number, s.Check())
    ticket = store.find_now(number)
    assert ticket
    store.save_now(replace(ticket, title="路灯"), NOW)
    assert await _shown(database) == [number]
    store.save_now(replace(ticket, what=f"{SAID}。还有别的"), NOW)
    assert await _shown(database) == []


@pytest.mark.parametrize("later", [{"confidential": True}, {"public": False}])
async def test_who_changes_his_mind_is_not_shown_any_more(database: Database, later: dict[str, bool]) -> None:
    number, store = _given(database), TicketStore(database)
    _take(database, number, s.Check())
    ticket = store.find_now(number)
    assert ticket
    store.save_now(replace(ticket, **later), NOW)
    assert await _shown(database) == []


async def test_what_is_declined_is_not_shown(database: Database) -> None:
    number = _given(database)
    _take(database, number, s.Check())
    _take(database, number, s.Decline(reason="法院的事", legal_way="诉讼"))
    assert await _shown(database) == []


def test_it_follows_every_step_of_the_running_hotline() -> None:
    assert publish in what_follows(HotlineSettings(), usual_rules())
