"""Call-backs are planned from what is on record, once, and handed out one by one."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.database import Database
from core.events import Event, append, history
from tests.lives import closed_by_its_unit, opened_again, settled
from tickets.callback_settings import CallBackSettings
from tickets.callback_store import CallBackStore
from tickets.callbacks import MISSED_CALL, Outcome, Result, Satisfied, Solved, Stage
from tickets.errors import CallBackUnknown
from tickets.store import TicketStore
from tickets.ticket import Kind, Ticket

NOW = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
HOUR = timedelta(hours=1)
CITIZEN = "13800001234"
TICKET = Ticket(Kind.COMPLAINT, "暖气不热", "我家暖气三天不热了", contact="138 0000 1234")


class City:
    """A database with what calls and tickets leave there."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.store = CallBackStore(database, CallBackSettings())
        self.tickets = TicketStore(database)

    def tell(self, stream: str, kind: str, at: datetime, **body: Any) -> None:
        self.database.run(lambda c: append(c, Event(at.timestamp(), stream, kind, body)))

    def call(self, id: str, at: datetime, *kinds: str, caller: str | None = CITIZEN) -> None:
        self.tell(f"call:{id}", "call.offered", at, caller=caller, called="12345")
        for kind in kinds:
            self.tell(f"call:{id}", kind, at + timedelta(seconds=9), caller=caller, reason="queue")

    def close(self, ticket: Ticket = TICKET, at: datetime = NOW) -> Ticket:
        opened = self.tickets.save_now(ticket, at - 5 * HOUR)
        return settled(self.database, opened.number, at)

    def kinds(self, stream: str) -> list[str]:
        return [event.kind for event in self.database.run(lambda c: history(c, stream))]


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    database = Database(f"sqlite:///{tmp_path / 'records.db'}")
    yield City(database)
    database.close()


def test_a_missed_call_a_lost_caller_and_an_unanswered_one_are_owed(city: City) -> None:
    city.call("told", NOW, "call.missed", caller="13800000001")
    city.call("queue", NOW, "call.answered", "call.missed", "call.ended", caller="13800000002")
    city.call("gone", NOW, "call.ended", caller="13800000003")
    city.call("fine", NOW, "call.answered", "call.ended", caller="13800000004")
    city.call("withheld", NOW, "call.ended", caller=None)
    planned = city.store.plan_now(NOW + HOUR)
    assert sorted(planned.new) == ["m-gone", "m-queue", "m-told"]
    assert city.store.plan_now(NOW + HOUR).new == ()


def test_the_ticket_of_a_missed_call_and_its_call_are_one_task(city: City) -> None:
    city.call("c1", NOW, "call.missed")
    saved = city.tickets.save_now(Ticket(Kind.HELP, "回拨", MISSED_CALL, contact=CITIZEN, call_id="c1"), NOW)
    city.tickets.save_now(Ticket(Kind.HELP, "要求人工回电", "来电人要求人工服务", contact="13800000009"), NOW)
    assert city.store.plan_now(NOW + HOUR).new == ("m-c1",)
    assert city.store.find_now("m-c1").ticket == saved.number


def test_further_missed_calls_of_a_number_join_the_first(city: City) -> None:
    for count in range(3):
        city.call(f"c{count}", NOW + count * timedelta(minutes=5), "call.missed")
    assert city.store.plan_now(NOW + HOUR).new == ("m-c0",)
    task = city.store.find_now("m-c0")
    assert task.joined == ("c1", "c2")
    assert task.since == NOW + timedelta(minutes=10, seconds=9)
    assert city.store.plan_now(NOW + HOUR).new == ()
    assert city.store.find_now("m-c0") == task


def test_who_got_through_meanwhile_is_not_called(city: City) -> None:
    city.call("c1", NOW, "call.missed")
    city.store.plan_now(NOW + timedelta(minutes=1))
    city.call("c2", NOW + timedelta(minutes=3), "call.answered", caller="+8613800001234")
    assert city.store.take_now(NOW + timedelta(minutes=5)) is None
    assert city.store.find_now("m-c1").reason == "got_through"
    assert city.store.plan_now(NOW + HOUR).new == ()


def test_a_second_missed_call_is_no_getting_through(city: City) -> None:
    city.call("c1", NOW, "call.missed")
    city.store.plan_now(NOW + timedelta(minutes=1))
    city.call("c2", NOW + timedelta(minutes=3), "call.answered", "call.missed")
    city.call("c3", NOW + timedelta(minutes=4), "call.answered", "call.missed")
    task = city.store.take_now(NOW + timedelta(minutes=5))
    assert task and task.id == "m-c1"


def test_calls_before_the_call_back_are_served_by_it_and_later_ones_are_not(city: City) -> None:
    city.call("c1", NOW, "call.missed")
    city.store.plan_now(NOW + timedelta(minutes=1))
    city.store.take_now(NOW + timedelta(minutes=5))
    city.call("c2", NOW + timedelta(minutes=4), "call.missed")
    city.store.report_now("m-c1", Result(Outcome.ANSWERED, ending="done"), NOW + timedelta(minutes=8))
    assert city.store.plan_now(NOW + timedelta(minutes=9)).new == ()
    city.call("c3", NOW + timedelta(minutes=20), "call.missed")
    assert city.store.plan_now(NOW + timedelta(minutes=30)).new == ("m-c3",)


def test_a_closed_ticket_is_followed_up_once_for_each_closing(city: City) -> None:
    ticket = city.close()
    city.close(replace(TICKET, kind=Kind.PRAISE))
    city.close(replace(TICKET, contact=""))
    city.tickets.save_now(TICKET, NOW)
    assert city.store.plan_now(NOW + HOUR).new == (f"f-{ticket.number}",)
    assert city.store.plan_now(NOW + HOUR).new == ()
    opened_again(city.database, ticket.number, NOW + HOUR)
    assert city.store.plan_now(NOW + 2 * HOUR).withdrawn == (f"f-{ticket.number}",)
    closed_by_its_unit(city.database, ticket.number, NOW + 3 * HOUR)
    assert city.store.plan_now(NOW + 4 * HOUR).new == (f"f-{ticket.number}-2",)


def test_what_the_citizen_says_is_on_the_ticket_and_asks_for_a_redo(city: City) -> None:
    ticket = city.close()
    city.store.plan_now(NOW)
    task = city.store.take_now(NOW + HOUR)
    assert task
    result = Result(
        Outcome.ANSWERED, ending="done", solved=Solved.NO, satisfied=Satisfied.NO, reason="根本没人来过", call_id="c9"
    )
    assert city.store.report_now(task.id, result, NOW + HOUR).stage is Stage.DONE
    told = city.database.run(lambda c: history(c, f"ticket:{ticket.number}"))
    assert [event.kind for event in told][-2:] == ["ticket.followed_up", "ticket.redo_wanted"]
    assert told[-1].body["reason"] == "根本没人来过"
    assert city.store.take_now(NOW + 2 * HOUR) is None


def test_what_was_said_before_a_refusal_is_not_lost(city: City) -> None:
    ticket = city.close()
    city.store.plan_now(NOW)
    city.store.take_now(NOW + HOUR)
    result = Result(Outcome.ANSWERED, ending="do_not_call", solved=Solved.NO)
    assert city.store.report_now(f"f-{ticket.number}", result, NOW + HOUR).refused
    assert city.kinds(f"ticket:{ticket.number}")[-2:] == ["ticket.followed_up", "ticket.redo_wanted"]


def test_a_task_is_taken_once_and_given_up_after_its_attempts(city: City) -> None:
    city.close()
    city.store.plan_now(NOW)
    now, taken = NOW + HOUR, 0
    while task := city.store.take_now(now):
        taken += 1
        assert city.store.take_now(now) is None
        after = city.store.report_now(task.id, Result(Outcome.NO_ANSWER), now)
        now = now + timedelta(days=1)
    assert taken == 3
    assert (after.stage, after.reason) == (Stage.GIVEN_UP, "tries")


def test_two_programs_never_take_the_same_task(city: City, tmp_path: Path) -> None:
    for count in range(30):
        city.call(f"c{count}", NOW, "call.missed", caller=f"138000000{count:02}")
    city.store.plan_now(NOW)
    rules = CallBackSettings(at_once=100)
    databases = [Database(f"sqlite:///{tmp_path / 'records.db'}") for _ in range(2)]

    def take_all(database: Database) -> list[str]:
        store, taken = CallBackStore(database, rules), []
        while task := store.take_now(NOW + HOUR):
            taken.append(task.id)
        return taken

    with ThreadPoolExecutor(2) as programs:
        first, second = programs.map(take_all, databases)
    for database in databases:
        database.close()
    assert len(first) + len(second) == len({*first, *second}) == 30


def test_who_wants_no_calls_is_never_called_again(city: City) -> None:
    city.call("c1", NOW, "call.missed")
    city.store.plan_now(NOW)
    ticket = city.close()
    city.store.plan_now(NOW)
    city.store.take_now(NOW + HOUR)
    city.store.report_now("m-c1", Result(Outcome.ANSWERED, ending="do_not_call"), NOW + HOUR)
    assert city.store.take_now(NOW + 2 * HOUR) is None
    assert city.store.find_now(f"f-{ticket.number}").stage is Stage.WITHDRAWN
    city.call("c2", NOW + 2 * HOUR, "call.missed")
    assert city.store.plan_now(NOW + 3 * HOUR).new == ()


def test_what_is_too_old_is_given_up(city: City) -> None:
    city.call("c1", NOW, "call.missed")
    city.store.plan_now(NOW)
    assert city.store.plan_now(NOW + timedelta(days=2)).given_up == ("m-c1",)
    assert city.store.list_now(NOW + timedelta(days=2)) == []
    assert [task.reason for task, _ in city.store.list_now(NOW + timedelta(days=2), over=True)] == ["age"]


def test_our_own_outbound_calls_are_no_missed_calls(city: City) -> None:
    city.tell("call:o1", "call.placed", NOW, number=CITIZEN)
    city.tell("call:o1", "call.ended", NOW, by="line")
    city.tickets.save_now(Ticket(Kind.HELP, "回拨", MISSED_CALL, contact=CITIZEN, call_id="o1"), NOW)
    assert city.store.plan_now(NOW + HOUR).new == ()


def test_a_preview_shows_whom_and_when_and_changes_nothing(city: City) -> None:
    city.call("c1", NOW, "call.missed", caller="13800000007")
    ticket = city.close()
    seen = [(task.id, at) for task, at in city.store.preview_now(NOW + timedelta(minutes=1))]
    assert seen == [("m-c1", NOW + timedelta(minutes=2, seconds=9)), (f"f-{ticket.number}", NOW + HOUR)]
    assert city.store.list_now(NOW) == []
    assert city.kinds("callback:m-c1") == []


def test_an_unknown_task_is_a_sentence(city: City) -> None:
    with pytest.raises(CallBackUnknown, match="没有编号为 x 的回拨任务"):
        city.store.find_now("x")
    with pytest.raises(CallBackUnknown):
        city.store.history_now("x")


def test_events_that_were_written_late_hide_nothing(city: City) -> None:
    city.call("c1", NOW, "call.missed")
    city.tell("call:old", "call.offered", NOW - timedelta(days=2), caller="13800000009")
    assert city.store.plan_now(NOW + HOUR).new == ("m-c1",)
