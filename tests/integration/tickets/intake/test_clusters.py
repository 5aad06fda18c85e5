"""Many appeals on one matter near each other become one event, which is warned of once a level."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.database import Database
from core.events import newest
from tests.integration.tickets.intake.making import HOME, NOW, beside, intake, submission, understanding
from tests.postgres import Postgres
from tickets.corrections import Corrections
from tickets.intake.clusters import Cluster, Clusters, note
from tickets.intake.holding import alike, hold
from tickets.intake.receipt import Receipt
from tickets.intake.rules import repeat_rules
from tickets.store import TicketStore
from tickets.ticket import State


def _report(database: Database, at: datetime, many: int = 1, **given: object) -> Receipt:
    for _ in range(many):
        _report.count += 1  # type: ignore[attr-defined]
        key = f"k{_report.count}"  # type: ignore[attr-defined]
        contact = f"139{_report.count:08d}"  # type: ignore[attr-defined]
        receipt = intake(database).submit_now(submission(key, name="", contact=contact, **given), at)
    return receipt


_report.count = 0  # type: ignore[attr-defined]


def _only(database: Database, now: datetime = NOW) -> Cluster:
    (found,) = Clusters(database).going_on(now)
    return found


def test_five_in_two_hours_are_an_event_and_the_next_caller_hears_of_it(database: Database) -> None:
    for minutes in (0, 20, 40, 60):
        receipt = _report(database, NOW + timedelta(minutes=minutes))
        assert receipt.event == ""
    fifth = _report(database, NOW + timedelta(minutes=80))
    found = _only(database, NOW + timedelta(minutes=80))
    assert (fifth.event, found.members, found.level) == (found.id, 5, 1)
    assert str(found.place) == "城东区阳光花园"
    sixth = _report(database, NOW + timedelta(minutes=90))
    assert "我们已接到6起反映" in sixth.told
    assert len(Clusters(database).members(found.id)) == 6
    (grew,) = database.run(lambda c: newest(c, "cluster.grew", 9))
    assert (grew.stream, grew.body["level"], grew.body["members"]) == (f"cluster:{found.id}", 1, 5)


def test_the_same_spread_over_days_is_none(database: Database) -> None:
    for days in range(6):
        _report(database, NOW + timedelta(days=days))
    assert Clusters(database).going_on(NOW + timedelta(days=6)) == []


def test_each_level_is_warned_of_once(database: Database) -> None:
    _report(database, NOW, 21)
    assert [event.body["level"] for event in database.run(lambda c: newest(c, "cluster.grew", 9))] == [2, 1]
    assert _only(database).level == 2


def test_many_in_one_district_are_an_event_of_the_district(database: Database) -> None:
    for home in ("阳光花园", "锦绣家园", "和平小区", "翠湖花园", "幸福里"):
        _report(database, NOW, community=home, street="")
    assert str(_only(database).place) == "城东区"


def test_what_is_usual_at_this_hour_is_no_event(database: Database) -> None:
    for days in range(14, 0, -1):
        _report(database, NOW - timedelta(days=days), 3, community=f"小区{days}", street="")
    _report(database, NOW, 5, community="别的小区", street="", text="暖气不热", detail="1号楼")
    found = _only(database)
    assert str(found.place) == "城东区别的小区"  # five at one place are much, wherever three a day are usual

    usual = NOW + timedelta(days=2)
    for at in range(5):
        _report(database, usual, community=f"又一个小区{at}", street="")
    assert [one.id for one in Clusters(database).going_on(usual)] == []


def test_an_event_that_has_ended_begins_anew(database: Database) -> None:
    _report(database, NOW, 5)
    first = _only(database)
    later = NOW + timedelta(days=3)
    assert _report(database, later).event == ""
    again = _report(database, later, 4)
    assert again.event not in ("", first.id)


def test_other_matters_and_places_do_not_count(database: Database) -> None:
    _report(database, NOW, 3)
    _report(database, NOW, 3, text="小区门口的路灯坏了,晚上很黑")
    _report(database, NOW, 3, district="城西区", street="", community="金色家园")
    assert Clusters(database).going_on(NOW) == []


def test_who_writes_five_times_is_one_caller(database: Database) -> None:
    for _ in range(5):
        _again(database, "13811112222")
    assert Clusters(database).going_on(NOW) == []
    _report(database, NOW, 4)
    assert _only(database).members == 5
    _again(database, "138-1111-2222")
    assert _only(database).members == 5
    assert len(Clusters(database).members(_only(database).id)) == 10


def _again(database: Database, contact: str) -> None:
    _report.count += 1  # type: ignore[attr-defined]
    given = submission(f"k{_report.count}", name="", contact=contact, channel="province")  # type: ignore[attr-defined]
    intake(database).submit_now(given, NOW)


async def test_a_calls_draft_counts_from_when_it_is_open(database: Database) -> None:
    _report(database, NOW, 4)
    draft = understanding().make_ticket(
        "阳光花园暖气不热", NOW, contact="13900009999", place=HOME, state=State.DRAFT, call_id="c"
    )
    saved = await intake(database).save(draft, NOW)
    assert Clusters(database).going_on(NOW) == []
    await intake(database).save(replace(saved, state=State.OPEN), NOW)
    assert _only(database).members == 5


def test_what_is_put_right_is_counted_where_it_belongs(database: Database) -> None:
    _report(database, NOW, 5)
    cold = _only(database)
    corrections = Corrections(database, TicketStore(database), understanding())
    wrong = Clusters(database).members(cold.id)[0]
    later = NOW + timedelta(hours=1)
    corrections.correct(wrong, "category", "城乡建设/供电", "小王", later)
    assert (_only(database).members, len(Clusters(database).members(cold.id))) == (4, 4)
    corrections.correct(wrong, "category", "城乡建设/供热", "小王", later)
    back = _only(database)
    assert (back.members, back.last) == (5, NOW)  # it came in when it came in
    assert wrong in Clusters(database).members(cold.id)
    corrections.correct(wrong, "place", "不知道什么地方", "小王", later)
    assert _only(database).members == 4


def test_a_draft_that_opens_beside_another_is_counted_with_it(postgres: Postgres) -> None:
    database = Database(postgres.new_database())
    _report(database, NOW, 4)
    draft = understanding().make_ticket(
        "暖气不热", NOW, contact="13900000006", place=HOME, state=State.DRAFT, call_id="c"
    )
    saved = asyncio.run(intake(database).save(draft, NOW))

    def fifth(connection: Connection) -> None:
        ticket = replace(draft, contact="13900000005", state=State.OPEN)
        hold(connection, *alike(ticket))
        note(connection, TicketStore(database).save_within(connection, ticket, NOW), NOW, repeat_rules())

    opened = replace(saved, state=State.OPEN)
    beside(database, fifth, lambda: asyncio.run(intake(database).save(opened, NOW)))
    assert _only(database).members == 6
    database.close()
