"""Notices go out one to each address, at their time, and not after what they are about is over."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from core.clock import FixedClock
from tests.integration.tickets.supervision.town import Pocket, Town
from tests.unit.tickets.life.walking import AGENT, DISPATCHER, SUPERVISOR, WATER, dispatch
from tickets.errors import NoticeUndelivered
from tickets.life import steps as s
from tickets.life.rules import load_city
from tickets.notices.citizen import answer_citizen
from tickets.notices.contacts import Contact, Contacts
from tickets.notices.delivering import Delivered, Delivery
from tickets.notices.outbox import Notice
from tickets.supervision.rules import Way

BUSY = NoticeUndelivered(to="市水务局", what="网关忙")


def sent(town: Town, *numbers: str, by: Pocket | None = None, clock: FixedClock | None = None) -> Delivered:
    """Deliver text messages to a water bureau that has these numbers."""
    contacts = Contacts({"市水务局": Contact(sms=numbers)})
    delivery = Delivery(town.database, {Way.SMS: by or town.sms}, contacts, town.rules.supervision)
    return delivery.deliver(clock or FixedClock(town.now))


def pressed(town: Town) -> str:
    """A ticket whose unit is pressed for it by one text message."""
    number = town.handled(contact="")
    town.wait(days=2, hours=23, minutes=20)
    assert town.look().climbed == 1
    assert town.case(number).rungs == ("临期提醒",)
    return number


def test_a_number_that_fails_is_tried_again_alone(town: Town) -> None:
    number = pressed(town)
    town.sms.fails = [BUSY]
    assert sent(town, "13900000001", "13900000002", "13900000003") == Delivered(sent=2, again=1)
    town.wait(minutes=2)
    assert sent(town, "13900000001", "13900000002", "13900000003") == Delivered(sent=1)
    assert sorted(to for to, _ in town.sms.kept) == ["13900000001", "13900000002", "13900000003"]
    assert [state for _, _, way, state in town.notices(number) if way == "sms"] == ["sent"] * 3
    assert sent(town, "13900000001", "13900000002", "13900000003") == Delivered()


def test_a_number_that_is_gone_from_the_contacts_is_let_go(town: Town) -> None:
    number = pressed(town)
    town.sms.fails = [BUSY, BUSY]
    assert sent(town, "13900000001", "13900000002").again == 2
    town.wait(minutes=2)
    assert sent(town, "13900000009") == Delivered(sent=1, withdrawn=1)
    assert [to for to, _ in town.sms.kept] == ["13900000009"]
    assert "notice.withdrawn" in town.kinds(number)


@dataclass
class Slow(Pocket):
    """A gateway that is waited for."""

    clock: FixedClock | None = None

    def send(self, notice: Notice, to: str) -> None:
        assert self.clock
        self.clock.advance(timedelta(minutes=4))
        super().send(notice, to)


def test_who_waits_for_a_gateway_looks_at_the_clock_again(town: Town) -> None:
    numbers = [town.handled(contact="") for _ in range(3)]
    town.wait(days=3, hours=1)
    town.look()
    clock, began = FixedClock(town.now), town.now.timestamp()
    slow = Slow(clock=clock)
    assert sent(town, "13900000001", by=slow, clock=clock).sent == 3
    times = [event.at for number in numbers for event in town.events(number) if event.kind == "notice.sent"]
    assert sorted(at - began for at in times) == [240, 480, 720]


def test_what_failed_in_the_evening_is_tried_again_in_the_morning(town: Town) -> None:
    town.now = town.now.replace(hour=20, minute=40)
    pressed(town)
    town.now = town.now.replace(hour=20, minute=59)
    town.sms.fails = [BUSY]
    assert sent(town, "13900000001").again == 1
    for minutes in (2, 60, 300):
        assert sent(town.wait(minutes=minutes), "13900000001") == Delivered()
    town.now = town.now.replace(hour=8, minute=1)
    assert sent(town, "13900000001") == Delivered(sent=1)


def test_what_is_urgent_is_tried_again_at_night(town: Town) -> None:
    linyi = Town(town.database, load_city("linyi"), town.now.replace(hour=19))
    linyi.handled(contact="")
    linyi.wait(hours=2, minutes=30).look()
    linyi.sms.fails = [BUSY]
    assert sent(linyi, "13900000001").again == 1
    assert sent(linyi.wait(minutes=2), "13900000001").sent == 1


def test_who_has_just_written_is_answered_at_night_but_not_hours_later(town: Town) -> None:
    town.now = town.now.replace(hour=23)
    for contact, minutes, answered in (("13811110000", 1, 1), ("13822220000", 40, 0)):
        number = town.opens(contact=contact)
        town.database.run(lambda c, one=number: answer_citizen(c, one, "收到了", town.now))
        assert sent(town.wait(minutes=minutes)).sent == answered


@pytest.mark.parametrize(
    "ends",
    [
        [(WATER, s.Feedback(reply="修好了。", solved=True))],
        [(DISPATCHER, s.Redispatch(**dispatch("市住建局").model_dump(exclude={"id"})))],
        [(AGENT, s.Withdraw())],
    ],
)
def test_what_presses_for_no_limit_ends_with_the_duty(town: Town, ends: list[tuple[object, s.AnyStep]]) -> None:
    number = town.handled()
    for _ in range(3):
        town.does(number, AGENT, s.Urge())
    town.does(number, SUPERVISOR, s.Supervise(rung="领导批示", words="请今天办结"))
    for by, step in ends:
        town.wait(minutes=1).does(number, by, step)  # type: ignore[arg-type]
    standings = {state for subject, _, _, state in town.notices(number) if subject in ("多次催办", "领导批示")}
    assert standings == {"withdrawn"}


def test_a_word_about_a_closed_ticket_stays(town: Town) -> None:
    number = town.verified()
    town.does(number, DISPATCHER, s.Close())
    town.does(number, SUPERVISOR, s.Supervise(rung="领导批示", words="请回头看"))
    town.wait(minutes=1).does(number, AGENT, s.Note(words="已转告"))
    assert ("领导批示", "市水务局", "desk", "waiting") in town.notices(number)
