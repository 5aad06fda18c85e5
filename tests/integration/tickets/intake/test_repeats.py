"""Repeats are found at intake: the same caller's are merged, others' are suggested, and nobody is left untold."""

from dataclasses import replace

from sqlalchemy import Connection, select

from core.database import Database
from core.events import history
from tests.integration.tickets.intake.making import HOME, NOW, beside, intake, submission, understanding
from tests.postgres import Postgres
from tickets.deadlines import CHINA
from tickets.intake.holding import alike, hold
from tickets.intake.intake import Intake
from tickets.intake.merging import callers, merge
from tickets.intake.receipt import Standing
from tickets.intake.repeats import Likely, Why, likely_same
from tickets.intake.rules import repeat_rules
from tickets.life.machine import system
from tickets.life.rules import CityRules, usual_rules
from tickets.notices.tables import notices_table
from tickets.store import TicketStore
from tickets.ticket import Channel, State, Ticket


def _ticket(database: Database, number: str) -> Ticket:
    found = TicketStore(database).find_now(number)
    assert found is not None
    return found


def _likely(database: Database, number: str) -> list[Likely]:
    ticket = _ticket(database, number)
    return database.run(lambda c: likely_same(c, ticket, NOW, repeat_rules()))


def test_the_same_callers_same_matter_is_merged_and_told(database: Database) -> None:
    signed_in = Channel.MINI_PROGRAM
    first = intake(database).submit_now(submission(), NOW)
    second = intake(database).submit_now(submission("2", "暖气还是不热,都四天了", channel=signed_in), NOW)
    third = intake(database).submit_now(submission("3", "第五天了,暖气不热", channel=signed_in), NOW)
    assert (second.standing, second.into) == (Standing.MERGED, first.number)
    assert (third.standing, third.into) == (Standing.MERGED, first.number)
    assert _ticket(database, second.number).state is State.MERGED
    assert database.run(lambda c: callers(c, first.number, NOW)) == [second.number, third.number]
    said = database.run(lambda c: [row.words for row in c.execute(select(notices_table.c.words))])
    assert len(said) == 2
    assert all(first.number in text.replace(" ", "") for text in said)


def test_once_it_is_closed_the_same_is_a_ticket_of_its_own(database: Database) -> None:
    first = intake(database).submit_now(submission(), NOW)
    other = intake(database).submit_now(submission("x", contact="13911112222"), NOW)
    merge_(database, first.number, other.number)
    again = intake(database).submit_now(submission("web-2"), NOW)
    assert again.standing is Standing.NEW


def merge_(database: Database, number: str, into: str) -> None:
    database.run(lambda c: merge(c, number, into, "同一件事", system(), NOW, usual_rules(), CHINA), exclusive=True)


def test_a_stranger_who_writes_anothers_number_hears_nothing_of_his_ticket(database: Database) -> None:
    first = intake(database).submit_now(submission(), NOW)
    second = intake(database).submit_now(submission("web-2", "暖气还是不热", name=""), NOW)
    assert _ticket(database, second.number).state is State.MERGED
    assert (second.standing, second.into) == (Standing.NEW, "")
    assert first.number not in second.model_dump_json()
    assert first.said not in second.model_dump_json()


def test_where_only_people_may_merge_it_stays_a_ticket_of_its_own(database: Database) -> None:
    rules = CityRules.model_validate({**usual_rules().model_dump(exclude_unset=True), "roles": {"merge": ["派单员"]}})
    strict = Intake(TicketStore(database, rules=rules), understanding())
    first = strict.submit_now(submission(), NOW)
    second = strict.submit_now(submission("2", channel=Channel.MINI_PROGRAM), NOW)
    assert second.standing is Standing.NEW
    assert database.run(lambda c: callers(c, first.number, NOW)) == []


def test_others_at_the_same_place_are_suggested_and_not_merged(database: Database) -> None:
    first = intake(database).submit_now(submission(), NOW)
    other = intake(database).submit_now(submission("web-2", contact="13911112222", name="李先生"), NOW)
    elsewhere = intake(database).submit_now(
        submission("web-3", contact="13911113333", community="翠湖花园", name=""), NOW
    )
    assert other.standing is Standing.NEW
    likely = _likely(database, other.number)
    assert [(one.ticket.number, one.why) for one in likely] == [(first.number, Why.PLACE)]
    kinds = [event.kind for event in database.run(lambda c: history(c, f"ticket:{other.number}"))]
    assert "ticket.resembles" in kinds
    assert "ticket.resembles" not in [
        event.kind for event in database.run(lambda c: history(c, f"ticket:{elsewhere.number}"))
    ]


def test_the_same_caller_about_something_else_is_no_repeat(database: Database) -> None:
    intake(database).submit_now(submission(), NOW)
    other = intake(database).submit_now(submission("web-2", "小区门口的路灯坏了好几天,晚上很黑"), NOW)
    assert other.standing is Standing.NEW
    assert _likely(database, other.number) == []


def test_a_caller_who_gives_another_name_is_not_merged(database: Database) -> None:
    intake(database).submit_now(submission(), NOW)
    signed_in = Channel.MINI_PROGRAM
    other = intake(database).submit_now(submission("2", "暖气不热", name="李先生", channel=signed_in), NOW)
    speaks_for = intake(database).submit_now(submission("3", "暖气不热", about="我母亲", channel=signed_in), NOW)
    assert (other.standing, speaks_for.standing) == (Standing.NEW, Standing.NEW)


def test_a_channel_that_waits_for_each_answer_is_never_merged(database: Database) -> None:
    intake(database).submit_now(submission(), NOW)
    other = intake(database).submit_now(submission("p-1", channel=Channel.PROVINCE), NOW)
    assert other.standing is Standing.NEW


def test_a_chain_of_merges_leads_to_the_ticket_that_is_worked_on(database: Database) -> None:
    numbers = [
        intake(database).submit_now(submission(f"k{at}", contact=f"1390000000{at}"), NOW).number for at in range(3)
    ]
    merge_(database, numbers[0], numbers[1])
    merge_(database, numbers[2], numbers[0])
    assert sorted(database.run(lambda c: callers(c, numbers[1], NOW))) == [numbers[0], numbers[2]]


async def test_what_a_call_leaves_is_compared_like_all_others(database: Database) -> None:
    first = intake(database).submit_now(submission(), NOW)
    ticket = replace(_ticket(database, first.number), number="", call_id="c", channel=Channel.TELEPHONE)
    draft = await intake(database).save(replace(ticket, state=State.DRAFT), NOW)
    assert _resembles(database, draft.number) == []
    saved = await intake(database).save(replace(draft, state=State.OPEN), NOW)
    assert _resembles(database, saved.number) == [first.number]
    assert _ticket(database, saved.number).state is not State.MERGED  # the caller has decided in the call
    await intake(database).save(replace(saved, urged=1), NOW)
    assert _resembles(database, saved.number) == [first.number]


def _resembles(database: Database, number: str) -> list[str]:
    told = database.run(lambda c: history(c, f"ticket:{number}"))
    return [one[0] for event in told if event.kind == "ticket.resembles" for one in event.body["likely"]]


def test_two_who_write_at_once_find_each_other(postgres: Postgres) -> None:
    database = Database(postgres.new_database())

    def first(connection: Connection) -> str:
        ticket = understanding().make_ticket("阳光花园暖气不热", NOW, contact="13800001234", place=HOME)
        hold(connection, *alike(ticket))
        return TicketStore(database).save_within(connection, ticket, NOW).number

    second = submission("2", "暖气不热", channel=Channel.MINI_PROGRAM)
    earlier, later = beside(database, first, lambda: intake(database).submit_now(second, NOW))
    assert later.into == earlier
    database.close()
