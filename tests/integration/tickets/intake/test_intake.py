"""Every submission becomes one ticket, however often and however badly written it comes."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.database import Database
from core.sealing import new_keyring
from tests.integration.tickets.intake.making import COLD, NOW, intake, submission, understanding
from tests.lives import take
from tests.postgres import Postgres
from tickets.errors import SubmissionDiffers, SubmissionEmpty
from tickets.intake.intake import Intake
from tickets.intake.receipt import Standing
from tickets.intake.submission import Submission
from tickets.life import steps as s
from tickets.life.span import Span
from tickets.store import TicketStore
from tickets.ticket import Channel, Kind, Place, State, Ticket
from tickets.understanding import Understanding


def test_a_submission_becomes_a_ticket_with_everything_it_said(database: Database) -> None:
    receipt = intake(database).submit_now(submission(public=True, attachments=("a1",), about="我母亲"), NOW)
    ticket = TicketStore(database).find_now(receipt.number)
    assert ticket is not None
    assert (receipt.standing, receipt.said) == (Standing.NEW, "261124 0001")
    assert ticket.what == COLD
    assert ticket.place == Place("城东区", "解放路街道", "阳光花园", "5号楼2单元")
    assert (ticket.channel, ticket.public, ticket.attachments) == (Channel.WEB, True, ("a1",))
    assert (ticket.about, ticket.name, ticket.contact) == ("我母亲", "王女士", "138 0000 1234")
    assert ticket.matter
    assert ticket.matter.id == "heat-cold"
    assert receipt.due == ticket.due
    assert receipt.due is not None
    assert "261124 0001" in receipt.told


def test_the_same_again_gets_the_same_receipt_and_no_second_ticket(database: Database) -> None:
    first = intake(database).submit_now(submission(made=NOW), NOW)
    later = NOW + timedelta(hours=1)
    again = intake(database).submit_now(submission(made=later), later)
    assert again == first.again()
    assert len(TicketStore(database).list_now()) == 1


def test_the_same_key_with_another_content_is_refused(database: Database) -> None:
    intake(database).submit_now(submission(), NOW)
    with pytest.raises(SubmissionDiffers, match="web-1"):
        intake(database).submit_now(submission(text="路灯不亮"), NOW)
    other = intake(database).submit_now(submission(channel=Channel.SMS, text="路灯不亮"), NOW)
    assert other.standing is Standing.NEW  # a key is its channel's own


@pytest.mark.parametrize("kind", ["file", "postgresql"])
def test_ten_at_once_from_many_connections_are_one(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if kind == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.new_database()
    else:
        url = f"sqlite:///{tmp_path / 'records.db'}"
    keys = new_keyring()
    databases = [Database(url, keys) for _ in range(5)]
    understanding()
    try:
        with ThreadPoolExecutor(10) as pool:
            receipts = list(pool.map(lambda at: intake(databases[at % 5]).submit_now(submission(), NOW), range(10)))
        assert len({receipt.again() for receipt in receipts}) == 1
        assert sorted(receipt.standing for receipt in receipts) == [Standing.AGAIN] * 9 + [Standing.NEW]
        assert len(TicketStore(databases[0]).list_now()) == 1
    finally:
        for one in databases:
            one.close()


async def test_a_receipt_can_be_asked_for_again(database: Database) -> None:
    first = await intake(database).submit(submission(), NOW)
    assert await intake(database).receipt(Channel.WEB, "web-1") == first
    assert await intake(database).receipt(Channel.WEB, "web-2") is None


async def test_what_a_call_saves_twice_is_one_ticket(database: Database) -> None:
    ticket = Ticket(Kind.HELP, "路灯不亮", "路灯不亮", call_id="20261124-100000-abcdef", contact="13800001234")
    first = await intake(database).save(ticket, NOW)
    again = await intake(database).save(ticket, NOW + timedelta(seconds=3))
    other = await intake(database).save(replace(ticket, what="井盖丢了"), NOW)
    assert again == first
    assert other.number != first.number
    assert len(TicketStore(database).list_now()) == 2
    kept = await intake(database).receipt(Channel.TELEPHONE, "20261124-100000-abcdef/2")
    assert kept is not None
    assert kept.number == other.number


async def test_a_calls_draft_becomes_open_under_its_number(database: Database) -> None:
    draft = Ticket(Kind.HELP, "路灯不亮", "路灯不亮", state=State.DRAFT, call_id="c")
    saved = await intake(database).save(draft, NOW)
    opened = await intake(database).save(replace(saved, state=State.OPEN), NOW)
    assert opened.number == saved.number
    assert not opened.state.over
    assert opened.state is not State.DRAFT


def test_nothing_at_all_is_refused_with_what_to_write(database: Database) -> None:
    with pytest.raises(SubmissionEmpty, match="请写明"):
        intake(database).submit_now(submission(text=" \x00 ", contact=""), NOW)


def test_ten_thousand_words_are_kept_whole(database: Database) -> None:
    text = f"我要投诉小区暖气不热。{'我很生气,没有人管。' * 2000}"
    receipt = intake(database).submit_now(submission(text=text), NOW)
    ticket = TicketStore(database).find_now(receipt.number)
    assert ticket is not None
    assert ticket.what == text
    assert "暖气" in ticket.title
    assert any("原文很长" in check for check in ticket.checks)


def test_what_no_database_can_hold_is_left_out_and_the_rest_kept(database: Database) -> None:
    text = "暖气\x00不热😡\ud800,家里有老人👵🏻"
    receipt = intake(database).submit_now(submission(text=text, name="王\x00女士", contact="1" * 5000), NOW)
    ticket = TicketStore(database).find_now(receipt.number)
    assert ticket is not None
    assert ticket.what == "暖气不热😡?,家里有老人👵🏻\n" + "1" * 5000
    assert ticket.name == "王女士"
    assert ticket.contact == ""
    assert any("再留一个电话" in one for one in receipt.warnings)
    assert any("5000个字" in one for one in ticket.checks)


def test_a_clock_that_is_wrong_is_noted_and_the_own_time_counts(database: Database) -> None:
    receipt = intake(database).submit_now(submission(made=NOW + timedelta(hours=1)), NOW)
    ticket = TicketStore(database).find_now(receipt.number)
    assert ticket is not None
    assert ticket.created == NOW
    assert any("以收到时间为准" in check for check in ticket.checks)


def test_only_a_channel_that_may_sets_its_own_deadline(database: Database) -> None:
    soon = NOW + timedelta(hours=3)
    province = intake(database).submit_now(submission(channel=Channel.PROVINCE, due=soon), NOW)
    web = intake(database).submit_now(submission(due=soon, contact="13900000000"), NOW)
    past = intake(database).submit_now(submission("p2", channel=Channel.PROVINCE, due=NOW, contact=""), NOW)
    assert province.due == soon
    assert soon != web.due
    assert past.due not in (NOW, None)
    ticket = TicketStore(database).find_now(web.number)
    assert ticket
    assert any("不能自定期限" in check for check in ticket.checks)
    for one, limit in ((province, Span(120, "min")), (web, Span(2, "d")), (past, Span(2, "d"))):
        take(database, one.number, s.Check(), NOW)
        order = s.Dispatch(lead="热力公司", within=Span(2, "d"), reason="清单")
        assert take(database, one.number, order, NOW + timedelta(hours=1)).limit == limit


def test_another_name_than_before_is_said_to_the_officer_only(database: Database) -> None:
    intake(database).submit_now(submission(), NOW)
    receipt = intake(database).submit_now(submission("web-2", "路灯坏了", name="李先生"), NOW)
    ticket = TicketStore(database).find_now(receipt.number)
    assert ticket
    assert ticket.name == "李先生"
    assert any("王女士" in check for check in ticket.checks)
    assert "王女士" not in receipt.model_dump_json()


async def test_two_senders_of_one_channel_may_have_the_same_key(database: Database) -> None:
    ways = intake(database)

    def given(sender: str, text: str = "路灯不亮", **more: object) -> Submission:
        return submission("GD-1", text, channel=Channel.PROVINCE, sender=sender, contact="", **more)

    one, other = ways.submit_now(given("省平台"), NOW), ways.submit_now(given("邻市平台", "井盖丢了"), NOW)
    assert (one.standing, other.standing, one.key) == (Standing.NEW, Standing.NEW, "GD-1")
    assert one.number != other.number
    assert ways.submit_now(given("省平台"), NOW) == one.again()
    with pytest.raises(SubmissionDiffers, match="GD-1"):
        ways.submit_now(given("省平台", "井盖丢了"), NOW)
    for sender, receipt in (("省平台", one), ("邻市平台", other), ("第三家", None)):
        assert await ways.receipt(Channel.PROVINCE, "GD-1", sender) == receipt


async def test_a_key_from_before_there_were_senders_still_works(database: Database) -> None:
    old = submission("GD-2", channel=Channel.PROVINCE)
    first = intake(database).submit_now(old, NOW)
    again = old.model_copy(update={"sender": "省平台"})
    assert intake(database).submit_now(again, NOW) == first.again()
    assert await intake(database).receipt(Channel.PROVINCE, "GD-2", "省平台") == first
    other = submission("GD-2", "井盖丢了", channel=Channel.PROVINCE, sender="邻市平台")
    assert intake(database).submit_now(other, NOW).standing is Standing.NEW


def test_the_longest_key_of_a_sender_is_kept_too(database: Database) -> None:
    longest = submission("k" * 200, channel=Channel.PROVINCE, sender="省平台")
    first = intake(database).submit_now(longest, NOW)
    assert intake(database).submit_now(longest, NOW) == first.again()


async def test_to_understand_holds_nobody_up(database: Database) -> None:
    threads: list[int] = []

    class Watched(Understanding):
        def make_ticket(self, *given: Any, **named: Any) -> Ticket:
            threads.append(threading.get_ident())
            return super().make_ticket(*given, **named)

    await Intake(TicketStore(database), Watched()).submit(submission(), NOW)
    assert threads and threading.get_ident() not in threads
