"""Tickets are found by words, by what they are, and by who has to do something next: on every kind of database."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from core.database import Database
from tests.integration.tickets.test_store import HEAT, LAMP, NOW, TICKET
from tests.lives import AGENT, UNIT, take
from tests.unit.tickets.life.walking import DISPATCHER
from tickets.finding import TicketFinder, Wanted, mark
from tickets.life import steps as s
from tickets.life.roles import Actor, Role
from tickets.life.span import Span
from tickets.projection import rebuild
from tickets.store import TicketStore
from tickets.tables import tickets_table, worklist_table
from tickets.ticket import Place, State

OPEN = replace(TICKET, confidential=False)
LIGHT = replace(
    OPEN, title="路灯不亮", what="解放路路灯坏了一个礼拜,车牌鲁H12345", matter=LAMP, contact="13900005678"
)
STREET = Actor("小刘", Role.UNIT, "解放路街道办事处")


@pytest.fixture
def tickets(database: Database) -> TicketStore:
    return TicketStore(database)


@pytest.fixture
def finder(database: Database) -> TicketFinder:
    return TicketFinder(database)


def sent(database: Database, number: str, at: datetime, *assisting: str) -> None:
    take(database, number, s.Check(), at)
    order = s.Dispatch(lead=UNIT.unit, assisting=assisting, within=Span(1, "d"), reason="清单")
    take(database, number, order, at)


def found(finder: TicketFinder, wanted: Wanted, **page: object) -> list[str]:
    return [ticket.number for ticket in finder.search(wanted, NOW, **page)]  # type: ignore[arg-type]


def test_every_word_must_be_there(tickets: TicketStore, finder: TicketFinder) -> None:
    heat = tickets.save_now(OPEN, NOW).number
    light = tickets.save_now(LIGHT, NOW).number
    assert found(finder, Wanted("暖气")) == [heat]
    assert found(finder, Wanted("解放路")) == [light, heat], (
        "the newest first; of one the street, of the other the text"
    )
    assert found(finder, Wanted("解放路 路灯")) == [light]
    assert found(finder, Wanted("鲁h12345")) == [light]
    assert found(finder, Wanted("暖气 路灯")) == found(finder, Wanted("下水道")) == []
    assert found(finder, Wanted("灯")) == [], "one character is no word"
    assert found(finder, Wanted('路灯\' OR "1"="1')) == []


def test_what_changes_is_found_by_its_new_words(tickets: TicketStore, finder: TicketFinder) -> None:
    light = tickets.save_now(LIGHT, NOW)
    tickets.save_now(replace(light, what="是井盖坏了"), NOW + timedelta(minutes=1))
    assert found(finder, Wanted("井盖")) == [light.number]
    assert found(finder, Wanted("礼拜")) == []


def test_old_ones_are_found_where_the_last_months_have_too_few(tickets: TicketStore, finder: TicketFinder) -> None:
    old = tickets.save_now(OPEN, NOW - timedelta(days=400)).number
    new = [tickets.save_now(OPEN, NOW - timedelta(hours=hours)).number for hours in (3, 2, 1)]
    assert found(finder, Wanted("暖气"), limit=3) == new[::-1]
    assert found(finder, Wanted("暖气"), limit=4) == [*new[::-1], old]
    assert found(finder, Wanted("暖气"), limit=2, before=new[1]) == [new[0], old]


def test_a_confidential_one_is_not_found_by_what_its_caller_said(tickets: TicketStore, finder: TicketFinder) -> None:
    secret = tickets.save_now(replace(LIGHT, confidential=True), NOW).number
    assert found(finder, Wanted("礼拜")) == []
    assert found(finder, Wanted("路灯不亮")) == [secret]


@pytest.mark.parametrize(
    ("wanted", "which"),
    [
        (Wanted(contact="13900005678"), "light"),
        (Wanted(unit=UNIT.unit), "light"),
        (Wanted(state=State.SENT), "light"),
        (Wanted(matter=HEAT.id), "heat"),
        (Wanted(district="城西区"), "heat"),
        (Wanted("不热", unit=UNIT.unit), ""),
        (Wanted("不亮", unit=UNIT.unit), "light"),
        (Wanted(until=NOW - timedelta(days=1)), "heat"),
        (Wanted(since=NOW - timedelta(days=1)), "light"),
        (Wanted("解放路", since=NOW - timedelta(days=1)), "light"),
    ],
)
def test_what_a_ticket_is_finds_it(
    database: Database, tickets: TicketStore, finder: TicketFinder, wanted: Wanted, which: str
) -> None:
    heat = replace(OPEN, place=Place("城西区", "朝阳街道", "金桂苑"))
    numbers = {
        "heat": tickets.save_now(heat, NOW - timedelta(days=3)).number,
        "light": tickets.save_now(LIGHT, NOW).number,
    }
    sent(database, numbers["light"], NOW)
    assert found(finder, wanted) == ([numbers[which]] if which else [])


def test_a_worklist_has_the_most_urgent_first_and_pages(
    database: Database, tickets: TicketStore, finder: TicketFinder
) -> None:
    numbers = [tickets.save_now(OPEN, NOW + timedelta(minutes=m)).number for m in range(5)]
    for minutes, number in zip((40, 10, 30, 20, 50), numbers, strict=True):
        sent(database, number, NOW + timedelta(minutes=minutes))
    order = [numbers[1], numbers[3], numbers[2], numbers[0], numbers[4]]
    first = finder.worklist(UNIT.unit, limit=3)
    assert [one.ticket.number for one in first] == order[:3] and all(one.lead and one.due for one in first)
    assert [one.ticket.number for one in finder.worklist(UNIT.unit, 3, mark(first[-1]))] == order[3:]
    assert finder.worklist("别的单位") == []


def test_a_ticket_wanders_from_list_to_list(database: Database, tickets: TicketStore, finder: TicketFinder) -> None:
    def lists() -> dict[str, list[bool]]:
        units = ("", UNIT.unit, STREET.unit)
        return {unit: [one.lead for one in finder.worklist(unit)] for unit in units if finder.worklist(unit)}

    number = tickets.save_now(OPEN, NOW).number
    assert lists() == {"": [False]}
    sent(database, number, NOW, STREET.unit)
    assert lists() == {UNIT.unit: [True], STREET.unit: [False]}
    take(database, number, s.Sign(), NOW, UNIT)
    take(database, number, s.Return(reason="不归我们", rule="清单第三条"), NOW, UNIT)
    assert lists()[""] == [False], "the centre has to review the return"
    take(database, number, s.Refuse(reason="归你们"), NOW, DISPATCHER)
    take(database, number, s.Sign(), NOW, STREET)
    take(database, number, s.Feedback(reply="已配合", solved=True), NOW, STREET)
    assert lists() == {UNIT.unit: [True]}
    take(database, number, s.Ask(question="几号楼?"), NOW, UNIT)
    (paused,) = finder.worklist(UNIT.unit)
    assert paused.due is None
    take(database, number, s.Tell(answer="五号楼"), NOW, AGENT)
    take(database, number, s.Feedback(reply="换了阀门", solved=True), NOW, UNIT)
    assert lists() == {"": [False]}
    take(database, number, s.Verify(), NOW)
    take(database, number, s.Close(), NOW)
    assert lists() == {}


def test_all_that_is_derived_can_be_made_anew(database: Database, tickets: TicketStore) -> None:
    for ticket in (OPEN, LIGHT, replace(TICKET, state=State.DRAFT)):
        number = tickets.save_now(ticket, NOW).number
        if ticket is LIGHT:
            sent(database, number, NOW, STREET.unit)
    derived = select(*(tickets_table.c[name] for name in ("number", "unit", "alarm", "closed", "words")))

    def state() -> list[object]:
        rows = database.run(lambda c: c.execute(derived.order_by("number")).all())
        return [*rows, *database.run(lambda c: c.execute(select(worklist_table).order_by("number", "unit")).all())]

    before = state()
    assert len(before) == 3 + 1 + 2
    database.run(lambda c: c.execute(text("DELETE FROM worklist")))
    database.run(lambda c: c.execute(text("UPDATE tickets SET unit = 'x', alarm = 'x', words = 'x'")))
    steps: list[tuple[int, int]] = []
    assert rebuild(database, NOW, lambda done, all_: steps.append((done, all_))) == 3
    assert steps == [(3, 3)] and state() == before
