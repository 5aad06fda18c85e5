"""The store's contract, on every kind of database."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Connection, text, update

from core.database import Database
from core.errors import RecordsError
from core.events import EventLog, newest
from tests.postgres import Postgres
from tests.unit.tickets.life.walking import DISPATCHER
from tickets.errors import TicketUnknown
from tickets.finding import TicketFinder, Wanted
from tickets.life import steps as s
from tickets.life.machine import Order
from tickets.life.rules import usual_rules
from tickets.life.store import LifeStore
from tickets.store import TicketStore
from tickets.tables import next_number, tickets_table
from tickets.ticket import Kind, Matter, Place, State, Ticket

NOW = datetime(2026, 11, 20, 10, tzinfo=timezone(timedelta(hours=8)))
HEAT = Matter("heat-cold", "城乡建设/供热", "供暖不热", "市城市管理局", 24)
LAMP = Matter("lamp", "城乡建设/市政设施", "路灯不亮", "市城市管理局", 48)
HOME = Place("城东区", "解放路街道", "阳光花园", "5号楼2单元")
TICKET = Ticket(
    Kind.COMPLAINT,
    "暖气不热",
    "我家暖气三天不热了",
    HOME,
    when="三天前",
    name="王女士",
    contact="138 0000 1234",
    confidential=True,
    matter=HEAT,
    call_id="20261120-100000-abcdef",
    due=NOW + timedelta(days=3),
    note="老人在家",
)


@pytest.fixture
def store(database: Database) -> TicketStore:
    return TicketStore(database)


async def test_a_ticket_comes_back_as_it_was_saved(store: TicketStore) -> None:
    saved = await store.save(TICKET, NOW)
    assert saved == replace(TICKET, number="2611200001", created=NOW)
    assert await store.find(saved.number) == saved
    assert await store.find("2611209999") is None
    assert await store.find("") is None


async def test_the_number_may_be_said_in_groups(store: TicketStore) -> None:
    saved = await store.save(TICKET, NOW)
    assert await store.find("261120 0001") == saved


async def test_numbers_run_by_the_day_and_past_9999(store: TicketStore, database: Database) -> None:
    first = await store.save(TICKET, NOW)
    many = {
        "sqlite": "update ticket_numbers set last = 9998",
        "postgresql": "select setval('ticket_numbers_261120', 9998)",
    }
    database.run(lambda c: c.execute(text(many[c.dialect.name])))
    last = await store.save(TICKET, NOW)
    beyond = await store.save(TICKET, NOW)
    tomorrow = await store.save(TICKET, NOW + timedelta(days=1))
    assert (first.number, last.number) == ("2611200001", "2611209999")
    assert (beyond.number, tomorrow.number) == ("26112010000", "2611210001")


def test_who_takes_a_number_on_postgresql_waits_for_nobody(postgres: Postgres) -> None:
    database = Database(postgres.new_database())
    before = "insert into ticket_numbers (day, last) values ('261120', 41)"  # kept by a version without sequences
    database.run(lambda c: c.execute(text(before)))
    assert database.run(lambda c: next_number(c, "261120")) == "2611200042"

    def beside(connection: Connection) -> list[str]:
        with ThreadPoolExecutor(1) as pool:
            mine = next_number(connection, "261120")
            return [mine, pool.submit(database.run, lambda c: next_number(c, "261120")).result(20)]

    assert database.run(beside) == ["2611200043", "2611200044"]
    database.close()


async def test_many_at_once_get_different_numbers(store: TicketStore) -> None:
    saved = await asyncio.gather(*(store.save(TICKET, NOW) for _ in range(50)))
    assert len({ticket.number for ticket in saved}) == 50


def test_two_processes_writing_one_file_get_different_numbers(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'records.db'}"
    databases = [Database(url), Database(url)]
    with ThreadPoolExecutor(2) as pool:
        jobs = [
            pool.submit(lambda d: [TicketStore(d).save_now(TICKET, NOW).number for _ in range(20)], d)
            for d in databases
        ]
        numbers = [number for job in jobs for number in job.result()]
    for database in databases:
        database.close()
    assert len(set(numbers)) == 40


async def test_each_change_is_an_event_in_the_same_transaction(store: TicketStore) -> None:
    draft = await store.save(replace(TICKET, state=State.DRAFT), NOW)
    await store.save(replace(draft, state=State.OPEN, name="王建国"), NOW + timedelta(minutes=5))
    events = await store.history(draft.number)
    assert [event.kind for event in events] == ["ticket.drafted", "ticket.changed", "ticket.step"]
    assert events[0].body["what"] == TICKET.what
    assert events[1].body == {"state": "已受理", "name": "王建国"}
    assert events[1].at == (NOW + timedelta(minutes=5)).timestamp()


async def test_saving_the_same_again_is_no_event(store: TicketStore) -> None:
    saved = await store.save(TICKET, NOW)
    assert await store.save(saved, NOW + timedelta(hours=1)) == saved
    assert [event.kind for event in await store.history(saved.number)] == ["ticket.opened", "ticket.step"]


async def test_where_the_event_fails_the_ticket_is_not_there(store: TicketStore, database: Database) -> None:
    database.run(lambda c: c.execute(text("alter table events rename to gone")))
    with pytest.raises(RecordsError):
        await store.save(TICKET, NOW)
    assert await store.list() == []


async def test_unknown_numbers_are_refused(store: TicketStore) -> None:
    with pytest.raises(TicketUnknown, match="2611200009"):
        await store.history("2611200009")
    with pytest.raises(TicketUnknown):
        await store.save(replace(TICKET, number="2611200009"), NOW)


async def test_only_the_same_contact_sees_it(database: Database) -> None:
    log = EventLog(database)
    store = TicketStore(database, log)
    saved = await store.save(TICKET, NOW)
    assert await store.find_for(saved.number, "13800001234") == saved
    assert await store.find_for(saved.number, "13800005678") is None
    assert await store.find_for(saved.number, "") is None
    assert await store.find_for("2611209999", "13800001234") is None
    log.flush()
    assert len(database.run(lambda c: newest(c, "ticket.refused", 10))) == 2
    assert len(database.run(lambda c: newest(c, "ticket.asked", 10))) == 1


async def test_a_ticket_without_contact_is_nobodys_to_see(store: TicketStore) -> None:
    saved = await store.save(replace(TICKET, contact=""), NOW)
    assert await store.find_for(saved.number, "") is None
    assert await store.by_contact("") == []


async def test_a_contact_finds_his_own_newest_first_and_no_drafts(store: TicketStore) -> None:
    first = await store.save(TICKET, NOW)
    second = await store.save(replace(TICKET, matter=LAMP), NOW + timedelta(hours=1))
    await store.save(replace(TICKET, state=State.DRAFT), NOW + timedelta(hours=2))
    await store.save(replace(TICKET, contact="13800005678"), NOW + timedelta(hours=3))
    assert await store.by_contact("13800001234") == [second, first]
    assert await store.by_contact("138-0000-1234", limit=1) == [second]


async def test_a_repeated_appeal_names_the_first(store: TicketStore) -> None:
    first = await store.save(TICKET, NOW)
    second = await store.save(TICKET, NOW + timedelta(days=7))
    third = await store.save(TICKET, NOW + timedelta(days=20))
    assert (first.repeats_of, second.repeats_of, third.repeats_of) == ("", first.number, first.number)


@pytest.mark.parametrize(
    "other",
    [
        replace(TICKET, contact="13800005678"),
        replace(TICKET, matter=LAMP),
        replace(TICKET, place=Place("城东区", "朝阳街道", "金桂苑")),
        replace(TICKET, place=Place("城西区", "", "阳光花园")),
        replace(TICKET, state=State.DRAFT),
        replace(TICKET, matter=None),
        replace(TICKET, place=Place()),
    ],
)
async def test_another_appeal_is_no_repeat(store: TicketStore, other: Ticket) -> None:
    await store.save(TICKET, NOW)
    assert (await store.save(other, NOW + timedelta(days=1))).repeats_of == ""


async def test_after_thirty_days_it_is_a_new_one(store: TicketStore) -> None:
    await store.save(TICKET, NOW)
    assert (await store.save(TICKET, NOW + timedelta(days=31))).repeats_of == ""


async def test_a_draft_is_not_what_is_repeated(store: TicketStore) -> None:
    await store.save(replace(TICKET, state=State.DRAFT), NOW)
    assert (await store.save(TICKET, NOW + timedelta(days=1))).repeats_of == ""


async def test_listing_by_state_and_by_page(store: TicketStore) -> None:
    saved = [await store.save(TICKET, NOW + timedelta(minutes=m)) for m in range(5)]
    draft = await store.save(replace(TICKET, state=State.DRAFT), NOW + timedelta(hours=1))
    assert await store.list(State.DRAFT) == [draft]
    page = await store.list(limit=3)
    assert [t.number for t in page] == [draft.number, saved[4].number, saved[3].number]
    assert [t.number for t in await store.list(limit=3, before=page[-1].number)] == [t.number for t in saved[2::-1]]


def test_the_waiting_twins_see_the_same(store: TicketStore) -> None:
    saved = store.save_now(TICKET, NOW)
    assert store.find_now(saved.number) == saved
    assert store.by_contact_now("13800001234") == [saved]
    assert list(store.list_now()) == [saved]
    assert len(store.history_now(saved.number)) == 2


def test_tickets_outlive_the_process(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'records.db'}"
    first = Database(url)
    saved = TicketStore(first).save_now(replace(TICKET, created=NOW.astimezone(UTC)), NOW)
    first.close()
    second = Database(url)
    assert TicketStore(second).find_now(saved.number) == saved
    second.close()


async def test_urging_a_ticket_is_a_step_and_counted(store: TicketStore) -> None:
    saved = await store.save(TICKET, NOW)
    urged = await store.urge(saved.number, NOW + timedelta(days=4))
    assert urged == replace(saved, urged=1) == await store.find(saved.number)
    step = (await store.history(saved.number))[-1]
    assert step.body["step"]["id"] == "urge"
    with pytest.raises(TicketUnknown):
        await store.urge("2611209999", NOW)


async def test_only_its_steps_change_the_state(store: TicketStore, database: Database) -> None:
    saved = await store.save(TICKET, NOW)
    LifeStore(database, usual_rules()).take(saved.number, Order(s.Check(), DISPATCHER, NOW))
    await store.save(replace(saved, note="带狗"), NOW + timedelta(hours=1))  # as a caller's copy from before has it
    found = await store.find(saved.number)
    assert found and (found.state, found.note) == (State.READY, "带狗")


def test_one_number_is_one_caller_with_its_country_or_without(store: TicketStore) -> None:
    first = store.save_now(TICKET, NOW)
    values = update(tickets_table).values(contact="8613800001234")  # as earlier versions kept it
    store.database.run(lambda c: c.execute(values))
    second = store.save_now(replace(TICKET, contact="+86 138 0000 1234"), NOW + timedelta(hours=1))
    assert second.repeats_of == first.number
    assert store.by_contact_now("0086 13800001234") == store.by_contact_now("13800001234") == [second, first]
    found = TicketFinder(store.database).search(Wanted(contact="13800001234"), NOW)
    assert found == [second, first]
