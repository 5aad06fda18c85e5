"""Tickets climb, the right people are told once, and nobody is told of what is done."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from core.database import Database
from core.events import Event, append
from tests.integration.tickets.supervision.town import Town
from tests.unit.tickets.life.walking import AGENT, DISPATCHER, SUPERVISOR, WATER, dispatch
from tickets.errors import NoticeUndelivered
from tickets.life import steps as s
from tickets.life.machine import Order
from tickets.life.rules import load_city
from tickets.life.store import LifeStore
from tickets.notices import outbox
from tickets.notices.outbox import BACK_OFF, CITIZEN
from tickets.supervision.rules import Way

DONE = s.Feedback(reply="修好了。", solved=True)


def overdue(town: Town) -> str:
    """A ticket that is a little overdue, on a working morning."""
    number = town.handled()
    town.wait(days=3, hours=1)
    town.look()
    return number


def test_an_overdue_ticket_is_a_step_and_notices_in_one(town: Town) -> None:
    number = overdue(town)
    assert town.case(number).rungs == ("日常督办",)
    pressed = [one for one in town.notices(number) if one[0] == "日常督办"]
    assert pressed == [
        ("日常督办", "市水务局", "desk", "waiting"),
        ("日常督办", "市水务局", "sms", "waiting"),
        ("日常督办", "督办员", "desk", "waiting"),
        ("日常督办", "督办员", "sms", "waiting"),
    ]
    assert town.look().climbed == 0
    town.deliver()
    told = [words for to, words in town.sms.kept if to == "13900000001"]
    assert len(told) == 1 and number in told[0] and "超期" not in told[0] and "市水务局还没有反馈" in told[0]
    assert town.deliver().sent == 0
    assert town.kinds(number).count("notice.sent") == len(town.sms.kept)


def test_after_the_feedback_nothing_more_goes_out(town: Town) -> None:
    number = overdue(town)
    town.does(number, WATER, DONE)
    pressed = {standing for subject, _, _, standing in town.notices(number) if subject == "日常督办"}
    assert pressed == {"withdrawn"}
    town.sms.kept.clear()
    town.deliver()
    assert [words for _, words in town.sms.kept if "督办" in words] == []
    assert town.look().climbed == 0


def test_a_step_that_another_program_wrote_is_seen_before_sending(town: Town) -> None:
    """Steps that are taken without the hook leave notices waiting: they are judged again when they are sent."""
    number = overdue(town)
    LifeStore(town.database, town.rules).take(number, Order(DONE, WATER, town.now))
    assert town.deliver().withdrawn == 2
    assert not any("督办" in words for _, words in town.sms.kept)


def test_what_is_due_in_the_night_is_heard_in_the_morning(town: Town) -> None:
    town.now = town.now.replace(hour=15)
    number = town.opens()
    town.does(number, DISPATCHER, s.Check())
    town.now = town.now.replace(hour=19, minute=30)
    town.does(number, DISPATCHER, dispatch())
    town.now = town.now.replace(hour=21, minute=45)
    assert town.look().climbed == 1
    town.deliver()
    assert not any("没有签收" in words for _, words in town.sms.kept)
    town.now = town.now.replace(hour=8, minute=1) + timedelta(days=1)
    town.deliver()
    assert any("没有签收" in words for _, words in town.sms.kept)


def test_what_is_urgent_does_not_wait_for_the_morning(town: Town) -> None:
    linyi = Town(town.database, load_city("linyi"), town.now.replace(hour=19))
    number = linyi.handled()
    linyi.wait(hours=2, minutes=30)
    linyi.look()
    linyi.deliver()
    assert [rung for rung in linyi.case(number).rungs if rung == "未到场催办"]
    assert any("2小时到场" in words for _, words in linyi.sms.kept)


def test_two_programs_climb_once_and_send_once(town: Town) -> None:
    numbers = [town.handled() for _ in range(8)]
    url = town.database.url.render_as_string(hide_password=False)
    other_database = Database(url, keys=town.database.keys)
    other = Town(other_database, town.rules)
    town.wait(days=4)
    other.now = town.now

    with ThreadPoolExecutor(2) as programs:
        list(programs.map(lambda one: one.look(), [town, other]))
        list(programs.map(lambda one: one.deliver(), [town, other]))
    other_database.close()
    assert all(town.case(number).rungs == ("日常督办",) for number in numbers)
    told = [words for to, words in [*town.sms.kept, *other.sms.kept] if to == "13900000001"]
    assert len(told) == len(set(told)) == len(numbers)


def test_a_gateway_that_fails_is_tried_again_and_then_shown(town: Town) -> None:
    number = overdue(town)
    town.sms.fails = [NoticeUndelivered(to="市水务局", what="网关忙")]
    town.carriers = {Way.SMS: town.sms}
    first = town.deliver()
    assert first.again == 1
    assert town.deliver().sent == 0
    town.wait(minutes=2)
    assert town.deliver().sent == 1
    town.sms.fails = [NoticeUndelivered(to="x", what="网关关了") for _ in range(100)]
    for _ in range(3):
        town.does(number, AGENT, s.Urge())
    for wait in (*BACK_OFF, timedelta()):
        town.deliver()
        town.now += wait + timedelta(seconds=1)
    failed = [one for one in town.notices(number) if one[3] == "failed"]
    assert {subject for subject, *_ in failed} == {"多次催办"}
    whys = {event.body["why"] for event in town.events(number) if event.kind == "notice.failed"}
    assert len(whys) == 1 and whys.pop().endswith("网关关了。")


def test_an_office_without_a_number_is_a_failure_that_is_seen(town: Town) -> None:
    number = overdue(town)
    for _ in range(4):
        town.wait(days=1)
        town.look()
        town.deliver()
    assert ("重点督办", "市政府督查室", "mail", "sent") in town.notices(number)
    town.wait(days=5)
    town.look()
    town.deliver()
    assert ("专班督办", "督办专班", "mail", "failed") in town.notices(number)
    (why,) = [event.body["why"] for event in town.events(number) if event.kind == "notice.failed"]
    assert why == "通讯录里没有督办专班的邮箱"


def test_a_sender_that_dies_leaves_its_notice_to_another(town: Town) -> None:
    overdue(town)
    taken = town.database.run(lambda c: outbox.take(c, town.now, [Way.SMS]), exclusive=True)
    assert taken  # and then the program is gone
    town.deliver()
    waits = [words for _, words in town.sms.kept if words == taken.words]
    town.wait(minutes=6)
    town.deliver()
    assert len([words for _, words in town.sms.kept if words == taken.words]) == len(waits) + 1


def test_a_promised_ticket_is_taken_up_on_its_day(town: Town) -> None:
    number = town.handled()
    town.does(number, WATER, s.Promise(reason="等供货", until=date(2026, 12, 10)))
    town.does(number, SUPERVISOR, s.Grant())
    town.deliver()
    assert any("12月10日" in words for to, words in town.sms.kept if to == "13800001234")
    town.now = town.now.replace(month=12, day=9)
    town.look()
    assert town.case(number).state == "挂账"
    town.now = town.now.replace(month=12, day=10, hour=8, minute=0)
    assert town.look().resumed == 1
    case = town.case(number)
    assert case.state == "办理中" and case.rungs == ("挂账临期", "挂账恢复")
    assert ("挂账恢复", "市水务局", "desk", "waiting") in town.notices(number)
    assert town.look().resumed == 0


def test_a_supervisor_s_own_word_reaches_the_unit(town: Town) -> None:
    number = town.handled()
    town.does(number, SUPERVISOR, s.Supervise(rung="领导批示", words="请今天办结"))
    assert ("领导批示", "市水务局", "desk", "waiting") in town.notices(number)
    one = next(one for one in town.database.run(lambda c: outbox.listed(c, town.now, "市水务局")))
    assert one.words == "请今天办结"
    read = town.database.run(lambda c: outbox.read(c, one.id, "市水务局经办人", town.now))
    assert read and town.database.run(lambda c: outbox.read(c, one.id, "别人", town.now)) is None
    assert ("领导批示", "市水务局", "desk", "read") in town.notices(number)


def test_urging_is_heard_at_once_on_the_telephone_as_well(town: Town) -> None:
    number = town.handled()
    for _ in range(2):
        town.tickets.urge_now(number, town.now)
    assert town.case(number).rungs == ()
    town.does(number, AGENT, s.Urge())
    assert town.case(number).rungs == ("多次催办",)
    assert ("多次催办", "市水务局", "desk", "waiting") in town.notices(number)
    assert town.look().climbed == 0


def test_the_citizen_is_told_what_becomes_of_the_ticket_without_his_number_in_the_outbox(town: Town) -> None:
    number = town.handled()
    town.deliver()
    (words,) = [words for to, words in town.sms.kept if to == "13800001234"]
    assert number in words and "市水务局" in words and "11月26日9点" in words
    assert ("已派办", CITIZEN, "sms", "sent") in town.notices(number)
    rows = town.database.run(lambda c: list(c.exec_driver_sql("SELECT * FROM notices")))
    assert "13800001234" not in str(rows)


def test_a_database_that_fails_keeps_neither_step_nor_notice(town: Town) -> None:
    number = town.handled()
    town.wait(days=4)
    before = len(town.events(number))
    town.database.run(lambda c: c.exec_driver_sql("ALTER TABLE notices RENAME TO lost"))
    assert town.look().refused == 1
    assert len(town.events(number)) == before
    town.database.run(lambda c: c.exec_driver_sql("ALTER TABLE lost RENAME TO notices"))
    assert town.look().climbed == 1


def test_one_that_is_broken_holds_up_no_other(town: Town) -> None:
    first, second = town.handled(), town.handled()
    town.wait(days=3, hours=1)
    broken = Event(town.now.timestamp(), f"ticket:{first}", "ticket.step", {"step": {"id": "from another version"}})
    town.database.run(lambda c: append(c, broken))
    assert town.look().climbed == 1
    assert town.case(second).rungs == ("日常督办",)
    town.sms.fails = [ValueError("not a number")]
    done = town.deliver()
    assert done.again == 1 and done.sent > 0
